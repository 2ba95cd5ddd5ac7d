import { describe, expect, it } from 'vitest';
import { createHiding } from '../../../../src/gadget/panel/viewmodels/hiding.ts';
import type { Hiding, PreferenceOutcome } from '../../../../src/gadget/panel/viewmodels/hiding.ts';
import { settle } from '../fakes.ts';

function startHiding( outcome: PreferenceOutcome ) {
	const steps: ( Hiding | undefined )[] = [];
	const saved: boolean[] = [];
	const hiding = createHiding( ( isOn ) => {
		saved.push( isOn );
		return Promise.resolve( outcome );
	}, ( step ) => steps.push( step ) );
	return { hiding, steps, saved };
}

describe( 'hiding the button', () => {
	it.each<[ PreferenceOutcome, Hiding ]>( [
		[ 'done', 'hidden' ], [ 'unreachable', 'not-hidden' ], [ 'logged-out', 'not-hidden-logged-out' ]
	] )( 'with the wiki saying %s ends in %s', async ( outcome, end ) => {
		const { hiding, steps, saved } = startHiding( outcome );
		hiding.hide();
		await settle();
		expect( steps ).toEqual( [ 'hiding', end ] );
		expect( saved ).toEqual( [ false ] );
	} );

	it.each<[ PreferenceOutcome, Hiding | undefined ]>( [
		[ 'done', undefined ], [ 'unreachable', 'not-undone' ], [ 'logged-out', 'not-undone' ]
	] )( 'is undone with the wiki saying %s, and ends in %s', async ( outcome, end ) => {
		const { hiding, steps, saved } = startHiding( outcome );
		hiding.undo();
		await settle();
		expect( steps ).toEqual( [ 'undoing', end ] );
		expect( saved ).toEqual( [ true ] );
	} );
} );
