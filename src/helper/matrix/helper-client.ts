import type { MatrixClient, MatrixEvent, Room } from 'matrix-js-sdk';
import {
	ClientEvent, createClient, EventStatus, HTTPError, HttpApiEvent, MatrixError, MatrixScheduler, PendingEventOrdering,
	RoomEvent as SdkRoomEvent, RoomMemberEvent, SyncState
} from 'matrix-js-sdk';
import type { RoomId, UserId } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';
import { hasCards } from '../state/requests.ts';
import type { PendingEvent, RoomLog } from '../state/room-log.ts';
import { UserFault } from '../state/user-fault.ts';
import type { Session } from './log-in.ts';
import { quietLogger, silenceSharedLogger } from './quiet-logger.ts';
import { creatorOf, eventsOf, loadHistory, rawEvent, takenId } from './room-events.ts';

/** Longest time between two attempts to send, so that an answer goes soon after the connection is back. */
const LONGEST_RETRY_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How long /sync waits for news: less than `REQUEST_TIMEOUT_MS`, so that no answer within that means no connection. */
const POLL_MS = 20_000;
/** A homeserver that hangs takes a message and never answers; sending again under the same transaction id is harmless. */
const SEND_TIMEOUT_MS = 10_000;
const INITIAL_EVENTS = 100;

export type HelperClientOptions = {
	readonly session: Session;
	/** Support rooms to show; empty to look for rooms with cards. */
	readonly wantedRooms: readonly RoomId[];
	/** The relay's bot, where it is known. */
	readonly bot: UserId | undefined;
	readonly now: () => number;
	/** Called after each change of what the other methods give. */
	readonly onChange: () => void;
	/** Called once when the homeserver ends the session. */
	readonly onLoggedOut: () => void;
};

/** A helper's client: matrix-js-sdk's own, with what is shown of it as plain data. */
export interface HelperClient {
	logs(): readonly RoomLog[];
	/** `undefined` while the homeserver answers; otherwise since when it does not. */
	offlineSinceMs(): number | undefined;
	name(): string;
	send( roomId: RoomId, type: 'm.room.message' | 'm.reaction', content: Record<string, unknown> ): void;
	resend( roomId: RoomId, transactionId: string ): void;
	discard( roomId: RoomId, transactionId: string ): void;
	/** Ends the session at the homeserver, or gives up after `timeoutMs`; resolves with whether it is ended. */
	logOut( timeoutMs: number ): Promise<boolean>;
}

/** matrix-js-sdk itself gives a /sync 80 seconds longer than it may take, and a message as long as anything else. */
function timeoutOf( { pathname, searchParams }: URL ): number | undefined {
	if ( pathname.endsWith( '/sync' ) ) {
		// The first one tells all rooms, and may take its time.
		return searchParams.has( 'since' ) ? REQUEST_TIMEOUT_MS : undefined;
	}
	return pathname.includes( '/send/' ) ? SEND_TIMEOUT_MS : undefined;
}

const fetchInTime: typeof fetch = ( input, init = {} ) => {
	const timeoutMs = timeoutOf( new URL( input instanceof Request ? input.url : input ) );
	const signals = [ init.signal ?? [], timeoutMs === undefined ? [] : AbortSignal.timeout( timeoutMs ) ].flat();
	return fetch( input, { ...init, signal: AbortSignal.any( signals ) } );
};

/**
 * Sends again for as long as the homeserver is away, under the same transaction id; what it refuses is refused.
 *
 * @param onNoAnswer called after each attempt to which nobody answered
 */
function createScheduler( onNoAnswer: () => void ): MatrixScheduler {
	return new MatrixScheduler(
		( _event, attempts, error: unknown ) => {
			if ( error instanceof MatrixError && error.httpStatus !== undefined && error.httpStatus < 500 ) {
				return error.isRateLimitError() ? error.getRetryAfterMs() ?? LONGEST_RETRY_MS : -1;
			}
			if ( !( error instanceof HTTPError ) ) {
				onNoAnswer();
			}
			return Math.min( LONGEST_RETRY_MS, 500 * 2 ** Math.min( attempts, 10 ) );
		},
		// In order for each thread; a refusal takes with it only what waits behind it there.
		( event ) => `${ event.getRoomId() } ${ event.getWireContent()[ 'm.relates_to' ]?.event_id ?? '' }`
	);
}

function chooseRooms( client: MatrixClient, wanted: readonly RoomId[] ): Room[] {
	const joined = client.getRooms().filter( ( room ) => room.getMyMembership() === 'join' );
	const missing = wanted.find( ( id ) => !joined.some( ( { roomId } ) => roomId === id ) );
	if ( missing !== undefined ) {
		const isInvited = client.getRoom( missing )?.getMyMembership() === 'invite';
		throw new UserFault( isInvited ?
			`${ client.getUserId() } is invited to ${ missing } and has not accepted yet.` :
			`${ client.getUserId() } is not in the room ${ missing }.` );
	}
	if ( wanted.length > 0 ) {
		return joined.filter( ( { roomId } ) => wanted.includes( roomId as RoomId ) );
	}
	const withCards = joined.filter( ( room ) => hasCards( eventsOf( room ).flatMap( ( event ) => rawEvent( event ) ?? [] ) ) );
	const [ only, ...others ] = joined;
	if ( withCards.length > 0 ) {
		return withCards;
	}
	if ( only && others.length === 0 ) {
		return [ only ];
	}
	throw new UserFault( only ?
		`None of the rooms has a question in it yet; say which one is the Support room, with --room: ${ joined.map( ( { roomId } ) => roomId ).join( ' ' ) }` :
		`${ client.getUserId() } is in no room; a helper is one who is in a Support room.` );
}

function pendingOf( room: Room ): PendingEvent[] {
	return room.getPendingEvents().map( ( event ) => ( {
		transactionId: event.getTxnId() ?? '', type: event.getType(), content: event.getWireContent(), createdAtMs: event.getTs(),
		status: event.status === EventStatus.NOT_SENT ? 'failed' : 'unsent',
		reason: event.error?.data.error ?? event.error?.message ?? '',
		eventId: takenId( event )
	} ) );
}

/**
 * Starts the client and waits until it knows its rooms.
 *
 * @throws UserFault when there is no Support room
 */
export async function startHelperClient( options: HelperClientOptions ): Promise<HelperClient> {
	const { session, now, onChange } = options;
	silenceSharedLogger();
	let offlineSinceMs: number | undefined;
	const setOnline = ( isOnline: boolean ): void => {
		offlineSinceMs = isOnline ? undefined : offlineSinceMs ?? now();
		onChange();
	};
	const client = createClient( {
		baseUrl: session.homeserverUrl, accessToken: session.accessToken, userId: session.userId, deviceId: session.deviceId,
		timelineSupport: true, disableVoip: true, logger: quietLogger, localTimeoutMs: REQUEST_TIMEOUT_MS, fetchFn: fetchInTime,
		scheduler: createScheduler( () => setOnline( false ) )
	} );
	let isLeaving = false;
	client.on( ClientEvent.Sync, ( state ) => {
		setOnline( state === SyncState.Prepared || state === SyncState.Syncing || state === SyncState.Catchup );
	} );
	client.on( HttpApiEvent.SessionLoggedOut, () => {
		if ( !isLeaving ) {
			options.onLoggedOut();
		}
	} );

	async function logOut( timeoutMs: number ): Promise<boolean> {
		isLeaving = true;
		client.stopClient();
		let timer: NodeJS.Timeout | undefined;
		const tooLate = new Promise<boolean>( ( resolve ) => {
			timer = setTimeout( () => resolve( false ), timeoutMs );
		} );
		try {
			return await Promise.race( [ client.logout( true ).then( () => true, () => false ), tooLate ] );
		} finally {
			clearTimeout( timer );
		}
	}

	// Threads are told apart by the state, from the relations themselves: one list for each room is all that it needs.
	await client.startClient( {
		initialSyncLimit: INITIAL_EVENTS, threadSupport: false, lazyLoadMembers: true, pendingEventOrdering: PendingEventOrdering.Detached,
		pollTimeout: POLL_MS
	} );
	await new Promise<void>( ( resolve ) => {
		const onSync = ( state: SyncState ): void => {
			if ( state === SyncState.Prepared ) {
				client.off( ClientEvent.Sync, onSync );
				resolve();
			}
		};
		client.on( ClientEvent.Sync, onSync );
	} );

	let rooms: Room[];
	try {
		rooms = chooseRooms( client, options.wantedRooms );
	} catch ( error ) {
		await logOut( 3_000 );
		throw error;
	}
	/** What was known before a gap, shown until the room is read back past it. */
	const before = new Map<string, readonly RoomEvent[]>();
	let logs: readonly RoomLog[] | undefined;
	const change = (): void => {
		logs = undefined;
		onChange();
	};
	/** Rooms that are not read back yet, and whether that is under way. */
	const unread = new Map<Room, { isReading: boolean }>();
	const read = async ( room: Room ): Promise<void> => {
		const reading = unread.get( room ) ?? { isReading: false };
		unread.set( room, reading );
		if ( reading.isReading ) {
			return;
		}
		reading.isReading = true;
		try {
			await loadHistory( client, room, now() );
			before.delete( room.roomId );
			unread.delete( room );
		} catch {
			// What is there is shown; with the next answer to /sync the rest is tried again.
		}
		reading.isReading = false;
		change();
	};
	const ofOurs = ( room: Room | undefined ): room is Room => room !== undefined && rooms.includes( room );

	function logOf( room: Room ): RoomLog {
		const now = eventsOf( room ).flatMap( ( event ) => rawEvent( event ) ?? [] );
		const known = new Set( now.map( ( { event_id: id } ) => id ) );
		const events = [ ...( before.get( room.roomId ) ?? [] ).filter( ( { event_id: id } ) => !known.has( id ) ), ...now ];
		const senders = [ ...new Set( [ ...events.map( ( { sender } ) => sender ), session.userId ] ) ];
		const creator = creatorOf( room );
		return {
			roomId: room.roomId as RoomId, name: room.name, me: session.userId as UserId,
			bot: options.bot ?? ( events.some( ( event ) => event.sender === creator && hasCards( [ event ] ) ) ? creator : undefined ),
			events, pending: pendingOf( room ),
			names: new Map( senders.map( ( id ) => [ id, room.getMember( id )?.name ?? id ] ) )
		};
	}

	client.on( SdkRoomEvent.Timeline, ( _event: MatrixEvent, room: Room | undefined ) => void ( ofOurs( room ) && change() ) );
	client.on( SdkRoomEvent.Redaction, ( _event: MatrixEvent, room: Room ) => void ( ofOurs( room ) && change() ) );
	client.on( SdkRoomEvent.LocalEchoUpdated, ( _event: MatrixEvent, room: Room ) => void ( ofOurs( room ) && change() ) );
	client.on( SdkRoomEvent.Name, ( room: Room ) => void ( ofOurs( room ) && change() ) );
	client.on( RoomMemberEvent.Name, change );
	client.on( SdkRoomEvent.TimelineReset, ( room: Room | undefined ) => {
		if ( ofOurs( room ) ) {
			before.set( room.roomId, logs?.find( ( { roomId } ) => roomId === room.roomId )?.events ?? [] );
			void read( room );
		}
	} );
	client.on( ClientEvent.Sync, ( state ) => {
		if ( state === SyncState.Syncing ) {
			unread.forEach( ( _, room ) => void read( room ) );
		}
	} );
	rooms.forEach( ( room ) => void read( room ) );

	function pendingEvent( roomId: RoomId, transactionId: string ): { room: Room; event: MatrixEvent } | undefined {
		const room = client.getRoom( roomId );
		const event = room?.getPendingEvents().find( ( one ) => one.getTxnId() === transactionId && one.status === EventStatus.NOT_SENT );
		return room && event ? { room, event } : undefined;
	}

	return {
		logs: () => logs ??= rooms.map( logOf ),
		offlineSinceMs: () => offlineSinceMs,
		name: () => rooms[ 0 ]?.getMember( session.userId )?.name ?? session.userId,
		send( roomId, type, content ) {
			// What became of it is told by the event's own status.
			client.sendEvent( roomId, type as never, content as never ).catch( change );
			change();
		},
		resend( roomId, transactionId ) {
			const found = pendingEvent( roomId, transactionId );
			if ( found ) {
				client.resendEvent( found.event, found.room ).catch( change );
			}
			change();
		},
		discard( roomId, transactionId ) {
			const found = pendingEvent( roomId, transactionId );
			if ( found ) {
				client.cancelPendingEvent( found.event );
			}
			change();
		},
		logOut
	};
}
