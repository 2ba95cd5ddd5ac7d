import type { RoomId, UserId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import { ConfigError } from './config/config.ts';
import type { Log } from './log.ts';
import { noteSupportRoom } from './receiver.ts';
import { NotYet } from './refusal.ts';
import type { Homeserver, Store } from './routing/ports.ts';

export type SupportRoomsOptions = {
	readonly store: Store;
	readonly bot: UserId;
	readonly log: Log;
	/** Joins a room and reads its state. @throws ConfigError when it is not as it has to be */
	readonly read: ( team: string, roomId: RoomId ) => Promise<RoomEvent[]>;
};

/**
 * Looks at each team's Support room. Resolves with those that are not as they have to be, and why: their teams wait, the
 * others do not.
 *
 * @throws ConfigError when no team has a room
 */
export async function openSupportRooms(
	supportRooms: ReadonlyMap<string, RoomId>, { store, bot, log, read }: SupportRoomsOptions
): Promise<ReadonlyMap<RoomId, string>> {
	const closed = new Map<RoomId, string>();
	for ( const [ team, roomId ] of supportRooms ) {
		try {
			await noteSupportRoom( store, bot, roomId, await read( team, roomId ) );
		} catch ( error ) {
			if ( !( error instanceof ConfigError ) ) {
				throw error;
			}
			closed.set( roomId, error.problems.join( '; ' ) );
			log.error( { team, room: roomId, error }, 'a team has no Support room; what is said to it waits until the relay starts with one' );
		}
	}
	if ( closed.size > 0 && closed.size === new Set( supportRooms.values() ).size ) {
		throw new ConfigError( 'configuration', [ ...closed.values() ] );
	}
	for ( const roomId of closed.keys() ) {
		// Nothing of it is received meanwhile, so who is in it has to be read anew.
		await store.transaction( ( tx ) => tx.removeMembers( roomId ) );
	}
	return closed;
}

/** The same account, for which everything waits that is to be done in these rooms. */
export function withoutRooms( homeserver: Homeserver, closed: ReadonlySet<RoomId> ): Homeserver {
	const unlessClosed = <Rest extends unknown[], Result>( work: ( roomId: RoomId, ...rest: Rest ) => Promise<Result> ) =>
		async ( roomId: RoomId, ...rest: Rest ): Promise<Result> => {
			if ( closed.has( roomId ) ) {
				throw new NotYet( 'the team has no Support room as it has to be' );
			}
			return work( roomId, ...rest );
		}
	;
	return closed.size === 0 ? homeserver : {
		...homeserver,
		send: unlessClosed( homeserver.send ),
		react: unlessClosed( homeserver.react ),
		redact: unlessClosed( homeserver.redact ),
		findOwn: unlessClosed( homeserver.findOwn )
	};
}
