import type { EventId, UserId } from '../../protocol/ids.ts';
import type { RequestState, Task } from '../routing/model.ts';
import type { Reports } from '../routing/reports.ts';

/** All rows that a statement gives. */
export type All = <Row>( sql: string, ...values: ( string | number )[] ) => Row[] | Promise<Row[]>;

/** A condition on conversations: none of these teams. */
export function noneOf( teams: readonly string[] ): string {
	return `conversation.team NOT IN ( ${ teams.length === 0 ? '\'\'' : teams.map( () => '?' ).join( ', ' ) } )`;
}

type Kind = Task[ 'kind' ];

/** The statements with which a store tells of itself; SQL that every database understands. */
export function createReports( all: All, privateTeams: readonly string[] ): Reports {
	return {
		async figures() {
			const [ outbox ] = await all<{ waiting: number; oldest: number | null }>( 'SELECT count(*) AS waiting, min( created_at ) AS oldest FROM outbox' );
			const waiting = Number( outbox?.waiting ?? 0 );
			const receivers = await all<{ receiver: UserId; moved_at: number }>( 'SELECT receiver, moved_at FROM position' );
			return {
				waiting,
				oldestWaitingAtMs: waiting > 0 ? Number( outbox?.oldest ) : undefined,
				setAside: ( await all<{ kind: Kind; items: number }>( 'SELECT kind, count(*) AS items FROM set_aside GROUP BY kind ORDER BY kind' ) )
					.map( ( { kind, items } ) => ( { kind, count: Number( items ) } ) ),
				requests: ( await all<{ wiki: string; state: RequestState; requests: number }>(
					`SELECT request.wiki, request.state, count(*) AS requests FROM request JOIN conversation ON conversation.id = request.conversation_id
						WHERE ${ noneOf( privateTeams ) } GROUP BY request.wiki, request.state ORDER BY request.wiki, request.state`, ...privateTeams
				) ).map( ( { wiki, state, requests } ) => ( { wiki, state, count: Number( requests ) } ) ),
				receivers: receivers.map( ( { receiver, moved_at: takenAt } ) => ( { receiver, takenAtMs: Number( takenAt ) } ) )
			};
		},
		async waitingLanes() {
			const rows = await all<{ lane: string; waiting: number; oldest: number }>(
				'SELECT lane, count(*) AS waiting, min( created_at ) AS oldest FROM outbox GROUP BY lane ORDER BY min( created_at ), lane'
			);
			return rows.map( ( { lane, waiting, oldest } ) => ( { lane, waiting: Number( waiting ), oldestAtMs: Number( oldest ) } ) );
		},
		async setAsideItems( limit ) {
			const rows = await all<{ lane: string; kind: Kind; source_event: EventId | null; reason: string; set_aside_at: number }>(
				'SELECT lane, kind, source_event, reason, set_aside_at FROM set_aside ORDER BY id DESC LIMIT ?', limit
			);
			return rows.map( ( { lane, kind, source_event: event, reason, set_aside_at: at } ) => (
				{ lane, kind, event: event ?? undefined, reason, atMs: Number( at ) }
			) );
		}
	};
}
