import type { EventId, RoomId } from '../../protocol/ids.ts';
import { isRecord } from '../../protocol/ids.ts';
import { readRelation } from '../../protocol/message.ts';
import { writeMirrorMarker } from '../../protocol/mirror.ts';
import type { EditorKind } from '../../protocol/question.ts';
import { MAX_MESSAGE_LENGTH } from '../../protocol/question.ts';
import type { Conversation, Request, RequestState, WikiFacts } from './model.ts';
import { escapeHtml, escapeLines, languageName, oneLine, plural, timeSpan } from './words.ts';

export type CardFacts = {
	readonly request: Request;
	readonly conversation: Pick<Conversation, 'newcomer' | 'profile'>;
	/** Name for as long as the wiki has not told the right one. */
	readonly placeholderName: string;
	/** Without an address when it is not configured any more: a link would be made of the newcomer's own words. */
	readonly wiki: Pick<WikiFacts, 'name'> & Partial<WikiFacts>;
	/** Whether helpers have to be told which wiki it is. */
	readonly hasOtherWikis: boolean;
	readonly sourceRoom: RoomId;
	/** The request before this one, whose room was left, and where its card is. */
	readonly earlier?: { readonly number: number; readonly address: string } | undefined;
	readonly nowMs: number;
};

const SIGNS: Readonly<Record<RequestState, string>> = { waiting: '❓', answered: '💬' };

const EDITOR_NAMES: Readonly<Record<EditorKind, string>> = {
	visualeditor: 'VisualEditor',
	'visualeditor-source': 'VisualEditor (source)',
	wikieditor: 'WikiEditor',
	textarea: 'plain editor',
	'mobile-visual': 'mobile visual editor',
	'mobile-source': 'mobile source editor',
	none: 'reading'
};

/** Address of a page, and of a section in it; built here from the settings, never taken from a client. */
export function articleAddress( articleUrl: string, title: string, section = '' ): string {
	const encode = ( text: string ): string => (
		// What is left readable is what MediaWiki leaves so (wfUrlencode). Lone surrogates cannot be encoded.
		encodeURIComponent( text.toWellFormed().replace( / /g, '_' ) ).replace( /%(3A|2F|40|24|2C|3B)/g, decodeURIComponent )
	);
	return articleUrl.replace( '$1', () => encode( title ) ) + ( section === '' ? '' : `#${ encode( section ) }` );
}

/** A part of a line, which may be a link. */
export type Piece = { readonly text: string; readonly href?: string | undefined };

function addressOn( { articleUrl }: CardFacts[ 'wiki' ], title: string, section?: string ): string | undefined {
	return articleUrl === undefined ? undefined : articleAddress( articleUrl, title, section );
}

export const plain = ( pieces: readonly Piece[] ): string => pieces.map( ( { text } ) => text ).join( '' );
export const html = ( pieces: readonly Piece[] ): string => pieces.map( ( { text, href } ) => (
	href === undefined ? escapeHtml( text ) : `<a href="${ escapeHtml( href ) }">${ escapeHtml( text ) }</a>`
) ).join( '' );

/** Items in one line, with a dot between them; empty ones are left out. */
export function inOneLine( items: readonly ( readonly Piece[] )[] ): Piece[] {
	return items.filter( ( pieces ) => pieces.length > 0 ).flatMap( ( pieces, index ) => index === 0 ? pieces : [ { text: ' · ' }, ...pieces ] );
}

function timeOfDay( timeMs: number ): string {
	return `${ new Date( timeMs ).toISOString().slice( 11, 16 ) } UTC`;
}

function headline( { request, conversation, placeholderName, wiki }: CardFacts ): Piece[] {
	const { profile } = conversation;
	const { page = '', section = '' } = request.context ?? {};
	return [
		{ text: `${ SIGNS[ request.state ] } #${ request.number } ` },
		profile ?
				{ text: oneLine( profile.name ), href: addressOn( wiki, `User:${ profile.name }` ) } :
				{ text: placeholderName },
		...( oneLine( page ) === '' ? [] : [ { text: ' · ' }, { text: oneLine( page ), href: addressOn( wiki, page ) } ] ),
		...( oneLine( page ) === '' || oneLine( section ) === '' ? [] : [
			{ text: ', section ' }, { text: oneLine( section ), href: addressOn( wiki, page, section ) }
		] )
	];
}

function account( { conversation: { profile }, nowMs }: CardFacts ): string {
	if ( !profile ) {
		return '';
	}
	const age = profile.registeredAtMs === undefined ? '' : `, ${ timeSpan( nowMs - profile.registeredAtMs ) ?? 'a moment' } here`;
	return `${ plural( profile.editCount, 'edit' ) }${ age }${ profile.isBlocked ? ', blocked' : '' }`;
}

function waiting( { request: { askedAtMs, answeredAtMs } }: CardFacts ): string {
	if ( answeredAtMs === undefined ) {
		return `waiting since ${ timeOfDay( askedAtMs ) }`;
	}
	const waited = timeSpan( answeredAtMs - askedAtMs );
	return waited === undefined ? 'answered at once' : `answered after ${ waited }`;
}

function details( facts: CardFacts ): Piece[] {
	const { request, wiki, hasOtherWikis, earlier } = facts;
	const { context } = request;
	const items: Piece[] = [
		{ text: oneLine( context?.topic ?? '' ) },
		...( hasOtherWikis ? [ { text: wiki.name, href: addressOn( wiki, '' ) } ] : [] ),
		{ text: context ? EDITOR_NAMES[ context.editor ] : '' },
		{ text: account( facts ) },
		{ text: languageName( context?.language ?? '' ) },
		{ text: waiting( facts ) }
	].filter( ( { text } ) => text !== '' );
	const all = inOneLine( items.map( ( item ) => [ item ] ) );
	return earlier ? [ ...all, { text: ' · earlier: ' }, { text: `#${ earlier.number }`, href: earlier.address } ] : all;
}

/** What was selected in the editor, in quotation marks; nothing beside longer words than the panel's, which just fit without it. */
export function quotedSelection( selection: string, words: string ): string {
	const text = oneLine( selection );
	return text === '' || words.length > MAX_MESSAGE_LENGTH ? '' : `“${ text }”`;
}

/** What the newcomer had selected, as a line between the question and the details. */
function selected( { request: { context, question } }: CardFacts ): string {
	const quote = quotedSelection( context?.selection ?? '', question );
	return quote === '' ? '' : `\nSelected: ${ quote }`;
}

/** What stands in place of a question that was taken back. */
const DELETED_QUESTION = '(The newcomer has deleted the question.)';

/**
 * Content of the card: three lines, and one more with what was selected; the HTML says the same with links. All that came
 * from elsewhere is text.
 */
export function cardContent( facts: CardFacts ): Record<string, unknown> {
	const { request, conversation, placeholderName, sourceRoom } = facts;
	const first = headline( facts );
	const quote = selected( facts );
	const last = details( facts );
	const question = request.question === '' ? DELETED_QUESTION : request.question;
	return {
		msgtype: 'm.text',
		body: `${ plain( first ) }\n${ question }${ quote }\n${ plain( last ) }`,
		format: 'org.matrix.custom.html',
		formatted_body: `${ html( first ) }<br>${ escapeLines( question + quote ) }<br>${ html( last ) }`,
		// An empty one, or "@room" in a newcomer's text would call everybody.
		'm.mentions': {},
		...writeMirrorMarker( {
			source: { roomId: sourceRoom, eventId: request.questionEvent },
			name: conversation.profile?.name ?? placeholderName,
			role: 'newcomer',
			saidAtMs: request.askedAtMs,
			text: request.question
		}, conversation.newcomer )
	};
}

/** Content of the event that replaces the card's text ("Event replacements"). */
export function cardEditContent( card: Readonly<Record<string, unknown>>, rootEvent: EventId ): Record<string, unknown> {
	return {
		msgtype: 'm.text',
		// No HTML: a client that shows edits takes it from the new content, and twice it may be too much for one event.
		body: `* ${ String( card.body ) }`,
		'm.mentions': {},
		'm.new_content': card,
		'm.relates_to': { rel_type: 'm.replace', event_id: rootEvent }
	};
}

/** Whether an event of the bot is the edit of a card that `content` would be; times in its last line may have gone on. */
export function isSameCardEdit( sent: unknown, content: Readonly<Record<string, unknown>> ): boolean {
	const replaced = readRelation( content ).replaces;
	const withoutDetails = ( body: unknown ): string => String( body ).split( '\n' ).slice( 0, -1 ).join( '\n' );
	return isRecord( sent ) && replaced !== undefined && readRelation( sent ).replaces === replaced &&
		withoutDetails( sent.body ) === withoutDetails( content.body );
}
