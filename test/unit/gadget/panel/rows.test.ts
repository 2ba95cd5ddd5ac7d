import { describe, expect, it } from 'vitest';
import type { EventId } from '../../../../src/protocol/ids.ts';
import type { OutboxItem } from '../../../../src/gadget/panel/viewmodels/outbox.ts';
import type { PanelState } from '../../../../src/gadget/panel/viewmodels/panel-state.ts';
import { FIRST_STATE } from '../../../../src/gadget/panel/viewmodels/panel-state.ts';
import type { Row } from '../../../../src/gadget/panel/viewmodels/rows.ts';
import { answersAfter, createRows, isSameRow } from '../../../../src/gadget/panel/viewmodels/rows.ts';
import { addToTimeline, EMPTY_TIMELINE } from '../../../../src/gadget/panel/viewmodels/timeline.ts';
import { wrapSelection } from '../../../../src/gadget/panel/viewmodels/wrap-selection.ts';
import type { RoomEvent } from '../../../../src/protocol/message.ts';
import { bot, event, me } from '../fakes.ts';
import { markerOf } from './marker.ts';

const MINUTE_MS = 60_000;
const noon = new Date( 2026, 10, 21, 12 ).getTime();
const own = ( body: string, atMs = noon, more: object = {} ) => (
	event( { sender: me, origin_server_ts: atMs, content: { msgtype: 'm.text', body, ...more } } )
);
const answer = ( text: string, atMs = noon, name = 'Nita B.' ) => (
	event( { sender: bot, content: { msgtype: 'm.text', body: text, ...markerOf( text, name, atMs ) } } )
);
const item = ( part: Partial<OutboxItem> = {} ): OutboxItem => ( {
	id: 'a', kind: 'message', text: 'unsent', extra: {}, writtenAtMs: noon, state: 'sending', ...part
} );

const stateOf = ( events: readonly RoomEvent[], more: Partial<PanelState> = {} ): PanelState => (
	{ ...FIRST_STATE, ...addToTimeline( EMPTY_TIMELINE, events, { me, bot } ), ...more }
);
const rowsOf = ( events: readonly RoomEvent[], more: Partial<PanelState> = {}, from = 0 ): Row[] => (
	createRows( ( timeMs ) => new Date( timeMs ).toDateString() )( stateOf( events, more ), from )
);
const told = ( rows: readonly Row[] ): string[] => rows.map( ( row ) => {
	if ( row.kind !== 'message' ) {
		return row.kind;
	}
	return `${ row.hasHeading ? '# ' : '' }${ ( row.entry ?? row.item )!.text }`;
} );

describe( 'the lines of a conversation', () => {
	const [ a, b, c ] = [ answer( 'a' ), answer( 'b', noon + MINUTE_MS ), answer( 'c', noon + 2 * MINUTE_MS, 'Omar' ) ];
	it.each<[ string, readonly RoomEvent[], Partial<PanelState>, string[] ]>( [
		[ 'begin each day with its name', [ own( 'x' ), own( 'y', noon + 1440 * MINUTE_MS ) ], {}, [ 'day', '# x', 'day', '# y' ] ],
		[ 'name a helper once for several messages', [ a, b ], {}, [ 'day', '# a', 'b' ] ],
		[ 'name them again after some minutes', [ a, answer( 'later', noon + 6 * MINUTE_MS ) ], {}, [ 'day', '# a', '# later' ] ],
		[ 'name another helper', [ a, b, c ], {}, [ 'day', '# a', 'b', '# c' ] ],
		[ 'name them again after somebody else', [ a, own( 'x' ), b ], {}, [ 'day', '# a', '# x', '# b' ] ],
		[ 'have a line before what is new, and name who said it', [ a, b ], { firstNew: b.event_id }, [ 'day', '# a', 'unread', '# b' ] ],
		[ 'end with what is not sent yet', [ a ], { outbox: [ item() ] }, [ 'day', '# a', '# unsent' ] ],
		[ 'leave out what is done to others', [ a ], { outbox: [ item( { kind: 'edit', target: '$x' } ) ] }, [ 'day', '# a' ] ]
	] )( '%s', ( _what, events, more, expected ) => {
		expect( told( rowsOf( events, more ) ) ).toEqual( expected );
	} );

	it( 'begin where they are wanted to', () => {
		expect( told( rowsOf( [ own( 'x' ), a, b ], {}, 2 ) ) ).toEqual( [ 'day', '# b' ] );
	} );

	it( 'know what is answered, and when that is gone or not loaded', () => {
		const reply = ( id: EventId ) => own( 'r', noon, { 'm.relates_to': { 'm.in_reply_to': { event_id: id } } } );
		const deletion = event( { sender: bot, type: 'm.room.redaction', content: { redacts: b.event_id } } );
		const rows = rowsOf( [ a, b, deletion, reply( a.event_id ), reply( b.event_id ), reply( '$x' as EventId ), own( 'n' ) ] );
		expect( rows.slice( -4 ).map( ( row ) => row.kind === 'message' && ( row.answered === 'unknown' ? 'unknown' : row.answered?.kind ) ) )
			.toEqual( [ 'helper', 'gone', 'unknown', undefined ] );
	} );

	it( 'end where they are wanted to end, and then without what is on its way', () => {
		const rows = createRows( String );
		const state = stateOf( [ own( 'x' ), a, b ], { outbox: [ { id: '1', kind: 'message', text: 'n', extra: {}, writtenAtMs: 0, state: 'sending' } ] } );
		const keys = ( to: number ): string[] => rows( state, 1, to ).flatMap( ( row ) => row.kind === 'message' ? row.key : [] );
		expect( keys( 2 ) ).toEqual( [ a.event_id ] );
		expect( keys( 3 ) ).toEqual( [ a.event_id, b.event_id, '1' ] );
	} );

	it( 'are drawn anew only where something is another', () => {
		const rows = createRows( String );
		const before = stateOf( [ own( 'x' ), a, b ] );
		const thumb = event( { sender: bot, type: 'm.reaction', content: { 'm.relates_to': { rel_type: 'm.annotation', event_id: a.event_id, key: '👍' } } } );
		const after = { ...before, ...addToTimeline( { entries: before.entries, loose: [], seen: undefined }, [ thumb ], { me, bot } ) };
		const [ first, next ] = [ rows( before, 0 ), rows( after, 0 ) ];
		expect( next.map( ( row, index ) => isSameRow( first[ index ]!, row ) ) ).toEqual( [ true, true, false, true ] );
		const asked = rows( { ...after, deleting: after.entries[ 0 ]!.id }, 0 );
		expect( asked.map( ( row, index ) => isSameRow( next[ index ]!, row ) ) ).toEqual( [ true, false, true, true ] );
	} );

	it( 'stay what they are while something else is in the outbox', () => {
		const rows = createRows( String );
		const state = stateOf( [ own( 'x' ) ], { outbox: [ item( { kind: 'reaction', target: '$x' } ) ] } );
		const [ first, next ] = [ rows( state, 0 ), rows( { ...state, outbox: [ ...state.outbox ] }, 0 ) ];
		expect( next.every( ( row, index ) => isSameRow( first[ index ]!, row ) ) ).toBe( true );
	} );

	it( 'tell which answers are new', () => {
		const { entries } = stateOf( [ own( 'x' ), a, own( 'y' ), b, c ] );
		expect( answersAfter( entries, a.event_id ).map( ( { text } ) => text ) ).toEqual( [ 'b', 'c' ] );
		expect( answersAfter( entries, c.event_id ) ).toEqual( [] );
	} );
} );

describe( 'a mark around what is selected', () => {
	it.each( [
		[ 'is put there', 'a [word] b', '**', 'a **[word]** b' ],
		[ 'is taken away', 'a [**word**] b', '**', 'a [word] b' ],
		[ 'leaves blanks outside', 'a[ word ]b', '*', 'a *[word]* b' ],
		[ 'is ready to be written into', 'a []', '**', 'a **[]**' ]
	] )( '%s', ( _what, before, mark, after ) => {
		const read = ( text: string ) => ( {
			text: text.replace( /[[\]]/g, '' ), start: text.indexOf( '[' ), end: text.indexOf( ']' ) - 1
		} );
		expect( wrapSelection( read( before ), mark ) ).toMatchObject( read( after ) );
	} );
} );
