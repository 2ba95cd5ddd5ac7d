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
};

export interface SyncLoop {
	/** Settles when the loop has ended: fulfilled after `stop`, rejected with a final failure or what `onBatch` threw. */
	readonly ended: Promise<void>;
	/** Tries again now instead of waiting for the back-off to pass. */
	retryNow(): void;
	stop(): Promise<void>;
}

const GAP_PAGE = 200;

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

/**
 * Fills a gap in a timeline from /messages, as /sync leaves one when more has happened than its limit.
 *
 * @returns the events before `prevBatch`, oldest first
 * @throws MatrixFailure
 */
export async function fillGap(
	client: Pick<MatrixClient, 'messages'>,
	roomId: RoomId,
	prevBatch: string,
	until: string | undefined
): Promise<RoomEvent[]> {
	const newestFirst: RoomEvent[] = [];
	let from: string | undefined = prevBatch;
	while ( from !== undefined ) {
		const page: MessagesPage | undefined = await client.messages( roomId, {
			direction: 'b', from, limit: GAP_PAGE, ...( until !== undefined && { to: until } )
		} ).catch( ( error: unknown ) => {
			// A room that was left meanwhile must not end the loop for all others.
			if ( error instanceof MatrixFailure && ( error.code === 'forbidden' || error.code === 'not-found' ) ) {
				return undefined;
			}
			throw error;
		} );
		if ( !page ) {
			break;
		}
		newestFirst.push( ...page.chunk );
		// An empty page with an `end` is not the last one: what it held was not visible to this account.
		from = page.end === from ? undefined : page.end;
	}
	return newestFirst.reverse();
}

/** Starts to receive. Gaps are filled before a batch is handed on, so that nothing in it comes out of order. */
export function startSyncLoop( options: SyncLoopOptions ): SyncLoop {
	const sleep = options.sleep ?? sleepUnlessAborted;
	const longPollMs = options.longPollMs ?? 30_000;
	const backOff = createBackOff( { random: options.random ?? Math.random } );
	const stopper = new AbortController();
	let wakeUp = new AbortController();

	async function fill( roomId: RoomId, prevBatch: string, since: string | undefined ): Promise<RoomEvent[]> {
		switch ( await options.gap( roomId ) ) {
			case 'beginning': return fillGap( options.client, roomId, prevBatch, undefined );
			case 'position': return since === undefined ? [] : fillGap( options.client, roomId, prevBatch, since );
			case 'none': return [];
		}
	}

	async function toBatch( answer: SyncResponse, since: string | undefined ): Promise<SyncBatch> {
		const whole = async ( roomId: RoomId, timeline: Partial<Timeline> ): Promise<RoomEvent[]> => {
			const { events = [], limited = false, prev_batch: prevBatch } = timeline;
			return [ ...( limited && prevBatch !== undefined ? await fill( roomId, prevBatch, since ) : [] ), ...events ];
		};
		const joined: RoomBatch[] = [];
		for ( const [ key, room ] of Object.entries( answer.rooms?.join ?? {} ) ) {
			const roomId = key as RoomId;
			const { timeline = {}, state, ephemeral } = room;
			joined.push( {
				roomId, timeline: await whole( roomId, timeline ), state: state?.events ?? [],
				...( ephemeral && { ephemeral: ephemeral.events } )
			} );
		}
		const left: SyncBatch[ 'left' ][ number ][] = [];
		for ( const [ key, room ] of Object.entries( answer.rooms?.leave ?? {} ) ) {
			const roomId = key as RoomId;
			left.push( { roomId, timeline: await whole( roomId, room.timeline ?? {} ) } );
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

	async function receive( since: string | undefined, isBack: boolean ): Promise<SyncBatch> {
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
		return toBatch( answer, since );
	}

	async function run(): Promise<void> {
		let since = options.since;
		let isBack = true;
		while ( !stopper.signal.aborted ) {
			let batch: SyncBatch;
			try {
				batch = await receive( since, isBack );
			} catch ( error ) {
				if ( stopper.signal.aborted ) {
					return;
				}
				if ( !( error instanceof MatrixFailure ) || !error.isTemporary ) {
					throw error;
				}
				isBack = true;
				wakeUp = new AbortController();
				options.onContact?.( error );
				await sleep( backOff.next( error.retryAfterMs ), wakeUp.signal );
				continue;
			}
			isBack = false;
			backOff.reset();
			options.onContact?.( undefined );
			await options.onBatch( batch );
			since = batch.nextBatch;
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
