import type { UserId } from '../../../protocol/ids.ts';
import type { RoomEvent } from '../../../protocol/message.ts';
import { readRequestStatus, REQUEST_STATE_TYPE } from '../../../protocol/request-state.ts';

/** What the bot has said last of how it stands with the request, and when, by the homeserver's clock. */
export type Told = {
	/** While it waits: how many are to be answered before it. */
	readonly before?: number;
	readonly atMs: number;
};

/** Nobody says it anew while nothing changes: what is older than that may come from a relay that is gone. */
const GOOD_FOR_MS = 3_600_000;

/** Reads the last word of the bot, and of nobody else, in events, oldest first; `undefined` when it has said nothing there. */
export function readTold( events: readonly RoomEvent[], bot: UserId ): Told | undefined {
	const last = events.filter( ( { type, state_key: key, sender } ) => type === REQUEST_STATE_TYPE && key === '' && sender === bot ).pop();
	const position = readRequestStatus( last?.content )?.position;
	return last && Object.assign( { atMs: last.origin_server_ts }, position && { before: position - 1 } );
}

/** How many are before the newcomer; `undefined` when that is not known, or not known any more. */
export function countBefore( told: Told | undefined, nowMs: number ): number | undefined {
	return told && nowMs - told.atMs < GOOD_FOR_MS ? told.before : undefined;
}

/** Whether a place is worth being read aloud: the first one, and that one is next; the numbers between are there for who looks. */
export function isPlaceNews( before: number, heard: number | undefined ): boolean {
	return before !== heard && ( before === 0 || heard === undefined );
}
