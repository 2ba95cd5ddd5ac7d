import { createBackOff, sleepUnlessAborted } from '../matrix/index.ts';
import type { Log } from './log.ts';
import type { UserId } from '../protocol/ids.ts';
import { isPlaceLane, isSeenLane, sourceOf } from './routing/model.ts';
import type { OutboxItem } from './routing/model.ts';
import { setAside } from './note-sent.ts';
import type { Store, Watcher } from './routing/ports.ts';
import { StoreError } from './store/database.ts';
import { isTemporary, NotYet, TaskRefused } from './refusal.ts';
import type { DoTask } from './tasks.ts';

export type SenderOptions = {
	readonly store: Store;
	readonly doTask: DoTask;
	/** In how many lanes at once something is done. */
	readonly lanesAtOnce: number;
	/** The account that speaks in the Support rooms. */
	readonly bot: UserId;
	readonly log: Log;
	readonly random: () => number;
	/** Before something that failed is tried again, in ms; a quarter of a second unless told. */
	readonly firstDelayMs?: number;
	/** After messages are through, before what was seen, or a place, is told, in ms; so that they have reached those who wait for them. */
	readonly seenAfterMs?: number;
	/** Called with a bug or a broken store: the relay cannot go on. */
	readonly onBroken: ( error: unknown ) => void;
	readonly watcher?: Pick<Watcher, 'tried'>;
};

/** How doing an item went: well or set aside, or with a failure that asks for another try. */
type Attempt = { readonly failure?: unknown };

/** A lane that is worked on; `waits` is there while its item cannot be done yet, and whatever wakes the lane may be why it can. */
type Active = { hasMore: boolean; waits?: AbortController | undefined; readonly done: Promise<void> };

/** How many of those who do something may do it at once, and who waits for that. */
type Places = { free: number; readonly waiting: ( () => void )[] };

/** What hangs for longer keeps others from their turn no more. */
const LONGEST_PLACE_MS = 5_000;
/** Apart from the lanes of messages, which have places of their own. */
const SEEN_LANES_AT_ONCE = 2;
/** One after the other: an answer may change what many are told, and none of them is in a hurry. */
const PLACE_LANES_AT_ONCE = 1;
/** Longest time for which what was seen waits until messages are through, and how long after that. */
const SEEN_WAITS_MS = { forMessages: 1_000, after: 150 };
/** Between two of them, whatever else is done: each takes the homeserver as long as a message does. */
const PLACE_WAITS_AFTER_MS = 500;
const isMessageLane = ( lane: string ): boolean => !isSeenLane( lane ) && !isPlaceLane( lane );

/** Does what is in the outbox: lanes side by side, each in order. */
export interface Sender {
	/** Says that something was put into these lanes. */
	wake( lanes: Iterable<string> ): void;
	/** Ends the waiting of lanes that failed, when there is a sign that the homeserver is back. */
	retryNow(): void;
	/** Resolves when no message is being passed on (a lane that waits for another try does nothing), or `timeoutMs` have passed. */
	quiet( timeoutMs: number ): Promise<void>;
	/** Begins nothing more; resolves with true when what was begun is done, and with false when `timeoutMs` have passed. */
	stop( timeoutMs: number ): Promise<boolean>;
}

export function createSender( options: SenderOptions ): Sender {
	const { store, log } = options;
	const stopper = new AbortController();
	let wakeUp = new AbortController();
	/** Lanes that are worked on; the value says whether something was added meanwhile. */
	const active = new Map<string, Active>();
	const placesForSeen: Places = { free: SEEN_LANES_AT_ONCE, waiting: [] };
	const placesForPlaces: Places = { free: PLACE_LANES_AT_ONCE, waiting: [] };
	const placesForMessages: Places = { free: options.lanesAtOnce, waiting: [] };
	let lanesAtWork = 0;
	let becomesQuiet = new AbortController();

	async function withPlace<Result>( places: Places, work: () => Promise<Result> ): Promise<Result> {
		if ( places.free === 0 ) {
			await new Promise<void>( ( resolve ) => places.waiting.push( resolve ) );
		} else {
			places.free -= 1;
		}
		let isHeld = true;
		const giveBack = (): void => {
			if ( isHeld ) {
				isHeld = false;
				const next = places.waiting.shift();
				if ( next ) {
					next();
				} else {
					places.free += 1;
				}
			}
		};
		const timer = setTimeout( giveBack, LONGEST_PLACE_MS );
		try {
			return await work();
		} finally {
			clearTimeout( timer );
			giveBack();
		}
	}

	function begin( lane: string ): void {
		lanesAtWork += isMessageLane( lane ) ? 1 : 0;
	}
	function rest( lane: string ): void {
		lanesAtWork -= isMessageLane( lane ) ? 1 : 0;
		if ( lanesAtWork === 0 ) {
			becomesQuiet.abort();
			becomesQuiet = new AbortController();
		}
	}

	async function quiet( timeoutMs: number ): Promise<void> {
		if ( lanesAtWork > 0 ) {
			await sleepUnlessAborted( timeoutMs, becomesQuiet.signal );
		}
	}

	async function untilMessagesAreThrough( afterMs: number ): Promise<void> {
		if ( lanesAtWork > 0 && !stopper.signal.aborted ) {
			await sleepUnlessAborted( SEEN_WAITS_MS.forMessages, AbortSignal.any( [ becomesQuiet.signal, stopper.signal ] ) );
		}
		await sleepUnlessAborted( options.seenAfterMs ?? afterMs, stopper.signal );
	}

	async function attempt( item: OutboxItem ): Promise<Attempt> {
		const event = sourceOf( item.task );
		try {
			const lanes = await options.doTask( item );
			log.debug( { event, kind: item.task.kind, lane: item.lane }, 'done' );
			options.watcher?.tried( item, 'done' );
			wake( lanes );
			return {};
		} catch ( failure ) {
			if ( isTemporary( failure ) ) {
				// What only has to wait is no trouble.
				log[ failure instanceof NotYet ? 'debug' : 'warn' ]( { event, kind: item.task.kind, lane: item.lane, error: failure }, 'failed, to be tried again' );
				options.watcher?.tried( item, 'retried' );
				return { failure };
			}
			// A store that fails is no fault of the item: nothing can go on then.
			if ( failure instanceof StoreError ) {
				throw failure;
			}
			// One bad conversation harms no other, and one bad message not the rest of its conversation; a bug neither.
			const isRefusal = failure instanceof TaskRefused || ( failure instanceof Error && 'isTemporary' in failure );
			log.error( { event, kind: item.task.kind, lane: item.lane, error: failure }, 'refused for good, set aside' );
			const reason = isRefusal ? failure.message : 'internal error';
			wake( await store.transaction( ( tx ) => setAside( tx, item, reason, options.bot ) ) );
			options.watcher?.tried( item, 'set-aside' );
			return {};
		}
	}

	/** Waits for another try; what can be done when something else is done, until the lane is woken. */
	async function sleepInLane( lane: string, failure: unknown, delayMs: number ): Promise<void> {
		const state = active.get( lane );
		const isForOthers = failure instanceof NotYet && failure.retryAfterMs === undefined;
		if ( !state || !isForOthers ) {
			// Whoever was told how long to wait does, also when there is a sign that the homeserver is back.
			const isTold = ( failure as { retryAfterMs?: number } ).retryAfterMs !== undefined;
			return sleepUnlessAborted( delayMs, isTold ? stopper.signal : wakeUp.signal );
		}
		if ( !state.hasMore ) {
			state.waits = new AbortController();
			await sleepUnlessAborted( delayMs, AbortSignal.any( [ wakeUp.signal, state.waits.signal ] ) );
			state.waits = undefined;
		}
		state.hasMore = false;
	}

	async function work( lane: string ): Promise<void> {
		const backOff = createBackOff( { random: options.random, firstDelayMs: options.firstDelayMs ?? 250 } );
		while ( !stopper.signal.aborted ) {
			if ( isSeenLane( lane ) ) {
				await untilMessagesAreThrough( SEEN_WAITS_MS.after );
			}
			const item = await store.transaction( ( tx ) => tx.nextInLane( lane ) );
			if ( !item ) {
				return;
			}
			const places = isSeenLane( lane ) ? placesForSeen : isPlaceLane( lane ) ? placesForPlaces : placesForMessages;
			const { failure } = await withPlace( places, async (): Promise<Attempt> => {
				if ( isPlaceLane( lane ) ) {
					await untilMessagesAreThrough( PLACE_WAITS_AFTER_MS );
				}
				return stopper.signal.aborted ? {} : attempt( item );
			} );
			if ( failure === undefined ) {
				backOff.reset();
			} else {
				const askedForMs = ( failure as { retryAfterMs?: number } ).retryAfterMs;
				rest( lane );
				await sleepInLane( lane, failure, backOff.next( askedForMs ) );
				begin( lane );
			}
		}
	}

	async function workUntilEmpty( lane: string ): Promise<void> {
		for ( ;; ) {
			await work( lane );
			// Between the last look into the lane and now something may have come.
			const state = active.get( lane );
			if ( !state?.hasMore || stopper.signal.aborted ) {
				active.delete( lane );
				return;
			}
			state.hasMore = false;
		}
	}

	function wake( lanes: Iterable<string> ): void {
		for ( const lane of lanes ) {
			const known = active.get( lane );
			if ( known ) {
				known.hasMore = true;
				known.waits?.abort();
			} else if ( !stopper.signal.aborted ) {
				// Later, so that the entry is there before the work that looks for it.
				const done = Promise.resolve().then( () => workUntilEmpty( lane ) ).catch( options.onBroken ).finally( () => rest( lane ) );
				begin( lane );
				active.set( lane, { hasMore: false, done } );
			}
		}
	}

	return {
		wake,
		retryNow() {
			wakeUp.abort();
			wakeUp = new AbortController();
		},
		quiet,
		async stop( timeoutMs ) {
			stopper.abort();
			wakeUp.abort();
			const timeout = new AbortController();
			let isDone = false;
			const done = Promise.all( [ ...active.values() ].map( ( lane ) => lane.done ) ).then( () => {
				isDone = true;
				timeout.abort();
			} );
			await Promise.race( [ done, sleepUnlessAborted( timeoutMs, timeout.signal ) ] );
			return isDone;
		}
	};
}
