import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { writeMirrorMarker } from '../../../src/protocol/mirror.ts';
import type { PendingEvent, RoomLog } from '../../../src/helper/state/room-log.ts';

export const BOT = '@bot:x' as UserId;
export const ME = '@me:x' as UserId;
export const NITA = '@nita:x' as UserId;
export const ROOM = '!support:x' as RoomId;
/** A noon, in ms since 1970. */
export const NOON_MS = Date.UTC( 2026, 10, 21, 12 );

/** Minutes after noon, in ms since 1970. */
export const minute = ( count: number ): number => NOON_MS + count * 60_000;

export function event( id: string, sender: UserId, content: Record<string, unknown>, atMs = NOON_MS, type = 'm.room.message' ): RoomEvent {
	return { event_id: `$${ id }` as EventId, sender, type, origin_server_ts: atMs, content };
}

const marker = ( id: string, name: string, text: string, saidAtMs: number ): Record<string, unknown> => writeMirrorMarker( {
	source: { roomId: '!conversation:x' as RoomId, eventId: `$source-${ id }` as EventId }, name, role: 'newcomer', saidAtMs, text
}, '@mw-1-:x' );

export const thread = ( root: string ): Record<string, unknown> => ( { 'm.relates_to': { rel_type: 'm.thread', event_id: `$${ root }` } } );

export type CardOptions = {
	sign?: string; number?: number; name?: string; place?: string; question?: string; atMs?: number; address?: string;
};

export function cardContent( id: string, options: CardOptions = {} ): Record<string, unknown> {
	const { sign = '❓', number = 42, name = 'PygmyFan', question = 'How?', atMs = NOON_MS } = options;
	const { place = ' · American Pygmy, section History' } = options;
	return {
		msgtype: 'm.text', body: `${ sign } #${ number } ${ name }${ place }\n${ question }\nVisualEditor · 3 edits · English`,
		formatted_body: `${ sign } <a href="https://w/User">${ name }</a> · <a href="${ options.address ?? 'https://w/Page&#38;x' }">Page</a><br>q`,
		...marker( id, name, question, atMs )
	};
}

/** A request's card. */
export function card( id: string, options: CardOptions = {} ): RoomEvent {
	return event( id, BOT, cardContent( id, options ), options.atMs ?? NOON_MS );
}

/** The card in another state. */
export function cardEdit( id: string, root: string, options: CardOptions ): RoomEvent {
	return event( id, BOT, {
		body: '* …', 'm.new_content': cardContent( root, options ), 'm.relates_to': { rel_type: 'm.replace', event_id: `$${ root }` }
	}, options.atMs ?? NOON_MS );
}

/** A newcomer's further message. */
export function said( id: string, root: string, text: string, atMs = NOON_MS, name = 'PygmyFan' ): RoomEvent {
	return event( id, BOT, { msgtype: 'm.text', body: `${ name }: ${ text }`, ...marker( id, name, text, atMs ), ...thread( root ) }, atMs );
}

/** A helper's message, in a thread or in the room itself. */
export function wrote( id: string, sender: UserId, text: string, root?: string, atMs = NOON_MS ): RoomEvent {
	return event( id, sender, { msgtype: 'm.text', body: text, ...( root !== undefined && thread( root ) ) }, atMs );
}

export function reacted( id: string, sender: UserId, to: string, key: string ): RoomEvent {
	return event( id, sender, { 'm.relates_to': { rel_type: 'm.annotation', event_id: `$${ to }`, key } }, NOON_MS, 'm.reaction' );
}

export function redacted( id: string, sender: UserId, what: string ): RoomEvent {
	return event( id, sender, { redacts: `$${ what }` }, NOON_MS, 'm.room.redaction' );
}

export function log( events: readonly RoomEvent[], pending: readonly PendingEvent[] = [], bot: UserId | undefined = BOT ): RoomLog {
	return {
		roomId: ROOM, name: 'Support', me: ME, bot, events, pending,
		names: new Map( [ [ BOT, 'Ask for Help' ], [ ME, 'Omar' ], [ NITA, 'Nita B.' ] ] )
	};
}
