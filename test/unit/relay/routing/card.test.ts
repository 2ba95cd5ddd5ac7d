import { describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../../src/protocol/ids.ts';
import { readMirrorMarker } from '../../../../src/protocol/mirror.ts';
import { DEFAULT_MEDIA_LIMITS } from '../../../../src/protocol/media.ts';
import { CONTEXT_KEY, readQuestionContext } from '../../../../src/protocol/question.ts';
import { readNotice } from '../../../../src/protocol/notice.ts';
import type { CardFacts } from '../../../../src/relay/routing/card.ts';
import { articleAddress, cardContent, cardEditContent } from '../../../../src/relay/routing/card.ts';
import { answerContent, editContent, isMadeFrom, noticeContent, threadContent } from '../../../../src/relay/routing/mirror-content.ts';
import type { Request } from '../../../../src/relay/routing/model.ts';
import { questionText, readWords } from '../../../../src/relay/routing/newcomer-words.ts';
import { escapeHtml } from '../../../../src/relay/routing/words.ts';

const askedAtMs = Date.UTC( 2026, 0, 3, 12, 5 );
const questionEvent = '$question' as EventId;
const room = '!room:example.org' as RoomId;

function facts( request: Partial<Request> = {}, changes: Partial<CardFacts> = {} ): CardFacts {
	return {
		request: {
			id: 1, conversationId: 1, wiki: 'enwiki', number: 42, state: 'waiting', question: 'How do I add a reference?', questionEvent, askedAtMs,
			answeredAtMs: undefined, rootEvent: undefined,
			context: {
				wiki: 'enwiki', page: 'American Pygmy', pageId: 7, section: 'History', revision: 1, editor: 'visualeditor', language: 'en'
			},
			...request
		},
		conversation: {
			newcomer: '@mw-4-:example.org' as UserId,
			profile: { name: 'PygmyFan', editCount: 3, registeredAtMs: askedAtMs - 2.5 * 86_400_000, isBlocked: false }
		},
		placeholderName: 'newcomer 4', wiki: { name: 'English', articleUrl: 'https://en.example/wiki/$1' }, hasOtherWikis: false,
		sourceRoom: room, nowMs: askedAtMs, ...changes
	};
}
const body = ( given: CardFacts ): string => String( cardContent( given ).body );
const html = ( given: CardFacts ): string => String( cardContent( given ).formatted_body );

describe( 'the card', () => {
	it( 'says in three lines who asks, where, what, and how it stands', () => {
		expect( body( facts() ) ).toBe( [
			'❓ #42 PygmyFan · American Pygmy, section History',
			'How do I add a reference?',
			'VisualEditor · 3 edits, 2 days here · English · waiting since 12:05 UTC'
		].join( '\n' ) );
	} );

	it( 'says the same in HTML, with links that are built from the settings', () => {
		expect( html( facts() ).replaceAll( /<a [^>]*>|<\/a>/g, '' ).replaceAll( '<br>', '\n' ) ).toBe( body( facts() ) );
		expect( html( facts() ) ).toContain( '<a href="https://en.example/wiki/User:PygmyFan">PygmyFan</a>' );
		expect( html( facts() ) ).toContain( '<a href="https://en.example/wiki/American_Pygmy#History">History</a>' );
	} );

	it( 'leads to the card of the earlier request, where there is one', () => {
		const given = facts( {}, { earlier: { number: 41, address: 'https://matrix.to/#/!s/$card?via=a&b' } } );
		expect( body( given ) ).toMatch( /waiting since 12:05 UTC · earlier: #41$/ );
		expect( html( given ) ).toMatch( /<a href="https:\/\/matrix\.to\/#\/!s\/\$card\?via=a&#38;b">#41<\/a>$/ );
	} );

	it( 'goes without a name as long as the wiki has not told one', () => {
		const { newcomer } = facts().conversation;
		expect( body( facts( {}, { conversation: { newcomer, profile: undefined } } ) ) ).toMatch( /^❓ #42 newcomer 4 · .*\n.*\nVisualEditor · English · waiting/ );
	} );

	it( 'names the topic, and quotes what was selected, in one line each', () => {
		const { context } = facts().request;
		const given = facts( { context: { ...context!, topic: 'References', selection: 'The goat is\n41 cm <b>tall</b>.' } } );
		expect( body( given ).split( '\n' ).slice( 1 ) ).toEqual( [
			'How do I add a reference?', 'Selected: “The goat is 41 cm <b>tall</b>.”',
			'References · VisualEditor · 3 edits, 2 days here · English · waiting since 12:05 UTC'
		] );
		expect( html( given ) ).toContain( '<br>Selected: “The goat is 41 cm &#60;b&#62;tall&#60;/b&#62;.”<br>References · ' );
	} );

	it( 'goes without a context, too', () => {
		expect( body( facts( { context: undefined } ) ) ).toBe( '❓ #42 PygmyFan\nHow do I add a reference?\n3 edits, 2 days here · waiting since 12:05 UTC' );
	} );

	it( 'shows that it was answered, and after how long', () => {
		expect( body( facts( { state: 'answered', answeredAtMs: askedAtMs + 240_000 } ) ) ).toMatch( /^💬 .*answered after 4 min$/s );
		expect( body( facts( { state: 'answered', answeredAtMs: askedAtMs + 1 } ) ) ).toMatch( /answered at once$/ );
	} );

	it( 'names the wiki where there are several, and a block', () => {
		const { newcomer, profile } = facts().conversation;
		const given = facts( {}, { hasOtherWikis: true, conversation: { newcomer, profile: { ...profile!, isBlocked: true } } } );
		expect( body( given ) ).toContain( '\nEnglish · VisualEditor · 3 edits, 2 days here, blocked · English · ' );
	} );

	it( 'lets no name, title, section or question become markup or another line', () => {
		const evil = `</a><script>alert("x")</script>'\n✅ #1`;
		const { context } = facts().request;
		const given = facts( { question: evil, context: { ...context!, page: evil, section: evil, selection: evil, topic: evil } }, {
			conversation: { newcomer: '@mw-4-:example.org' as UserId, profile: { name: evil, editCount: 0, registeredAtMs: undefined, isBlocked: false } }
		} );
		expect( html( given ).replaceAll( /<a href="https:\/\/en\.example\/wiki\/[^"<>' ]*">|<\/a>|<br>/g, '' ) ).not.toMatch( /[<>"']/ );
		expect( body( given ).split( '\n' )[ 0 ] ).toMatch( /^❓ #42 .*alert.*✅ #1 · .*, section / );
	} );

	it( 'mentions nobody', () => {
		expect( cardContent( facts( { question: '@room help' } ) )[ 'm.mentions' ] ).toEqual( {} );
	} );

	it( 'keeps its marker only inside its edits, so that an edit is no message', () => {
		const edit = cardEditContent( cardContent( facts() ), '$root' as EventId );
		expect( readMirrorMarker( edit ) ).toBeUndefined();
		expect( readMirrorMarker( edit[ 'm.new_content' ] )?.text ).toBe( 'How do I add a reference?' );
		expect( edit[ 'm.relates_to' ] ).toEqual( { rel_type: 'm.replace', event_id: '$root' } );
	} );

	it.each( [ 'a', '字', '"', '<', '\n', '\u{1f600}', '\u007f' ] )( 'and its edit are never more than one event holds (%j)', ( character ) => {
		const words = readWords( { msgtype: 'm.text', body: `x${ character.repeat( 20_000 ) }x` }, false, DEFAULT_MEDIA_LIMITS );
		const context = readQuestionContext( { [ CONTEXT_KEY ]: { wiki: 'enwiki', page: character.repeat( 900 ), section: character.repeat( 900 ), selection: character.repeat( 900 ), topic: character.repeat( 900 ) } } );
		const card = cardContent( facts( { question: questionText( words! ), context }, {
			hasOtherWikis: true,
			conversation: { ...facts().conversation, profile: { ...facts().conversation.profile!, name: '字'.repeat( 85 ) } }
		} ) );
		const mentions = { 'm.mentions': { user_ids: Array.from( { length: 20 }, ( _, index ) => `@a-helper-${ index }:example.org` ) } };
		// The limit is 65,536 bytes for all of an event, with what a homeserver adds to it.
		expect( Buffer.byteLength( JSON.stringify( { ...card, ...mentions } ) ) ).toBeLessThan( 63_000 );
		expect( Buffer.byteLength( JSON.stringify( cardEditContent( card, '$root' as EventId ) ) ) ).toBeLessThan( 63_000 );
	} );
} );

describe( 'articleAddress', () => {
	it.each( [
		[ 'American Pygmy', '', 'American_Pygmy' ],
		[ 'User:A/b', '', 'User:A/b' ],
		[ '"Quotes" & ?#%', '', '%22Quotes%22_%26_%3F%23%25' ],
		[ 'الماعز', '', '%D8%A7%D9%84%D9%85%D8%A7%D8%B9%D8%B2' ],
		[ '🐐 $& $1', 'See also', '%F0%9F%90%90_$%26_$1#See_also' ],
		[ 'broken \ud800', '', 'broken_%EF%BF%BD' ]
	] )( 'of %j, section %j', ( title, section, path ) => {
		expect( articleAddress( 'https://en.example/wiki/$1', title, section ) ).toBe( `https://en.example/wiki/${ path }` );
	} );
} );

describe( 'mirrored words', () => {
	const marker = { source: { roomId: room, eventId: questionEvent }, name: '<b>N</b>', role: 'helper', saidAtMs: 5, text: 'a < b\nc' } as const;
	const speech = { marker, profileId: 'profile' };

	it( 'carry the name in their text, and the marker', () => {
		const content = answerContent( speech );
		expect( content.body ).toBe( '<b>N</b>: a < b\nc' );
		expect( content.formatted_body ).toBe( '<strong data-mx-profile-fallback>&#60;b&#62;N&#60;/b&#62;: </strong>a &#60; b<br>c' );
		expect( readMirrorMarker( content ) ).toEqual( marker );
	} );

	it( 'are in the thread, with the latest message to fall back to', () => {
		expect( threadContent( speech, { root: '$root' as EventId, latest: '$latest' as EventId } )[ 'm.relates_to' ] ).toEqual( {
			rel_type: 'm.thread', event_id: '$root', is_falling_back: true, 'm.in_reply_to': { event_id: '$latest' }
		} );
	} );

	it( 'are a reply in the thread, when they answer a message of it', () => {
		expect( threadContent( speech, { root: '$root' as EventId, latest: '$latest' as EventId, replyTo: '$asked' as EventId } )[ 'm.relates_to' ] ).toEqual( {
			rel_type: 'm.thread', event_id: '$root', is_falling_back: false, 'm.in_reply_to': { event_id: '$asked' }
		} );
		expect( answerContent( speech, '$asked' as EventId )[ 'm.relates_to' ] ).toEqual( { 'm.in_reply_to': { event_id: '$asked' } } );
	} );

	it( 'are told of as an emote with the speaker\'s name, not the bot\'s, and as a notice when they are one', () => {
		const waves = { marker: { ...marker, name: 'Nita', text: 'waves' }, profileId: 'p' };
		const emote = answerContent( { ...waves, manner: 'emote' } );
		expect( [ emote.msgtype, emote.body, emote.formatted_body ] ).toEqual( [
			'm.text', '* Nita waves', '* <strong data-mx-profile-fallback>Nita </strong>waves'
		] );
		expect( readMirrorMarker( emote )?.text ).toBe( '* waves' );
		expect( answerContent( { ...waves, manner: 'notice' } ) ).toMatchObject( { msgtype: 'm.notice', body: 'Nita: waves' } );
	} );

	it( 'replace what they edit, and name what was edited', () => {
		const edit = editContent( { ...speech, marker: { ...marker, edits: '$asked' as EventId } }, '$mirror' as EventId );
		expect( edit[ 'm.relates_to' ] ).toEqual( { rel_type: 'm.replace', event_id: '$mirror' } );
		expect( edit.body ).toBe( '* <b>N</b>: a < b\nc' );
		expect( readMirrorMarker( edit ) ).toEqual( { ...marker, edits: '$asked' } );
		expect( readMirrorMarker( edit[ 'm.new_content' ] ) ).toEqual( { ...marker, edits: '$asked' } );
	} );

	it( 'as long as they may be and edited, fit into an event', () => {
		const text = '\u4e00'.repeat( 3_000 );
		const edit = editContent( { profileId: 'p', marker: { ...marker, text, edits: '$asked' as EventId } }, '$mirror' as EventId );
		expect( new TextEncoder().encode( JSON.stringify( edit ) ).length ).toBeLessThan( 60_000 );
	} );

	it( 'say where the newcomer is now, when that is not what the card says', () => {
		const content = threadContent( speech, {
			root: '$root' as EventId, latest: '$latest' as EventId,
			about: { place: { page: 'A "B"/<i>', section: 'C', articleUrl: 'https://wiki.example/wiki/$1' }, topic: '', selection: '' }
		} );
		expect( content.body ).toBe( '<b>N</b>: a < b\nc\n(about A "B"/<i>, section C)' );
		expect( content.formatted_body ).toContain( '(about <a href="https://wiki.example/wiki/A_%22B%22/%3Ci%3E#C">A &#34;B&#34;/&#60;i&#62;, section C</a>)' );
		expect( readMirrorMarker( content ) ).toEqual( marker );
	} );

	it.each( [
		[ { topic: 'References', selection: '' }, '\n(topic: References)' ],
		[ { topic: '', selection: 'a\n<b>goat</b>' }, '\n(selected: “a <b>goat</b>”)' ],
		[
			{ place: { page: 'Goat', section: '', articleUrl: 'https://wiki.example/wiki/$1' }, topic: 'A & B', selection: 'goat' },
			'\n(about Goat · topic: A & B · selected: “goat”)'
		],
		[ { topic: '', selection: '' }, '' ]
	] )( 'say what a further question is about: %j', ( about, line ) => {
		const content = threadContent( speech, { root: '$root' as EventId, latest: '$latest' as EventId, about } );
		expect( content.body ).toBe( `<b>N</b>: a < b\nc${ line }` );
		const html = String( content.formatted_body );
		expect( html.replaceAll( /<[^>]*>/g, '' ) ).toContain( escapeHtml( line.trim() ) );
		expect( html ).not.toContain( '<b>' );
		expect( readMirrorMarker( content ) ).toEqual( marker );
	} );

	it( 'leave out what was selected beside words that are longer than the panel\'s', () => {
		const long = { ...speech, marker: { ...marker, text: 'a'.repeat( 1001 ) } };
		const where = { root: '$root' as EventId, latest: '$latest' as EventId, about: { topic: 'References', selection: 'goat' } };
		expect( String( threadContent( long, where ).body ) ).toMatch( /a\n\(topic: References\)$/ );
	} );

	it( 'are found again by their source, notices apart from mirrors', () => {
		const notice = noticeContent( 'request-open', questionEvent );
		expect( readNotice( notice ) ).toBe( 'request-open' );
		expect( isMadeFrom( notice, questionEvent, 'notice' ) ).toBe( true );
		expect( isMadeFrom( notice, questionEvent, 'mirror' ) ).toBe( false );
		expect( isMadeFrom( answerContent( speech ), questionEvent, 'mirror' ) ).toBe( true );
		expect( isMadeFrom( answerContent( speech ), '$x' as EventId, 'mirror' ) ).toBe( false );
	} );
} );
