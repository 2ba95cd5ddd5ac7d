import { describe, expect, it } from 'vitest';
import { isEligible } from '../../../src/gadget/launcher/eligibility.ts';
import type { Visit } from '../../../src/gadget/wiki/person.ts';
import { readLaunchSettings } from '../../../src/protocol/settings.ts';

const nowMs = Date.UTC( 2026, 5, 20 );
const daysAgo = ( days: number ): number => nowMs - days * 86_400_000;
const newcomer: Visit = {
	wgUserId: 42, wgUserEditCount: 3, wgUserRegistration: daysAgo( 2 ), wgUserGroups: [ '*', 'user', 'newcomers' ], wgNamespaceNumber: 0
};

function eligible( settings: Record<string, unknown>, change: Partial<Visit> = {} ): boolean {
	return isEligible( readLaunchSettings( { enabled: true, ...settings } )!, { ...newcomer, ...change }, nowMs );
}

describe( 'whom the launch settings mean', () => {
	it.each<[ string, Record<string, unknown>, Partial<Visit>, boolean ]>( [
		[ 'everybody, where they say nothing', {}, {}, true ],
		[ 'an account with as many edits as they allow', { maxEdits: 3 }, {}, true ],
		[ 'none with more edits', { maxEdits: 2 }, {}, false ],
		[ 'one without edits, where none are allowed', { maxEdits: 0 }, { wgUserEditCount: 0 }, true ],
		[ 'an account as old as they allow', { maxAccountDays: 2 }, {}, true ],
		[ 'none that is older', { maxAccountDays: 1.9 }, {}, false ],
		[ 'none from before such things were noted', { maxAccountDays: 2 }, { wgUserRegistration: null }, false ],
		[ 'any age, where they say nothing of it', { maxEdits: 3 }, { wgUserRegistration: null }, true ],
		[ 'who is in one of the groups', { groups: [ 'mentors', 'newcomers' ] }, {}, true ],
		[ 'nobody who is in none of them', { groups: [ 'mentors' ] }, {}, false ],
		[ 'nobody, where no group is named', { groups: [] }, {}, false ],
		[ 'nobody who is in an excepted group', { exceptGroups: [ 'sysop', 'newcomers' ] }, {}, false ],
		[ 'nobody who is in both kinds', { groups: [ 'user' ], exceptGroups: [ 'newcomers' ] }, {}, false ],
		[ 'who is in no excepted group', { exceptGroups: [ 'sysop' ] }, {}, true ],
		[ 'a page in one of the namespaces', { namespaces: [ 0, 118 ] }, {}, true ],
		[ 'no page in another one', { namespaces: [ 0, 118 ] }, { wgNamespaceNumber: 2 }, false ],
		[ 'special pages, where they are named', { namespaces: [ -1 ] }, { wgNamespaceNumber: -1 }, true ],
		[ 'nobody, at a share of nothing', { share: 0 }, {}, false ],
		[ 'everybody, at a share of all', { share: 100 }, {}, true ]
	] )( 'is %s', ( _who, settings, change, expected ) => {
		expect( eligible( settings, change ) ).toBe( expected );
	} );

	it.each( [ 1, 10, 50 ] )( 'is a share of %i percent of the accounts, also of those that came one after the other', ( share ) => {
		for ( const first of [ 1, 4_999, 50_000_000 ] ) {
			const ids = Array.from( { length: 1_000 }, ( _, index ) => first + index );
			const meant = ids.filter( ( wgUserId ) => eligible( { share }, { wgUserId } ) );
			expect( Math.abs( meant.length - share * 10 ) ).toBeLessThan( 10 );
		}
	} );

	it( 'stays the same for each account, and grows with the share', () => {
		const ids = Array.from( { length: 500 }, ( _, id ) => id );
		const meant = ( share: number ): number[] => ids.filter( ( wgUserId ) => eligible( { share }, { wgUserId } ) );
		expect( meant( 20 ) ).toEqual( meant( 20 ) );
		expect( meant( 30 ) ).toEqual( expect.arrayContaining( meant( 20 ) ) );
	} );
} );
