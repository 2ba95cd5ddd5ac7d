import { describe, expect, it } from 'vitest';
import {
	CONVERSATION_ROOM_TYPE, conversationCreation, lockedPowerLevels, preferredRoom, readConversationIdentity
} from '../../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { isEventId, isRoomId, isUserId } from '../../../src/protocol/ids.ts';
import { readMedia } from '../../../src/protocol/media.ts';
import { readReaction, readRedaction, readRelation, readReplacement, readTextMessage, writeReaction } from '../../../src/protocol/message.ts';
import { readMirrorMarker, writeMirrorMarker } from '../../../src/protocol/mirror.ts';
import { readNotice, writeNotice } from '../../../src/protocol/notice.ts';
import { MAX_MESSAGE_LENGTH, messageProblem, readQuestionContext, writeQuestionContext } from '../../../src/protocol/question.ts';
import { launcherText, readHostSettings, readLaunchSettings } from '../../../src/protocol/settings.ts';

const newcomer = '@mw-4-:help.example' as UserId;
const bot = '@ask-for-help:help.example' as UserId;

describe( 'ids', () => {
	it.each( [
		[ isRoomId, '!abc:help.example', true ], [ isRoomId, '!abc', true ], [ isRoomId, '#abc:help.example', false ], [ isRoomId, 7, false ],
		[ isUserId, '@mw-4-:help.example', true ], [ isUserId, '@mw-4-', false ], [ isUserId, `@${ 'a'.repeat( 255 ) }:x`, false ],
		[ isEventId, '$x', true ], [ isEventId, '$', false ], [ isEventId, '$a b', false ]
	] )( '%o tells of %o: %o', ( guard, value, expected ) => {
		expect( guard( value ) ).toBe( expected );
	} );
} );

describe( 'a conversation', () => {
	it( 'is known again by what its creation says', () => {
		const creation = conversationCreation( { wiki: 'sandboxwiki', team: 'general' }, newcomer, bot );
		expect( readConversationIdentity( creation.creation_content ) ).toEqual( { wiki: 'sandboxwiki', team: 'general' } );
	} );

	it( 'leaves power with the bot alone once it is locked', () => {
		expect( lockedPowerLevels( bot ).users ).toEqual( { [ bot ]: 101 } );
	} );

	it.each( [
		[ 'another type', { type: 'm.space', 'org.wikimedia.askforhelp': { wiki: 'a', team: 'b' } } ],
		[ 'no identity', { type: CONVERSATION_ROOM_TYPE } ],
		[ 'a wiki that is no name', { type: CONVERSATION_ROOM_TYPE, 'org.wikimedia.askforhelp': { wiki: '../x', team: 'b' } } ],
		[ 'nothing', null ]
	] )( 'is not seen in a room with %s', ( _what, content ) => {
		expect( readConversationIdentity( content ) ).toBeUndefined();
	} );

	it( 'is the oldest of several rooms, and of equally old ones the same for everyone', () => {
		const room = ( id: string, createdAtMs: number ): { roomId: RoomId; createdAtMs: number } => (
			{ roomId: id as RoomId, createdAtMs }
		);
		const rooms = [ room( '!c', 2 ), room( '!b', 1 ), room( '!a', 1 ) ];
		expect( preferredRoom( rooms )?.roomId ).toBe( '!a' );
		expect( preferredRoom( [ ...rooms ].reverse() )?.roomId ).toBe( '!a' );
		expect( preferredRoom( [] ) ).toBeUndefined();
	} );
} );

describe( 'a question', () => {
	it.each( [
		[ '', 'empty' ], [ ' \n\t', 'empty' ], [ 'x', undefined ],
		[ 'x'.repeat( MAX_MESSAGE_LENGTH ), undefined ], [ 'x'.repeat( MAX_MESSAGE_LENGTH + 1 ), 'too-long' ]
	] )( 'of %j has the problem %s', ( text, problem ) => {
		expect( messageProblem( text ) ).toBe( problem );
	} );

	it( 'carries its context over the wire unchanged', () => {
		const context = {
			wiki: 'sandboxwiki', page: 'Talk:"عنوان"/😀', pageId: 7, section: 'History <b>', revision: 12, editor: 'visualeditor', language: 'ar'
		} as const;
		expect( readQuestionContext( { body: 'x', ...writeQuestionContext( context ) } ) ).toEqual( context );
	} );

	it( 'carries a topic and what is selected, in one line and not too long', () => {
		const context = {
			wiki: 'w', page: '', pageId: 0, section: '', revision: 0, editor: 'none', language: 'en', selection: 'The goat', topic: 'References'
		} as const;
		expect( readQuestionContext( writeQuestionContext( context ) ) ).toEqual( context );
		const long = readQuestionContext( writeQuestionContext( { ...context, selection: `  a\n\tb ${ '🐐'.repeat( 200 ) }`, topic: ' ' } ) );
		expect( long?.selection ).toBe( `a b ${ '🐐'.repeat( 148 ) }` );
		expect( long ).not.toHaveProperty( 'topic' );
	} );

	it( 'has no context when nobody sent one', () => {
		expect( readQuestionContext( { body: 'x' } ) ).toBeUndefined();
	} );

	it( 'keeps what is right of a context and empties what is wrong', () => {
		const read = readQuestionContext( { 'org.wikimedia.askforhelp.context': {
			wiki: 'w', page: 3, page_id: -1, section: 'x'.repeat( 5000 ), revision: '12', editor: 'emacs', language: '<script>', selection: [], topic: {}
		} } );
		expect( read ).toEqual( { wiki: 'w', page: '', pageId: 0, section: 'x'.repeat( 512 ), revision: 0, editor: 'none', language: '' } );
	} );
} );

describe( 'a mirror marker', () => {
	const marker = {
		source: { roomId: '!a:x' as RoomId, eventId: '$e' as EventId }, name: 'Nita <b>', role: 'helper', saidAtMs: 5, text: 'hello'
	} as const;

	it( 'comes back from the wire unchanged', () => {
		expect( readMirrorMarker( { body: 'Nita: hello', ...writeMirrorMarker( marker, '@nita:x' ) } ) ).toEqual( marker );
	} );

	it.each( [ [ 'role', 'king' ], [ 'name', 1 ], [ 'source', {} ], [ 'text', undefined ] ] )( 'is not read with a wrong %s', ( key, value ) => {
		const content = writeMirrorMarker( marker, 'p' )[ 'org.wikimedia.askforhelp.mirror' ] as Record<string, unknown>;
		expect( readMirrorMarker( { 'org.wikimedia.askforhelp.mirror': { ...content, [ key ]: value } } ) ).toBeUndefined();
	} );
} );

describe( 'a notice', () => {
	it( 'comes back as its code, and an unknown one as nothing', () => {
		expect( readNotice( writeNotice( 'request-open', 'Helpers have it.' ) ) ).toBe( 'request-open' );
		expect( readNotice( { 'org.wikimedia.askforhelp.notice': { code: 'party' } } ) ).toBeUndefined();
	} );
} );

describe( 'readTextMessage', () => {
	it.each( [
		[ { msgtype: 'm.text', body: 'hi' }, { msgtype: 'm.text', body: 'hi' } ],
		[ { msgtype: 'm.image', body: 'cat.png' }, undefined ],
		[ { msgtype: 'm.text' }, undefined ],
		[ {}, undefined ]
	] )( 'reads %o as %o', ( content, expected ) => {
		expect( readTextMessage( content ) ).toEqual( expected );
	} );
} );

describe( 'readRelation', () => {
	it.each( [
		[ 'a thread message', { rel_type: 'm.thread', event_id: '$r', is_falling_back: true, 'm.in_reply_to': { event_id: '$l' } }, { thread: '$r' } ],
		[ 'a reply in a thread', { rel_type: 'm.thread', event_id: '$r', 'm.in_reply_to': { event_id: '$l' } }, { thread: '$r', replyTo: '$l' } ],
		[ 'a plain reply', { 'm.in_reply_to': { event_id: '$l' } }, { replyTo: '$l' } ],
		[ 'an edit', { rel_type: 'm.replace', event_id: '$o' }, { replaces: '$o' } ],
		[ 'nonsense', { rel_type: 'm.thread', event_id: 3 }, {} ]
	] )( 'reads %s', ( _what, relation, expected ) => {
		expect( readRelation( { 'm.relates_to': relation } ) ).toEqual( expected );
	} );
} );

describe( 'settings of a wiki', () => {
	const hosts = { homeserverUrl: 'https://help.example', bot: '@ask:help.example', identityProvider: 'oidc-mediawiki' };

	it.each( [
		[ 'https', hosts.homeserverUrl, true ], [ 'plain http elsewhere', 'http://help.example', false ],
		[ 'plain http on the machine itself', 'http://127.0.0.1:8482', true ], [ 'a slash at its end', 'https://help.example/', false ],
		[ 'credentials', 'https://a@help.example', false ], [ 'script', 'javascript:alert(1)', false ],
		[ 'a name that begins like localhost', 'http://localhost.evil.example', false ]
	] )( 'take a homeserver address with %s only when it is safe', ( _what, homeserverUrl, isGood ) => {
		expect( readHostSettings( { ...hosts, homeserverUrl } ) !== undefined ).toBe( isGood );
	} );

	it.each( [ null, [], 'x', {}, { ...hosts, bot: 'ask' }, { ...hosts, identityProvider: 'a/b' } ] )( 'refuse %o as hosts', ( raw ) => {
		expect( readHostSettings( raw ) ).toBeUndefined();
	} );

	it( 'limit nothing that the launch page does not mention, and keep what it says', () => {
		const all = {
			helpPage: '', maxEdits: Infinity, maxAccountDays: Infinity, groups: [ '*' ], exceptGroups: [], namespaces: [], actions: [ 'edit' ], share: 100
		};
		expect( readLaunchSettings( { enabled: true } ) ).toEqual( { enabled: true, ...all } );
		const said = {
			enabled: false, helpPage: 'Help:Desk', maxEdits: 0, maxAccountDays: 1, groups: [ 'user' ], exceptGroups: [ 'bot' ],
			namespaces: [ 0 ], actions: [], share: 0.5
		};
		expect( readLaunchSettings( { ...said, more: 'for a later version' } ) ).toMatchObject( said );
	} );

	it.each<[ string, unknown ]>( [
		[ 'nothing', undefined ], [ 'null', null ], [ 'a list', [] ], [ 'a text', '{"enabled":true}' ], [ 'no off switch', {} ],
		[ 'an off switch of a wrong type', { enabled: 'yes' } ],
		// ResourceLoader hands JSON over as a literal, in which "__proto__" is the prototype.
		[ 'an inherited name', Object.create( { enabled: true } ) ],
		...[ 'helpPage', 'maxEdits', 'maxAccountDays', 'groups', 'exceptGroups', 'namespaces', 'actions', 'share' ].flatMap( ( key ) => (
			[ null, true, {} ].map( ( value ): [ string, unknown ] => [ `${ key } ${ JSON.stringify( value ) }`, { enabled: true, [ key ]: value } ] )
		) ),
		[ 'a text instead of a list', { enabled: true, groups: 'sysop' } ],
		[ 'a list of 101', { enabled: true, namespaces: Array.from( { length: 101 }, ( _, id ) => id ) } ]
	] )( 'show the button to nobody when the launch page holds %s', ( _what, raw ) => {
		expect( readLaunchSettings( raw ) ).toBeUndefined();
	} );

	it.each<[ string, unknown, string, string | undefined ]>( [
		[ 'its own language', { ar: { label: 'مساعدة' }, de: { label: 'Hilfe' } }, 'ar', 'مساعدة' ],
		[ 'a variant of it', { de: { label: 'Hilfe' } }, 'de-at', 'Hilfe' ],
		[ 'the variant first', { de: { label: 'Hilfe' }, 'de-at': { label: 'Hüfe' } }, 'de-at', 'Hüfe' ],
		[ 'a joiner that some scripts need', { fa: { label: 'می\u200cخواهم' } }, 'fa', 'می\u200cخواهم' ],
		[ 'none of a language that is missing', { de: { label: 'Hilfe' } }, 'hu', undefined ],
		[ 'none where it is missing', { de: { failed: 'Hilfe' } }, 'de', undefined ],
		[ 'none of the longest label and one', { de: { label: 'x'.repeat( 51 ) } }, 'de', undefined ],
		...[ undefined, null, true, 3, 'x', [], [ 'de' ], { de: null }, { de: 'Hilfe' }, { de: [ 'Hilfe' ] } ]
			.map( ( texts ): [ string, unknown, string, undefined ] => [ `none out of ${ JSON.stringify( texts ) }`, texts, 'de', undefined ] ),
		...[ '', '  ', '\u00a0', '<b>Hilfe</b>', 'a\nb', 'a\u0000b', 'a\u202eb', 'a\u2067b', 'a\u2028b', 3, {}, null ]
			.map( ( label ): [ string, unknown, string, undefined ] => [ `none that is ${ JSON.stringify( label ) }`, { de: { label } }, 'de', undefined ] )
	] )( 'give the launcher a label: %s', ( _what, texts, language, expected ) => {
		const settings = readLaunchSettings( { enabled: true, texts } )!;
		expect( settings.enabled, 'nothing said there takes the button away' ).toBe( true );
		expect( launcherText( settings, language, 'label' ) ).toBe( expected );
	} );

	it.each( [ [ 300, true ], [ 301, false ] ] )( 'let the launcher say of a failure a sentence of %i characters: %s', ( length, isShown ) => {
		expect( launcherText( { texts: { de: { failed: 'x'.repeat( length ) } } }, 'de', 'failed' ) !== undefined ).toBe( isShown );
	} );

	it( 'cost no time, however long a list is', () => {
		let reads = 0;
		const huge = new Proxy( Array.from( { length: 1_000_000 }, () => 'user' ), {
			get( target, key ) {
				reads++;
				return Reflect.get( target, key ) as unknown;
			}
		} );
		expect( readLaunchSettings( { enabled: true, groups: huge } ) ).toBeUndefined();
		expect( reads ).toBeLessThan( 10 );
	} );
} );

describe( 'what is done to an event', () => {
	const target = '$t' as EventId;
	const content = { msgtype: 'm.text', body: 'new' };
	const edit = { 'm.new_content': content, 'm.relates_to': { rel_type: 'm.replace', event_id: target } };

	it.each( [
		[ edit, { replaces: target, content } ],
		[ { ...edit, 'm.new_content': 'x' }, undefined ],
		[ { 'm.new_content': content }, undefined ],
		[ null, undefined ]
	] )( 'an edit is read from %o', ( given, expected ) => {
		expect( readReplacement( given ) ).toEqual( expected );
	} );

	it.each( [
		[ 'm.room.redaction', { redacts: target }, undefined, target ],
		[ 'm.room.redaction', {}, target, target ],
		[ 'm.room.redaction', { redacts: 7 }, undefined, undefined ],
		[ 'm.room.message', { redacts: target }, undefined, undefined ]
	] )( 'a redaction is read from %s %o %s', ( type, given, redacts, expected ) => {
		expect( readRedaction( { type, content: given, redacts } ) ).toBe( expected );
	} );

	it.each( [ [ '👍', true ], [ 'x'.repeat( 64 ), true ], [ 'x'.repeat( 65 ), false ], [ ' ', false ] ] )( 'a reaction %j is read: %s', ( key, isRead ) => {
		expect( readReaction( writeReaction( { target, key } ) ) ).toEqual( isRead ? { target, key } : undefined );
	} );

	it( 'a reaction without a target is none', () => {
		expect( readReaction( { 'm.relates_to': { rel_type: 'm.annotation', key: '👍' } } ) ).toBeUndefined();
	} );

	it( 'the marker of an edit names what was edited', () => {
		const marker = { source: { roomId: '!r:x' as RoomId, eventId: '$e' as EventId }, name: 'N', role: 'helper', saidAtMs: 1, text: 't', edits: target } as const;
		expect( readMirrorMarker( writeMirrorMarker( marker, 'p' ) ) ).toEqual( marker );
	} );
} );

describe( 'a file', () => {
	const content = { msgtype: 'm.image', body: 'goat.png', url: 'mxc://help.example/abc', info: { size: 7, mimetype: 'image/PNG', w: 1, h: 2 } };
	const media = { msgtype: 'm.image', url: content.url, fileName: 'goat.png', info: { size: 7, mimetype: 'image/png', w: 1, h: 2 } };

	it.each<[ string, unknown, unknown ]>( [
		[ 'all that it says', content, { media, caption: '' } ],
		[ 'a caption', { ...content, body: 'My goat', filename: 'goat.png' }, { media, caption: 'My goat' } ],
		[ 'no info', { ...content, info: undefined }, { media: { ...media, info: {} }, caption: '' } ],
		[ 'wrong info', { ...content, info: { size: -1, mimetype: 'x', w: '1', h: 1.5, duration: null, more: 1 } }, { media: { ...media, info: {} }, caption: '' } ],
		[ 'another address', { ...content, url: 'https://evil.example/a' }, undefined ],
		[ 'an address with a path in it', { ...content, url: 'mxc://a/b/../c' }, undefined ],
		[ 'an encrypted file', { ...content, url: undefined, file: { url: content.url } }, undefined ],
		[ 'another type', { ...content, msgtype: 'm.text' }, undefined ],
		[ 'nothing', null, undefined ]
	] )( 'is read with %s', ( _what, given, expected ) => {
		expect( readMedia( given ) ).toEqual( expected );
	} );
} );
