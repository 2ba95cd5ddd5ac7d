import { describe, expect, it } from 'vitest';
import type { EventId, UserId } from '../../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../../src/protocol/message.ts';
import { addressHint, readAddress, readHelperEvent } from '../../../../src/relay/routing/helper-words.ts';
import { mentionedMembers } from '../../../../src/relay/routing/mentions.ts';
import type { Member } from '../../../../src/relay/routing/model.ts';
import { otherKindLine } from '../../../../src/relay/routing/other-kinds.ts';
import { readNewcomerEvent } from '../../../../src/relay/routing/newcomer-words.ts';
import { escapeHtml, languageName, oneLine, shownName, timeSpan, withoutQuotation } from '../../../../src/relay/routing/words.ts';

const newcomer = '@mw-4-:example.org' as UserId;
const root = '$root' as EventId;
const other = '$other' as EventId;

function event( content: Record<string, unknown>, changes: Partial<RoomEvent> = {} ): RoomEvent {
	return { event_id: '$e' as EventId, type: 'm.room.message', sender: newcomer, origin_server_ts: 1, content, ...changes };
}
const text = ( body: unknown, more: Record<string, unknown> = {} ): Record<string, unknown> => ( { msgtype: 'm.text', body, ...more } );
const thread = { rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: other } };
const replace = { rel_type: 'm.replace', event_id: root };
const edit = ( body: string ): Record<string, unknown> => text( `* ${ body }`, { 'm.new_content': text( body ), 'm.relates_to': replace } );
const reaction = ( key: string ): Record<string, unknown> => ( { 'm.relates_to': { rel_type: 'm.annotation', event_id: root, key } } );

describe( 'readNewcomerEvent', () => {
	it.each( [
		[ 'a text', event( text( ' hello ' ) ), { kind: 'say', text: 'hello', context: undefined } ],
		[ 'a text without the characters that nobody sees', event( text( '\u0000a\u0001\n\tb\u001f' ) ), { kind: 'say', text: 'a\n\tb', context: undefined } ],
		[ 'a reply, without its quotation', event( text( '> <@bot:x> before\n\nhello', { 'm.relates_to': { 'm.in_reply_to': { event_id: root } } } ) ), { kind: 'say', text: 'hello', replyTo: root, context: undefined } ],
		[ 'an emote', event( { msgtype: 'm.emote', body: 'waves' } ), { kind: 'say', text: 'waves', manner: 'emote', context: undefined } ],
		[ 'an image', event( { msgtype: 'm.image', body: 'a.png' } ), { kind: 'not-passed-on' } ],
		[ 'a message without body', event( { msgtype: 'm.text' } ), { kind: 'not-passed-on' } ],
		[ 'a body that is no text', event( text( 42 ) ), { kind: 'not-passed-on' } ],
		[ 'nothing but spaces', event( text( ' \n ' ) ), { kind: 'not-passed-on' } ],
		[ 'a sticker', event( { body: 'goat' }, { type: 'm.sticker' } ), { kind: 'say', text: '(sent a sticker: goat)', context: undefined } ],
		[ 'a message of an unknown type', event( { msgtype: 'org.example.new', body: 'x' } ), { kind: 'not-passed-on' } ],
		[ 'something encrypted', event( { algorithm: 'x' }, { type: 'm.room.encrypted' } ), { kind: 'not-passed-on' } ],
		[ 'an edit', event( edit( 'new' ) ), { kind: 'edit', original: root, text: 'new', context: undefined } ],
		[ 'an edit to nothing', event( edit( ' ' ) ), { kind: 'not-passed-on' } ],
		[ 'an edit without new content', event( text( '* new', { 'm.relates_to': replace } ) ), { kind: 'nothing' } ],
		[ 'an edit by somebody else', event( edit( 'new' ), { sender: '@eve:example.org' as UserId } ), { kind: 'nothing' } ],
		[ 'a deletion', event( { redacts: root }, { type: 'm.room.redaction' } ), { kind: 'delete', target: root } ],
		[ 'a deletion as older rooms have it', event( { reason: 'x' }, { type: 'm.room.redaction', redacts: root } ), { kind: 'delete', target: root } ],
		[ 'a deletion of what is no event', event( { redacts: 7 }, { type: 'm.room.redaction' } ), { kind: 'nothing' } ],
		[ 'a deletion by somebody else', event( { redacts: root }, { type: 'm.room.redaction', sender: '@eve:example.org' as UserId } ), { kind: 'nothing' } ],
		[ 'a reaction', event( reaction( '👍' ), { type: 'm.reaction' } ), { kind: 'react', target: root, key: '👍' } ],
		[ 'a redacted event', event( {} ), { kind: 'nothing' } ],
		[ 'a reaction to nothing', event( { 'm.relates_to': {} }, { type: 'm.reaction' } ), { kind: 'nothing' } ],
		[ 'an unknown type', event( text( 'x' ), { type: 'org.example.new' } ), { kind: 'nothing' } ],
		[ 'somebody else', event( text( 'x' ), { sender: '@eve:example.org' as UserId } ), { kind: 'nothing' } ],
		[ 'a state event that pretends', event( text( 'x' ), { state_key: '' } ), { kind: 'nothing' } ],
		[ 'a text that would be cut in the middle of an emoji', event( text( `${ 'x'.repeat( 2_999 ) }😀😀` ) ), { kind: 'say', text: `${ 'x'.repeat( 2_999 ) }…`, context: undefined } ],
		[ 'the newcomer leaving', event( { membership: 'leave' }, { type: 'm.room.member', state_key: newcomer } ), { kind: 'left' } ],
		[ 'the newcomer joining', event( { membership: 'join' }, { type: 'm.room.member', state_key: newcomer } ), { kind: 'nothing' } ]
	] )( 'reads %s', ( _, given, words ) => {
		expect( readNewcomerEvent( given, newcomer ) ).toEqual( words );
	} );

	it( 'passes 1,001 characters on whole, and shortens what would not fit into an event', () => {
		expect( readNewcomerEvent( event( text( 'x'.repeat( 1001 ) ) ), newcomer ) ).toMatchObject( { text: 'x'.repeat( 1001 ) } );
		const words = readNewcomerEvent( event( text( 'x'.repeat( 20_000 ) ) ), newcomer );
		expect( words.kind === 'say' && words.text ).toMatch( /^x{3000}…$/ );
	} );
} );

describe( 'readHelperEvent', () => {
	it.each( [
		[ 'a thread message', event( text( 'hi', { 'm.relates_to': thread } ) ), { kind: 'message', text: 'hi', pointsTo: [ root ], mayAddress: false } ],
		[ 'a reply in a thread', event( text( 'hi', { 'm.relates_to': { ...thread, is_falling_back: false } } ) ), { kind: 'message', text: 'hi', replyTo: other, pointsTo: [ root, other ], mayAddress: false } ],
		[ 'a plain reply', event( text( 'hi', { 'm.relates_to': { 'm.in_reply_to': { event_id: other } } } ) ), { kind: 'message', text: 'hi', replyTo: other, pointsTo: [ other ], mayAddress: true } ],
		[ 'plain talk', event( text( 'hi' ) ), { kind: 'message', text: 'hi', pointsTo: [], mayAddress: true } ],
		[ 'talk to another helper', event( text( 'Twin: hi', { 'm.mentions': { user_ids: [ '@twin:x' ] } } ) ), { kind: 'message', text: 'Twin: hi', pointsTo: [], mayAddress: false } ],
		[ 'wikitext that begins as a quotation', event( text( '> <ref>a</ref>\nthere' ) ), { kind: 'message', text: '> <ref>a</ref>\nthere', pointsTo: [], mayAddress: true } ],
		[ 'a table header', event( text( '! Height' ) ), { kind: 'message', text: '! Height', pointsTo: [], mayAddress: true } ],
		[ 'an emote', event( { msgtype: 'm.emote', body: 'waves' } ), { kind: 'message', text: 'waves', manner: 'emote', pointsTo: [], mayAddress: true } ],
		[ 'an image in a thread', event( { msgtype: 'm.image', body: 'a.png', 'm.relates_to': thread } ), { kind: 'message', text: undefined, pointsTo: [ root ], mayAddress: false } ],
		[ 'a note', event( text( '!note us only', { 'm.relates_to': thread } ) ), { kind: 'message', text: '!note us only', pointsTo: [ root ], mayAddress: false } ],
		[ 'a notice', event( { msgtype: 'm.notice', body: 'beep', 'm.relates_to': thread } ), { kind: 'message', text: 'beep', manner: 'notice', pointsTo: [ root ], mayAddress: false } ],
		[ 'a notice that begins like an address', event( { msgtype: 'm.notice', body: 'PygmyFan: beep' } ), { kind: 'message', text: 'PygmyFan: beep', manner: 'notice', pointsTo: [], mayAddress: false } ],
		[ 'an edit', event( edit( ' hi ' ) ), { kind: 'edit', original: root, text: 'hi' } ],
		[ 'an edit into an image', event( { ...edit( '' ), 'm.new_content': { msgtype: 'm.image', body: 'a.png' } } ), { kind: 'edit', original: root, text: undefined } ],
		[ 'an edit without new content', event( text( '* hi', { 'm.relates_to': replace } ) ), { kind: 'stays', pointsTo: [] } ],
		[ 'a deletion', event( { redacts: root }, { type: 'm.room.redaction' } ), { kind: 'delete', target: root } ],
		[ 'a reaction', event( reaction( '👍' ), { type: 'm.reaction' } ), { kind: 'react', target: root, key: '👍' } ],
		[ 'a reaction that is a novel', event( reaction( 'x'.repeat( 65 ) ), { type: 'm.reaction' } ), { kind: 'stays', pointsTo: [] } ],
		[ 'a redacted event', event( {} ), { kind: 'stays', pointsTo: [] } ],
		[ 'an empty text', event( text( ' ', { 'm.relates_to': thread } ) ), { kind: 'stays', pointsTo: [ root ] } ],
		[ 'a redacted reaction', event( {}, { type: 'm.reaction' } ), { kind: 'stays', pointsTo: [] } ]
	] )( 'reads %s', ( _, given, words ) => {
		expect( readHelperEvent( given ) ).toEqual( words );
	} );
} );

describe( 'readAddress', () => {
	const open = [
		{ requestId: 1, number: 42, name: 'Pygmy Fan' },
		{ requestId: 2, number: 4, name: 'سارة المحررة' },
		{ requestId: 3, number: 7, name: undefined },
		{ requestId: 4, number: 8, name: 'Twin' },
		{ requestId: 5, number: 9, name: 'Twin' },
		{ requestId: 6, number: 10, name: 'A: B' },
		{ requestId: 7, number: 11, name: 'A' },
		{ requestId: 8, number: 12, name: 'One wiki' },
		{ requestId: 9, number: 12, name: 'Another wiki' },
		{ requestId: 10, number: 13, name: 'Https' },
		{ requestId: 11, number: 14, name: 'Ann' },
		{ requestId: 12, number: 15, name: 'Annabel' },
		{ requestId: 13, number: 16, name: 'Zoë: B: C' },
		{ requestId: 14, number: 17, name: 'İpek' }
	];
	it.each( [
		[ '#42 look here', { requestId: 1, text: 'look here' } ],
		[ '#42: look here', { requestId: 1, text: 'look here' } ],
		[ '#4 two\nlines', { requestId: 2, text: 'two\nlines' } ],
		[ 'Pygmy Fan: look here', { requestId: 1, text: 'look here' } ],
		[ 'pygmy fan: look here', { requestId: 1, text: 'look here' } ],
		[ 'سارة المحررة: أهلا', { requestId: 2, text: 'أهلا' } ],
		[ '#420 nobody has it', undefined ],
		[ '#42', undefined ],
		[ '#42abc', undefined ],
		[ '#12 which of the two wikis?', undefined ],
		[ 'Twin: which one?', undefined ],
		[ 'Pygmy Fan:', undefined ],
		[ 'Pygmy Fan look', undefined ],
		[ 'I told Pygmy Fan: look', undefined ],
		[ 'undefined: look', undefined ],
		[ 'https://example.org/about-somebody', undefined ],
		[ 'Https: look', { requestId: 10, text: 'look' } ],
		[ 'Ann: look', { requestId: 11, text: 'look' } ],
		[ 'Annabel: look', { requestId: 12, text: 'look' } ],
		[ 'Annab: look', undefined ],
		[ 'Ann: Annabel: look', { requestId: 11, text: 'Annabel: look' } ],
		[ 'A: B: is it this or that?', undefined ],
		[ 'A: C: look', { requestId: 7, text: 'C: look' } ],
		[ 'zoe\u0308: b: c: look', { requestId: 13, text: 'look' } ],
		[ 'İpek: bak', { requestId: 14, text: 'bak' } ],
		[ 'Zoe\u0308: b: c: ame\u0301lie', { requestId: 13, text: 'ame\u0301lie' } ],
		[ 'i\u0307pek: bak', { requestId: 14, text: 'bak' } ],
		[ '#16 by number', { requestId: 13, text: 'by number' } ]
	] )( 'reads %j', ( given, address ) => {
		expect( readAddress( given, open ) ).toEqual( address );
	} );
} );

describe( 'addressHint', () => {
	const open = [
		{ requestId: 1, number: 42, name: 'Twin' }, { requestId: 2, number: 43, name: 'Twin' }, { requestId: 3, number: 43, name: 'A' },
		{ requestId: 4, number: 50, name: 'B: C' }, { requestId: 5, number: 51, name: 'B' },
		{ requestId: 6, number: 60, name: 'Pygmy' }, { requestId: 7, number: 61, name: 'Elephantman' }, { requestId: 8, number: 62, name: 'Bot' }
	];
	it.each( [
		[ '#44 hello', /no open request #44 here/ ], [ '#43 hello', /more than one .* \(Twin, A\)/ ], [ 'Twin: hello', /more than one .* \(#42, #43\)/ ],
		[ 'B: C: hello', /more than one .* \(#50, #51\)/ ],
		[ 'Pgymy: hello', /Is it for Pygmy \(#60\)/ ], [ 'pygmi: hello', /Pygmy/ ], [ 'Elefantman: hello', /Elephantman/ ]
	] )( 'answers %j', ( text, expected ) => {
		expect( addressHint( text, open ) ).toMatch( expected );
	} );

	it.each( [
		'Note: this is long', 'But: no', 'I think so: Pygmy knows', 'Pygmi:hello', 'Pygmi hello', 'Pygmy: hello', 'Pigmie: hello',
		'#42 hello', 'A: hello', 'Somebody: hello', 'hello', '#44', '#44th', 'https://example.org'
	] )( 'says nothing to %j', ( text ) => {
		expect( addressHint( text, open ) ).toBeUndefined();
	} );
} );

describe( 'otherKindLine', () => {
	const poll = { question: { 'org.matrix.msc1767.text': 'Which\ngoat?' }, answers: [ { 'org.matrix.msc1767.text': 'Pygmy' }, { 'org.matrix.msc1767.text': 'Boer' } ] };
	it.each( [
		[ 'm.sticker', { body: 'goat' }, '(sent a sticker: goat)' ],
		[ 'org.matrix.msc3381.poll.start', { 'org.matrix.msc3381.poll.start': poll }, '(started a poll: Which goat? Pygmy / Boer)' ],
		[ 'm.poll.start', { 'm.poll': { question: { 'm.text': [ { body: 'Which?' } ] }, answers: 'x' } }, '(started a poll: Which?)' ],
		[ 'm.poll.start', {}, '(started a poll: )' ],
		[ 'm.room.message', { msgtype: 'm.location', body: 'Here', geo_uri: 'geo:51.5,0.1' }, '(sent a location: Here geo:51.5,0.1)' ],
		[ 'm.room.message', { msgtype: 'm.location', body: 'Here', geo_uri: 'javascript:x' }, undefined ],
		[ 'm.call.invite', {}, '(tried to call)' ],
		[ 'm.room.encrypted', { body: 'x' }, undefined ]
	] )( 'of %s %o is %j', ( type, content, expected ) => {
		expect( otherKindLine( { type, content } ) ).toBe( expected );
	} );
} );

describe( 'mentionedMembers', () => {
	const member = ( name: string, displayName?: string ): Member => ( { userId: `@${ name }:example.org` as UserId, displayName } );
	const members = [ member( 'nita', 'Nita' ), member( 'nitab', 'Nita B.' ), member( 'twin1', 'Twin' ), member( 'twin2', 'Twin' ), member( 'plain' ) ];
	it.each( [
		[ 'thanks @Nita B.!', [ '@nitab:example.org' ] ], [ '@nita, thanks', [ '@nita:example.org' ] ], [ '@Twin hello', [] ],
		[ '@Nitaly', [] ], [ '@room', [] ], [ 'Nita', [] ], [ '@plain and @NITA', [ '@plain:example.org', '@nita:example.org' ] ]
	] )( 'finds in %j', ( text, expected ) => {
		expect( mentionedMembers( text, members ) ).toEqual( expected );
	} );
} );

describe( 'words', () => {
	it( 'makes one harmless line of a name from elsewhere', () => {
		expect( oneLine( ' a\n✅ #1\u0000\u202e b ' ) ).toBe( 'a ✅ #1 b' );
		expect( oneLine( 'سارة' ) ).toBe( '\u2068سارة\u2069' );
		expect( shownName( ` Ni\u2069 \u202eta${ '\u0301'.repeat( 50 ) }\n` ) ).toBe( `Ni ta${ '\u0301'.repeat( 5 ) }` );
		expect( shownName( '\u200b \u202e' ) ).toBe( '' );
	} );

	it( 'escapes whatever could end a text or an attribute', () => {
		expect( escapeHtml( `<a href="x" title='y'>&` ) ).not.toMatch( /[<>"']|&(?!#\d+;)/ );
	} );

	it( 'takes the quotation of older clients away, and nothing that the writer quoted', () => {
		expect( withoutQuotation( '> <@a:b> one\n> two\n\nthree' ) ).toBe( 'three' );
		expect( withoutQuotation( '> a quoted sentence\nand mine' ) ).toBe( '> a quoted sentence\nand mine' );
	} );

	it.each( [ [ 59_000, undefined ], [ 180_000, '3 min' ], [ 3_600_000, '1 hour' ], [ 2 * 86_400_000, '2 days' ], [ 400 * 86_400_000, '1 year' ] ] )( 'says %i ms as %s', ( span, said ) => {
		expect( timeSpan( span ) ).toBe( said );
	} );

	it( 'names languages, and keeps codes that have no name', () => {
		expect( [ languageName( 'ar' ), languageName( '' ), languageName( 'x' ) ] ).toEqual( [ 'Arabic', '', 'x' ] );
	} );
} );
