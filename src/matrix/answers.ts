import type { EventId, RoomId } from '../protocol/ids.ts';
import { isEventId, isRecord, isRoomId, isUserId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import type { MessagesPage, StrippedEvent, SyncResponse, Timeline } from './client.ts';
import { MatrixFailure } from './failure.ts';

/** What a `Date` can be, in ms since 1970. */
const LATEST_TIME_MS = 8.64e15;

/** An answer that is none, as from something in between that knows nothing of Matrix: the same request may get one later. */
function noAnswer(): MatrixFailure {
	return new MatrixFailure( 'unreachable', 'the homeserver\'s answer is not what it has to be' );
}

/** Reads an event; `undefined` when a part of it that every event has is missing, or of another type. */
export function readEvent( raw: unknown ): RoomEvent | undefined {
	if ( !isRecord( raw ) ) {
		return undefined;
	}
	const { unsigned, ...event } = raw;
	const { event_id: id, type, sender, origin_server_ts: sentAt, content, state_key: stateKey } = event;
	const isWhole = isEventId( id ) && typeof type === 'string' && isUserId( sender ) && isRecord( content ) &&
		Number.isInteger( sentAt ) && sentAt as number >= 0 && sentAt as number <= LATEST_TIME_MS &&
		( stateKey === undefined || typeof stateKey === 'string' );
	return isWhole ? { ...event, ...( isRecord( unsigned ) && { unsigned } ) } as RoomEvent : undefined;
}

function readList<Item>( raw: unknown, read: ( item: unknown ) => Item | undefined ): Item[] {
	return Array.isArray( raw ) ? raw.flatMap( ( item: unknown ) => read( item ) ?? [] ) : [];
}

function eventsIn<Item>( raw: unknown, read: ( item: unknown ) => Item | undefined ): { readonly events: Item[] } {
	return { events: readList( isRecord( raw ) ? raw.events : undefined, read ) };
}

function readStripped( raw: unknown ): StrippedEvent | undefined {
	return isRecord( raw ) && typeof raw.type === 'string' && typeof raw.state_key === 'string' && isUserId( raw.sender ) && isRecord( raw.content ) ?
		raw as StrippedEvent :
		undefined;
}

function readUnsent( raw: unknown ): Pick<RoomEvent, 'type' | 'content'> | undefined {
	return isRecord( raw ) && typeof raw.type === 'string' && isRecord( raw.content ) ? raw as Pick<RoomEvent, 'type' | 'content'> : undefined;
}

function readTimeline( raw: unknown ): Timeline {
	const { limited, prev_batch: prevBatch } = isRecord( raw ) ? raw : {};
	return { ...eventsIn( raw, readEvent ), limited: limited === true, ...( typeof prevBatch === 'string' && { prev_batch: prevBatch } ) };
}

function readRooms<Room>( raw: unknown, read: ( room: Readonly<Record<string, unknown>> ) => Room ): Readonly<Record<RoomId, Room>> {
	return Object.fromEntries( Object.entries( isRecord( raw ) ? raw : {} ).flatMap( ( [ roomId, room ] ) => (
		isRoomId( roomId ) && isRecord( room ) ? [ [ roomId, read( room ) ] ] : []
	) ) );
}

/**
 * Reads an answer of /sync. What is malformed in it is left out, as the homeserver would give it again and again.
 *
 * @throws MatrixFailure `unreachable` when it has no position, and so is no such answer
 */
export function readSyncResponse( raw: unknown ): SyncResponse {
	if ( !isRecord( raw ) || typeof raw.next_batch !== 'string' || raw.next_batch === '' ) {
		throw noAnswer();
	}
	const rooms = isRecord( raw.rooms ) ? raw.rooms : {};
	return {
		next_batch: raw.next_batch,
		account_data: eventsIn( raw.account_data, readUnsent ),
		rooms: {
			join: readRooms( rooms.join, ( { timeline, state, ephemeral } ) => ( {
				timeline: readTimeline( timeline ), state: eventsIn( state, readEvent ), ephemeral: eventsIn( ephemeral, readUnsent )
			} ) ),
			invite: readRooms( rooms.invite, ( room ) => ( { invite_state: eventsIn( room.invite_state, readStripped ) } ) ),
			leave: readRooms( rooms.leave, ( { timeline } ) => ( { timeline: readTimeline( timeline ) } ) )
		}
	};
}

/** Reads an answer of /messages, as `readSyncResponse`. @throws MatrixFailure `unreachable` when it holds no list of events */
export function readMessagesPage( raw: unknown ): MessagesPage {
	if ( !isRecord( raw ) || !Array.isArray( raw.chunk ) ) {
		throw noAnswer();
	}
	return {
		chunk: readList( raw.chunk, readEvent ),
		start: typeof raw.start === 'string' ? raw.start : '',
		...( typeof raw.end === 'string' && { end: raw.end } )
	};
}

/**
 * Reads the whole state of a room.
 *
 * @throws MatrixFailure `unreachable` when it is no list, `refused` when one of its events is malformed: what a room is must
 * not be judged by a part of its state
 */
export function readState( raw: unknown ): RoomEvent[] {
	if ( !Array.isArray( raw ) ) {
		throw noAnswer();
	}
	const state = readList( raw, readEvent );
	if ( state.length < raw.length ) {
		throw new MatrixFailure( 'refused', 'the state of the room is malformed' );
	}
	return state;
}

/** Reads what a homeserver says of an event that it took. @throws MatrixFailure `unreachable` when it does not name it */
export function readEventId( raw: unknown ): EventId {
	if ( !isRecord( raw ) || !isEventId( raw.event_id ) ) {
		throw noAnswer();
	}
	return raw.event_id;
}

const HAS_NO_BODY = [ 204, 205, 304 ];

/** Whether a body is what a homeserver refuses a request with ("Standard error response"). */
function isMatrixError( body: string ): boolean {
	try {
		const raw: unknown = JSON.parse( body );
		return isRecord( raw ) && typeof raw.errcode === 'string';
	} catch {
		return false;
	}
}

/**
 * Makes a `fetch` whose answer is there as a whole: the HTTP layer's time limit ends with the headers, and its reading of
 * errors expects nothing but what the specification says.
 */
export function fetchWhole( fetchFn: typeof globalThis.fetch ): typeof globalThis.fetch {
	return async ( input, init ) => {
		const answer = await fetchFn( input, init );
		if ( HAS_NO_BODY.includes( answer.status ) ) {
			return answer;
		}
		const body = await answer.text();
		const headers = new Headers( answer.headers );
		// Whatever else is said with an error is a page of something in between.
		headers.set( 'Content-Type', answer.ok || isMatrixError( body ) ? 'application/json' : 'text/html' );
		return new Response( body, { status: answer.status, headers } );
	};
}
