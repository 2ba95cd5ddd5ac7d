import type { RoomId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import { createBackOff } from './back-off.ts';
import type { MatrixClient, StrippedEvent, SyncResponse, Timeline } from './client.ts';
import { MatrixFailure } from './failure.ts';
import type { GapEnd, HeldRoom } from './gaps.ts';
import { createGapTries, fillGap, isTroubleOfRoom } from './gaps.ts';

/** What is new in one room, oldest first, without gaps. Events may come twice; they are told apart by their ids. */
export type RoomBatch = {
	readonly roomId: RoomId;
	readonly timeline: readonly RoomEvent[];
	/** Where /messages begins with what the first answer, without a position, has left out. */
	readonly prevBatch?: string;
	/** State that the timeline does not show. */
	readonly state: readonly RoomEvent[];
	/** What the room does not keep: who types, who has read what. Only what the filter lets through. */
	readonly ephemeral?: readonly Pick<RoomEvent, 'type' | 'content'>[];
};

export type SyncBatch = {
	/** The position to begin from next time, once everything in this batch is safe. */
	readonly nextBatch: string;
	readonly joined: readonly RoomBatch[];
	readonly invited: readonly { readonly roomId: RoomId; readonly state: readonly StrippedEvent[] }[];
	/** Rooms that the account has left or was removed from, with what it could see until then. */
	readonly left: readonly Omit<RoomBatch, 'state'>[];
	/** All rooms of which nothing is handed on for now; to be kept with the position. Only when they are others than before. */
	readonly held?: readonly HeldRoom[];
};

export type SyncLoopOptions = {
	readonly client: Pick<MatrixClient, 'sync' | 'messages'>;
	/** Where to begin; without it from now, and the first batch holds what the filter's limit lets through. */
	readonly since?: string;
	/** Rooms that were held when `since` was stored. */
	readonly held?: readonly HeldRoom[];
	readonly filter?: Readonly<Record<string, unknown>>;
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
	/** Called for one batch at a time, in order; the next /sync waits for it. What it throws ends the loop. */
	readonly onBatch: ( batch: SyncBatch ) => void | Promise<void>;
	/** Called before `onBatch` with the account's own data that changed, where there is any. What it throws ends the loop. */
	readonly onAccountData?: ( events: readonly Pick<RoomEvent, 'type' | 'content'>[] ) => void | Promise<void>;
	/** Called with `undefined` whenever an answer came, and with the failure whenever one did not. */
	readonly onContact?: ( failure: MatrixFailure | undefined ) => void;
	readonly random?: () => number;
	/** Waits, and ends early when the signal fires. */
	readonly sleep?: ( delayMs: number, signal: AbortSignal ) => Promise<void>;
	/** How long the homeserver may hold a request, in ms. */
	readonly longPollMs?: number;
	readonly now?: () => number;
};

export interface SyncLoop {
	/** Settles when the loop has ended: fulfilled after `stop`, rejected with a final failure or what `onBatch` threw. */
	readonly ended: Promise<void>;
	/** Tries again now instead of waiting for the back-off to pass. */
	retryNow(): void;
	stop(): Promise<void>;
}

/** By how much events may be older than the last batch and yet be new: clocks, and other homeservers that were away. */
const LATE_MS = 86_400_000;
/** An answer without anything new that came sooner was not held until there was something. */
const HELD_MS = 1_000;
/** So many of them in a row happen to a homeserver that is well; one that goes on like this is not asked all the time. */
const UNHELD_IN_A_ROW = 3;
const LONGEST_UNHELD_DELAY_MS = 2_000;

/** Waits for `delayMs`, or until `signal` fires. */
export function sleepUnlessAborted( delayMs: number, signal: AbortSignal ): Promise<void> {
	return new Promise( ( resolve ) => {
		const done = (): void => {
			clearTimeout( timer );
			signal.removeEventListener( 'abort', done );
			resolve();
		};
		const timer = setTimeout( done, delayMs );
		signal.addEventListener( 'abort', done );
		if ( signal.aborted ) {
			done();
		}
	} );
}

/** Where a /sync begins: at a position, or anew; then `olderThanMs` says what was taken in before the position was lost. */
type Start = { readonly since?: string; readonly olderThanMs?: number };

/** Starts to receive. Gaps are filled before a batch is handed on, so that nothing in it comes out of order. */
export function startSyncLoop( options: SyncLoopOptions ): SyncLoop {
	const sleep = options.sleep ?? sleepUnlessAborted;
	const longPollMs = options.longPollMs ?? 30_000;
	const now = options.now ?? Date.now;
	const backOff = createBackOff( { random: options.random ?? Math.random } );
	const unheldBackOff = createBackOff( { random: options.random ?? Math.random, longestDelayMs: LONGEST_UNHELD_DELAY_MS } );
	const stopper = new AbortController();
	let wakeUp = new AbortController();
	const tries = createGapTries( now, options.random ?? Math.random );
	let held: ReadonlyMap<RoomId, HeldRoom> = new Map( ( options.held ?? [] ).map( ( room ) => [ room.roomId, room ] ) );

	/** How far back a room is to be read; `undefined` for not at all. */
	async function endOfGap( roomId: RoomId, { since, olderThanMs }: Start ): Promise<Omit<GapEnd, 'onLost'> | undefined> {
		switch ( await options.gap( roomId ) ) {
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
			const missing = await fillGap( options.client, roomId, prevBatch, {
				...end, onLost: ( failure ) => options.onGapLost?.( roomId, failure )
			} );
			tries.done( roomId );
			return [ ...missing, ...events ].filter( isNew );
		} catch ( error ) {
			if ( !isTroubleOfRoom( error ) || !tries.failed( roomId, error ) ) {
				throw error;
			}
			options.onHeld?.( roomId, error );
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
			const events = await fillGap( options.client, roomId, nextBatch, {
				onLost: ( failure ) => options.onGapLost?.( roomId, failure ),
				...( since !== undefined ? { position: since } : olderThanMs !== undefined && { olderThanMs } )
			} );
			tries.done( roomId );
			options.onHeld?.( roomId, undefined );
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

	async function toBatch( answer: SyncResponse, start: Start ): Promise<SyncBatch> {
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
		return {
			nextBatch: answer.next_batch,
			joined,
			invited: Object.entries( answer.rooms?.invite ?? {} ).map( ( [ roomId, room ] ) => (
				{ roomId: roomId as RoomId, state: room.invite_state?.events ?? [] }
			) ),
			left,
			...( !isSame && { held: [ ...holding.values() ] } )
		};
	}

	/** Begins without the position that the homeserver refuses, where that is wanted. */
	async function withoutPosition( { since }: Start, failure: unknown ): Promise<Start> {
		if ( since === undefined || !options.takenInAtMs || !( failure instanceof MatrixFailure ) || !failure.isOfPosition ) {
			throw failure;
		}
		// Their positions are no longer known either.
		held = new Map( [ ...held ].map( ( [ roomId, { since: _, ...room } ] ) => [ roomId, room ] ) );
		return { olderThanMs: await options.takenInAtMs() - LATE_MS };
	}

	async function receive( start: Start, isBack: boolean ): Promise<SyncBatch> {
		const { since } = start;
		const answer = await options.client.sync( {
			// After a failure the answer is wanted at once: it says that the homeserver is back.
			// Synapse answers the same request without a position out of a cache for two minutes. Each one asks in its own way;
			// for how long is nothing to it, as it answers such a request at once.
			timeoutMs: since === undefined ? Math.floor( ( options.random ?? Math.random )() * 1_000 ) : isBack ? 0 : longPollMs,
			signal: stopper.signal,
			...( since !== undefined && { since } ),
			...( options.filter && { filter: options.filter } )
		} );
		if ( answer.account_data && answer.account_data.events.length > 0 ) {
			await options.onAccountData?.( answer.account_data.events );
		}
		return toBatch( answer, start );
	}

	const isEmpty = ( { joined, invited, left }: SyncBatch ): boolean => joined.length + invited.length + left.length === 0;

	async function run(): Promise<void> {
		let unheld = 0;
		let start: Start = options.since === undefined ? {} : { since: options.since };
		let isBack = true;
		while ( !stopper.signal.aborted ) {
			let batch: SyncBatch;
			const askedAtMs = now();
			try {
				batch = await receive( start, isBack );
			} catch ( error ) {
				if ( stopper.signal.aborted ) {
					return;
				}
				isBack = true;
				// "Not found" is what becomes of a /sync that reads a room in the moment in which that is deleted.
				if ( !( error instanceof MatrixFailure ) || !( error.isTemporary || error.code === 'not-found' ) ) {
					start = await withoutPosition( start, error );
					continue;
				}
				wakeUp = new AbortController();
				options.onContact?.( error );
				await sleep( backOff.next( error.retryAfterMs ), wakeUp.signal );
				continue;
			}
			unheld = !isBack && isEmpty( batch ) && now() - askedAtMs < HELD_MS ? unheld + 1 : 0;
			isBack = false;
			backOff.reset();
			options.onContact?.( undefined );
			await options.onBatch( batch );
			held = batch.held ? new Map( batch.held.map( ( room ) => [ room.roomId, room ] ) ) : held;
			start = { since: batch.nextBatch };
			if ( unheld <= UNHELD_IN_A_ROW ) {
				unheldBackOff.reset();
			} else if ( !stopper.signal.aborted ) {
				wakeUp = new AbortController();
				await sleep( unheldBackOff.next(), wakeUp.signal );
			}
		}
	}

	const ended = run();
	return {
		ended,
		retryNow() {
			wakeUp.abort();
		},
		async stop() {
			stopper.abort();
			wakeUp.abort();
			await ended.catch( () => {} );
		}
	};
}
