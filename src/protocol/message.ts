import type { EventId, RoomId, UserId } from './ids.ts';
import { isEventId, isRecord } from './ids.ts';

/** A room event as /sync and /messages give it (Matrix client-server API, "Room event format"). */
export type RoomEvent = {
	readonly event_id: EventId;
	readonly room_id?: RoomId;
	readonly type: string;
	readonly sender: UserId;
	readonly origin_server_ts: number;
	readonly state_key?: string;
	readonly content: Readonly<Record<string, unknown>>;
	/** Of a redaction, where a homeserver puts it for clients of older room versions. */
	readonly redacts?: unknown;
	readonly unsigned?: Readonly<Record<string, unknown>>;
};

/** A message's text, from any of the types that carry one. */
export type TextMessage = { readonly msgtype: 'm.text' | 'm.emote' | 'm.notice'; readonly body: string };

const TEXT_TYPES = [ 'm.text', 'm.emote', 'm.notice' ] as const;

/** Reads the text of an `m.room.message` content; `undefined` when it has none (another type, redacted, malformed). */
export function readTextMessage( content: unknown ): TextMessage | undefined {
	if ( !isRecord( content ) || typeof content.body !== 'string' ) {
		return undefined;
	}
	const msgtype = TEXT_TYPES.find( ( type ) => type === content.msgtype );
	return msgtype && { msgtype, body: content.body };
}

/** Reads the HTML of an `m.room.message` content as its sender made it: whatever it holds; `undefined` when it has none. */
export function readFormattedBody( content: unknown ): string | undefined {
	const isHtml = isRecord( content ) && content.format === 'org.matrix.custom.html' && typeof content.formatted_body === 'string';
	return isHtml ? content.formatted_body as string : undefined;
}

/** The wire form of a message's HTML, to be spread into the content of a message event beside its text. */
export function writeFormattedBody( html: string ): Record<string, unknown> {
	return { format: 'org.matrix.custom.html', formatted_body: html };
}

/** How an event relates to another one ("Relationships between events", "Threading", "Rich replies"). */
export type Relation = {
	/** Root of the thread that the event is in. */
	readonly thread?: EventId;
	/** The event that it answers; absent when the reply is only a fallback for clients without threads. */
	readonly replyTo?: EventId;
	/** The event that it replaces. */
	readonly replaces?: EventId;
};

/** Reads `m.relates_to`; an empty object when there is none. */
export function readRelation( content: unknown ): Relation {
	const raw = isRecord( content ) ? content[ 'm.relates_to' ] : undefined;
	if ( !isRecord( raw ) ) {
		return {};
	}
	const inReplyTo = isRecord( raw[ 'm.in_reply_to' ] ) ? raw[ 'm.in_reply_to' ].event_id : undefined;
	const target = isEventId( raw.event_id ) ? raw.event_id : undefined;
	const isThread = raw.rel_type === 'm.thread' && target !== undefined;
	return {
		...( isThread && { thread: target } ),
		...( raw.rel_type === 'm.replace' && target !== undefined && { replaces: target } ),
		...( isEventId( inReplyTo ) && !( isThread && raw.is_falling_back === true ) && { replyTo: inReplyTo } )
	};
}

/** An edit: what it puts in the place of an event's content ("Event replacements"). */
export type Replacement = { readonly replaces: EventId; readonly content: Readonly<Record<string, unknown>> };

/** Reads an edit; `undefined` when it is none, or says nothing new. */
export function readReplacement( content: unknown ): Replacement | undefined {
	const { replaces } = readRelation( content );
	const newContent = isRecord( content ) ? content[ 'm.new_content' ] : undefined;
	return replaces !== undefined && isRecord( newContent ) ? { replaces, content: newContent } : undefined;
}

/** The event that a redaction takes back, in `content` since room version 11; `undefined` for any other event. */
export function readRedaction( event: Pick<RoomEvent, 'type' | 'content' | 'redacts'> ): EventId | undefined {
	const id = event.content.redacts ?? event.redacts;
	return event.type === 'm.room.redaction' && isEventId( id ) ? id : undefined;
}

/** A sign that somebody puts to an event ("Event annotations and reactions"). */
export type Reaction = { readonly target: EventId; readonly key: string };

/** Key of the reaction to a helper's message that says thanks; it is counted. */
export const THANKS_KEY = '🙏';

/** Longest key of a reaction, in UTF-16 code units: an emoji or a short word. */
const MAX_REACTION_LENGTH = 64;

/** Reads the content of an `m.reaction`; `undefined` when it is malformed. */
export function readReaction( content: unknown ): Reaction | undefined {
	const raw = isRecord( content ) ? content[ 'm.relates_to' ] : undefined;
	return isRecord( raw ) && raw.rel_type === 'm.annotation' && isEventId( raw.event_id ) && typeof raw.key === 'string' &&
		raw.key.trim() !== '' && raw.key.length <= MAX_REACTION_LENGTH ?
			{ target: raw.event_id, key: raw.key } :
		undefined;
}

/** The content of an `m.reaction`. */
export function writeReaction( { target, key }: Reaction ): Record<string, unknown> {
	return { 'm.relates_to': { rel_type: 'm.annotation', event_id: target, key } };
}
