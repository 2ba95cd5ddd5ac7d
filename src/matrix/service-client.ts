import { Method } from 'matrix-js-sdk/lib/http-api/method.js';
import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import { readEvent, readEventId } from './answers.ts';
import type { MatrixClientOptions } from './call.ts';
import { createCall, encode, roomPath } from './call.ts';
import type { MatrixClient } from './client.ts';
import { createMatrixClient } from './client.ts';
import { MatrixFailure } from './failure.ts';

export type ServiceClientOptions = MatrixClientOptions & {
	/** For an application service: the account, and the device of it, in whose name the requests are made. */
	readonly actAs?: { readonly userId: UserId; readonly deviceId?: string };
};

/** All endpoints that are used here; those besides a newcomer's are not in the gadget. */
export interface ServiceClient extends MatrixClient {
	/** Joining a room twice is no failure. */
	joinRoom( roomId: RoomId ): Promise<void>;
	/** Leaves a room or declines an invite to it. */
	leaveRoom( roomId: RoomId, reason?: string ): Promise<void>;
	invite( roomId: RoomId, userId: UserId ): Promise<void>;
	/** Content of one state event; `undefined` when there is none. */
	stateContent( roomId: RoomId, type: string, stateKey?: string ): Promise<Record<string, unknown> | undefined>;
	setState( roomId: RoomId, type: string, stateKey: string, content: Readonly<Record<string, unknown>> ): Promise<EventId>;
	/** One event, with what belongs to it in `unsigned` ("m.relations"); `undefined` when there is none. */
	event( roomId: RoomId, eventId: EventId ): Promise<RoomEvent | undefined>;
	/** Says that the account types, for at most `timeoutMs`, or, without that, no longer ("Typing Notifications"). */
	setTyping( roomId: RoomId, userId: UserId, timeoutMs: number | undefined ): Promise<void>;
	/** Makes the device exist (`PUT /devices/{deviceId}`), as an application service needs it before it names one. */
	ensureDevice( deviceId: string, displayName: string ): Promise<void>;
	setDisplayName( userId: UserId, displayName: string ): Promise<void>;
	displayName( userId: UserId ): Promise<string | undefined>;
	/** Any other endpoint. `path` begins after `/_matrix/client`; its variable parts are percent-encoded by the caller. */
	request<Answer>( method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: Readonly<Record<string, unknown>> ): Promise<Answer>;
}

/** Makes a client for one account of a service, or of somebody who helps. It holds no state besides its options. */
export function createServiceClient( options: ServiceClientOptions ): ServiceClient {
	const { actAs } = options;
	const call = createCall( options, actAs && {
		user_id: actAs.userId, ...( actAs.deviceId !== undefined && { device_id: actAs.deviceId } )
	} );
	return {
		...createMatrixClient( options, call ),
		async joinRoom( roomId ) {
			await call( Method.Post, `${ roomPath( roomId ) }/join`, undefined, {} );
		},
		async leaveRoom( roomId, reason ) {
			await call( Method.Post, `${ roomPath( roomId ) }/leave`, undefined, reason === undefined ? {} : { reason } );
		},
		async invite( roomId, userId ) {
			await call( Method.Post, `${ roomPath( roomId ) }/invite`, undefined, { user_id: userId } );
		},
		stateContent( roomId, type, stateKey = '' ) {
			return unlessNotFound( call<Record<string, unknown>>( Method.Get, `${ roomPath( roomId ) }/state/${ encode( type ) }/${ encode( stateKey ) }` ) );
		},
		async event( roomId, eventId ) {
			return readEvent( await unlessNotFound( call( Method.Get, `${ roomPath( roomId ) }/event/${ encode( eventId ) }` ) ) );
		},
		async setState( roomId, type, stateKey, content ) {
			const path = `${ roomPath( roomId ) }/state/${ encode( type ) }/${ encode( stateKey ) }`;
			return readEventId( await call( Method.Put, path, undefined, content ) );
		},
		async setTyping( roomId, userId, timeoutMs ) {
			const body = timeoutMs === undefined ? { typing: false } : { typing: true, timeout: timeoutMs };
			await call( Method.Put, `${ roomPath( roomId ) }/typing/${ encode( userId ) }`, undefined, body );
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
