import type { EventId, RoomId, UserId } from '../../protocol/ids.ts';
import type { QuestionContext } from '../../protocol/question.ts';
import type { Conversation, ConversationRoom, OutboxItem, Request, RequestState, RoomState, Task, WikiProfile } from '../routing/model.ts';
import type { Addressee } from '../routing/helper-words.ts';
import type { Mapping, StoredReaction } from '../routing/ports.ts';

/** Rows as SQLite gives them; what is in them was written by this room, so they are trusted. */
export type ConversationRow = { id: number; newcomer: string; wiki: string; team: string; profile: string | null };
export type RoomRow = {
	room_id: string; conversation_id: number; receiver: string; newcomer: string; state: string;
	is_reading: number; is_watched: number; created_at: number;
};
export type RequestRow = {
	id: number; conversation_id: number; wiki: string; number: number; state: string; question: string; question_event: string;
	context: string | null; asked_at: number; answered_at: number | null; root_event: string | null;
	room_id: string | null; shown_number: number;
};
export type OutboxRow = { id: number; lane: string; receiver: string; transaction_id: string; created_at: number; task: string };

export type AddresseeRow = { id: number; shown_number: number; profile: string | null };

export function toAddressee( { id, shown_number: number, profile }: AddresseeRow ): Addressee {
	return { requestId: id, number, name: profile === null ? undefined : ( JSON.parse( profile ) as WikiProfile ).name };
}

export function toConversation( row: ConversationRow ): Conversation {
	return {
		id: row.id, newcomer: row.newcomer as UserId, wiki: row.wiki, team: row.team,
		profile: row.profile === null ? undefined : JSON.parse( row.profile ) as WikiProfile
	};
}

export function toRoom( row: RoomRow ): ConversationRoom {
	return {
		roomId: row.room_id as RoomId, conversationId: row.conversation_id,
		receiver: row.receiver as UserId, newcomer: row.newcomer as UserId,
		state: row.state as RoomState, isReading: row.is_reading === 1,
		isWatched: row.is_watched === 1, createdAtMs: row.created_at
	};
}

export function toRequest( row: RequestRow ): Request {
	return {
		id: row.id, conversationId: row.conversation_id, wiki: row.wiki, number: row.shown_number, state: row.state as RequestState,
		question: row.question, questionEvent: row.question_event as EventId,
		context: row.context === null ? undefined : JSON.parse( row.context ) as QuestionContext,
		roomId: row.room_id === null ? undefined : row.room_id as RoomId,
		askedAtMs: row.asked_at, answeredAtMs: row.answered_at ?? undefined,
		rootEvent: row.root_event === null ? undefined : row.root_event as EventId
	};
}

export function toItem( row: OutboxRow ): OutboxItem {
	return {
		id: row.id, lane: row.lane, receiver: row.receiver as UserId, transactionId: row.transaction_id,
		createdAtMs: row.created_at, task: JSON.parse( row.task ) as Task
	};
}

export type MappingRow = {
	mirror_event: string; mirror_room: string; source_event: string; source_room: string;
	original_event: string; is_edit: number; speaker: string | null; request_id: number;
};
export type ReactionRow = { event_id: string; room_id: string; sender: string; target_event: string; key: string; conversation_id: number };

export function toMapping( row: MappingRow ): Mapping {
	return {
		mirror: { roomId: row.mirror_room as RoomId, eventId: row.mirror_event as EventId },
		source: { roomId: row.source_room as RoomId, eventId: row.source_event as EventId },
		original: row.original_event as EventId, isEdit: row.is_edit === 1,
		speaker: row.speaker === null ? undefined : row.speaker as UserId, requestId: row.request_id
	};
}

export function toReaction( row: ReactionRow ): StoredReaction {
	return {
		eventId: row.event_id as EventId, roomId: row.room_id as RoomId, sender: row.sender as UserId,
		target: row.target_event as EventId, key: row.key, conversationId: row.conversation_id
	};
}
