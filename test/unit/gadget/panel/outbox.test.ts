import { describe, expect, it } from 'vitest';
import type { EventId } from '../../../../src/protocol/ids.ts';
import type { OutboxItem } from '../../../../src/gadget/panel/viewmodels/outbox.ts';
import { createOutbox, readOutboxItems } from '../../../../src/gadget/panel/viewmodels/outbox.ts';
import { failure, settle } from '../fakes.ts';

function setUp( items: readonly OutboxItem[] = [] ) {
	const tries: string[] = [];
	const answers: ( Error | 'hold' )[] = [];
	const contacts: boolean[] = [];
	let stored: readonly OutboxItem[] = items;
	let ids = 0;
	let logouts = 0;
	let wake = (): void => {};
	const waits: number[] = [];
	const outbox = createOutbox( {
		items, newId: () => `t${ ++ids }`, now: () => 7,
		onChange: ( next ) => {
			stored = next;
		},
		onContact: ( isReachable ) => contacts.push( isReachable ),
		onLoggedOut: () => {
			logouts += 1;
		}
	} );
	const connect = (): void => outbox.connect( {
		send: ( { id, text } ) => {
			tries.push( `${ id } ${ text }` );
			const answer = answers.shift();
			return answer === 'hold' ? new Promise( () => {} ) : answer ? Promise.reject( answer ) : Promise.resolve( `$${ id }` as EventId );
		},
		backOff: { next: ( askedForMs = 0 ) => Math.max( 5, askedForMs ), reset() {} },
		sleep: ( delayMs, signal ) => new Promise( ( resolve ) => {
			waits.push( delayMs );
			wake = resolve;
			signal.addEventListener( 'abort', () => resolve() );
		} )
	} );
	return {
		outbox, tries, answers, contacts, connect, waits,
		wake: () => wake(), stored: () => stored, logouts: () => logouts, states: () => outbox.items.map( ( { state } ) => state )
	};
}

describe( 'the outbox', () => {
	it( 'keeps what is written until there is a conversation, and sends it in order then', async () => {
		const { outbox, tries, connect, states } = setUp();
		outbox.add( 'one' );
		outbox.add( 'two' );
		await settle();
		expect( tries ).toEqual( [] );
		connect();
		await settle();
		expect( tries ).toEqual( [ 't1 one', 't2 two' ] );
		expect( states() ).toEqual( [ 'sent', 'sent' ] );
	} );

	it( 'sends the next message only after the one before it', async () => {
		const { outbox, tries, answers, connect } = setUp();
		answers.push( 'hold' );
		connect();
		outbox.add( 'one' );
		outbox.add( 'two' );
		await settle();
		expect( tries ).toEqual( [ 't1 one' ] );
	} );

	it( 'tries again under the same transaction id while the homeserver is out of reach, and overtakes nothing', async () => {
		const { outbox, tries, answers, connect, wake, states, contacts } = setUp();
		answers.push( failure( 'unreachable' ) );
		connect();
		outbox.add( 'one' );
		outbox.add( 'two' );
		await settle();
		expect( states() ).toEqual( [ 'waiting', 'waiting' ] );
		expect( contacts ).toEqual( [ false ] );
		wake();
		await settle();
		expect( tries ).toEqual( [ 't1 one', 't1 one', 't2 two' ] );
		expect( contacts.at( -1 ) ).toBe( true );
	} );

	it( 'waits as long as the homeserver asks for', async () => {
		const { outbox, answers, connect, waits } = setUp();
		answers.push( failure( 'limited', 9_000 ) );
		connect();
		outbox.add( 'one' );
		await settle();
		expect( waits ).toEqual( [ 9_000 ] );
	} );

	it( 'leaves a refused message to the newcomer, and goes on with the next', async () => {
		const { outbox, tries, answers, connect, states } = setUp();
		answers.push( failure( 'forbidden' ) );
		connect();
		outbox.add( 'one' );
		outbox.add( 'two' );
		await settle();
		expect( states() ).toEqual( [ 'refused', 'sent' ] );
		outbox.retry( 't1' );
		await settle();
		expect( tries ).toEqual( [ 't1 one', 't2 two', 't1 one' ] );
		expect( outbox.items.map( ( { id } ) => id ) ).toEqual( [ 't2', 't1' ] );
	} );

	it( 'stops when the session is over, and goes on with the same message after the next login', async () => {
		const { outbox, tries, answers, connect, logouts } = setUp();
		answers.push( failure( 'unauthorised' ) );
		connect();
		outbox.add( 'one' );
		await settle();
		expect( logouts() ).toBe( 1 );
		expect( tries ).toHaveLength( 1 );
		connect();
		await settle();
		expect( tries ).toEqual( [ 't1 one', 't1 one' ] );
	} );

	it( 'sends nothing that was deleted while it waited', async () => {
		const { outbox, tries, answers, connect, wake } = setUp();
		answers.push( failure( 'unreachable' ) );
		connect();
		outbox.add( 'one' );
		await settle();
		outbox.remove( 't1' );
		wake();
		await settle();
		expect( tries ).toHaveLength( 1 );
	} );

	it( 'drops what has come back in the conversation', async () => {
		const { outbox, connect, stored } = setUp();
		connect();
		outbox.add( 'one' );
		await settle();
		outbox.confirm( ( { eventId } ) => eventId === '$t1' );
		expect( stored() ).toEqual( [] );
	} );

	it( 'sends again after a reload what was on its way, and leaves what was refused', () => {
		const item = { id: 'a', text: 'x', extra: {}, writtenAtMs: 1 };
		expect( readOutboxItems( [ { ...item, state: 'waiting' }, { ...item, state: 'refused' } ] ).map( ( { state } ) => state ) )
			.toEqual( [ 'sending', 'refused' ] );
	} );

	it.each( [ [ undefined ], [ 'text' ], [ [ null, 3, { id: 1 }, { id: 'a', text: 'b' } ] ] ] )( 'reads nothing out of %j', ( raw ) => {
		expect( readOutboxItems( raw ) ).toEqual( [] );
	} );
} );
