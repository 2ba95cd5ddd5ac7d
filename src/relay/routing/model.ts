import type { EventId, RoomId, UserId } from '../../protocol/ids.ts';
import type { Media } from '../../protocol/media.ts';
import type { SpeakerRole } from '../../protocol/mirror.ts';
import type { NoticeCode } from '../../protocol/notice.ts';
import type { QuestionContext } from '../../protocol/question.ts';

/** What a wiki says of a newcomer's account. */
export type WikiProfile = {
	readonly name: string;
	readonly editCount: number;
	/** When the account was made, in ms since 1970; `undefined` where the wiki does not know. */
	readonly registeredAtMs: number | undefined;
	readonly isBlocked: boolean;
};

/** What the cards say of a wiki, and how they link to it. */
export type WikiFacts = { readonly name: string; readonly articleUrl: string };

/** One newcomer, wiki and team; it has more than one room for a while, when two devices asked first at once. */
export type Conversation = {
	readonly id: number;
	readonly newcomer: UserId;
	readonly wiki: string;
	readonly team: string;
	/** `undefined` until the wiki has answered. */
	readonly profile: WikiProfile | undefined;
};

/**
 * - `invited`: not yet joined, or not yet checked and locked
 * - `open`: checked and locked
 * - `closing`: another room of the conversation stays; what is said in this one is taken until the relay has left it
 * - `refused`: it was not, or is no longer, as it has to be; the relay leaves it, or was removed from it
 * - `gone`: the newcomer has left it, or another room has taken its place
 */
export type RoomState = 'invited' | 'open' | 'closing' | 'refused' | 'gone';

export type ConversationRoom = {
	readonly roomId: RoomId;
	readonly conversationId: number;
	/** The account that is in it. */
	readonly receiver: UserId;
	/** Who made it; the conversation's newcomer. */
	readonly newcomer: UserId;
	readonly state: RoomState;
	/** Whether its timeline has been received from the beginning up to the stored position. */
	readonly isReading: boolean;
	/** Whether its timeline has come to where the relay locked it: what changes after that, counts. */
	readonly isWatched: boolean;
	/** When it was made, in ms since 1970; 0 until that is known. */
	readonly createdAtMs: number;
};

export type RequestState = 'waiting' | 'answered';

/** One question, from asked to closed; one thread in the Support room. */
export type Request = {
	readonly id: number;
	readonly conversationId: number;
	readonly wiki: string;
	/** Counts up for each wiki: `#42`. */
	readonly number: number;
	readonly state: RequestState;
	readonly question: string;
	readonly questionEvent: EventId;
	readonly context: QuestionContext | undefined;
	/** The room in which it goes on; `undefined` where an older relay did not note it. */
	readonly roomId?: RoomId | undefined;
	readonly askedAtMs: number;
	readonly answeredAtMs: number | undefined;
	/** The card; `undefined` until it is in the Support room. */
	readonly rootEvent: EventId | undefined;
};

/** A joined member of a Support room. */
export type Member = { readonly userId: UserId; readonly displayName: string | undefined };

/** What somebody said, as far as it is said again on the other side. */
export type Words = {
	readonly text: string;
	/** The same as harmless HTML, where it is formatted. */
	readonly html?: string | undefined;
	/** How it was said, where it was not said plainly. */
	readonly manner?: 'emote' | 'notice' | undefined;
	/** The file that was sent; `text` is its caption then, or empty. */
	readonly media?: Media | undefined;
	/** The message, on the same side, that it answers. */
	readonly replyTo?: EventId | undefined;
	/** Taken back before it was passed on, which it therefore never is; its text is gone. */
	readonly isDeleted?: boolean;
};

/** A newcomer's message: the card of a new request, or a message in the thread of the open one. */
export type SayTask = Words & {
	readonly kind: 'say';
	readonly roomId: RoomId;
	readonly eventId: EventId;
	readonly conversationId: number;
	readonly saidAtMs: number;
	readonly context: QuestionContext | undefined;
	/** The card is sent already; what is left is the question's file, which goes into the thread. */
	readonly isAttachment?: boolean;
};

/** A helper's message, into the conversation. */
export type AnswerTask = Words & {
	readonly kind: 'answer';
	readonly conversationId: number;
	readonly requestId: number;
	readonly source: { readonly roomId: RoomId; readonly eventId: EventId };
	readonly speaker: UserId;
	readonly name: string;
	readonly role: SpeakerRole;
	readonly saidAtMs: number;
};

/** What is to be done, in the order of its lane. Texts are in it only until it is done. */
export type Task =
	/** Join, check and lock a conversation room. */
	| { readonly kind: 'adopt'; readonly roomId: RoomId } |
	/** Join a Support room of our own. */
	{ readonly kind: 'join'; readonly roomId: RoomId } |
	/** Leave a room, or decline an invitation to it. */
	{ readonly kind: 'leave'; readonly roomId: RoomId; readonly reason: string } |
	/** Say what is wrong with a conversation room, and leave it. */
	{ readonly kind: 'refuse'; readonly roomId: RoomId; readonly problems: readonly string[] } |
	/** Join a room only to say why it is left. */
	{ readonly kind: 'turn-away'; readonly roomId: RoomId; readonly code: NoticeCode } |
	/** Leave a room in whose place another one goes on, when what was said in it is passed on, and not before a time (ms since 1970). */
	{ readonly kind: 'close'; readonly roomId: RoomId; readonly notBeforeMs: number } |
	/** Make one room of several of a conversation. */
	{ readonly kind: 'merge'; readonly conversationId: number } |
	SayTask |
	AnswerTask |
	/** Somebody's new words for a message; in `words`, the edit is the event. */
	{ readonly kind: 'edit'; readonly roomId: RoomId; readonly original: EventId; readonly words: SayTask | AnswerTask } |
	/** An event was taken back by a redaction, in `roomId`. */
	{
		readonly kind: 'delete';
		readonly roomId: RoomId;
		readonly conversationId: number;
		readonly target: EventId;
		readonly redaction: EventId;
		/** Only if this helper said it. */
		readonly speaker?: UserId;
	} |
	/** Brings the reactions with one key to one event in line with what the store says of them. */
	{ readonly kind: 'react'; readonly roomId: RoomId; readonly conversationId: number; readonly target: EventId; readonly key: string } |
	/** What the relay says to the newcomer. */
	{ readonly kind: 'notice'; readonly roomId: RoomId; readonly code: NoticeCode; readonly about: EventId } |
	/** What the relay says to the helpers, in the request's thread. */
	{ readonly kind: 'helper-notice'; readonly requestId: number; readonly text: string; readonly about: EventId } |
	/** What the relay says in a Support room to somebody whose words are for no request. */
	{ readonly kind: 'hint'; readonly roomId: RoomId; readonly about: EventId; readonly text: string } |
	/** Says that a helper has seen what the newcomer said, up to an event; of two, the one with the later place in the threads counts. */
	{ readonly kind: 'seen'; readonly roomId: RoomId; readonly eventId: EventId; readonly position: number } |
	/** Brings the state event in the conversation in line with how it stands with its request. */
	{ readonly kind: 'place'; readonly conversationId: number } |
	/** Looks who of those who wait for a team has another place by now. */
	{ readonly kind: 'queue'; readonly team: string } |
	/** Brings the card up to date. */
	{ readonly kind: 'card-edit'; readonly requestId: number };

/** A task in its lane: one lane for each conversation and direction, each done in order, all side by side. */
export type OutboxItem = {
	readonly id: number;
	readonly lane: string;
	/** The account that does it. */
	readonly receiver: UserId;
	readonly transactionId: string;
	readonly createdAtMs: number;
	readonly task: Task;
};

/** `transactionId` is the same whenever the same thing would be put in again, so that it is done once. */
export type NewItem = Omit<OutboxItem, 'id' | 'createdAtMs'>;

/** Lane of what goes to the Support room. */
export const inwardLane = ( conversationId: number ): string => `${ conversationId }:in`;
/** Lane of what goes to the newcomer. */
export const outwardLane = ( conversationId: number ): string => `${ conversationId }:out`;
/** Lane of what helpers have seen: beside the messages, which it never holds up. */
export const seenLane = ( conversationId: number ): string => `${ conversationId }:seen`;
export const isSeenLane = ( lane: string ): boolean => lane.endsWith( ':seen' );
/** Lane of how it stands with the request, and of the place in the queue: behind all else. */
export const placeLane = ( conversationId: number ): string => `${ conversationId }:place`;
/** Lane of what looks through a team's queue. */
export const queueLane = ( team: string ): string => `queue ${ team }:place`;
export const isPlaceLane = ( lane: string ): boolean => lane.endsWith( ':place' );
/** Lane of what is done to a room that is no conversation. */
export const roomLane = ( roomId: RoomId ): string => `room:${ roomId }`;

/** Tells the helpers, in a request's thread, what became of something; `outcome` tells several words about one event apart. */
export function helperNotice(
	bot: UserId, { requestId, conversationId }: { readonly requestId: number; readonly conversationId: number },
	outcome: 'ended' | 'gone' | 'refused' | 'stayed' | 'unknown', about: EventId, text: string
): NewItem {
	return {
		lane: inwardLane( conversationId ), receiver: bot, transactionId: `${ outcome } ${ about }`,
		task: { kind: 'helper-notice', requestId, about, text }
	};
}

/** Where a message was said. */
export function placeOf( words: SayTask | AnswerTask ): { readonly roomId: RoomId; readonly eventId: EventId } {
	return words.kind === 'say' ? { roomId: words.roomId, eventId: words.eventId } : words.source;
}

/** The event whose words or fate a task carries: by it an event that was sent already is found again. */
export function sourceOf( task: Task ): EventId | undefined {
	switch ( task.kind ) {
		case 'say':
		case 'seen': return task.eventId;
		case 'answer': return task.source.eventId;
		case 'edit': return sourceOf( task.words );
		case 'delete': return task.redaction;
		case 'react': return task.target;
		case 'notice':
		case 'hint':
		case 'helper-notice': return task.about;
		default: return undefined;
	}
}
