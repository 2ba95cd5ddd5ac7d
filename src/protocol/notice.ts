import type { RoomId } from './ids.ts';
import { isRecord, isRoomId } from './ids.ts';

/** Key of what the relay itself says to the newcomer, as a code, so that the panel can say it in their language. */
export const NOTICE_KEY = 'org.wikimedia.askforhelp.notice';

/**
 * - `request-open`: helpers have the question (the card is in the Support room)
 * - `not-passed-on`: the last event is of a kind that the relay cannot pass on
 * - `not-delivered`: the last message was refused on its way to the helpers, for good
 * - `paused`: no new questions are taken now; the last message was not passed on
 * - `too-fast`: the last message, and what comes in the same minute, is not passed on
 * - `room-refused`: the room is not, or is no longer, as it has to be; the relay leaves it
 * - `moved`: the conversation goes on in another room of the newcomer, see `readMove`; the relay leaves this one
 * - `too-many`: the newcomer has too many conversations; the relay leaves this room
 */
export type NoticeCode = ( typeof CODES )[ number ];

const CODES = [ 'request-open', 'not-passed-on', 'not-delivered', 'paused', 'too-fast', 'room-refused', 'moved', 'too-many' ] as const;

/** Reads the code; `undefined` when it is absent or unknown. Trust it only from the relay's bot. */
export function readNotice( content: unknown ): NoticeCode | undefined {
	const raw = isRecord( content ) ? content[ NOTICE_KEY ] : undefined;
	return isRecord( raw ) ? CODES.find( ( code ) => code === raw.code ) : undefined;
}

/** The room in which the conversation goes on, out of a notice that says so; `undefined` for every other event. */
export function readMove( content: unknown ): RoomId | undefined {
	const raw = isRecord( content ) ? content[ NOTICE_KEY ] : undefined;
	return isRecord( raw ) && raw.code === 'moved' && isRoomId( raw.room_id ) ? raw.room_id : undefined;
}

/** The wire form of a notice; `englishText` is for clients that know nothing of the key. `room` is where it goes on, with `moved`. */
export function writeNotice( code: NoticeCode, englishText: string, room?: RoomId ): Record<string, unknown> {
	return { msgtype: 'm.notice', body: englishText, [ NOTICE_KEY ]: { code, ...( room !== undefined && { room_id: room } ) } };
}
