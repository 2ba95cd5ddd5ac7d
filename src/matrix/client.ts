import { TypedEventEmitter } from 'matrix-js-sdk/lib/models/typed-event-emitter.js';
import { FetchHttpApi } from 'matrix-js-sdk/lib/http-api/fetch.js';
import { Method } from 'matrix-js-sdk/lib/http-api/method.js';
import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import { fetchWhole, readEvent, readEventId, readMessagesPage, readState, readSyncResponse } from './answers.ts';
import { MatrixFailure, toMatrixFailure } from './failure.ts';

export type MatrixClientOptions = {
	/** Base URL without a slash at its end. */
	readonly homeserverUrl: string;
	readonly accessToken?: string;
	/** For an application service: the account, and the device of it, in whose name the requests are made. */
	readonly actAs?: { readonly userId: UserId; readonly deviceId?: string };
	readonly fetch?: typeof globalThis.fetch;
	/** Ends a request without an answer, in ms; 30 s unless told. A /sync gets its own time on top. */
	readonly requestTimeoutMs?: number;
};

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

/** Endpoints of one account. Every method rejects with a `MatrixFailure`. */
export interface MatrixClient {
	joinedRooms(): Promise<RoomId[]>;
	/** @param body of `POST /createRoom` */
	createRoom( body: Readonly<Record<string, unknown>> ): Promise<RoomId>;
	/** Joining a room twice is no failure. */
	joinRoom( roomId: RoomId ): Promise<void>;
	/** Leaves a room or declines an invite to it. */
	leaveRoom( roomId: RoomId, reason?: string ): Promise<void>;
	invite( roomId: RoomId, userId: UserId ): Promise<void>;
	/** All current state. */
	roomState( roomId: RoomId ): Promise<RoomEvent[]>;
	/** Content of one state event; `undefined` when there is none. */
	stateContent( roomId: RoomId, type: string, stateKey?: string ): Promise<Record<string, unknown> | undefined>;
	setState( roomId: RoomId, type: string, stateKey: string, content: Readonly<Record<string, unknown>> ): Promise<EventId>;
	/** Idempotent for one `transactionId`, room and device (with `actAs`, name a device: then across restarts too). */
	sendEvent( roomId: RoomId, type: string, transactionId: string, content: Readonly<Record<string, unknown>> ): Promise<EventId>;
	/** One event, with what belongs to it in `unsigned` ("m.relations"); `undefined` when there is none. */
	event( roomId: RoomId, eventId: EventId ): Promise<RoomEvent | undefined>;
	/** Takes an event back. Repeated with another `transactionId` it makes another redaction, which changes nothing. */
	redactEvent( roomId: RoomId, transactionId: string, eventId: EventId ): Promise<EventId>;
	/** Says that the room was read up to an event ("Receipts"); in no thread, so for all of the room. */
	sendReceipt( roomId: RoomId, type: 'm.read' | 'm.read.private', eventId: EventId ): Promise<void>;
	/** Says that the account types, for at most `timeoutMs`, or, without that, no longer ("Typing Notifications"). */
	setTyping( roomId: RoomId, userId: UserId, timeoutMs: number | undefined ): Promise<void>;
	messages( roomId: RoomId, request: MessagesRequest ): Promise<MessagesPage>;
	sync( request: SyncRequest ): Promise<SyncResponse>;
	/** Makes the device exist (`PUT /devices/{deviceId}`), as an application service needs it before it names one. */
	ensureDevice( deviceId: string, displayName: string ): Promise<void>;
	setDisplayName( userId: UserId, displayName: string ): Promise<void>;
	displayName( userId: UserId ): Promise<string | undefined>;
	logout(): Promise<void>;
	/** Any other endpoint. `path` begins after `/_matrix/client`; its variable parts are percent-encoded by the caller. */
	request<Answer>( method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: Readonly<Record<string, unknown>> ): Promise<Answer>;
}

const PREFIX = '/_matrix/client';
const encode = encodeURIComponent;

/** Makes the HTTP layer that client and login share. */
export function createHttpApi( options: MatrixClientOptions ): FetchHttpApi<{ baseUrl: string; prefix: string; onlyData: true }> {
	const { actAs } = options;
	return new FetchHttpApi( new TypedEventEmitter(), {
		baseUrl: options.homeserverUrl,
		prefix: PREFIX,
		onlyData: true,
		localTimeoutMs: options.requestTimeoutMs ?? 30_000,
		fetchFn: fetchWhole( options.fetch ?? ( ( input, init ) => globalThis.fetch( input, init ) ) ),
		...( options.accessToken !== undefined && { accessToken: options.accessToken } ),
		...( actAs && {
			extraParams: { user_id: actAs.userId, ...( actAs.deviceId !== undefined && { device_id: actAs.deviceId } ) }
		} )
	} );
}

/** Makes a client for one account. It holds no state besides its options. */
export function createMatrixClient( options: MatrixClientOptions ): MatrixClient {
	const http = createHttpApi( options );
	const requestTimeoutMs = options.requestTimeoutMs ?? 30_000;

	async function call<Answer>(
		method: Method,
		path: string,
		query?: Record<string, string | number>,
		body?: Readonly<Record<string, unknown>>,
		extra: { abortSignal?: AbortSignal; localTimeoutMs?: number } = {}
	): Promise<Answer> {
		try {
			return await http.authedRequest<Answer>( method, path, query, body as Record<string, unknown> | undefined, extra );
		} catch ( error ) {
			throw toMatrixFailure( error, extra.abortSignal );
		}
	}

	const room = ( roomId: RoomId ): string => `/v3/rooms/${ encode( roomId ) }`;

	return {
		async joinedRooms() {
			return ( await call<{ joined_rooms: RoomId[] }>( Method.Get, '/v3/joined_rooms' ) ).joined_rooms;
		},
		async createRoom( body ) {
			return ( await call<{ room_id: RoomId }>( Method.Post, '/v3/createRoom', undefined, body ) ).room_id;
		},
		async joinRoom( roomId ) {
			await call( Method.Post, `${ room( roomId ) }/join`, undefined, {} );
		},
		async leaveRoom( roomId, reason ) {
			await call( Method.Post, `${ room( roomId ) }/leave`, undefined, reason === undefined ? {} : { reason } );
		},
		async invite( roomId, userId ) {
			await call( Method.Post, `${ room( roomId ) }/invite`, undefined, { user_id: userId } );
		},
		async roomState( roomId ) {
			return readState( await call( Method.Get, `${ room( roomId ) }/state` ) );
		},
		stateContent( roomId, type, stateKey = '' ) {
			return unlessNotFound( call<Record<string, unknown>>( Method.Get, `${ room( roomId ) }/state/${ encode( type ) }/${ encode( stateKey ) }` ) );
		},
		async event( roomId, eventId ) {
			return readEvent( await unlessNotFound( call( Method.Get, `${ room( roomId ) }/event/${ encode( eventId ) }` ) ) );
		},
		async setState( roomId, type, stateKey, content ) {
			const path = `${ room( roomId ) }/state/${ encode( type ) }/${ encode( stateKey ) }`;
			return readEventId( await call( Method.Put, path, undefined, content ) );
		},
		async sendEvent( roomId, type, transactionId, content ) {
			const path = `${ room( roomId ) }/send/${ encode( type ) }/${ encode( transactionId ) }`;
			return readEventId( await call( Method.Put, path, undefined, content ) );
		},
		async redactEvent( roomId, transactionId, eventId ) {
			const path = `${ room( roomId ) }/redact/${ encode( eventId ) }/${ encode( transactionId ) }`;
			return readEventId( await call( Method.Put, path, undefined, {} ) );
		},
		async sendReceipt( roomId, type, eventId ) {
			await call( Method.Post, `${ room( roomId ) }/receipt/${ encode( type ) }/${ encode( eventId ) }`, undefined, {} );
		},
		async setTyping( roomId, userId, timeoutMs ) {
			const body = timeoutMs === undefined ? { typing: false } : { typing: true, timeout: timeoutMs };
			await call( Method.Put, `${ room( roomId ) }/typing/${ encode( userId ) }`, undefined, body );
		},
		async messages( roomId, request ) {
			return readMessagesPage( await call( Method.Get, `${ room( roomId ) }/messages`, {
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
				localTimeoutMs: request.timeoutMs + requestTimeoutMs,
				...( request.signal && { abortSignal: request.signal } )
			} ) );
		},
		async ensureDevice( deviceId, displayName ) {
			await call( Method.Put, `/v3/devices/${ encode( deviceId ) }`, undefined, { display_name: displayName } );
		},
		async setDisplayName( userId, displayName ) {
			await call( Method.Put, `/v3/profile/${ encode( userId ) }/displayname`, undefined, { displayname: displayName } );
		},
		async displayName( userId ) {
			return ( await unlessNotFound( call<{ displayname?: string }>( Method.Get, `/v3/profile/${ encode( userId ) }/displayname` ) ) )?.displayname;
		},
		async logout() {
			await call( Method.Post, '/v3/logout', undefined, {} );
		},
		request( method, path, body ) {
			return call( method as Method, path, undefined, body );
		}
	};
}

async function unlessNotFound<Answer>( answer: Promise<Answer> ): Promise<Answer | undefined> {
	try {
		return await answer;
	} catch ( error ) {
		if ( error instanceof MatrixFailure && error.code === 'not-found' ) {
			return undefined;
		}
		throw error;
	}
}
