import { EventEmitter } from 'node:events';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { readRedaction } from '../../../src/protocol/message.ts';

export type FakeEvent = RoomEvent & { readonly room_id: RoomId };

export type NewEvent = {
	readonly type?: string;
	readonly content: Readonly<Record<string, unknown>>;
	readonly stateKey?: string;
	readonly sentAtMs?: number;
};

/** Rooms in memory, as one stream of events: the position of an event is its place in it, from 1. */
export type FakeRooms = {
	readonly events: readonly FakeEvent[];
	append( roomId: RoomId, sender: UserId, event: NewEvent ): EventId;
	/** Current state of a room, or as it was at a position. */
	state( roomId: RoomId, at?: number ): FakeEvent[];
	membership( roomId: RoomId, userId: UserId, at?: number ): unknown;
	roomIds(): RoomId[];
	/** Resolves when something happens, or the signal fires. */
	change( signal: AbortSignal ): Promise<void>;
};

/** Makes an empty world; `prefix` keeps the ids of one apart from those of another. */
export function createFakeRooms( now: () => number, prefix = '$event' ): FakeRooms {
	const events: FakeEvent[] = [];
	const changed = new EventEmitter().setMaxListeners( 0 );
	const rooms: FakeRooms = {
		events,
		append( roomId, sender, { type = 'm.room.message', content, stateKey, sentAtMs = now() } ) {
			const event: FakeEvent = {
				event_id: `${ prefix }${ events.length + 1 }` as EventId, room_id: roomId, type, sender, origin_server_ts: sentAtMs, content,
				...( stateKey !== undefined && { state_key: stateKey } )
			};
			events.push( event );
			const target = readRedaction( event );
			// Of state, what counts stays.
			const index = events.findIndex( ( one ) => one.event_id === target && one.room_id === roomId && one.state_key === undefined );
			if ( index >= 0 ) {
				events[ index ] = { ...events[ index ]!, content: {}, unsigned: { redacted_because: event } };
			}
			changed.emit( 'change' );
			return event.event_id;
		},
		state( roomId, at = events.length ) {
			const latest = new Map<string, FakeEvent>();
			for ( const event of events.slice( 0, at ) ) {
				if ( event.room_id === roomId && event.state_key !== undefined ) {
					latest.set( `${ event.type } ${ event.state_key }`, event );
				}
			}
			return [ ...latest.values() ];
		},
		membership: ( roomId, userId, at ) => rooms.state( roomId, at )
			.find( ( { type, state_key: stateKey } ) => type === 'm.room.member' && stateKey === userId )?.content.membership,
		roomIds: () => [ ...new Set( events.map( ( event ) => event.room_id ) ) ],
		change: ( signal ) => new Promise( ( resolve ) => {
			const done = (): void => {
				changed.off( 'change', done );
				signal.removeEventListener( 'abort', done );
				resolve();
			};
			changed.on( 'change', done );
			signal.addEventListener( 'abort', done );
			if ( signal.aborted ) {
				done();
			}
		} )
	};
	return rooms;
}
