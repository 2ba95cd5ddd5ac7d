import type { RoomId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import type { BackOff } from './back-off.ts';
import { createBackOff } from './back-off.ts';
import type { MatrixClient, SyncResponse, Timeline } from './client.ts';
import { MatrixFailure } from './failure.ts';
import { isOfAccount, isOfPosition } from './failure-words.ts';
import type { GapEnd } from './gaps.ts';
import { fillGap } from './gaps.ts';
import type { RoomBatch, RoomReader, Start, SyncBatch, SyncLoop, SyncLoopOptions } from './sync-loop.ts';
import { startSyncLoop } from './sync-loop.ts';

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

export type HoldingOptions = {
	readonly client: Pick<MatrixClient, 'messages'>;
	/** Rooms that were held when `since` was stored. */
	readonly held?: readonly HeldRoom[];
	/**
	 * Called when a room's timeline has a gap: how far back it must be filled. `position`: up to the last position;
	 * `beginning`: up to the room's first event that the account may see; `none`: not at all.
	 */
	readonly gap: ( roomId: RoomId ) => 'position' | 'beginning' | 'none' | Promise<'position' | 'beginning' | 'none'>;
	/**
	 * Asked when the homeserver refuses the position, which it then no longer knows: when the last batch was taken in, in ms
	 * since 1970. The loop begins without a position and gives what is newer once more. Without this option it ends.
	 */
	readonly takenInAtMs?: () => number | Promise<number>;
	/** Called when a homeserver refuses for good to fill a gap: what is in it will never come. */
	readonly onGapLost?: ( roomId: RoomId, failure: MatrixFailure ) => void;
	/**
	 * Called when a room is held: nothing of it is handed on until the homeserver gives what was said in it. With `undefined`
	 * when it has.
	 */
	readonly onHeld?: ( roomId: RoomId, failure: MatrixFailure | undefined ) => void;
	/** Called before `onBatch` with the account's own data that changed, where there is any. What it throws ends the loop. */
	readonly onAccountData?: ( events: readonly Pick<RoomEvent, 'type' | 'content'>[] ) => void | Promise<void>;
	readonly random?: () => number;
	readonly now?: () => number;
};

/** By how much events may be older than the last batch and yet be new: clocks, and other homeservers that were away. */
const LATE_MS = 86_400_000;
/** How many times all rooms wait for one of which the homeserver has nothing to give. */
const TRIES_FOR_ALL = 3;
const FIRST_HELD_MS = 5_000;
/** Each try may take as long as a request may, in which no other room is read. */
const LONGEST_HELD_MS = 300_000;

/** Remembers how often reading a room has failed. It is none of the store's: after a restart, all is tried again. */
type GapTries = {
	/** Notes a failure; true when the room is not to be waited for any longer. */
	failed( roomId: RoomId, failure: MatrixFailure ): boolean;
	isDue( roomId: RoomId ): boolean;
	done( roomId: RoomId ): void;
};

function createGapTries( now: () => number, random: () => number ): GapTries {
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

/** How far back a gap is filled: up to a position, to what is older than a time in ms since 1970, or to the beginning. */
type HeldEnd = Pick<GapEnd, 'position'> & { readonly olderThanMs?: number | undefined };

/** Whether a failure is the trouble of one room, rather than of the account, of its limit or of nobody. */
function isTroubleOfRoom( error: unknown ): error is MatrixFailure {
	return error instanceof MatrixFailure && ( error.code === 'server' || error.code === 'unreachable' );
}

/**
 * Reads rooms for an account that is in many: gaps are filled before a batch is handed on, so that nothing in it comes out
 * of order, and a room whose gap cannot be filled is held, so that the others go on.
 */
function holdRooms( { client, gap, takenInAtMs, onGapLost, onHeld, onAccountData, ...options }: HoldingOptions ): RoomReader {
	const now = options.now ?? Date.now;
	const tries = createGapTries( now, options.random ?? Math.random );
	let held: ReadonlyMap<RoomId, HeldRoom> = new Map( ( options.held ?? [] ).map( ( room ) => [ room.roomId, room ] ) );

	function fill( roomId: RoomId, prevBatch: string, { position, olderThanMs }: HeldEnd ): Promise<RoomEvent[]> {
		return fillGap( client, roomId, prevBatch, {
			...( position !== undefined && { position } ),
			...( olderThanMs !== undefined && { isOld: ( event ) => event.origin_server_ts < olderThanMs } ),
			onLost( failure ) {
				if ( isOfAccount( failure ) ) {
					throw failure;
				}
				onGapLost?.( roomId, failure );
			}
		} );
	}

	/** How far back a room is to be read; `undefined` for not at all. */
	async function endOfGap( roomId: RoomId, { since, olderThanMs }: Start ): Promise<HeldEnd | undefined> {
		switch ( await gap( roomId ) ) {
			case 'beginning': return {};
			case 'position': return olderThanMs !== undefined ? { olderThanMs } : since !== undefined ? { position: since } : undefined;
			case 'none': return undefined;
		}
	}

	async function wholeTimeline( roomId: RoomId, timeline: Timeline, start: Start ): Promise<readonly RoomEvent[] | HeldRoom> {
		const { events, limited = false, prev_batch: prevBatch } = timeline;
		const end = limited || start.olderThanMs !== undefined ? await endOfGap( roomId, start ) : undefined;
		// Without a position the homeserver gives old events as well; not all of them may be remembered any more.
		const isNew = ( { origin_server_ts: sentAtMs }: RoomEvent ): boolean => sentAtMs >= ( end?.olderThanMs ?? 0 );
		const isAllOld = events.length > 0 && !events.some( isNew );
		if ( !limited || prevBatch === undefined || !end || isAllOld ) {
			return events.filter( isNew );
		}
		try {
			const missing = await fill( roomId, prevBatch, end );
			tries.done( roomId );
			return [ ...missing, ...events ].filter( isNew );
		} catch ( error ) {
			if ( !isTroubleOfRoom( error ) || !tries.failed( roomId, error ) ) {
				throw error;
			}
			onHeld?.( roomId, error );
			// The time is for a position that is no longer known by then.
			const { position, olderThanMs = now() - LATE_MS } = end;
			return position === undefined && end.olderThanMs === undefined ?
					{ roomId } :
					{ roomId, olderThanMs, ...( position !== undefined && { since: position } ) };
		}
	}

	/** What has happened in a held room since it was left out; `undefined` when it does not come yet. */
	async function heldTimeline( { roomId, since, olderThanMs }: HeldRoom, nextBatch: string ): Promise<RoomEvent[] | undefined> {
		try {
			const events = await fill( roomId, nextBatch, since !== undefined ? { position: since } : { olderThanMs } );
			tries.done( roomId );
			onHeld?.( roomId, undefined );
			return events.filter( ( { origin_server_ts: sentAtMs } ) => (
				since !== undefined || olderThanMs === undefined || sentAtMs >= olderThanMs
			) );
		} catch ( error ) {
			if ( !( error instanceof MatrixFailure ) || !error.isTemporary ) {
				throw error;
			}
			tries.failed( roomId, error );
			return undefined;
		}
	}

	async function read( answer: SyncResponse, start: Start ): ReturnType<RoomReader[ 'read' ]> {
		if ( answer.account_data && answer.account_data.events.length > 0 ) {
			await onAccountData?.( answer.account_data.events );
		}
		const holding = new Map( held );
		const whole = async (
			roomId: RoomId, timeline: Timeline | undefined, hasLeft: boolean
		): Promise<readonly RoomEvent[] | undefined> => {
			const known = holding.get( roomId );
			const found = known ?? ( timeline ? await wholeTimeline( roomId, timeline, start ) : [] );
			if ( 'length' in found ) {
				return found;
			}
			holding.set( roomId, { ...found, hasLeft } );
			return undefined;
		};
		const joined: RoomBatch[] = [];
		for ( const [ key, { timeline, state, ephemeral } ] of Object.entries( answer.rooms?.join ?? {} ) ) {
			const roomId = key as RoomId;
			const found = await whole( roomId, timeline, false );
			void ( found && joined.push( {
				roomId, timeline: found, state: state?.events ?? [],
				...( timeline?.limited && timeline.prev_batch !== undefined && start.since === undefined && {
					prevBatch: timeline.prev_batch
				} ),
				...( ephemeral && { ephemeral: ephemeral.events } )
			} ) );
		}
		const left: SyncBatch[ 'left' ][ number ][] = [];
		for ( const [ key, { timeline } ] of Object.entries( answer.rooms?.leave ?? {} ) ) {
			const roomId = key as RoomId;
			const found = await whole( roomId, timeline, true );
			void ( found && left.push( { roomId, timeline: found } ) );
		}
		for ( const room of [ ...holding.values() ].filter( ( { roomId } ) => held.has( roomId ) && tries.isDue( roomId ) ) ) {
			const { roomId, hasLeft = false } = room;
			const timeline = await heldTimeline( room, answer.next_batch );
			if ( timeline ) {
				holding.delete( roomId );
				void ( hasLeft ? left.push( { roomId, timeline } ) : joined.push( { roomId, timeline, state: [] } ) );
			}
		}
		const isSame = holding.size === held.size &&
			[ ...holding ].every( ( [ roomId, room ] ) => held.get( roomId )?.hasLeft === room.hasLeft );
		// What was read is taken in before more is asked for.
		held = holding;
		return { joined, left, ...( !isSame && { held: [ ...holding.values() ] } ) };
	}

	/** Begins without the position that the homeserver refuses, where that is wanted. */
	async function restart( { since }: Start, failure: unknown ): Promise<Start> {
		if ( since === undefined || !takenInAtMs || !( failure instanceof MatrixFailure ) || !isOfPosition( failure ) ) {
			throw failure;
		}
		// Their positions are no longer known either.
		held = new Map( [ ...held ].map( ( [ roomId, { since: _, ...room } ] ) => [ roomId, room ] ) );
		return { olderThanMs: await takenInAtMs() - LATE_MS };
	}

	return { read, restart };
}

export type HoldingLoopOptions = Omit<SyncLoopOptions, 'client' | 'rooms'> & HoldingOptions & { readonly client: Pick<MatrixClient, 'sync' | 'messages'> };

/** Starts to receive for an account that is in many rooms. */
export function startHoldingLoop( options: HoldingLoopOptions ): SyncLoop {
	return startSyncLoop( { ...options, rooms: holdRooms( options ) } );
}
