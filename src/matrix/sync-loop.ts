import type { RoomId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import { createBackOff } from './back-off.ts';
import type { MatrixClient, MessagesPage, StrippedEvent, SyncResponse, Timeline } from './client.ts';
import { MatrixFailure } from './failure.ts';

/** What is new in one room, oldest first, without gaps. Events may come twice; they are told apart by their ids. */
export type RoomBatch = {
	readonly roomId: RoomId;
	readonly timeline: readonly RoomEvent[];
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
};

export type SyncLoopOptions = {
	readonly client: Pick<MatrixClient, 'sync' | 'messages'>;
	/** Where to begin; without it from now, and the first batch holds what the filter's limit lets through. */
	readonly since?: string;
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

const GAP_PAGE = 200;
/** By how much events may be older than the last batch and yet be new: clocks, and other homeservers that were away. */
const LATE_MS = 86_400_000;
/** A room that was left meanwhile, or whose gap is refused, must not end the loop for all others. */
const NO_GAP: readonly unknown[] = [ 'forbidden', 'not-found', 'refused' ];

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

/** How far back a gap is filled: up to a position, to what is older than a time in ms since 1970, or to the beginning. */
type GapEnd = { readonly position?: string; readonly olderThanMs?: number; readonly onLost: ( failure: MatrixFailure ) => void };

/**
 * Fills a gap in a timeline from /messages, as /sync leaves one when more has happened than its limit.
 *
 * @returns the events before `prevBatch`, oldest first
 * @throws MatrixFailure
 */
async function fillGap(
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

/** Starts to receive. Gaps are filled before a batch is handed on, so that nothing in it comes out of order. */
export function startSyncLoop( options: SyncLoopOptions ): SyncLoop {
	const sleep = options.sleep ?? sleepUnlessAborted;
	const longPollMs = options.longPollMs ?? 30_000;
	const now = options.now ?? Date.now;
	const backOff = createBackOff( { random: options.random ?? Math.random } );
	const unheldBackOff = createBackOff( { random: options.random ?? Math.random, longestDelayMs: LONGEST_UNHELD_DELAY_MS } );
	const stopper = new AbortController();
	let wakeUp = new AbortController();

	async function wholeTimeline( roomId: RoomId, timeline: Timeline, { since, olderThanMs }: Start ): Promise<readonly RoomEvent[]> {
		const { events, limited = false, prev_batch: prevBatch } = timeline;
		const isLost = olderThanMs !== undefined;
		const kind = limited || isLost ? await options.gap( roomId ) : 'none';
		// Without a position the homeserver gives old events as well; not all of them may be remembered any more.
		const isNew = ( { origin_server_ts: sentAtMs }: RoomEvent ): boolean => !isLost || kind !== 'position' || sentAtMs >= olderThanMs;
		const canFill = limited && prevBatch !== undefined && ( kind === 'beginning' || ( kind === 'position' && ( isLost || since !== undefined ) ) );
		const missing = canFill ? await fillGap( options.client, roomId, prevBatch, {
			onLost: ( failure ) => options.onGapLost?.( roomId, failure ),
			...( kind === 'position' && ( isLost ? { olderThanMs } : since !== undefined && { position: since } ) )
		} ) : [];
		return [ ...missing, ...events ].filter( isNew );
	}

	async function toBatch( answer: SyncResponse, start: Start ): Promise<SyncBatch> {
		const whole = async ( roomId: RoomId, timeline: Timeline | undefined ): Promise<readonly RoomEvent[]> => (
			timeline ? wholeTimeline( roomId, timeline, start ) : []
		);
		const joined: RoomBatch[] = [];
		for ( const [ key, { timeline, state, ephemeral } ] of Object.entries( answer.rooms?.join ?? {} ) ) {
			const roomId = key as RoomId;
			joined.push( {
				roomId, timeline: await whole( roomId, timeline ), state: state?.events ?? [],
				...( ephemeral && { ephemeral: ephemeral.events } )
			} );
		}
		const left: SyncBatch[ 'left' ][ number ][] = [];
		for ( const [ key, { timeline } ] of Object.entries( answer.rooms?.leave ?? {} ) ) {
			const roomId = key as RoomId;
			left.push( { roomId, timeline: await whole( roomId, timeline ) } );
		}
		return {
			nextBatch: answer.next_batch,
			joined,
			invited: Object.entries( answer.rooms?.invite ?? {} ).map( ( [ roomId, room ] ) => (
				{ roomId: roomId as RoomId, state: room.invite_state?.events ?? [] }
			) ),
			left
		};
	}

	/** Begins without the position that the homeserver refuses, where that is wanted. */
	async function withoutPosition( { since }: Start, failure: unknown ): Promise<Start> {
		if ( since === undefined || !options.takenInAtMs || !( failure instanceof MatrixFailure ) || !failure.isOfPosition ) {
			throw failure;
		}
		return { olderThanMs: await options.takenInAtMs() - LATE_MS };
	}

	async function receive( start: Start, isBack: boolean ): Promise<SyncBatch> {
		const { since } = start;
		const answer = await options.client.sync( {
			// After a failure the answer is wanted at once: it says that the homeserver is back.
			timeoutMs: since === undefined || isBack ? 0 : longPollMs,
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
				if ( !( error instanceof MatrixFailure ) || !error.isTemporary ) {
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
