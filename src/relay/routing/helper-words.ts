import { isRecord } from '../../protocol/ids.ts';
import type { EventId } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';
import { readRelation, readTextMessage } from '../../protocol/message.ts';
import { withoutQuotation } from './words.ts';

/** What somebody said in a Support room, before it is known whom it is for. */
export type HelperWords =
	| {
		readonly kind: 'message';
		/** `undefined` when it is no text: an image, a file, … */
		readonly text: string | undefined;
		/** Events by which its request may be found: the root of its thread first, then what it replies to. */
		readonly pointsTo: readonly EventId[];
		/** Whether its text may begin with an address: not in a thread, and not when it mentions somebody, which looks the same. */
		readonly mayAddress: boolean;
	} |
	/** It stays in the Support room whatever it points to: an edit, what a bot says. */
	{ readonly kind: 'stays'; readonly pointsTo: readonly EventId[] };

/** Reads an event of a Support room that was sent by one of its members other than the relay's accounts. */
export function readHelperEvent( event: RoomEvent ): HelperWords {
	const isRedacted = event.unsigned?.redacted_because !== undefined || Object.keys( event.content ).length === 0;
	if ( event.type !== 'm.room.message' || event.state_key !== undefined || isRedacted ) {
		return { kind: 'stays', pointsTo: [] };
	}
	const relation = readRelation( event.content );
	if ( relation.replaces !== undefined ) {
		return { kind: 'stays', pointsTo: [] };
	}
	const pointsTo = [ relation.thread, relation.replyTo ].filter( ( id ) => id !== undefined );
	const message = readTextMessage( event.content );
	// Notices are what bots say to each other and to people; they are no answer.
	if ( message?.msgtype === 'm.notice' ) {
		return { kind: 'stays', pointsTo };
	}
	const text = message && ( relation.replyTo === undefined ? message.body : withoutQuotation( message.body ) ).trim();
	if ( text === '' ) {
		return { kind: 'stays', pointsTo };
	}
	return {
		kind: 'message',
		text: message?.msgtype === 'm.emote' ? `* ${ text }` : text,
		pointsTo,
		mayAddress: relation.thread === undefined && !mentionsSomebody( event.content )
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

/** An open request, as far as one may address it. */
export type Addressee = { readonly requestId: number; readonly number: number; readonly name: string | undefined };

/**
 * Finds the request that a text addresses, `#42 …` or `Name: …`, as people write from bridges and in clients without
 * threads.
 *
 * @returns the request and the text without the address; `undefined` when it addresses none, or more than one
 */
export function readAddress( text: string, open: readonly Addressee[] ): { readonly requestId: number; readonly text: string } | undefined {
	const byNumber = /^#(\d{1,9})(?:[:,]\s*|\s+)(?=\S)/.exec( text );
	const fold = ( name: string ): string => name.normalize( 'NFC' ).toLowerCase();
	const isNamed = ( name: string | undefined ): name is string => (
		// The space keeps "https://…" from being for somebody who is called Https.
		name !== undefined && fold( text ).startsWith( `${ fold( name ) }:` ) && /^\s+\S/.test( text.slice( name.length + 1 ) )
	);
	const addressed = byNumber ?
			open.filter( ( { number } ) => number === Number( byNumber[ 1 ] ) ) :
			open.filter( ( { name } ) => isNamed( name ) );
	const [ only, ...others ] = addressed;
	if ( !only || others.length > 0 ) {
		return undefined;
	}
	const addressLength = byNumber ? byNumber[ 0 ].length : ( only.name?.length ?? 0 ) + 1;
	return { requestId: only.requestId, text: text.slice( addressLength ).trim() };
}
