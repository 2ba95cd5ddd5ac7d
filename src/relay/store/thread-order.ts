import type { EventId, RoomId } from '../../protocol/ids.ts';
import type { Said, ThreadOrder } from '../routing/seen.ts';
import type { Sql } from './database.ts';

/** The mirrors of newcomers' messages: a helper's are in conversations, and in no thread. */
const SAID = `SELECT mapping.source_room, mapping.source_event, thread_event.position FROM thread_event JOIN mapping ON mapping.mirror_event = thread_event.event_id
	AND mapping.is_edit = 0 AND mapping.speaker IS NULL`;

type SaidRow = { source_room: RoomId; source_event: EventId; position: number };

function toSaid( { source_room: roomId, source_event: eventId, position }: SaidRow ): Said {
	return { source: { roomId, eventId }, position: Number( position ) };
}

/** The statements about the order of events in threads. */
export function createThreadOrder( { get, all }: Pick<Sql, 'get' | 'all'> ): ThreadOrder {
	return {
		async threadPosition( eventId ) {
			const row = await get<{ position: number }>( 'SELECT position FROM thread_event WHERE event_id = ?', eventId );
			return row && Number( row.position );
		},
		async newestSaid( requestId, supportRoom, upTo = Number.MAX_SAFE_INTEGER ) {
			const row = await get<SaidRow>( `${ SAID } WHERE thread_event.request_id = ? AND thread_event.position <= ?
				AND mapping.mirror_room = ? ORDER BY thread_event.position DESC LIMIT 1`, requestId, upTo, supportRoom );
			return row && toSaid( row );
		},
		async saidBetween( supportRoom, after, upTo, kind ) {
			const cards = kind === 'cards' ? 'JOIN request ON request.root_event = mapping.mirror_event' : '';
			return ( await all<SaidRow>( `${ SAID } ${ cards } WHERE thread_event.position > ? AND thread_event.position <= ?
				AND mapping.mirror_room = ? ORDER BY thread_event.position`, after, upTo, supportRoom ) ).map( toSaid );
		}
	};
}
