import type { RoomId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import type { BackOff } from './back-off.ts';
import { createBackOff } from './back-off.ts';
import type { MatrixClient, MessagesPage } from './client.ts';
import { MatrixFailure } from './failure.ts';

const GAP_PAGE = 200;
/** A room that was left meanwhile, or whose gap is refused, must not end the loop for all others. */
const NO_GAP: readonly unknown[] = [ 'forbidden', 'not-found', 'refused' ];

/** How far back a gap is filled: up to a position, to what is older than a time in ms since 1970, or to the beginning. */
export type GapEnd = { readonly position?: string; readonly olderThanMs?: number; readonly onLost: ( failure: MatrixFailure ) => void };

/**
 * Fills a gap in a timeline from /messages, as /sync leaves one when more has happened than its limit.
 *
 * @returns the events before `prevBatch`, oldest first
 * @throws MatrixFailure
 */
export async function fillGap(
	client: Pick<MatrixClient, 'messages'>, roomId: RoomId, prevBatch: string, { position, olderThanMs, onLost }: GapEnd
): Promise<RoomEvent[]> {
	const newestFirst: RoomEvent[] = [];
	const seen = new Set<string>();
	let from: string | undefined = prevBatch;
	while ( from !== undefined && !seen.has( from ) ) {
		seen.add( from );
		const page: MessagesPage | undefined = await client.messages( roomId, {
			direction: 'b', from, limit: GAP_PAGE, ...( position !== undefined && { to: position } )
		} ).catch( ( error: unknown ) => {
			if ( !( error instanceof MatrixFailure ) || error.isOfAccount || !NO_GAP.includes( error.code ) ) {
				throw error;
			}
			onLost( error );
			return undefined;
		} );
		if ( !page ) {
			break;
		}
		newestFirst.push( ...page.chunk );
		const isOld = ( { origin_server_ts: sentAtMs }: RoomEvent ): boolean => olderThanMs !== undefined && sentAtMs < olderThanMs;
		// An empty page with an `end` is not the last one: what it held was not visible to this account.
		from = page.chunk.length > 0 && page.chunk.every( isOld ) ? undefined : page.end;
	}
	return newestFirst.reverse();
}

/** A room that is left out for now, because what was said in it does not come; it is read from where it was left out. */
export type HeldRoom = {
	readonly roomId: RoomId;
	/** The last position before it was left out; without it, and without `olderThanMs`, it has never been read. */
	readonly since?: string;
	/** What is older was taken in before, in ms since 1970: for a position that the homeserver no longer knows. */
	readonly olderThanMs?: number;
	/** Whether the account is not in it any more. */
	readonly hasLeft?: boolean;
};

/** How many times all rooms wait for one of which the homeserver has nothing to give. */
const TRIES_FOR_ALL = 3;
const FIRST_HELD_MS = 5_000;
/** Each try may take as long as a request may, in which no other room is read. */
const LONGEST_HELD_MS = 300_000;

/** Remembers how often reading a room has failed. It is none of the store's: after a restart, all is tried again. */
export type GapTries = {
	/** Notes a failure; true when the room is not to be waited for any longer. */
	failed( roomId: RoomId, failure: MatrixFailure ): boolean;
	isDue( roomId: RoomId ): boolean;
	done( roomId: RoomId ): void;
};

export function createGapTries( now: () => number, random: () => number ): GapTries {
	const rooms = new Map<RoomId, { tries: number; nextAtMs: number; readonly backOff: BackOff }>();
	return {
		failed( roomId, failure ) {
			const room = rooms.get( roomId ) ?? {
				tries: 0, nextAtMs: 0, backOff: createBackOff( { random, firstDelayMs: FIRST_HELD_MS, longestDelayMs: LONGEST_HELD_MS } )
			};
			room.tries += 1;
			room.nextAtMs = now() + room.backOff.next( failure.retryAfterMs );
			rooms.set( roomId, room );
			return room.tries >= TRIES_FOR_ALL;
		},
		isDue: ( roomId ) => now() >= ( rooms.get( roomId )?.nextAtMs ?? 0 ),
		done: ( roomId ) => void rooms.delete( roomId )
	};
}

/** Whether a failure is the trouble of one room, rather than of the account, of its limit or of nobody. */
export function isTroubleOfRoom( error: unknown ): error is MatrixFailure {
	return error instanceof MatrixFailure && ( error.code === 'server' || error.code === 'unreachable' );
}
