import { randomUUID } from 'node:crypto';
import type { EventId, RoomId } from '../../src/protocol/ids.ts';
import type { RoomEvent } from '../../src/protocol/message.ts';

/** An event as it came, and when the answer that held it had been read (`performance.now()`). */
export type Arrival = {
	readonly atMs: number;
	readonly event: Pick<RoomEvent, 'event_id' | 'type' | 'content'>;
};

export type Sent = { readonly begunAtMs: number; readonly eventId: EventId };

export type TalkerOptions = { readonly homeserverUrl: string; readonly accessToken: string };

/**
 * A Matrix account reduced to what is measured: PUT to send, /sync held open to receive. The same code on both ends of
 * every path, so that what differs is the path.
 */
export interface Talker {
	readonly accessToken: string;
	/** Sends a text; resolves with the time at which the request was begun, once it is answered. */
	send( roomId: RoomId, text: string, content?: Readonly<Record<string, unknown>> ): Promise<Sent>;
	/** Resolves with the first message that comes from now on whose text holds `text`. */
	next( text: string ): Promise<Arrival>;
	/** Calls back with every message from now on; returns what ends it. */
	listen( listener: ( arrival: Arrival ) => void ): () => void;
	joinRoom( roomId: RoomId ): Promise<void>;
	createRoom( body: Readonly<Record<string, unknown>> ): Promise<RoomId>;
	stop(): Promise<void>;
}

const LONGEST_WAIT_MS = 30_000;
/** Deep enough for a whole burst, and nothing that is no message. */
const FILTER = JSON.stringify( {
	presence: { types: [] }, account_data: { types: [] },
	room: { timeline: { limit: 1000 }, state: { types: [] }, ephemeral: { types: [] }, account_data: { types: [] } }
} );

type SyncAnswer = {
	readonly next_batch: string;
	readonly rooms?: { readonly join?: Readonly<Record<string, { readonly timeline?: { readonly events?: readonly Arrival[ 'event' ][] } }>> };
};

/** Starts to receive; resolves once it does. A failure to receive lets every later `next` fail. */
export async function startTalker( { homeserverUrl, accessToken }: TalkerOptions ): Promise<Talker> {
	const stopper = new AbortController();
	const listeners = new Set<( arrival: Arrival ) => void>();
	const failures = new Set<( error: unknown ) => void>();
	let broken: { readonly error: unknown } | undefined;
	// Another one may have sent with this account before.
	const name = randomUUID();
	let count = 0;

	async function call<Answer>( method: string, path: string, body?: unknown ): Promise<Answer> {
		const answer = await fetch( `${ homeserverUrl }/_matrix/client/v3${ path }`, {
			method, signal: stopper.signal, headers: { authorization: `Bearer ${ accessToken }`, 'content-type': 'application/json' },
			...( body !== undefined && { body: JSON.stringify( body ) } )
		} );
		const content = await answer.json() as Answer & { errcode?: string };
		if ( !answer.ok ) {
			throw new Error( `${ method } ${ path.split( '?' )[ 0 ] }: ${ answer.status } ${ content.errcode ?? '' }` );
		}
		return content;
	}
	const sync = ( since?: string ): Promise<SyncAnswer> => call( 'GET', `/sync?${ new URLSearchParams( {
		filter: FILTER, timeout: since === undefined ? '0' : '30000', ...( since !== undefined && { since } )
	} ) }` );

	async function receive( from: string ): Promise<void> {
		let since = from;
		while ( !stopper.signal.aborted ) {
			const answer = await sync( since );
			const atMs = performance.now();
			since = answer.next_batch;
			for ( const { timeline } of Object.values( answer.rooms?.join ?? {} ) ) {
				for ( const event of timeline?.events ?? [] ) {
					if ( event.type === 'm.room.message' ) {
						listeners.forEach( ( listener ) => listener( { atMs, event } ) );
					}
				}
			}
		}
	}
	const receiving = receive( ( await sync() ).next_batch ).catch( ( error: unknown ) => {
		broken = { error };
		failures.forEach( ( fail ) => fail( error ) );
	} );

	const listen: Talker[ 'listen' ] = ( listener ) => {
		listeners.add( listener );
		return () => listeners.delete( listener );
	};
	return {
		accessToken,
		listen,
		async send( roomId, text, content = {} ) {
			const path = `/rooms/${ encodeURIComponent( roomId ) }/send/m.room.message/bench-${ name }-${ count++ }`;
			const begunAtMs = performance.now();
			const { event_id: eventId } = await call<{ event_id: EventId }>( 'PUT', path, { msgtype: 'm.text', body: text, ...content } );
			return { begunAtMs, eventId };
		},
		next( text ) {
			const found = new Promise<Arrival>( ( resolve, reject ) => {
				if ( broken ) {
					reject( broken.error as Error );
					return;
				}
				const end = (): void => {
					clearTimeout( timer );
					unlisten();
					failures.delete( fail );
				};
				const fail = ( error: unknown ): void => {
					end();
					reject( error as Error );
				};
				const timer = setTimeout( () => fail( new Error( `"${ text }" has not come within ${ LONGEST_WAIT_MS / 1000 } s` ) ), LONGEST_WAIT_MS );
				const unlisten = listen( ( arrival ) => {
					if ( String( arrival.event.content.body ).includes( text ) ) {
						end();
						resolve( arrival );
					}
				} );
				failures.add( fail );
			} );
			// Whoever asked may not have come to wait for it, when something else has failed first.
			found.catch( () => {} );
			return found;
		},
		async joinRoom( roomId ) {
			await call( 'POST', `/rooms/${ encodeURIComponent( roomId ) }/join`, {} );
		},
		async createRoom( body ) {
			return ( await call<{ room_id: RoomId }>( 'POST', '/createRoom', body ) ).room_id;
		},
		async stop() {
			stopper.abort();
			await receiving;
		}
	};
}
