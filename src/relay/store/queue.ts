import type { RoomId } from '../../protocol/ids.ts';
import type { Queue } from '../routing/queue.ts';
import type { Sql } from './database.ts';

/** An earlier request of a conversation that went on in a later one waits for nothing. */
const WAITING = `FROM request JOIN conversation ON conversation.id = request.conversation_id
	WHERE request.state = 'waiting' AND conversation.team = ? AND request.root_event IS NOT NULL
	AND NOT EXISTS ( SELECT 1 FROM request AS later WHERE later.conversation_id = request.conversation_id AND later.id > request.id )`;

type WaitingRow = { conversation_id: number; shown_number: number; asked_at: number; told: string | null; pending: number };

/** The statements about who waits, and for how long. */
export function createQueueStatements( { run, get, all }: Sql ): Queue {
	return {
		async countBefore( { id, askedAtMs }, team, sinceMs ) {
			const row = await get<{ count: number }>( `SELECT count( * ) AS count ${ WAITING } AND request.asked_at > ?
				AND ( request.asked_at < ? OR ( request.asked_at = ? AND request.id < ? ) )`, team, sinceMs, askedAtMs, askedAtMs, id );
			return Number( row?.count );
		},
		async waiting( team ) {
			const rows = await all<WaitingRow>( `SELECT request.conversation_id, request.shown_number, request.asked_at,
				( SELECT content FROM told_status WHERE told_status.conversation_id = request.conversation_id ) AS told,
				( SELECT count( * ) FROM outbox WHERE outbox.transaction_id = 'place ' || request.conversation_id ) AS pending
				${ WAITING } ORDER BY request.asked_at, request.id`, team );
			return rows.map( ( row ) => ( {
				conversationId: Number( row.conversation_id ), number: Number( row.shown_number ), askedAtMs: Number( row.asked_at ),
				told: row.told ?? undefined, isToBeTold: Number( row.pending ) > 0
			} ) );
		},
		async toldStatus( conversationId ) {
			const row = await get<{ room_id: RoomId; content: string; told_at: number }>(
				'SELECT room_id, content, told_at FROM told_status WHERE conversation_id = ?', conversationId
			);
			return row && { roomId: row.room_id, content: row.content, toldAtMs: Number( row.told_at ) };
		},
		async setToldStatus( conversationId, { roomId, content, toldAtMs } ) {
			await run( `INSERT INTO told_status ( conversation_id, room_id, content, told_at ) VALUES ( ?, ?, ?, ? ) ON CONFLICT ( conversation_id )
				DO UPDATE SET room_id = excluded.room_id, content = excluded.content, told_at = excluded.told_at`, conversationId, roomId, content, toldAtMs );
		},
		async lastWaits( team, sinceMs, most ) {
			return ( await all<{ waited: number }>( `SELECT request.answered_at - request.asked_at AS waited FROM request
				JOIN conversation ON conversation.id = request.conversation_id
				WHERE conversation.team = ? AND request.answered_at >= ? ORDER BY request.answered_at DESC LIMIT ?`, team, sinceMs, most ) )
				.map( ( row ) => Number( row.waited ) );
		}
	};
}
