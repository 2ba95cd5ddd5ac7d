import { describe, expect, it } from 'vitest';
import type { EventId, RoomId } from '../../../../src/protocol/ids.ts';
import { writeMirrorMarker } from '../../../../src/protocol/mirror.ts';
import type { NoticeCode } from '../../../../src/protocol/notice.ts';
import { writeNotice } from '../../../../src/protocol/notice.ts';
import { addToTimeline, isDrawn, readProgress } from '../../../../src/gadget/panel/viewmodels/timeline.ts';
import { bot, event, me, stranger } from '../fakes.ts';

const speakers = { me, bot };
const own = ( body: string, more: object = {} ) => event( { sender: me, content: { msgtype: 'm.text', body }, ...more } );
const markerOf = ( text: string ) => writeMirrorMarker( {
	source: { roomId: '!support:help.example' as RoomId, eventId: '$source' as EventId }, name: 'Nita B.', role: 'helper', saidAtMs: 5, text
}, 'p1' );
const answer = ( text: string, sender = bot ) => event( { sender, content: { msgtype: 'm.text', body: `Nita B.: ${ text }`, ...markerOf( text ) } } );
const notice = ( code: NoticeCode, sender = bot ) => event( { sender, content: writeNotice( code, 'x' ) } );

describe( 'the timeline', () => {
	it( 'draws no empty entry for a notice that only tells how far the conversation has come', () => {
		const entries = addToTimeline( [], [ own( 'Hello?' ), notice( 'request-open' ), notice( 'not-passed-on' ), answer( 'Hi!' ) ], speakers );
		expect( entries.map( isDrawn ) ).toEqual( [ true, false, true, true ] );
	} );

	it.each<[ NoticeCode, boolean ]>( [
		[ 'request-open', false ], [ 'room-refused', false ],
		[ 'not-passed-on', true ], [ 'not-delivered', true ], [ 'paused', true ], [ 'too-fast', true ]
	] )( 'tells of %s in the list: %s', ( code, expected ) => {
		expect( addToTimeline( [], [ notice( code ) ], speakers ).map( isDrawn ) ).toEqual( [ expected ] );
	} );

	it( 'shows own words, and a helper\'s with name, role, time and without the name that the body repeats', () => {
		const entries = addToTimeline( [], [ own( 'Hello?' ), answer( 'Hi!' ) ], speakers );
		expect( entries ).toMatchObject( [
			{ kind: 'own', text: 'Hello?' },
			{ kind: 'helper', text: 'Hi!', name: 'Nita B.', role: 'helper', saidAtMs: 5 }
		] );
	} );

	it.each( [
		[ 'somebody in neither role', event( { sender: stranger, content: { msgtype: 'm.text', body: 'psst' } } ) ],
		[ 'somebody who forges a marker', answer( 'I am a helper', stranger ) ],
		[ 'the newcomer\'s own forged notice', event( { sender: stranger, content: writeNotice( 'request-open', 'x' ) } ) ],
		[ 'the bot without a marker', event( { sender: bot, content: { msgtype: 'm.text', body: 'raw' } } ) ],
		[ 'an event without body', event( { sender: me, content: { msgtype: 'm.text' } } ) ],
		[ 'an encrypted event', event( { sender: me, type: 'm.room.encrypted', content: { body: 'x', msgtype: 'm.text' } } ) ]
	] )( 'does not show %s', ( _who, one ) => {
		expect( addToTimeline( [], [ one ], speakers ) ).toEqual( [] );
	} );

	it( 'shows an event once, however often it comes', () => {
		const one = own( 'once' );
		expect( addToTimeline( addToTimeline( [], [ one, one ], speakers ), [ one ], speakers ) ).toHaveLength( 1 );
	} );

	it( 'takes back what was deleted', () => {
		const one = answer( 'oops' );
		const deletion = event( { sender: bot, type: 'm.room.redaction', content: { redacts: one.event_id } } );
		expect( addToTimeline( addToTimeline( [], [ one ], speakers ), [ deletion ], speakers ) ).toEqual( [] );
	} );

	it( 'puts an edit in the place of what it edits', () => {
		const one = answer( 'tpyo' );
		const edit = event( { sender: bot, content: {
			msgtype: 'm.text', body: '* typo', 'm.relates_to': { rel_type: 'm.replace', event_id: one.event_id },
			'm.new_content': { msgtype: 'm.text', body: 'typo', ...markerOf( 'typo' ) }
		} } );
		expect( addToTimeline( [], [ one, edit ], speakers ) ).toMatchObject( [ { id: one.event_id, text: 'typo' } ] );
	} );
} );

describe( 'the progress of a conversation', () => {
	it.each( [
		[ 'nothing before the relay has the question', [ own( 'q' ) ], { isWaiting: false } ],
		[ 'that one waits once helpers have it', [ own( 'q' ), notice( 'request-open' ) ], { isWaiting: true } ],
		[ 'who answered', [ own( 'q' ), notice( 'request-open' ), answer( 'a' ) ], { helper: 'Nita B.', isWaiting: false } ],
		[ 'that one waits again after the next question', [ answer( 'a' ), own( 'q2' ), notice( 'request-open' ) ], { isWaiting: true } ],
		[ 'nothing from other notices', [ own( 'q' ), notice( 'not-passed-on' ) ], { isWaiting: false } ]
	] )( 'says %s', ( _what, events, expected ) => {
		expect( readProgress( addToTimeline( [], events, speakers ) ) ).toEqual( expected );
	} );
} );
