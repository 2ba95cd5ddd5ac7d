import { isRecord } from '../../../src/protocol/ids.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { readRelation } from '../../../src/protocol/message.ts';
import type { FakeRooms } from './fake-rooms.ts';
import { answerSync, placeOf, positionNow } from './fake-sync.ts';

/** A request as the endpoints see it: `endpoint` is `sync`, `send`, `messages` … */
export type FakeRequest = {
	readonly method: string;
	readonly endpoint: string;
	/** What follows `/_matrix/client/v3/`, part by part, decoded. */
	readonly parts: readonly string[];
	readonly query: URLSearchParams;
	readonly body: Readonly<Record<string, unknown>>;
	readonly userId: UserId;
	readonly roomId: RoomId | undefined;
};

export type FakeAnswer = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/** Largest event that Matrix takes, in bytes ("Size limits"); what the homeserver adds to a content is counted roughly. */
export const LARGEST_EVENT = 65_536;
const ENVELOPE = 1_000;

export const matrixError = ( status: number, errcode: string, more: object = {} ): FakeAnswer => (
	{ status, body: { errcode, error: errcode, ...more } }
);

/** Reads a request's line. */
export function readFakeRequest( method: string, url: URL, body: string ): FakeRequest {
	const parts = url.pathname.replace( /^\/_matrix\/client\/v3\//, '' ).split( '/' ).map( decodeURIComponent );
	const content: unknown = body === '' ? {} : JSON.parse( body );
	return {
		method, parts, query: url.searchParams, body: isRecord( content ) ? content : {},
		userId: ( url.searchParams.get( 'user_id' ) ?? '' ) as UserId,
		...( parts[ 0 ] === 'rooms' ?
				{ endpoint: parts[ 2 ] ?? '', roomId: parts[ 1 ] as RoomId } :
				{ endpoint: parts[ 0 ] ?? '', roomId: undefined } )
	};
}

/** The endpoints of the client-server API that the relay uses, with the checks that its promises rest on. */
export function createFakeEndpoints( rooms: FakeRooms ): ( request: FakeRequest, gone: AbortSignal ) => Promise<FakeAnswer> {
	const sent = new Map<string, EventId>();
	const kept = new Map<string, unknown>();
	const ok = ( body: unknown ): FakeAnswer => ( { status: 200, body } );
	const isIn = ( { roomId, userId }: FakeRequest ): boolean => roomId !== undefined && rooms.membership( roomId, userId ) === 'join';

	function once( { parts, userId, query }: FakeRequest, append: () => EventId ): FakeAnswer {
		const key = `${ parts.join( ' ' ) } ${ userId } ${ query.get( 'device_id' ) ?? '' }`;
		const eventId = sent.get( key ) ?? append();
		sent.set( key, eventId );
		return ok( { event_id: eventId } );
	}

	function send( request: FakeRequest, roomId: RoomId ): FakeAnswer {
		const { parts: [ , , , type = '' ], body, userId } = request;
		if ( Buffer.byteLength( JSON.stringify( body ) ) + ENVELOPE > LARGEST_EVENT ) {
			return matrixError( 413, 'M_TOO_LARGE' );
		}
		return once( request, () => rooms.append( roomId, userId, { type, content: body } ) );
	}

	function member( { roomId, userId, endpoint }: FakeRequest ): FakeAnswer {
		const now = roomId && rooms.membership( roomId, userId );
		if ( roomId === undefined || ( now !== 'join' && now !== 'invite' ) ) {
			return matrixError( 403, 'M_FORBIDDEN' );
		}
		const membership = endpoint === 'join' ? 'join' : 'leave';
		if ( now !== membership ) {
			rooms.append( roomId, userId, { type: 'm.room.member', stateKey: userId, content: { membership } } );
		}
		return ok( {} );
	}

	function messages( { query }: FakeRequest, roomId: RoomId ): FakeAnswer {
		const from = query.get( 'from' );
		const to = query.get( 'to' );
		const end = from === null ? rooms.events.length : placeOf( from );
		const places = rooms.events.flatMap( ( event, index ) => (
			event.room_id === roomId && index < end && ( to === null || index >= placeOf( to ) ) ? [ index ] : []
		) ).slice( -Number( query.get( 'limit' ) ) );
		const first = places[ 0 ];
		return ok( {
			start: from ?? positionNow( rooms ), chunk: places.toReversed().map( ( index ) => rooms.events[ index ] ),
			...( first !== undefined && { end: `t${ first }` } )
		} );
	}

	function oneEvent( { parts: [ , , , id ] }: FakeRequest, roomId: RoomId ): FakeAnswer {
		const event = rooms.events.find( ( { event_id: eventId, room_id: room } ) => eventId === id && room === roomId );
		const edit = rooms.events.findLast( ( { sender, content } ) => (
			sender === event?.sender && readRelation( content ).replaces === id
		) );
		return event ?
				ok( { ...event, unsigned: { ...event.unsigned, ...( edit && { 'm.relations': { 'm.replace': edit } } ) } } ) :
				matrixError( 404, 'M_NOT_FOUND' );
	}

	async function sync( { query, userId }: FakeRequest, gone: AbortSignal ): Promise<FakeAnswer> {
		const since = query.get( 'since' );
		if ( since !== null && !/^s\d+$/.test( since ) ) {
			return matrixError( 400, 'M_UNKNOWN', { error: 'Invalid stream token' } );
		}
		const filter = JSON.parse( query.get( 'filter' ) ?? '{}' ) as { room?: { timeline?: { limit?: number } } };
		const limit = filter.room?.timeline?.limit ?? 10;
		const timeout = AbortSignal.any( [ gone, AbortSignal.timeout( Number( query.has( 'since' ) ? query.get( 'timeout' ) : 0 ) ) ] );
		for ( ;; ) {
			const { isEmpty, answer } = answerSync( rooms, userId, since === null ? 0 : placeOf( since ), limit );
			if ( !isEmpty || timeout.aborted ) {
				return ok( answer );
			}
			await rooms.change( timeout );
		}
	}

	function inRoom( request: FakeRequest, roomId: RoomId ): FakeAnswer {
		const { endpoint, method, parts: [ , , , type = '', key = '' ], body, userId } = request;
		if ( endpoint === 'join' || endpoint === 'leave' ) {
			return member( request );
		}
		if ( !isIn( request ) ) {
			return matrixError( 403, 'M_FORBIDDEN' );
		}
		switch ( endpoint ) {
			case 'send': return send( request, roomId );
			case 'redact': return once( request, () => rooms.append( roomId, userId, { type: 'm.room.redaction', content: { redacts: type } } ) );
			case 'state': return method === 'GET' ?
					ok( rooms.state( roomId ) ) :
					ok( { event_id: rooms.append( roomId, userId, { type, stateKey: key, content: body } ) } );
			case 'messages': return messages( request, roomId );
			case 'event': return oneEvent( request, roomId );
			case 'receipt':
			case 'typing': return ok( {} );
			default: return matrixError( 404, 'M_UNRECOGNIZED' );
		}
	}

	return async ( request, gone ) => {
		const { endpoint, method, parts, body, roomId } = request;
		if ( roomId !== undefined ) {
			return inRoom( request, roomId );
		}
		switch ( endpoint ) {
			case 'sync': return sync( request, gone );
			case 'register': return matrixError( 400, 'M_USER_IN_USE' );
			case 'devices': return ok( {} );
			case 'profile':
			case 'user': {
				const name = parts.join( '/' );
				if ( method === 'PUT' ) {
					kept.set( name, body );
					return ok( {} );
				}
				return kept.has( name ) ? ok( kept.get( name ) ) : matrixError( 404, 'M_NOT_FOUND' );
			}
			default: return matrixError( 404, 'M_UNRECOGNIZED' );
		}
	};
}
