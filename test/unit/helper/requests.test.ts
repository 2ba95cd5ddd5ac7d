import { describe, expect, it } from 'vitest';
import type { EventId } from '../../../src/protocol/ids.ts';
import { answerContent, hasCards, readSupportRoom } from '../../../src/helper/state/requests.ts';
import type { PendingEvent } from '../../../src/helper/state/room-log.ts';
import { BOT, card, cardEdit, event, log, ME, minute, NITA, reacted, redacted, said, thread, wrote } from './events.ts';

const read = ( ...args: Parameters<typeof log> ) => readSupportRoom( log( ...args ) );
const only = ( ...args: Parameters<typeof log> ) => read( ...args ).requests[ 0 ]!;

function pending( text: string, changes: Partial<PendingEvent> = {} ): PendingEvent {
	return {
		transactionId: 't1', type: 'm.room.message', content: { msgtype: 'm.text', body: text, ...thread( 'c' ) }, createdAtMs: minute( 9 ),
		status: 'unsent', reason: '', eventId: undefined, ...changes
	};
}

describe( 'a card', () => {
	it( 'tells who asks, where, what, and the address of the place', () => {
		expect( only( [ card( 'c' ) ] ) ).toMatchObject( {
			sign: '❓', state: 'waiting', number: '42', name: 'PygmyFan', place: 'American Pygmy, section History', address: 'https://w/Page&x',
			question: 'How?', details: 'VisualEditor · 3 edits · English', waitingSinceMs: minute( 0 ), unanswered: 1
		} );
	} );

	it.each( [
		[ '❓', 'waiting' ], [ '✋', 'claimed' ], [ '💬', 'answered' ], [ '✅', 'closed' ], [ '📄', 'posted' ], [ '↪', 'moved' ],
		[ '↪\ufe0f', 'moved' ], [ '🚀', 'other' ]
	] )( 'is in the state of its first sign: %s', ( sign, state ) => {
		expect( only( [ card( 'c' ), cardEdit( 'e', 'c', { sign } ) ] ).state ).toBe( state );
	} );

	it.each( [
		[ 'no page', { place: '' }, 'PygmyFan', '' ],
		[ 'a name with isolates', { name: '\u2068محمد\u2069' }, 'محمد', 'American Pygmy, section History' ],
		[ 'a name that looks like a place', { name: 'A · B' }, 'A · B', 'American Pygmy, section History' ],
		[ 'a page with an escape sequence', { place: ' · \u001b[2JX' }, 'PygmyFan', '\ufffd[2JX' ]
	] )( 'is read with %s', ( _, options, name, place ) => {
		expect( only( [ card( 'c', options ) ] ) ).toMatchObject( { name, place } );
	} );

	it( 'is believed of the bot only', () => {
		const forged = { ...card( 'f', { number: 66 } ), sender: NITA };
		expect( read( [ forged, card( 'c' ) ] ).requests.map( ( { number } ) => number ) ).toEqual( [ '42' ] );
		expect( hasCards( [ forged ] ) ).toBe( true );
		expect( hasCards( [ wrote( 'm', NITA, '❓ #42 x' ) ] ) ).toBe( false );
	} );

	it( 'is not edited by somebody else', () => {
		const edit = { ...cardEdit( 'e', 'c', { sign: '✅' } ), sender: NITA };
		expect( only( [ card( 'c' ), edit ] ).state ).toBe( 'waiting' );
	} );

	it( 'that was deleted is no request any more', () => {
		expect( read( [ card( 'c' ), redacted( 'r', BOT, 'c' ) ] ).requests ).toEqual( [] );
	} );

	it( 'survives an edit without any words', () => {
		const edit = event( 'e', BOT, { 'm.new_content': {}, 'm.relates_to': { rel_type: 'm.replace', event_id: '$c' } } );
		expect( () => read( [ card( 'c' ), edit ] ) ).not.toThrow();
	} );
} );

describe( 'waiting', () => {
	it.each( [
		[ 'from the question on', [], minute( 0 ), 1 ],
		[ 'through a note', [ wrote( 'n', NITA, '!note hm', 'c', minute( 1 ) ) ], minute( 0 ), 1 ],
		[ 'through what the bot says', [ event( 'n', BOT, { msgtype: 'm.notice', body: 'x', ...thread( 'c' ) } ) ], minute( 0 ), 1 ],
		[ 'through an image, which is not passed on', [ event( 'n', NITA, { msgtype: 'm.image', body: 'x', ...thread( 'c' ) } ) ], minute( 0 ), 1 ],
		[ 'not after an answer', [ wrote( 'n', NITA, 'so', 'c', minute( 1 ) ) ], undefined, 0 ],
		[ 'again after another question', [ wrote( 'n', NITA, 'so', 'c' ), said( 's', 'c', 'and?', minute( 3 ) ), said( 't', 'c', '?', minute( 4 ) ) ], minute( 3 ), 2 ],
		[ 'not once it is closed', [ cardEdit( 'e', 'c', { sign: '✅' } ), said( 's', 'c', 'thanks' ) ], undefined, 0 ]
	] )( 'is counted %s', ( _, events, waitingSinceMs, unanswered ) => {
		expect( only( [ card( 'c' ), ...events ] ) ).toMatchObject( { waitingSinceMs, unanswered } );
	} );

	it.each( [ [ 'unsent' ], [ 'failed' ] ] as const )( 'goes on while the answer is %s', ( status ) => {
		expect( only( [ card( 'c' ) ], [ pending( 'so', { status } ) ] ).waitingSinceMs ).toBe( minute( 0 ) );
	} );

	it( 'puts the longest waiting first, then the latest answered, then what is over', () => {
		const events = [
			card( 'old', { number: 1, sign: '✅', atMs: minute( -90 ) } ), card( 'a', { number: 2, atMs: minute( -60 ) } ),
			wrote( 'w', NITA, 'so', 'a', minute( -50 ) ), card( 'b', { number: 3, atMs: minute( -40 ) } ), card( 'd', { number: 4, atMs: minute( -30 ) } ),
			wrote( 'v', NITA, 'so', 'b', minute( -20 ) ), card( 'e', { number: 5, atMs: minute( -10 ) } )
		];
		expect( read( events ).requests.map( ( { number } ) => number ) ).toEqual( [ '4', '5', '3', '2', '1' ] );
	} );
} );

describe( 'a thread', () => {
	it( 'holds what is in it, what replies to it, and what begins with its number', () => {
		const events = [
			card( 'c' ), card( 'd', { number: 43 } ), wrote( '1', NITA, 'in the thread', 'c' ),
			event( '2', NITA, { msgtype: 'm.text', body: '> <@bot> How?\n\na reply', 'm.relates_to': { 'm.in_reply_to': { event_id: '$1' } } } ),
			wrote( '3', NITA, '#42 by number' ), wrote( '4', NITA, '#99 nobody has it' ), wrote( '5', NITA, 'just talking' ), said( '6', 'd', 'other' )
		];
		const { requests, talk } = read( events );
		expect( requests.find( ( { number } ) => number === '42' )?.messages.map( ( { text } ) => text ) )
			.toEqual( [ 'How?', 'in the thread', 'a reply', '#42 by number' ] );
		expect( talk.map( ( { text } ) => text ) ).toEqual( [ '#99 nobody has it', 'just talking' ] );
	} );

	it( 'tells newcomer, helpers, oneself and the bot apart', () => {
		const { messages } = only( [
			card( 'c' ), wrote( '1', NITA, 'a', 'c' ), wrote( '2', ME, 'b', 'c' ), event( '3', BOT, { msgtype: 'm.notice', body: 'n', ...thread( 'c' ) } )
		] );
		expect( messages.map( ( { from, name } ) => [ from, name ] ) ).toEqual( [
			[ 'newcomer', 'PygmyFan' ], [ 'helper', 'Nita B.' ], [ 'me', 'Omar' ], [ 'relay', 'Ask for Help' ]
		] );
	} );

	it( 'shows the last edit, by its own sender only, and nothing of what is deleted', () => {
		const edit = ( id: string, sender: typeof NITA, body: string ) => event( id, sender, {
			body: `* ${ body }`, 'm.new_content': { msgtype: 'm.text', body }, 'm.relates_to': { rel_type: 'm.replace', event_id: '$1' }
		} );
		const events = [ card( 'c' ), wrote( '1', NITA, 'one', 'c' ), edit( '2', NITA, 'two' ), edit( '3', NITA, 'three' ), edit( '4', ME, 'forged' ) ];
		expect( only( events ).messages[ 1 ] ).toMatchObject( { text: 'three', isEdited: true } );
		expect( only( [ ...events, redacted( 'r', NITA, '1' ) ] ).messages[ 1 ] ).toMatchObject( { text: '', isDeleted: true, isEdited: false } );
		expect( only( [ ...events, redacted( 'r', NITA, '3' ) ] ).messages[ 1 ] ).toMatchObject( { text: 'two' } );
		expect( only( [ ...events, cardEdit( 'e', 'c', { sign: '💬' } ) ] ).messages[ 0 ] ).toMatchObject( { text: 'How?', isEdited: false } );
	} );

	it( 'counts each person once for each reaction', () => {
		const events = [
			card( 'c' ), reacted( '1', NITA, 'c', '👍' ), reacted( '2', ME, 'c', '👍' ), reacted( '3', ME, 'c', '👍' ), reacted( '4', NITA, 'c', '🎉' ),
			redacted( '5', NITA, '4' )
		];
		expect( only( events ).messages[ 0 ]?.reactions ).toEqual( [ { key: '👍', count: 2, isMine: true } ] );
	} );

	it.each( [
		[ { msgtype: 'm.image', body: 'goat.png', info: { w: 320, h: 200, size: 45_123 } }, '[image: goat.png, 320 × 200, 46 KB]' ],
		[ { msgtype: 'm.image', filename: 'a.png', body: 'My goat' }, '[image: a.png]\nMy goat' ],
		[ { msgtype: 'm.file', body: 'evil\u001b[2J\nname.pdf', info: { size: 2_500_000 } }, '[file: evil\ufffd[2J name.pdf, 2.5 MB]' ],
		[ { msgtype: 'org.example.new', body: '' }, '[message of an unknown kind]' ],
		[ { msgtype: 'm.emote', body: 'waves' }, '* Nita B. waves' ]
	] )( 'says in words what is no text: %j', ( content, text ) => {
		expect( only( [ card( 'c' ), event( '1', NITA, { ...content, ...thread( 'c' ) } ) ] ).messages[ 1 ]?.text ).toBe( text );
	} );

	it( 'holds what is not sent yet, until the event itself is there', () => {
		expect( only( [ card( 'c' ) ], [ pending( 'so' ) ] ).messages[ 1 ] ).toMatchObject( { text: 'so', from: 'me', delivery: 'unsent' } );
		expect( only( [ card( 'c' ) ], [ pending( 'so', { status: 'failed', reason: 'too \u001b big' } ) ] ).messages[ 1 ] )
			.toMatchObject( { delivery: 'failed', reason: 'too \ufffd big' } );
		const sent = pending( 'so', { eventId: '$1' as EventId } );
		expect( only( [ card( 'c' ) ], [ sent ] ).messages[ 1 ]?.delivery ).toBe( 'sent' );
		expect( only( [ card( 'c' ), wrote( '1', ME, 'so', 'c' ) ], [ sent ] ).messages ).toHaveLength( 2 );
	} );

	it( 'is answered in, with the last message of it as the fallback', () => {
		const request = only( [ card( 'c' ), said( '1', 'c', 'and?' ), wrote( '2', NITA, '#42 outside' ) ] );
		expect( answerContent( 'so', request ) ).toEqual( {
			msgtype: 'm.text', body: 'so', 'm.mentions': {},
			'm.relates_to': { rel_type: 'm.thread', event_id: '$c', is_falling_back: true, 'm.in_reply_to': { event_id: '$1' } }
		} );
	} );
} );
