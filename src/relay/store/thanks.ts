import type { Thanks } from '../routing/thanks.ts';
import type { Sql } from './database.ts';
import { noneOf } from './reports.ts';

/** The statements for thanks. */
export function createThanks( { run, get }: Pick<Sql, 'run' | 'get'>, privateTeams: readonly string[] ): Thanks {
	return {
		async addThanks( eventId, conversationId, atMs ) {
			await run( 'INSERT INTO thanks ( event_id, conversation_id, thanked_at ) VALUES ( ?, ?, ? ) ON CONFLICT DO NOTHING', eventId, conversationId, atMs );
		},
		async removeThanks( eventId, conversationId ) {
			await run( 'DELETE FROM thanks WHERE event_id = ? AND conversation_id = ?', eventId, conversationId );
		},
		async countThanks( sinceMs ) {
			const row = await get<{ total: number; lately: number }>( `SELECT count( * ) AS total, count( CASE WHEN thanked_at >= ? THEN 1 END ) AS lately
				FROM thanks JOIN conversation ON conversation.id = thanks.conversation_id WHERE ${ noneOf( privateTeams ) }`, sinceMs, ...privateTeams );
			return { total: Number( row?.total ), lately: Number( row?.lately ) };
		}
	};
}
