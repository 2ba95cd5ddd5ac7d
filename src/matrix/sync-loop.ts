import type { RoomId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import { createBackOff } from './back-off.ts';
import type { MatrixClient, StrippedEvent, SyncResponse } from './client.ts';
import { MatrixFailure } from './failure.ts';
import type { HeldRoom } from './held-rooms.ts';

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

/** Where a /sync begins: at a position, or anew; then `olderThanMs` says what was taken in before the position was lost. */
export type Start = { readonly since?: string; readonly olderThanMs?: number };

/** Makes of an answer what is new in each room, without gaps. */
export type RoomReader = {
	/** @throws MatrixFailure where a gap cannot be filled; then the same is asked for again */
	read( answer: SyncResponse, start: Start ): Promise<Pick<SyncBatch, 'joined' | 'left' | 'held'>>;
	/** Asked when there is a final failure where to begin instead; what it throws ends the loop, as the failure does without it. */
	restart?( start: Start, failure: unknown ): Promise<Start>;
};

export type SyncLoopOptions = {
	readonly client: Pick<MatrixClient, 'sync'>;
	readonly rooms: RoomReader;
	/** Where to begin; without it from now, and the first batch holds what the filter's limit lets through. */
	readonly since?: string;
	readonly filter?: Readonly<Record<string, unknown>>;
	/** Called for one batch at a time, in order; the next /sync waits for it. What it throws ends the loop. */
	readonly onBatch: ( batch: SyncBatch ) => void | Promise<void>;
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

/** Starts to receive. */
export function startSyncLoop( options: SyncLoopOptions ): SyncLoop {
	const sleep = options.sleep ?? sleepUnlessAborted;
	const longPollMs = options.longPollMs ?? 30_000;
	const now = options.now ?? Date.now;
	const backOff = createBackOff( { random: options.random ?? Math.random } );
	const unheldBackOff = createBackOff( { random: options.random ?? Math.random, longestDelayMs: LONGEST_UNHELD_DELAY_MS } );
	const stopper = new AbortController();
	let wakeUp = new AbortController();

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
		const { joined, left, held } = await options.rooms.read( answer, start );
		return {
			nextBatch: answer.next_batch,
			joined,
			invited: Object.entries( answer.rooms?.invite ?? {} ).map( ( [ roomId, room ] ) => (
				{ roomId: roomId as RoomId, state: room.invite_state?.events ?? [] }
			) ),
			left,
			...( held && { held } )
		};
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
					if ( !options.rooms.restart ) {
						throw error;
					}
					start = await options.rooms.restart( start, error );
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
