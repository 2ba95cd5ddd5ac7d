import { describe, expect, it } from 'vitest';
import type { EventId, RoomId } from '../../../../src/protocol/ids.ts';
import type { NoticeCode } from '../../../../src/protocol/notice.ts';
import { writeNotice } from '../../../../src/protocol/notice.ts';
import { addEarlier, addToTimeline, EMPTY_TIMELINE, findEntry, helperNames, isDrawn, readProgress, readTyping } from '../../../../src/gadget/panel/viewmodels/timeline.ts';
import type { RoomEvent } from '../../../../src/protocol/message.ts';
import { writeReaction } from '../../../../src/protocol/message.ts';
import { answerContent } from '../../../../src/relay/routing/mirror-content.ts';
import { bot, event, me, stranger } from '../fakes.ts';
import { markerOf } from './marker.ts';

const speakers = { me, bot };
const read = ( ...events: readonly RoomEvent[] ) => addToTimeline( EMPTY_TIMELINE, events, speakers ).entries;
const own = ( body: string, more: object = {} ) => event( { sender: me, content: { msgtype: 'm.text', body }, ...more } );
const answer = ( text: string, sender = bot ) => event( { sender, content: { msgtype: 'm.text', body: `Nita B.: ${ text }`, ...markerOf( text ) } } );
const notice = ( code: NoticeCode, sender = bot ) => event( { sender, content: writeNotice( code, 'x' ) } );

describe( 'a helper\'s name', () => {
	it( 'turns no direction, ends no isolation, and towers over no line', () => {
		const name = `Ni\u2069\u202eta${ '\u0301'.repeat( 50 ) }`;
		expect( read( event( { sender: bot, content: { msgtype: 'm.text', body: 'x', ...markerOf( 'x', name ) } } ) ) )
			.toMatchObject( [ { name: `Nita${ '\u0301'.repeat( 5 ) }` } ] );
	} );

	it.each( [ 'Nita', 'דנה', 'Nita  B.' ] )( 'is not in the text of a picture, be it %s', ( name ) => {
		const picture = ( caption: string ) => event( { sender: bot, content: answerContent( {
			marker: {
				source: { roomId: '!support:help.example' as RoomId, eventId: '$source' as EventId }, name, role: 'helper', saidAtMs: 5, text: caption
			},
			media: { msgtype: 'm.image', url: 'mxc://help.example/goat', fileName: 'goat.png', info: {} }, profileId: 'nita'
		} ) } );
		expect( read( picture( '' ), picture( 'A goat' ) ) ).toMatchObject( [
			{ name: name.replace( '  ', ' ' ), text: '' }, { name: name.replace( '  ', ' ' ), text: 'A goat' }
		] );
	} );
} );

describe( 'the timeline', () => {
	it( 'draws no empty entry for a notice that only tells how far the conversation has come', () => {
		const entries = read( own( 'Hello?' ), notice( 'request-open' ), notice( 'not-passed-on' ), answer( 'Hi!' ) );
		expect( entries.map( isDrawn ) ).toEqual( [ true, false, true, true ] );
	} );

	it.each<[ NoticeCode, boolean ]>( [
		[ 'request-open', false ], [ 'room-refused', false ],
		[ 'not-passed-on', true ], [ 'not-delivered', true ], [ 'paused', true ], [ 'too-fast', true ]
	] )( 'tells of %s in the list: %s', ( code, expected ) => {
		expect( read( notice( code ) ).map( isDrawn ) ).toEqual( [ expected ] );
	} );

	it( 'shows own words, and a helper\'s with name, role, time and without the name that the body repeats', () => {
		const entries = read( own( 'Hello?' ), answer( 'Hi!' ) );
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
		expect( read( one ) ).toEqual( [] );
	} );

	it( 'shows an event once, however often it comes', () => {
		const one = own( 'once' );
		expect( addToTimeline( addToTimeline( EMPTY_TIMELINE, [ one, one ], speakers ), [ one ], speakers ).entries ).toHaveLength( 1 );
	} );
} );

/** Marks what a table does with events, and what is drawn of it. */
const reaction = ( sender: typeof me, target: RoomEvent, key: string ) => (
	event( { sender, type: 'm.reaction', content: writeReaction( { target: target.event_id, key } ) } )
);
const redaction = ( of: RoomEvent, sender = of.sender ) => event( { sender, type: 'm.room.redaction', content: { redacts: of.event_id } } );
const edit = ( of: RoomEvent, text: string, content: object = {} ) => event( { sender: of.sender, content: {
	msgtype: 'm.text', body: `* ${ text }`, 'm.relates_to': { rel_type: 'm.replace', event_id: of.event_id },
	'm.new_content': { msgtype: 'm.text', body: text, ...( of.sender === bot && markerOf( text ) ), ...content }
} } );
const shown = ( entries: ReturnType<typeof read> ) => entries.filter( isDrawn ).map( ( entry ) => 'text' in entry ? [
	entry.text, ...( entry.versions.length > 1 ? [ 'edited' ] : [] ),
	...entry.reactions.map( ( { key, mine, theirs } ) => `${ key }${ mine ? ' mine' : '' }${ theirs ? ' theirs' : '' }` )
].join( ', ' ) : entry.kind );

const question = own( 'How?' );
const said = answer( 'So.' );
const mine = edit( question, 'How so?' );
const theirs = edit( said, 'Like so.' );
const thumb = reaction( me, said, '👍' );
const heart = reaction( bot, question, '❤️' );

describe( 'what is done to messages', () => {
	it.each<[ string, RoomEvent[], string[] ]>( [
		[ 'an own edit is shown', [ question, mine ], [ 'How so?, edited' ] ],
		[ 'a helper\'s edit is shown', [ said, theirs ], [ 'Like so., edited' ] ],
		[ 'the last edit counts', [ said, theirs, edit( said, 'No.' ) ], [ 'No., edited' ] ],
		[ 'an edit that comes twice is one', [ said, theirs, theirs ], [ 'Like so., edited' ] ],
		[ 'an edit that is taken back leaves what was there before', [ said, theirs, redaction( theirs ) ], [ 'So.' ] ],
		[ 'nobody edits another one\'s words', [ said, event( { ...edit( said, 'ha' ), sender: me } ) ], [ 'So.' ] ],
		[ 'a stranger edits nothing', [ said, event( { ...edit( said, 'ha' ), sender: stranger } ) ], [ 'So.' ] ],
		[ 'an edit without new content changes nothing', [ said, event( { ...theirs, content: { ...theirs.content, 'm.new_content': 7 } } ) ], [ 'So.' ] ],
		[ 'a deleted message leaves nothing', [ question, said, redaction( question ) ], [ 'So.' ] ],
		[ 'a helper\'s deleted message leaves nothing', [ question, said, redaction( said ) ], [ 'How?' ] ],
		[ 'a message that comes deleted already leaves nothing', [ { ...said, content: {} } ], [] ],
		[ 'an edit of a deleted message changes nothing', [ said, redaction( said ), theirs ], [] ],
		[ 'reactions of both sides are counted', [ said, thumb, reaction( bot, said, '👍' ) ], [ 'So., 👍 mine theirs' ] ],
		[ 'two spellings of an emoji are one', [ said, reaction( me, said, '❤' ), reaction( bot, said, '❤️' ) ], [ 'So., ❤ mine theirs' ] ],
		[ 'several keys stand side by side', [ said, thumb, reaction( bot, said, '🎉' ) ], [ 'So., 👍 mine, 🎉 theirs' ] ],
		[ 'a reaction that is taken back goes', [ question, heart, redaction( heart ) ], [ 'How?' ] ],
		[ 'of two, the other one stays', [ said, thumb, reaction( bot, said, '👍' ), redaction( thumb ) ], [ 'So., 👍 theirs' ] ],
		[
			'a key that turns what is around it, or towers over it, is without that', [ said, reaction( bot, said, `\u202eZ${ '\u0301'.repeat( 60 ) }` ) ],
			[ `So., Z${ '\u0301'.repeat( 5 ) } theirs` ]
		],
		[ 'a stranger\'s reaction counts for nothing', [ said, reaction( stranger, said, '👍' ) ], [ 'So.' ] ],
		[ 'a malformed reaction counts for nothing', [ said, event( { ...thumb, content: { 'm.relates_to': { rel_type: 'm.annotation' } } } ) ], [ 'So.' ] ]
	] )( '%s', ( _what, events, expected ) => {
		expect( shown( read( ...events ) ) ).toEqual( expected );
		// Whether it comes at once, one by one, or twice.
		const oneByOne = events.reduce( ( before, one ) => addToTimeline( before, [ one ], speakers ), EMPTY_TIMELINE );
		expect( shown( oneByOne.entries ) ).toEqual( expected );
		expect( shown( read( ...events, ...events ) ) ).toEqual( expected );
	} );

	it.each<[ string, RoomEvent[], RoomEvent[], string[] ]>( [
		[ 'an edit', [ said ], [ theirs ], [ 'Like so., edited' ] ],
		[ 'a reaction', [ said ], [ thumb ], [ 'So., 👍 mine' ] ],
		[ 'a reaction that was taken back', [ said ], [ thumb, redaction( thumb ) ], [ 'So.' ] ],
		[ 'a deletion', [ said ], [ redaction( said ) ], [] ],
		[ 'what the newest page repeats', [ question, said ], [ said, thumb ], [ 'How?', 'So., 👍 mine' ] ]
	] )( 'a page of earlier messages knows of %s that came before it was loaded', ( _what, page, before, expected ) => {
		const timeline = addToTimeline( EMPTY_TIMELINE, before, speakers );
		expect( shown( addEarlier( timeline, page, speakers ).entries ) ).toEqual( expected );
	} );

	it( 'finds what a reply answers, and knows when that was deleted', () => {
		const reply = own( 'Thanks', { content: { msgtype: 'm.text', body: 'Thanks', 'm.relates_to': { 'm.in_reply_to': { event_id: said.event_id } } } } );
		const entries = read( said, reply );
		expect( entries[ 1 ] ).toMatchObject( { replyTo: said.event_id } );
		expect( findEntry( entries, said.event_id ) ).toBe( entries[ 0 ] );
		const after = read( said, reply, redaction( said ) );
		expect( findEntry( after, said.event_id )?.kind ).toBe( 'gone' );
		expect( findEntry( entries, '$unknown' as EventId ) ).toBe( undefined );
	} );

	it( 'leaves every entry that has not changed the same object', () => {
		const before = addToTimeline( EMPTY_TIMELINE, [ question, said ], speakers );
		const after = addToTimeline( before, [ thumb, own( 'more' ) ], speakers );
		expect( after.entries[ 0 ] ).toBe( before.entries[ 0 ] );
		expect( after.entries[ 1 ] ).not.toBe( before.entries[ 1 ] );
		expect( addToTimeline( after, [ thumb, said ], speakers ).entries ).toBe( after.entries );
	} );
} );

describe( 'what helpers have seen', () => {
	const receipt = ( target: RoomEvent, who = bot ) => [ { type: 'm.receipt', content: { [ target.event_id ]: { 'm.read': { [ who ]: { ts: 1 } } } } } ];
	const later = own( 'And?' );
	const seenOf = ( { entries }: ReturnType<typeof addEarlier> ) => entries.map( ( entry ) => entry.kind === 'own' && entry.isSeen );

	it.each( [
		[ 'all own messages up to the receipt', receipt( question ), [ true, false, false ] ],
		[ 'also those before an answer', receipt( later ), [ true, false, true ] ],
		[ 'nothing by somebody else\'s receipt', receipt( later, stranger ), [ false, false, false ] ],
		[ 'nothing by a receipt for what is not known', receipt( own( 'x' ) ), [ false, false, false ] ],
		[ 'nothing by a malformed receipt', [ { type: 'm.receipt', content: { x: 7, y: { 'm.read': 'z' } } } ], [ false, false, false ] ]
	] )( 'are %s', ( _what, ephemeral, expected ) => {
		expect( seenOf( addToTimeline( EMPTY_TIMELINE, [ question, said, later ], speakers, ephemeral ) ) ).toEqual( expected );
	} );

	it( 'are earlier messages, too, when those are loaded later', () => {
		const timeline = addToTimeline( EMPTY_TIMELINE, [ later ], speakers, receipt( later ) );
		expect( seenOf( addEarlier( timeline, [ question ], speakers ) ) ).toEqual( [ true, true ] );
	} );

	it( 'is marked when the message comes after its receipt', () => {
		const timeline = addToTimeline( EMPTY_TIMELINE, [], speakers, receipt( question ) );
		expect( seenOf( addEarlier( timeline, [ question ], speakers ) ) ).toEqual( [ true ] );
	} );
} );

describe( 'a sign that a helper writes', () => {
	it.each( [
		[ 'is read', [ { type: 'm.typing', content: { user_ids: [ me, bot ] } } ], true ],
		[ 'ends', [ { type: 'm.typing', content: { user_ids: [] } } ], false ],
		[ 'is nobody else\'s', [ { type: 'm.typing', content: { user_ids: [ me, stranger ] } } ], false ],
		[ 'is not there where nothing is said of it', [ { type: 'm.receipt', content: {} } ], undefined ],
		[ 'is not there where it is malformed', [ { type: 'm.typing', content: { user_ids: 'all' } } ], undefined ]
	] )( '%s', ( _what, ephemeral, expected ) => {
		expect( readTyping( ephemeral, speakers ) ).toBe( expected );
	} );
} );

describe( 'helpers who can be mentioned', () => {
	it( 'are those who have answered, each once', () => {
		expect( helperNames( read( question, answer( 'a' ), answer( 'b' ) ) ) ).toEqual( [ 'Nita B.' ] );
	} );
} );

describe( 'a timeline of 5,000 messages', () => {
	it( 'makes none of them anew for one more', () => {
		const all = addToTimeline( EMPTY_TIMELINE, Array.from( { length: 5_000 }, ( _, index ) => own( `m${ index }` ) ), speakers );
		const { entries } = addToTimeline( all, [ own( 'one more' ) ], speakers );
		expect( entries ).toHaveLength( 5_001 );
		expect( all.entries.every( ( entry, index ) => entry === entries[ index ] ) ).toBe( true );
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
		expect( readProgress( { entries: read( ...events ), waitingBefore: undefined } ) ).toEqual( expected );
	} );
} );
