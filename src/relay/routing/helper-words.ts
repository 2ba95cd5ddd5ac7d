import { isRecord } from '../../protocol/ids.ts';
import type { EventId } from '../../protocol/ids.ts';
import type { MediaLimits } from '../../protocol/media.ts';
import { DEFAULT_MEDIA_LIMITS, readMedia } from '../../protocol/media.ts';
import type { Reaction, RoomEvent } from '../../protocol/message.ts';
import { readReaction, readRedaction, readRelation, readReplacement, readTextMessage } from '../../protocol/message.ts';
import { readFormatting, withoutBeginning } from './formatting.ts';
import { passable } from './media.ts';
import { isMisspelling } from './misspelling.ts';
import type { Words } from './model.ts';
import { otherKindLine } from './other-kinds.ts';
import { mannerOf, oneLine, withoutQuotation } from './words.ts';

/** What somebody said in a Support room, before it is known whom it is for. */
export type HelperWords =
	| {
		readonly kind: 'message';
		/** `undefined` when it is nothing that can be passed on. */
		readonly text: string | undefined;
		readonly html?: Words[ 'html' ];
		readonly manner?: Words[ 'manner' ];
		/** A file that may be passed on; `text` is its caption then. */
		readonly media?: Words[ 'media' ];
		readonly replyTo?: EventId | undefined;
		/** Events by which its request may be found: the root of its thread first, then what it replies to. */
		readonly pointsTo: readonly EventId[];
		/** Whether its text may begin with an address: not in a thread, and not when it mentions somebody, which looks the same. */
		readonly mayAddress: boolean;
	} |
	/** Other words in the place of a message; without a text they are of no kind that can be passed on. */
	{ readonly kind: 'edit'; readonly original: EventId; readonly text: string | undefined } & Pick<Words, 'html' | 'manner' | 'media'> |
	/** An event was taken back: a message, an edit or a reaction. */
	{ readonly kind: 'delete'; readonly target: EventId } |
	Reaction & { readonly kind: 'react' } |
	/** It stays in the Support room whatever it points to. */
	{ readonly kind: 'stays'; readonly pointsTo: readonly EventId[] };

/** Reads an event of a Support room that was sent by one of its members other than the relay's accounts. */
export function readHelperEvent( event: RoomEvent, limits: MediaLimits = DEFAULT_MEDIA_LIMITS ): HelperWords {
	const isRedacted = event.unsigned?.redacted_because !== undefined || Object.keys( event.content ).length === 0;
	const target = readRedaction( event );
	if ( event.state_key !== undefined || ( isRedacted && target === undefined ) ) {
		return { kind: 'stays', pointsTo: [] };
	}
	if ( target !== undefined ) {
		return { kind: 'delete', target };
	}
	const reaction = event.type === 'm.reaction' ? readReaction( event.content ) : undefined;
	if ( reaction ) {
		return { kind: 'react', ...reaction };
	}
	return event.type === 'm.reaction' ? { kind: 'stays', pointsTo: [] } : readSpoken( event, limits );
}

function readFile( content: unknown, limits: MediaLimits ): Pick<Words, 'text' | 'html' | 'media'> | undefined {
	const file = readMedia( content );
	const media = file && passable( file.media, limits );
	return media && { text: file.caption, html: readFormatting( content, file.caption ), media };
}

function readSpoken( event: RoomEvent, limits: MediaLimits ): HelperWords {
	const relation = readRelation( event.content );
	if ( relation.replaces !== undefined && event.type === 'm.room.message' ) {
		const replacement = readReplacement( event.content );
		const message = replacement && readTextMessage( replacement.content );
		const text = message?.body.trim() || undefined;
		return replacement ? {
			kind: 'edit', original: relation.replaces, text, html: text && readFormatting( replacement.content, text ),
			manner: message && mannerOf( message ), ...readFile( replacement.content, limits )
		} : { kind: 'stays', pointsTo: [] };
	}
	const pointsTo = [ relation.thread, relation.replyTo ].filter( ( id ) => id !== undefined );
	const line = otherKindLine( event );
	const message = event.type === 'm.room.message' ? readTextMessage( event.content ) : undefined;
	const text = line ?? ( message && ( relation.replyTo === undefined ? message.body : withoutQuotation( message.body ) ).trim() );
	if ( text === '' ) {
		return { kind: 'stays', pointsTo };
	}
	return {
		kind: 'message',
		text,
		html: message && text && readFormatting( event.content, text ),
		manner: message && mannerOf( message ),
		replyTo: relation.replyTo,
		pointsTo,
		...( event.type === 'm.room.message' && readFile( event.content, limits ) ),
		// Bots write notices, and may well begin them with the name of whom they answer.
		mayAddress: relation.thread === undefined && message?.msgtype !== 'm.notice' && !mentionsSomebody( event.content )
	};
}

/** Whether a text without its address is a note (`!note …`) or another command, which stays in the Support room. */
export function isCommand( text: string | undefined ): boolean {
	return text !== undefined && /^!\p{L}/u.test( text );
}

/** Whether a command is a note among helpers. */
export function isNote( text: string ): boolean {
	return /^!note(?!\p{L})/iu.test( text );
}

function mentionsSomebody( content: Readonly<Record<string, unknown>> ): boolean {
	const mentions = content[ 'm.mentions' ];
	return isRecord( mentions ) && Array.isArray( mentions.user_ids ) && mentions.user_ids.length > 0;
}

/** An open request, as far as one may address it; without a name, by its number only. */
export type Addressee = { readonly requestId: number; readonly number: number; readonly name: string | undefined };

const fold = ( text: string ): string => text.normalize( 'NFC' ).toLowerCase();

/** Longest name that a wiki lets people have, in UTF-16 code units at most. */
const LONGEST_NAME = 255;
// The space keeps "https://…" from being for somebody who is called Https.
const AFTER_NAME = /:(?=\s+\S)/g;

/** What a text may begin with as an address, read without knowing the requests; `undefined` for ordinary talk. */
export function readAddressing( text: string ): { readonly number: number; readonly length: number } | 'name' | undefined {
	const byNumber = /^#(\d{1,9})(?:[:,]\s*|\s+)(?=\S)/.exec( text );
	if ( byNumber ) {
		return { number: Number( byNumber[ 1 ] ), length: byNumber[ 0 ].length };
	}
	return text.slice( 0, LONGEST_NAME + 3 ).search( AFTER_NAME ) > 0 ? 'name' : undefined;
}

type Found = Addressee & { readonly length: number };

/** Those whom a text addresses by number, or by name. */
function addressees( text: string, open: readonly Addressee[] ): readonly Found[] {
	const addressing = readAddressing( text );
	if ( addressing === undefined ) {
		return [];
	}
	if ( addressing !== 'name' ) {
		return open.filter( ( { number } ) => number === addressing.number ).map( ( one ) => ( { ...one, length: addressing.length } ) );
	}
	// A name may hold colons; and it is compared whole, as some letters have another length when they are typed or folded.
	return [ ...text.slice( 0, LONGEST_NAME + 3 ).matchAll( AFTER_NAME ) ].flatMap( ( { index } ) => {
		const said = fold( text.slice( 0, index ) );
		return open.filter( ( { name } ) => name !== undefined && fold( name ) === said )
			.map( ( one ) => ( { ...one, length: index + 1 } ) );
	} ).sort( ( a, b ) => a.number - b.number );
}

/**
 * Finds the request that a text addresses, `#42 …` or `Name: …`, as people write from bridges and in clients without
 * threads.
 *
 * @returns the request and the text without the address; `undefined` when it addresses none, or more than one
 */
export function readAddress(
	text: string, open: readonly Addressee[]
): { readonly requestId: number; readonly text: string } | undefined {
	const [ only, ...others ] = addressees( text, open );
	return only && others.length === 0 ? { requestId: only.requestId, text: text.slice( only.length ).trim() } : undefined;
}

/** The formatted version of what is left of somebody's words without their address; `undefined` where that cannot be told. */
export function unaddressed(
	{ text, html }: { readonly text: string | undefined; readonly html?: Words[ 'html' ] }, left: string
): Words[ 'html' ] {
	const isWhole = text === undefined || text === left;
	return isWhole || html === undefined ? html : withoutBeginning( html, text.slice( 0, text.length - left.length ) );
}

/** What to tell somebody whose text looks like an address and fits no request, or several; `undefined` for ordinary talk. */
export function addressHint( text: string, open: readonly Addressee[] ): string | undefined {
	const addressing = readAddressing( text );
	const found = addressees( text, open );
	if ( addressing === undefined || found.length === 1 ) {
		return undefined;
	}
	if ( found.length > 1 ) {
		// The same number may be there once for each wiki, the same name several times.
		const names = found
			.map( ( { number, name } ) => addressing === 'name' ? `#${ number }` : name && oneLine( name ) )
			.filter( ( name ) => name );
		const which = names.length === 0 ? '' : ` (${ names.join( ', ' ) })`;
		return `Nobody got this: more than one open request fits${ which }. Please answer in the thread, or reply to the card.`;
	}
	if ( addressing !== 'name' ) {
		return `Nobody got this: there is no open request #${ addressing.number } here.`;
	}
	const said = fold( text.slice( 0, text.search( AFTER_NAME ) ) );
	const near = open.find( ( { name } ) => name !== undefined && isMisspelling( said, fold( name ) ) );
	return near && `Nobody got this: nobody with an open request here has this name. Is it for ${ oneLine( near.name ?? '' ) } (#${ near.number })?`;
}
