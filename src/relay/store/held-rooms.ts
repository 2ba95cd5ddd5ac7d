import type { RoomId, UserId } from '../../protocol/ids.ts';
import type { HeldRooms } from '../routing/ports.ts';
import type { Sql } from './database.ts';

type HeldRow = { room_id: RoomId; since: string | null; older_than: number | null; has_left: number };

/** The statements for rooms that an account does not read for now. */
export function createHeldRooms( { all, run }: Pick<Sql, 'all' | 'run'> ): HeldRooms {
	return {
		async heldRooms( receiver: UserId ) {
			const rows = await all<HeldRow>( 'SELECT room_id, since, older_than, has_left FROM held_room WHERE receiver = ?', receiver );
			return rows.map( ( { room_id: roomId, since, older_than: olderThanMs, has_left: hasLeft } ) => ( {
				roomId, hasLeft: Number( hasLeft ) === 1,
				...( since !== null && { since } ), ...( olderThanMs !== null && { olderThanMs: Number( olderThanMs ) } )
			} ) );
		},
		async setHeldRooms( receiver, rooms ) {
			await run( 'DELETE FROM held_room WHERE receiver = ?', receiver );
			for ( const { roomId, since, olderThanMs, hasLeft } of rooms ) {
				await run(
					'INSERT INTO held_room ( receiver, room_id, since, older_than, has_left ) VALUES ( ?, ?, ?, ?, ? )',
					receiver, roomId, since ?? null, olderThanMs ?? null, hasLeft ? 1 : 0
				);
			}
		}
	};
}
