import { ClientEvent, createClient, EventTimeline, RoomEvent, SyncState } from 'matrix-js-sdk';
import type { MatrixClient, MatrixEvent, Room } from 'matrix-js-sdk';
import type { Logger } from 'matrix-js-sdk/lib/logger.js';
import { logger } from 'matrix-js-sdk/lib/logger.js';

/**
 * A helper at an ordinary Matrix client: matrix-js-sdk's own `MatrixClient`, not our layer over its HTTP part, so that
 * our code and its tests cannot share a mistake.
 */
export interface MatrixHelper {
	readonly client: MatrixClient;
	readonly userId: string;
	/** The Support room as the client knows it. */
	room( roomId: string ): Room;
	/** All events that the client has of a room, thread messages among them, oldest first. */
	events( roomId: string ): MatrixEvent[];
	/** Resolves with the first event of a room, old or new, that fits; rejects when none came in time. */
	waitFor( roomId: string, what: string, fits: ( event: MatrixEvent ) => boolean, timeoutMs?: number ): Promise<MatrixEvent>;
	/** The card, root of a thread, whose text holds `question`. */
	waitForCard( roomId: string, question: string, timeoutMs?: number ): Promise<MatrixEvent>;
	/** Answers in the thread of a card. */
	answer( roomId: string, cardId: string, text: string ): Promise<string>;
	/** Replies to an event outside of any thread, as clients without threads do. */
	reply( roomId: string, eventId: string, text: string ): Promise<string>;
	/** Says something in the room itself. */
	say( roomId: string, text: string ): Promise<string>;
	stop(): void;
}

export type HelperLogin = { readonly homeserverUrl: string; readonly user: string; readonly password: string };

const silence = (): void => {};
const silentLogger: Logger = {
	trace: silence, debug: silence, info: silence, warn: silence, error: silence, getChild: () => silentLogger
};

/** Body of an event as clients show it, the latest edit applied. */
export function shownBody( event: MatrixEvent ): string {
	return String( event.getContent().body ?? '' );
}

/** The root of the thread that an event is in. */
export function threadRootOf( event: MatrixEvent ): string | undefined {
	const relation = event.getWireContent()[ 'm.relates_to' ];
	return relation?.rel_type === 'm.thread' ? relation.event_id : undefined;
}

/** Logs a helper in with name and password, and waits until the first /sync is done. */
export async function startMatrixHelper( login: HelperLogin ): Promise<MatrixHelper> {
	// Some of its parts use one logger for all clients, whatever they are given; it is one of the library loglevel.
	Object.assign( logger, { methodFactory: () => silence } );
	( logger as unknown as { rebuild(): void } ).rebuild();
	const session = await createClient( { baseUrl: login.homeserverUrl, logger: silentLogger } ).loginRequest( {
		type: 'm.login.password', identifier: { type: 'm.id.user', user: login.user }, password: login.password
	} );
	const client = createClient( {
		baseUrl: login.homeserverUrl, accessToken: session.access_token, userId: session.user_id, deviceId: session.device_id,
		timelineSupport: true, logger: silentLogger
	} );
	// Threads are told apart by the tests themselves, so every event stays in one list.
	await client.startClient( { initialSyncLimit: 200, threadSupport: false } );
	await new Promise<void>( ( resolve ) => {
		const onSync = ( state: SyncState ): void => {
			if ( state === SyncState.Prepared || state === SyncState.Syncing ) {
				client.off( ClientEvent.Sync, onSync );
				resolve();
			}
		};
		client.on( ClientEvent.Sync, onSync );
	} );

	function room( roomId: string ): Room {
		const found = client.getRoom( roomId );
		if ( !found ) {
			throw new Error( `${ session.user_id } is not in ${ roomId }` );
		}
		return found;
	}

	function events( roomId: string ): MatrixEvent[] {
		const timelines: MatrixEvent[] = [];
		let timeline: EventTimeline | null = client.getRoom( roomId )?.getLiveTimeline() ?? null;
		while ( timeline ) {
			timelines.unshift( ...timeline.getEvents() );
			timeline = timeline.getNeighbouringTimeline( EventTimeline.BACKWARDS );
		}
		return timelines;
	}

	function waitFor( roomId: string, what: string, fits: ( event: MatrixEvent ) => boolean, timeoutMs = 60_000 ): Promise<MatrixEvent> {
		return new Promise( ( resolve, reject ) => {
			const look = (): boolean => {
				const event = events( roomId ).find( fits );
				if ( event ) {
					finish();
					resolve( event );
				}
				return event !== undefined;
			};
			const timer = setTimeout( () => {
				finish();
				const seen = events( roomId ).slice( -5 ).map( shownBody ).join( ' | ' );
				reject( new Error( `${ session.user_id } waited ${ timeoutMs } ms in vain for ${ what }; last seen: ${ seen }` ) );
			}, timeoutMs );
			const finish = (): void => {
				clearTimeout( timer );
				client.off( RoomEvent.Timeline, look );
				client.off( ClientEvent.Event, look );
			};
			if ( !look() ) {
				client.on( RoomEvent.Timeline, look );
				client.on( ClientEvent.Event, look );
			}
		} );
	}

	async function send( roomId: string, content: Record<string, unknown> ): Promise<string> {
		return ( await client.sendEvent( roomId, 'm.room.message' as never, { msgtype: 'm.text', ...content } as never ) ).event_id;
	}

	return {
		client,
		userId: session.user_id,
		room,
		events,
		waitFor,
		waitForCard( roomId, question, timeoutMs ) {
			return waitFor( roomId, `the card of "${ question }"`, ( event ) => (
				event.getType() === 'm.room.message' && !event.getWireContent()[ 'm.relates_to' ] && shownBody( event ).includes( question )
			), timeoutMs );
		},
		answer( roomId, cardId, text ) {
			const latest = events( roomId ).filter( ( event ) => threadRootOf( event ) === cardId ).at( -1 );
			return send( roomId, {
				body: text,
				'm.relates_to': {
					rel_type: 'm.thread', event_id: cardId, is_falling_back: true,
					'm.in_reply_to': { event_id: latest?.getId() ?? cardId }
				}
			} );
		},
		reply( roomId, eventId, text ) {
			return send( roomId, { body: text, 'm.relates_to': { 'm.in_reply_to': { event_id: eventId } } } );
		},
		say( roomId, text ) {
			return send( roomId, { body: text } );
		},
		stop() {
			client.stopClient();
		}
	};
}
