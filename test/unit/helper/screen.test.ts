import { describe, expect, it } from 'vitest';
import { readSupportRoom } from '../../../src/helper/state/requests.ts';
import type { PendingEvent } from '../../../src/helper/state/room-log.ts';
import type { Effect, Key, Screen } from '../../../src/helper/state/screen.ts';
import { draftOf, entriesOf, firstScreen, onKey } from '../../../src/helper/state/screen.ts';
import { card, log, ME, minute, NITA, reacted, ROOM, said, thread, wrote } from './events.ts';

const failed: PendingEvent = {
	transactionId: 't1', type: 'm.room.message', content: { msgtype: 'm.text', body: 'lost', ...thread( 'a' ) }, createdAtMs: minute( 9 ),
	status: 'failed', reason: 'too large', eventId: undefined
};
const events = [
	card( 'a', { number: 1 } ), card( 'b', { number: 2, atMs: minute( 1 ) } ), said( 'a1', 'a', 'and?' ), reacted( 'r', ME, 'a1', '🎉' ),
	wrote( 'talk', NITA, 'hello' )
];
const calm = entriesOf( [ readSupportRoom( log( events ) ) ] );
const withFailed = entriesOf( [ readSupportRoom( log( events, [ failed ] ) ) ] );

const named = ( kind: string ): Key => ( { kind } as Key );
const typed = ( text: string ): Key => ( { kind: 'insert', text } );

function press( keys: readonly Key[], entries = calm, from: Screen = firstScreen ): { screen: Screen; effects: Effect[] } {
	const effects: Effect[] = [];
	let screen = from;
	for ( const key of keys ) {
		const step = onKey( screen, key, entries );
		screen = step.screen;
		effects.push( ...step.effects );
	}
	return { screen, effects };
}

const ENTER = named( 'enter' );
const open = [ ENTER ];

describe( 'the list', () => {
	it( 'has what is said among helpers at its end', () => {
		expect( calm.map( ( { id } ) => id ) ).toEqual( [ '$a', '$b', ROOM ] );
	} );

	it( 'puts the longest waiting of all rooms first', () => {
		const other = { ...readSupportRoom( log( [ card( 'z', { atMs: minute( -5 ) } ) ] ) ), roomId: '!other:x' as typeof ROOM };
		expect( entriesOf( [ readSupportRoom( log( events ) ), other ] ).map( ( { id } ) => id ) ).toEqual( [ '$z', '$a', '$b', ROOM, '!other:x' ] );
	} );

	it.each( [
		[ [ 'enter' ], '$a' ], [ [ 'down', 'enter' ], '$b' ], [ [ 'down', 'down', 'down', 'enter' ], ROOM ], [ [ 'up', 'enter' ], '$a' ],
		[ [ 'end', 'enter' ], ROOM ], [ [ 'end', 'home', 'enter' ], '$a' ], [ [ 'page-down', 'page-up', 'enter' ], '$a' ],
		[ [ 'enter', 'escape' ], undefined ]
	] )( 'opens with %j: %s', ( keys, id ) => {
		expect( press( keys.map( named ) ).screen.open ).toBe( id );
	} );

	it( 'keeps its choice when what is above it goes away', () => {
		const { screen } = press( [ named( 'down' ) ] );
		expect( onKey( screen, ENTER, calm.slice( 1 ) ).screen.open ).toBe( '$b' );
	} );

	it( 'does nothing where it is empty', () => {
		expect( press( [ 'down', 'enter', 'up' ].map( named ), [] ).screen.open ).toBeUndefined();
	} );
} );

describe( 'an open request', () => {
	it( 'sends what was typed into its thread, and empties the draft', () => {
		const { screen, effects } = press( [ ...open, typed( 'Click on Cite' ), ENTER ] );
		expect( effects ).toMatchObject( [ { kind: 'send', roomId: ROOM, type: 'm.room.message', content: {
			body: 'Click on Cite', 'm.relates_to': { rel_type: 'm.thread', event_id: '$a', 'm.in_reply_to': { event_id: '$a1' } }
		} } ] );
		expect( draftOf( screen ).text ).toBe( '' );
	} );

	it( 'keeps a draft for each request', () => {
		const { screen } = press( [ ...open, typed( 'one' ), named( 'escape' ), named( 'down' ), ENTER, typed( 'two' ), named( 'escape' ) ] );
		expect( draftOf( press( [ named( 'home' ), ENTER ], calm, screen ).screen ).text ).toBe( 'one' );
	} );

	it( 'sends nothing that is no command and looks like one, and says so', () => {
		const { screen, effects } = press( [ ...open, typed( '/ract' ), ENTER ] );
		expect( effects ).toEqual( [] );
		expect( screen.notice ).toContain( '/ract' );
		expect( draftOf( screen ).text ).toBe( '/ract' );
	} );

	it.each( [
		[ 'the last message of somebody else', [], '$a1', '👍' ],
		[ 'the chosen message', [ 'up', 'up' ], '$a', '👍' ],
		[ 'nothing that it has reacted to in the same way', [], undefined, '🎉' ]
	] )( 'reacts to %s', ( _, keys, target, key ) => {
		const { effects } = press( [ ...open, ...keys.map( named ), typed( `/react ${ key }` ), ENTER ] );
		expect( effects ).toMatchObject( target === undefined ? [] : [ {
			type: 'm.reaction', content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: target, key } }
		} ] );
	} );

	it.each( [ 'resend', 'discard' ] )( 'finds what failed: /%s', ( command ) => {
		const keys = [ ...open, typed( `/${ command }` ), ENTER ];
		expect( press( keys, withFailed ).effects ).toEqual( [ { kind: command, roomId: ROOM, transactionId: 't1' } ] );
		expect( press( keys ).screen.notice ).toBe( 'Nothing failed here.' );
		expect( press( [ ...open, named( 'up' ), named( 'up' ), ...keys.slice( 1 ) ], withFailed ).effects ).toEqual( [] );
	} );

	it( 'leaves the chosen message with Escape first, and then itself', () => {
		const chosen = press( [ ...open, named( 'up' ) ] ).screen;
		expect( chosen.chosenMessage ).toBe( '$a1' );
		const once = press( [ named( 'escape' ) ], calm, chosen ).screen;
		expect( [ once.chosenMessage, once.open ] ).toEqual( [ undefined, '$a' ] );
		expect( press( [ named( 'down' ) ], calm, chosen ).screen.chosenMessage ).toBeUndefined();
	} );

	it( 'gives way to the list when its card is gone', () => {
		const { screen } = press( open );
		expect( onKey( screen, named( 'down' ), calm.slice( 1 ) ).screen.open ).toBeUndefined();
	} );
} );

describe( 'the talk of the room', () => {
	it( 'takes a message that is in no thread', () => {
		const { effects } = press( [ named( 'end' ), ENTER, typed( 'hello all' ), ENTER ] );
		expect( effects ).toEqual( [ { kind: 'send', roomId: ROOM, type: 'm.room.message', content: { msgtype: 'm.text', body: 'hello all', 'm.mentions': {} } } ] );
	} );
} );

describe( 'leaving', () => {
	it.each( [
		[ 'q in the list', [ typed( 'q' ) ] ], [ 'Ctrl-C', [ named( 'interrupt' ) ] ], [ 'Ctrl-C in a request', [ ...open, named( 'interrupt' ) ] ],
		[ '/quit', [ ...open, typed( '/quit' ), ENTER ] ]
	] )( 'is done by %s', ( _, keys ) => {
		expect( press( keys ).effects ).toEqual( [ { kind: 'quit' } ] );
	} );

	it( 'is asked for twice while something is unsent, unless another key comes between', () => {
		const once = press( [ named( 'interrupt' ) ], withFailed );
		expect( once.effects ).toEqual( [] );
		expect( once.screen.notice ).toContain( '1 of your messages would be lost' );
		expect( press( [ named( 'interrupt' ) ], withFailed, once.screen ).effects ).toEqual( [ { kind: 'quit' } ] );
		expect( press( [ named( 'down' ), named( 'interrupt' ) ], withFailed, once.screen ).effects ).toEqual( [] );
	} );

	it( 'is not what a q in an answer means', () => {
		expect( press( [ ...open, typed( 'q' ) ] ).effects ).toEqual( [] );
	} );
} );

describe( 'the help', () => {
	it.each( [ [ 'escape' ], [ 'down' ] ] )( 'opens by ? and by /help, and is gone with the next key: %s', ( key ) => {
		for ( const keys of [ [ typed( '?' ) ], [ ...open, typed( '/help' ), ENTER ] ] ) {
			const { screen } = press( keys );
			expect( screen.isHelpOpen ).toBe( true );
			const after = press( [ named( key ) ], calm, screen ).screen;
			expect( [ after.isHelpOpen, after.open ] ).toEqual( [ false, screen.open ] );
		}
	} );
} );
