import type { EventId, UserId } from '../../protocol/ids.ts';
import { isRecord } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';
import { readRelation, readTextMessage } from '../../protocol/message.ts';
import { readMirrorMarker } from '../../protocol/mirror.ts';
import { plainLine, plainText } from './plain-text.ts';
import type { Changes, PendingEvent, Reaction, RoomLog } from './room-log.ts';

/** A message of a Support room as it is shown; all texts are safe for a terminal. */
export type Message = {
	/** Its event id, or its transaction id for as long as it has none. */
	readonly id: string;
	readonly eventId: EventId | undefined;
	readonly saidAtMs: number;
	readonly name: string;
	/**
	 * - `newcomer`: words of the newcomer, which the bot passed on
	 * - `helper`: another member of the room
	 * - `relay`: what the bot says itself
	 */
	readonly from: 'newcomer' | 'helper' | 'me' | 'relay';
	readonly text: string;
	/** Whether it is an image, a file …, which the relay does not pass on to newcomers. */
	readonly isMedia: boolean;
	/** Whether it stays among helpers (`!note …` and other commands, notices). */
	readonly staysHere: boolean;
	readonly isEdited: boolean;
	readonly isDeleted: boolean;
	readonly reactions: readonly Reaction[];
	readonly delivery: 'sent' | 'unsent' | 'failed';
	/** Why it failed. */
	readonly reason: string;
};

const MEDIA: Readonly<Record<string, string>> = {
	'm.image': 'image', 'm.file': 'file', 'm.video': 'video', 'm.audio': 'sound', 'm.location': 'place'
};

function size( bytes: unknown ): string {
	if ( typeof bytes !== 'number' || !( bytes > 0 ) ) {
		return '';
	}
	return bytes < 1_000_000 ? `${ Math.ceil( bytes / 1000 ) } KB` : `${ ( bytes / 1_000_000 ).toFixed( 1 ) } MB`;
}

/** An image, a file … in words: "[image: goat.png, 320 × 200, 45 KB]". */
function mediaLine( kind: string, content: Readonly<Record<string, unknown>> ): string {
	const info = isRecord( content.info ) ? content.info : {};
	const name = [ content.filename, content.body ].find( ( part ) => typeof part === 'string' && part.trim() !== '' );
	const pixels = typeof info.w === 'number' && typeof info.h === 'number' ? `${ info.w } × ${ info.h }` : '';
	const parts = [ plainLine( String( name ?? '' ) ), pixels, size( info.size ) ].filter( ( part ) => part !== '' );
	const caption = typeof content.filename === 'string' && typeof content.body === 'string' && content.body !== content.filename ?
		`\n${ plainText( content.body ) }` : '';
	return `[${ [ kind, parts.join( ', ' ) ].filter( ( part ) => part !== '' ).join( ': ' ) }]${ caption }`;
}

/** The text without the quotation that older clients put before a reply ("Rich replies", fallback). */
function withoutQuotation( body: string ): string {
	return body.replace( /^> (<|\* <)[^\n]*\n(> ?[^\n]*\n)*\n?/, '' );
}

/** What an event's content says, in words; `undefined` for what is no message. */
function textOf( type: string, content: Readonly<Record<string, unknown>>, name: string ): string | undefined {
	if ( type === 'm.room.encrypted' ) {
		return '[an encrypted message, which cannot be read here]';
	}
	if ( type === 'm.sticker' ) {
		return mediaLine( 'sticker', content );
	}
	if ( type !== 'm.room.message' ) {
		return undefined;
	}
	const message = readTextMessage( content );
	if ( message ) {
		const body = plainText( readRelation( content ).replyTo === undefined ? message.body : withoutQuotation( message.body ) ).trim();
		return message.msgtype === 'm.emote' ? `* ${ name } ${ body }` : body;
	}
	return mediaLine( MEDIA[ String( content.msgtype ) ] ?? 'message of an unknown kind', content );
}

/** Whether words of a helper are a command to the relay, which never reach the newcomer. */
export function isCommand( text: string ): boolean {
	return /^!\p{L}/u.test( text );
}

export type MessageReader = {
	message( event: RoomEvent ): Message | undefined;
	pendingMessage( event: PendingEvent ): Message | undefined;
};

/** Reads messages of a room. `bot` is the one whose markers are believed. */
export function createMessageReader( log: RoomLog, changes: Changes, bot: UserId | undefined ): MessageReader {
	const nameOf = ( userId: UserId ): string => plainLine( log.names.get( userId ) ?? userId ) || plainLine( userId );
	return {
		message( event ) {
			const edited = changes.editedContent( event );
			const content = edited ?? event.content;
			const marker = event.sender === bot ? readMirrorMarker( content ) : undefined;
			const name = marker ? plainLine( marker.name ) : nameOf( event.sender );
			const isDeleted = changes.isDeleted( event );
			const words = isDeleted ? '' : marker ? plainText( marker.text ) : textOf( event.type, content, name );
			if ( words === undefined || ( isDeleted && event.type !== 'm.room.message' ) || readRelation( event.content ).replaces !== undefined ) {
				return undefined;
			}
			const from = event.sender === log.me ? 'me' : marker?.role === 'newcomer' ? 'newcomer' : event.sender === bot ? 'relay' : 'helper';
			return {
				id: event.event_id, eventId: event.event_id, saidAtMs: marker?.saidAtMs ?? event.origin_server_ts, name, from,
				text: marker ? withPlace( words, content ) : words,
				isMedia: !isDeleted && readTextMessage( content ) === undefined,
				staysHere: from !== 'newcomer' && ( content.msgtype === 'm.notice' || isCommand( words ) ),
				// The bot edits a card whenever its state changes; the words in it are the same.
				isEdited: edited !== undefined && !isDeleted && words !== plainText( readMirrorMarker( event.content )?.text ?? '' ),
				isDeleted, reactions: changes.reactions( event.event_id ),
				delivery: 'sent', reason: ''
			};
		},
		pendingMessage( { transactionId, type, content, createdAtMs, status, reason, eventId } ) {
			const name = nameOf( log.me );
			const text = textOf( type, content, name );
			return text === undefined ? undefined : {
				id: transactionId, eventId: undefined, saidAtMs: createdAtMs, name, from: 'me', text, isMedia: false, staysHere: isCommand( text ),
				isEdited: false, isDeleted: false, reactions: [],
				delivery: eventId === undefined ? status : 'sent', reason: plainLine( reason )
			};
		}
	};
}

/** Adds the line with which the relay says that the newcomer has gone to another page: `(about …)`, the last of the body. */
function withPlace( words: string, content: Readonly<Record<string, unknown>> ): string {
	const lastLine = typeof content.body === 'string' && readRelation( content ).thread !== undefined ?
		/\n(\(about [^\n]*\))$/.exec( content.body )?.[ 1 ] : undefined;
	return lastLine === undefined || words.endsWith( lastLine ) ? words : `${ words }\n${ plainLine( lastLine ) }`;
}
