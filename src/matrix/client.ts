import { Method } from 'matrix-js-sdk/lib/http-api/method.js';
import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import { readEventId, readMessagesPage, readState, readSyncResponse } from './answers.ts';
import type { MatrixClientOptions } from './call.ts';
import { createCall, encode, roomPath } from './call.ts';

/** An event of an invited room: stripped state, without ids and times. */
export type StrippedEvent = {
	readonly type: string;
	readonly state_key: string;
	readonly sender: UserId;
	readonly content: Readonly<Record<string, unknown>>;
};

export type Timeline = { readonly events: readonly RoomEvent[]; readonly limited?: boolean; readonly prev_batch?: string };

/** The parts of a /sync answer that are used here (Matrix client-server API, "Syncing"). */
export type SyncResponse = {
	readonly next_batch: string;
	readonly account_data?: { readonly events: readonly Pick<RoomEvent, 'type' | 'content'>[] };
	readonly rooms?: {
		readonly join?: Readonly<Record<RoomId, {
			readonly timeline?: Timeline;
			readonly state?: { readonly events: readonly RoomEvent[] };
			readonly ephemeral?: { readonly events: readonly Pick<RoomEvent, 'type' | 'content'>[] };
		}>>;
		readonly invite?: Readonly<Record<RoomId, { readonly invite_state?: { readonly events: readonly StrippedEvent[] } }>>;
		readonly leave?: Readonly<Record<RoomId, { readonly timeline?: Timeline }>>;
	};
};

export type MessagesPage = { readonly chunk: readonly RoomEvent[]; readonly start: string; readonly end?: string };

export type SyncRequest = {
	readonly since?: string;
	/** A filter definition (not an id). */
	readonly filter?: Readonly<Record<string, unknown>>;
	/** How long the homeserver may hold the request when nothing is new, in ms. */
	readonly timeoutMs: number;
	readonly signal?: AbortSignal;
};

export type MessagesRequest = {
	readonly direction: 'b' | 'f';
	readonly from?: string;
	readonly to?: string;
	readonly limit: number;
};

/** Endpoints of one account, as far as a newcomer needs them. Every method rejects with a `MatrixFailure`. */
export interface MatrixClient {
	joinedRooms(): Promise<RoomId[]>;
	/** @param body of `POST /createRoom` */
	createRoom( body: Readonly<Record<string, unknown>> ): Promise<RoomId>;
	/** All current state. */
	roomState( roomId: RoomId ): Promise<RoomEvent[]>;
	/** Idempotent for one `transactionId`, room and device (with `actAs`, name a device: then across restarts too). */
	sendEvent( roomId: RoomId, type: string, transactionId: string, content: Readonly<Record<string, unknown>> ): Promise<EventId>;
	/** Takes an event back. Repeated with another `transactionId` it makes another redaction, which changes nothing. */
	redactEvent( roomId: RoomId, transactionId: string, eventId: EventId ): Promise<EventId>;
	/** Says that the room was read up to an event ("Receipts"); in no thread, so for all of the room. */
	sendReceipt( roomId: RoomId, type: 'm.read' | 'm.read.private', eventId: EventId ): Promise<void>;
	messages( roomId: RoomId, request: MessagesRequest ): Promise<MessagesPage>;
	sync( request: SyncRequest ): Promise<SyncResponse>;
	/** @param isEverywhere ends all sessions of the account, on other devices, too */
	logout( isEverywhere?: boolean ): Promise<void>;
}

/** Makes a client for one account. It holds no state besides its options. */
export function createMatrixClient( options: MatrixClientOptions, call = createCall( options ) ): MatrixClient {
	return {
		async joinedRooms() {
			return ( await call<{ joined_rooms: RoomId[] }>( Method.Get, '/v3/joined_rooms' ) ).joined_rooms;
		},
		async createRoom( body ) {
			return ( await call<{ room_id: RoomId }>( Method.Post, '/v3/createRoom', undefined, body ) ).room_id;
		},
		async roomState( roomId ) {
			return readState( await call( Method.Get, `${ roomPath( roomId ) }/state` ) );
		},
		async sendEvent( roomId, type, transactionId, content ) {
			const path = `${ roomPath( roomId ) }/send/${ encode( type ) }/${ encode( transactionId ) }`;
			return readEventId( await call( Method.Put, path, undefined, content ) );
		},
		async redactEvent( roomId, transactionId, eventId ) {
			const path = `${ roomPath( roomId ) }/redact/${ encode( eventId ) }/${ encode( transactionId ) }`;
			return readEventId( await call( Method.Put, path, undefined, {} ) );
		},
		async sendReceipt( roomId, type, eventId ) {
			await call( Method.Post, `${ roomPath( roomId ) }/receipt/${ encode( type ) }/${ encode( eventId ) }`, undefined, {} );
		},
		async messages( roomId, request ) {
			return readMessagesPage( await call( Method.Get, `${ roomPath( roomId ) }/messages`, {
				dir: request.direction,
				limit: request.limit,
				...( request.from !== undefined && { from: request.from } ),
				...( request.to !== undefined && { to: request.to } )
			} ) );
		},
		async sync( request ) {
			return readSyncResponse( await call( Method.Get, '/v3/sync', {
				timeout: request.timeoutMs,
				// Who reads here is a service or a newcomer, whose being there is nobody's business.
				set_presence: 'offline',
				...( request.since !== undefined && { since: request.since } ),
				...( request.filter && { filter: JSON.stringify( request.filter ) } )
			}, undefined, {
				localTimeoutMs: request.timeoutMs + ( options.requestTimeoutMs ?? 30_000 ),
				...( request.signal && { abortSignal: request.signal } )
			} ) );
		},
		async logout( isEverywhere = false ) {
			await call( Method.Post, isEverywhere ? '/v3/logout/all' : '/v3/logout', undefined, {} );
		}
	};
}
