import type { EventId, RoomId, UserId } from '../../protocol/ids.ts';
import { sourceOf } from '../routing/model.ts';
import type { StoreTransaction } from '../routing/ports.ts';
import type { Sql } from './database.ts';
import { createHeldRooms } from './held-rooms.ts';
import { createIntakeStatements } from './intake.ts';
import { createQueueStatements } from './queue.ts';
import { createReports } from './reports.ts';
import { createThanks } from './thanks.ts';
import { createThreadOrder } from './thread-order.ts';
import type { AddresseeRow, ConversationRow, MappingRow, OutboxRow, ReactionRow, RequestRow, RoomRow } from './rows.ts';
import { toAddressee, toConversation, toItem, toMapping, toReaction, toRequest, toRoom } from './rows.ts';

const ROOMS = 'SELECT room.*, conversation.newcomer FROM room JOIN conversation ON conversation.id = room.conversation_id';

/** How long an event is known to have been received after the position has passed it. */
const KEEP_RECEIVED_MS = 30 * 86_400_000;
/** By how much clocks may be apart. */
const CLOCKS_APART_MS = 86_400_000;
/** How much is forgotten in one transaction; a batch brings less than this, save after an outage. */
const FORGOTTEN_AT_ONCE = 500;

export type StoreTransactionOptions = {
	readonly now: () => number;
	/** How long what was set aside is kept. */
	readonly keepSetAsideMs: number;
	/** Teams of which nothing shows in what is told of the others. */
	readonly privateTeams?: readonly string[];
};

/** What can be read and written with the statements of an open transaction. The caller begins and ends it. */
export function createStoreTransaction( sql: Sql, { now, keepSetAsideMs, privateTeams = [] }: StoreTransactionOptions ): StoreTransaction {
	const { run, get, all } = sql;
	const isPrivate = ( team: string ): boolean => privateTeams.includes( team );
	const optional = <Row, Value>( row: Row | undefined, convert: ( row: Row ) => Value ): Value | undefined => row && convert( row );

	return {
		...createReports( all, privateTeams ),
		...createQueueStatements( sql ),
		...createThanks( sql, privateTeams ),
		...createIntakeStatements( all, run, now ),
		...createThreadOrder( { get, all } ),
		...createHeldRooms( { all, run } ),

		async storeId() {
			return ( await get<{ id: string }>( 'SELECT id FROM store' ) )?.id;
		},
		async setStoreId( id ) {
			await run( 'INSERT INTO store ( id ) VALUES ( ? )', id );
		},

		async position( receiver ) {
			return ( await get<{ position: string }>( 'SELECT position FROM position WHERE receiver = ?', receiver ) )?.position;
		},
		async setPosition( receiver, position ) {
			const last = await get<{ moved_at: number }>( 'SELECT moved_at FROM position WHERE receiver = ?', receiver );
			await run( `INSERT INTO position ( receiver, position, moved_at ) VALUES ( ?, ?, ? )
				ON CONFLICT ( receiver ) DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at`, receiver, position, now() );
			// Before the last move, not before now: after a long outage a gap is filled up to where the position was.
			await run( `DELETE FROM inbox WHERE receiver = ? AND event_id IN (
				SELECT event_id FROM inbox WHERE receiver = ? AND received_at < ? ORDER BY received_at LIMIT ? )`,
			receiver, receiver, ( last?.moved_at ?? 0 ) - KEEP_RECEIVED_MS, FORGOTTEN_AT_ONCE );
			await run( 'DELETE FROM set_aside WHERE id IN ( SELECT id FROM set_aside WHERE set_aside_at < ? ORDER BY set_aside_at LIMIT ? )',
				now() - keepSetAsideMs, FORGOTTEN_AT_ONCE );
		},
		async receive( receiver, roomId, eventId ) {
			return await run( 'INSERT INTO inbox VALUES ( ?, ?, ?, ? ) ON CONFLICT DO NOTHING', receiver, eventId, roomId, now() ) === 1;
		},

		async remembersSince( receiver ) {
			const row = await get<{ moved_at: number }>( 'SELECT moved_at FROM position WHERE receiver = ?', receiver );
			return Number( row?.moved_at ?? 0 ) - KEEP_RECEIVED_MS + CLOCKS_APART_MS;
		},

		async conversation( id ) {
			return optional( await get<ConversationRow>( 'SELECT * FROM conversation WHERE id = ?', id ), toConversation );
		},
		async isPrivate( conversationId ) {
			const row = await get<ConversationRow>( 'SELECT * FROM conversation WHERE id = ?', conversationId );
			return row !== undefined && isPrivate( row.team );
		},
		async ensureConversation( { newcomer, wiki, team } ) {
			await run( 'INSERT INTO conversation ( newcomer, wiki, team ) VALUES ( ?, ?, ? ) ON CONFLICT DO NOTHING', newcomer, wiki, team );
			return toConversation( ( await get<ConversationRow>(
				'SELECT * FROM conversation WHERE newcomer = ? AND wiki = ? AND team = ?', newcomer, wiki, team
			) )! );
		},
		async room( roomId ) {
			return optional( await get<RoomRow>( `${ ROOMS } WHERE room_id = ?`, roomId ), toRoom );
		},
		async roomsOf( conversationId ) {
			return ( await all<RoomRow>( `${ ROOMS } WHERE conversation_id = ?`, conversationId ) ).map( toRoom );
		},
		async addRoom( { roomId, conversationId, receiver } ) {
			await run( `INSERT INTO room ( room_id, conversation_id, receiver, state, invited_at ) VALUES ( ?, ?, ?, 'invited', ? )
				ON CONFLICT ( room_id ) DO UPDATE SET state = 'invited', receiver = excluded.receiver, is_reading = 0, is_watched = 0, created_at = 0,
				invited_at = excluded.invited_at`, roomId, conversationId, receiver, now() );
		},
		async setRoomState( roomId, state ) {
			await run( 'UPDATE room SET state = ? WHERE room_id = ?', state, roomId );
		},
		async setRoomReading( roomId ) {
			await run( 'UPDATE room SET is_reading = 1 WHERE room_id = ?', roomId );
		},
		async setRoomWatched( roomId ) {
			await run( 'UPDATE room SET is_watched = 1 WHERE room_id = ?', roomId );
		},
		async countRooms( newcomer, withinMs ) {
			const row = await get<{ count: number }>( `SELECT count( * ) AS count FROM room JOIN conversation ON conversation.id = room.conversation_id
				WHERE conversation.newcomer = ? AND room.invited_at > ?`, newcomer, now() - withinMs );
			return Number( row?.count );
		},
		async countConversations( newcomer ) {
			const row = await get<{ count: number }>( `SELECT count( * ) AS count FROM conversation WHERE newcomer = ?
				AND EXISTS ( SELECT 1 FROM room WHERE room.conversation_id = conversation.id AND room.state IN ( 'invited', 'open', 'closing' ) )`, newcomer );
			return Number( row?.count );
		},
		async setRoomCreated( roomId, createdAtMs ) {
			await run( 'UPDATE room SET created_at = ? WHERE room_id = ?', createdAtMs, roomId );
		},
		async setProfile( { newcomer, wiki }, profile ) {
			await run( 'UPDATE conversation SET profile = ? WHERE newcomer = ? AND wiki = ?', JSON.stringify( profile ), newcomer, wiki );
		},
		async conversationsWithoutProfile() {
			return ( await all<ConversationRow>( `SELECT * FROM conversation WHERE profile IS NULL
				AND EXISTS ( SELECT 1 FROM request WHERE request.conversation_id = conversation.id )` ) ).map( toConversation );
		},

		async request( id ) {
			return optional( await get<RequestRow>( 'SELECT * FROM request WHERE id = ?', id ), toRequest );
		},
		async openRequest( conversationId ) {
			return optional( await get<RequestRow>(
				'SELECT * FROM request WHERE conversation_id = ? ORDER BY id DESC LIMIT 1', conversationId
			), toRequest );
		},
		async requestsNumbered( team, number ) {
			return ( await all<AddresseeRow>( `SELECT request.id, request.shown_number, profile FROM request
				JOIN conversation ON conversation.id = request.conversation_id
				WHERE request.shown_number = ? AND conversation.team = ? AND request.root_event IS NOT NULL ORDER BY request.id`, number, team ) ).map( toAddressee );
		},
		async namedRequests( team ) {
			return ( await all<AddresseeRow>( `SELECT request.id, request.shown_number, profile FROM conversation
				JOIN request ON request.id = ( SELECT max( id ) FROM request WHERE conversation_id = conversation.id AND root_event IS NOT NULL )
				WHERE conversation.team = ? AND profile IS NOT NULL ORDER BY request.id`, team ) ).map( toAddressee );
		},
		async addRequest( { conversationId, wiki, question, questionEvent, context, askedAtMs, roomId } ) {
			// A counter, because the highest number of what is stored is given again when that is removed.
			const next = async ( counter: string ): Promise<number> => Number( ( await get<{ last: number }>( `INSERT INTO request_number
				( wiki, last ) VALUES ( ?, 1 ) ON CONFLICT ( wiki ) DO UPDATE SET last = request_number.last + 1 RETURNING last`, counter ) )?.last );
			const { team = '' } = await get<ConversationRow>( 'SELECT * FROM conversation WHERE id = ?', conversationId ) ?? {};
			const values = [
				conversationId, wiki, await next( wiki ), await next( `${ wiki } ${ isPrivate( team ) ? team : 'shared' }` ), question, questionEvent,
				context ? JSON.stringify( context ) : null, askedAtMs, roomId ?? null
			];
			return toRequest( ( await get<RequestRow>( `INSERT INTO request
				( conversation_id, wiki, number, shown_number, state, question, question_event, context, asked_at, room_id )
				VALUES ( ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ? ) RETURNING *`, ...values ) )! );
		},
		async earlierRequest( { id, conversationId } ) {
			return optional( await get<RequestRow>(
				'SELECT * FROM request WHERE conversation_id = ? AND id < ? AND root_event IS NOT NULL ORDER BY id DESC LIMIT 1', conversationId, id
			), toRequest );
		},
		async moveRequests( from, to ) {
			await run( 'UPDATE request SET room_id = ? WHERE room_id = ?', to, from );
		},
		async removeRequest( id ) {
			await run( 'DELETE FROM request WHERE id = ?', id );
		},
		async setRequestRoot( id, rootEvent ) {
			await run( 'UPDATE request SET root_event = ? WHERE id = ?', rootEvent, id );
		},
		async setRequestAnswered( id, answeredAtMs, roomId ) {
			await run( 'UPDATE request SET state = \'answered\', answered_at = ?, room_id = coalesce( ?, room_id ) WHERE id = ?',
				answeredAtMs, roomId ?? null, id );
		},

		async addToThread( requestId, eventId, isAddressed = false ) {
			await run( 'INSERT INTO thread_event ( event_id, request_id, is_addressed ) VALUES ( ?, ?, ? ) ON CONFLICT DO NOTHING',
				eventId, requestId, isAddressed ? 1 : 0 );
		},
		async isAddressed( eventId ) {
			return await get( 'SELECT event_id FROM thread_event WHERE event_id = ? AND is_addressed = 1', eventId ) !== undefined;
		},
		async requestOfEvent( eventId ) {
			return ( await get<{ request_id: number }>( 'SELECT request_id FROM thread_event WHERE event_id = ?', eventId ) )?.request_id;
		},
		async latestInThread( requestId ) {
			return ( await get<{ event_id: EventId }>(
				'SELECT event_id FROM thread_event WHERE request_id = ? ORDER BY position DESC LIMIT 1', requestId
			) )?.event_id;
		},
		async addMapping( { mirror, source, original, isEdit, speaker, requestId } ) {
			await run( `INSERT INTO mapping ( mirror_event, mirror_room, source_event, source_room, original_event, is_edit, speaker, request_id )
				VALUES ( ?, ?, ?, ?, ?, ?, ?, ? ) ON CONFLICT DO NOTHING`,
			mirror.eventId, mirror.roomId, source.eventId, source.roomId, original, isEdit ? 1 : 0, speaker ?? null, requestId );
		},
		async mapping( mirrorEvent ) {
			return optional( await get<MappingRow>( 'SELECT * FROM mapping WHERE mirror_event = ?', mirrorEvent ), toMapping );
		},
		async mappingsOf( original ) {
			return ( await all<MappingRow>( 'SELECT * FROM mapping WHERE original_event = ? ORDER BY is_edit', original ) ).map( toMapping );
		},
		async mappingsOfEdit( edit ) {
			return ( await all<MappingRow>( 'SELECT * FROM mapping WHERE source_event = ? AND original_event <> ?', edit, edit ) ).map( toMapping );
		},
		async removeMapping( mirrorEvent ) {
			await run( 'DELETE FROM mapping WHERE mirror_event = ?', mirrorEvent );
		},
		async setRequestQuestion( id, question ) {
			await run( 'UPDATE request SET question = ? WHERE id = ?', question, id );
		},

		async addReaction( { eventId, roomId, sender, target, key, conversationId } ) {
			await run( `INSERT INTO reaction ( event_id, room_id, sender, target_event, key, conversation_id ) VALUES ( ?, ?, ?, ?, ?, ? )
				ON CONFLICT DO NOTHING`, eventId, roomId, sender, target, key, conversationId );
		},
		async removeReaction( eventId ) {
			const row = await get<ReactionRow>( 'SELECT * FROM reaction WHERE event_id = ?', eventId );
			await run( 'DELETE FROM reaction WHERE event_id = ?', eventId );
			return optional( row, toReaction );
		},
		async hasReactions( target, key ) {
			return await get( 'SELECT event_id FROM reaction WHERE target_event = ? AND key = ? LIMIT 1', target, key ) !== undefined;
		},
		async reactionMirror( target, key ) {
			const row = await get<{ event_id: EventId | null; transaction_id: string }>(
				'SELECT event_id, transaction_id FROM reaction_mirror WHERE target_event = ? AND key = ?', target, key
			);
			return row && { eventId: row.event_id ?? undefined, transactionId: row.transaction_id };
		},
		async setReactionMirror( target, key, { eventId, transactionId } ) {
			await run( `INSERT INTO reaction_mirror ( target_event, key, event_id, transaction_id ) VALUES ( ?, ?, ?, ? )
				ON CONFLICT ( target_event, key ) DO UPDATE SET event_id = excluded.event_id, transaction_id = excluded.transaction_id`,
			target, key, eventId ?? null, transactionId );
		},
		async removeReactionMirror( target, key ) {
			await run( 'DELETE FROM reaction_mirror WHERE target_event = ? AND key = ?', target, key );
		},
		async removeReactionsTo( target ) {
			await run( 'DELETE FROM reaction WHERE target_event = ?', target );
			await run( 'DELETE FROM reaction_mirror WHERE target_event = ?', target );
		},

		async enqueue( { lane, receiver, transactionId, task } ) {
			await run( 'INSERT INTO outbox ( lane, receiver, transaction_id, created_at, task ) VALUES ( ?, ?, ?, ?, ? ) ON CONFLICT DO NOTHING',
				lane, receiver, transactionId, now(), JSON.stringify( task ) );
		},
		async pendingItem( transactionId ) {
			return optional( await get<OutboxRow>( 'SELECT * FROM outbox WHERE transaction_id = ?', transactionId ), toItem );
		},
		async nextInLane( lane ) {
			return optional( await get<OutboxRow>( 'SELECT * FROM outbox WHERE lane = ? ORDER BY id LIMIT 1', lane ), toItem );
		},
		async pendingLanes() {
			return ( await all<{ lane: string }>( 'SELECT lane FROM outbox GROUP BY lane ORDER BY min( id )' ) ).map( ( { lane } ) => lane );
		},
		async removeItem( id ) {
			await run( 'DELETE FROM outbox WHERE id = ?', id );
		},
		async refuseItem( { id, lane, task }, reason ) {
			await run( 'INSERT INTO set_aside ( lane, kind, source_event, reason, set_aside_at ) VALUES ( ?, ?, ?, ?, ? )',
				lane, task.kind, sourceOf( task ) ?? null, reason, now() );
			await run( 'DELETE FROM outbox WHERE id = ?', id );
		},
		async dropItemsOfRoom( lane, roomId ) {
			// Read here, because the two databases look into JSON in different words.
			for ( const { id, task } of await all<OutboxRow>( 'SELECT * FROM outbox WHERE lane = ?', lane ) ) {
				if ( ( JSON.parse( task ) as { roomId?: RoomId } ).roomId === roomId ) {
					await run( 'DELETE FROM outbox WHERE id = ?', id );
				}
			}
		},

		async itemsInLane( lane ) {
			return ( await all<OutboxRow>( 'SELECT * FROM outbox WHERE lane = ? ORDER BY id', lane ) ).map( toItem );
		},
		async setTask( id, task ) {
			await run( 'UPDATE outbox SET task = ? WHERE id = ?', JSON.stringify( task ), id );
		},
		async isSetAside( sourceEvent, kind ) {
			return await get( 'SELECT id FROM set_aside WHERE source_event = ? AND kind = ? LIMIT 1', sourceEvent, kind ) !== undefined;
		},
		async removeSetAside( sourceEvent, kind ) {
			await run( 'DELETE FROM set_aside WHERE source_event = ? AND kind = ?', sourceEvent, kind );
		},

		async member( roomId, userId ) {
			const row = await get<{ display_name: string | null }>( 'SELECT display_name FROM member WHERE room_id = ? AND user_id = ?', roomId, userId );
			return row && { userId, displayName: row.display_name ?? undefined };
		},
		async setMember( roomId, { userId, displayName } ) {
			await run( 'INSERT INTO member VALUES ( ?, ?, ? ) ON CONFLICT ( room_id, user_id ) DO UPDATE SET display_name = excluded.display_name',
				roomId, userId, displayName ?? null );
		},
		async removeMember( roomId, userId ) {
			await run( 'DELETE FROM member WHERE room_id = ? AND user_id = ?', roomId, userId );
		},
		async removeMembers( roomId ) {
			await run( 'DELETE FROM member WHERE room_id = ?', roomId );
		},
		async members( roomId ) {
			return ( await all<{ user_id: UserId; display_name: string | null }>( 'SELECT user_id, display_name FROM member WHERE room_id = ?', roomId ) )
				.map( ( row ) => ( { userId: row.user_id, displayName: row.display_name ?? undefined } ) );
		},
		async powerLevels( roomId ) {
			const row = await get<{ content: string }>( 'SELECT content FROM power_levels WHERE room_id = ?', roomId );
			return row && JSON.parse( row.content ) as unknown;
		},
		async setPowerLevels( roomId, content ) {
			await run( 'INSERT INTO power_levels VALUES ( ?, ? ) ON CONFLICT ( room_id ) DO UPDATE SET content = excluded.content', roomId, JSON.stringify( content ) );
		}
	};
}
