import { describe, expect, it } from 'vitest';
import type { EventId } from '../../../../src/protocol/ids.ts';
import type { OutboxItem } from '../../../../src/gadget/panel/viewmodels/outbox.ts';
import { createOutbox, readOutboxItems } from '../../../../src/gadget/panel/viewmodels/outbox.ts';
import { createPace } from '../../../../src/gadget/panel/viewmodels/pace.ts';
import { failure, settle } from '../fakes.ts';

function setUp( items: readonly OutboxItem[] = [] ) {
	const tries: string[] = [];
	const answers: ( Error | 'hold' )[] = [];
	const contacts: boolean[] = [];
	let stored: readonly OutboxItem[] = items;
	let ids = 0;
	const clock = { nowMs: 7, page: 'Goat' };
	let logouts = 0;
	let wake = (): void => {};
	const waits: number[] = [];
	const outbox = createOutbox( {
		newId: () => `t${ ++ids }`, now: () => clock.nowMs, page: () => clock.page,
		onChange: ( next ) => {
			stored = next;
		},
		onContact: ( isReachable ) => contacts.push( isReachable ),
		onLoggedOut: () => {
			logouts += 1;
		}
	} );
	outbox.replace( items );
	const connect = (): void => outbox.connect( {
		send: ( { id, text, target, removes } ) => {
			tries.push( [ id, text, target, removes ].filter( ( part ) => part ).join( ' ' ) );
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
		outbox, tries, answers, contacts, connect, waits, clock,
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
		outbox.confirm( new Map( [ [ '$t1', '$t1' as EventId ] ] ) );
		expect( stored() ).toEqual( [] );
	} );

	it( 'learns by its transaction id what has come back before the answer', async () => {
		const { outbox, connect, answers } = setUp();
		answers.push( 'hold' );
		connect();
		outbox.add( 'one' );
		outbox.put( { kind: 'edit', text: 'won', extra: {}, target: 't1' } );
		await settle();
		outbox.confirm( new Map( [ [ 't1', '$early' as EventId ] ] ) );
		expect( outbox.items ).toMatchObject( [ { kind: 'edit', target: '$early' } ] );
	} );

	it( 'waits before it sends more than the relay takes in a minute', async () => {
		const { outbox, tries, connect, waits, wake, clock } = setUp();
		connect();
		Array.from( { length: 32 }, ( _, index ) => outbox.add( `m${ index }` ) );
		outbox.put( { kind: 'reaction', text: '👍', extra: {}, target: '$a' } );
		await settle();
		await settle();
		expect( tries ).toHaveLength( 30 );
		expect( waits ).toHaveLength( 1 );
		expect( waits[ 0 ] ).toBeGreaterThanOrEqual( 60_000 );
		clock.nowMs += waits[ 0 ]!;
		wake();
		await settle();
		expect( tries ).toHaveLength( 33 );
	} );

	it( 'waits no longer than a minute when the clock was put back', () => {
		let nowMs = 10 * 3_600_000;
		const pace = createPace( () => nowMs );
		for ( let count = 0; count < 30; count++ ) {
			nowMs += 60_000;
			pace.sent( 'message' );
		}
		nowMs -= 3_600_000;
		expect( pace.delayMs( 'message' ) ).toBeLessThan( 64_000 );
	} );

	it( 'sends again after a reload what was on its way, and leaves what was refused', () => {
		const item = { id: 'a', kind: 'message', text: 'x', extra: {}, writtenAtMs: 1 };
		expect( readOutboxItems( [ { ...item, state: 'waiting' }, { ...item, state: 'refused' } ] ).map( ( { state } ) => state ) )
			.toEqual( [ 'sending', 'refused' ] );
	} );

	it.each( [ [ undefined ], [ 'text' ], [ [ null, 3, { id: 1 }, { id: 'a', text: 'b' } ] ] ] )( 'reads nothing out of %j', ( raw ) => {
		expect( readOutboxItems( raw ) ).toEqual( [] );
	} );
} );

describe( 'what is done to a message', () => {
	const edit = ( target: string, text = 'won' ) => ( { kind: 'edit', text, extra: {}, target } as const );
	const sign = ( target: string ) => ( { kind: 'reaction', text: '👍', extra: {}, target } as const );
	const unsign = ( target: string, removes: string ) => ( { kind: 'redaction', text: '👍', extra: {}, target, removes } as const );

	it( 'waits behind the message, and is about its event then', async () => {
		const { outbox, tries, connect } = setUp();
		outbox.add( 'one' );
		outbox.put( edit( 't1' ) );
		outbox.put( sign( '$other' ) );
		outbox.put( unsign( '$other', 't3' ) );
		connect();
		await settle();
		expect( tries ).toEqual( [ 't1 one', 't2 won $t1', 't3 👍 $other', 't4 👍 $other $t3' ] );
	} );

	it( 'goes with the message when that is deleted before it was sent', async () => {
		const { outbox, tries, connect } = setUp();
		outbox.add( 'one' );
		outbox.put( edit( 't1' ) );
		outbox.remove( 't1' );
		connect();
		await settle();
		expect( tries ).toEqual( [] );
		expect( outbox.items ).toEqual( [] );
	} );

	it( 'becomes part of a message that the homeserver does not take', async () => {
		const { outbox, answers, connect } = setUp();
		answers.push( failure( 'forbidden' ) );
		outbox.add( 'one', { extra: 1 } );
		outbox.put( edit( 't1' ) );
		connect();
		await settle();
		expect( outbox.items ).toMatchObject( [ { id: 't1', text: 'won', extra: { extra: 1 }, state: 'refused' } ] );
	} );

	it( 'takes a refused sign away without asking the homeserver', async () => {
		const { outbox, tries, answers, connect } = setUp();
		answers.push( failure( 'forbidden' ) );
		outbox.put( sign( '$other' ) );
		outbox.put( unsign( '$other', 't1' ) );
		connect();
		await settle();
		expect( tries ).toHaveLength( 1 );
		expect( outbox.items ).toEqual( [] );
	} );

	it.each( [
		[ 'a sign that is there already', sign( '$other' ), Object.assign( failure( 'refused' ), { errcode: 'M_DUPLICATE_ANNOTATION' } ) ],
		[ 'a deletion of what is gone already', unsign( '$other', '$gone' ), failure( 'not-found' ) ]
	] )( 'is done with %s', async ( _what, item, error ) => {
		const { outbox, answers, connect } = setUp();
		answers.push( error );
		outbox.put( item );
		connect();
		await settle();
		expect( outbox.items ).toEqual( [] );
	} );

	it( 'is left to the newcomer when it is refused', async () => {
		const { outbox, answers, connect, states } = setUp();
		answers.push( failure( 'forbidden' ) );
		outbox.put( edit( '$a' ) );
		outbox.add( 'next' );
		connect();
		await settle();
		expect( states() ).toEqual( [ 'refused', 'sent' ] );
	} );

	it( 'takes back what was deleted while it was on its way, once that has come', async () => {
		const { outbox, tries, answers, connect, wake } = setUp();
		answers.push( failure( 'unreachable' ) );
		connect();
		outbox.add( 'one' );
		await settle();
		outbox.remove( 't1' );
		wake();
		outbox.confirm( new Map( [ [ 't1', '$came' as EventId ] ] ) );
		await settle();
		expect( tries ).toEqual( [ 't1 one', 't2 $came $came' ] );
	} );

	it( 'stays in its room, and a message that has not come back goes on to the next', async () => {
		const { outbox, connect } = setUp();
		connect();
		outbox.add( 'come back' );
		outbox.add( 'sent' );
		await settle();
		outbox.confirm( new Map( [ [ 't1', '$t1' as EventId ] ] ) );
		outbox.disconnect();
		outbox.add( 'not sent' );
		outbox.put( edit( '$a' ) );
		outbox.changeRoom();
		expect( outbox.items ).toMatchObject( [ { text: 'sent', state: 'sending' }, { text: 'not sent' } ] );
	} );

	it( 'sends to the next room what the one before has not answered yet', async () => {
		const { outbox, tries, connect } = setUp();
		let answer = ( _eventId: EventId ): void => {};
		outbox.connect( {
			send: () => new Promise( ( resolve ) => {
				answer = resolve;
			} ),
			backOff: { next: () => 5, reset() {} },
			sleep: () => Promise.resolve()
		} );
		outbox.add( 'one' );
		await settle();
		outbox.disconnect();
		outbox.changeRoom();
		connect();
		answer( '$before' as EventId );
		await settle();
		expect( tries ).toEqual( [ 't1 one' ] );
		expect( outbox.items ).toMatchObject( [ { state: 'sent', eventId: '$t1' } ] );
	} );

	it( 'is read again after a reload, and may have been sent', () => {
		const kept = [ { ...edit( '$a' ), id: 'a', writtenAtMs: 1, state: 'sending' }, { ...unsign( '$a', '$b' ), id: 'b', writtenAtMs: 1, isTried: false } ];
		expect( readOutboxItems( kept ) ).toMatchObject( [
			{ kind: 'edit', target: '$a', isTried: true }, { kind: 'redaction', removes: '$b', isTried: false }
		] );
	} );
} );
