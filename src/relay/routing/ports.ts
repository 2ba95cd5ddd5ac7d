import type { StatusPage } from '../../protocol/availability.ts';
import type { EventId, RoomId, UserId } from '../../protocol/ids.ts';
import type { Reaction, RoomEvent } from '../../protocol/message.ts';
import type { Addressee } from './helper-words.ts';
import type { Intake } from './intake.ts';
import type { Queue } from './queue.ts';
import type { Reports } from './reports.ts';
import type { ThreadOrder } from './seen.ts';
import type { Thanks } from './thanks.ts';
import type { Conversation, ConversationRoom, Member, NewItem, OutboxItem, Request, RoomState, Task, WikiProfile } from './model.ts';

/** An event and the room that it is in. */
export type EventPlace = { readonly roomId: RoomId; readonly eventId: EventId };

/** One event of the bot that carries somebody's words: a mirror, or an edit of one. */
export type Mapping = {
	readonly mirror: EventPlace;
	/** The event whose words it carries; with an edit, the edit. */
	readonly source: EventPlace;
	/** The message that these words belong to: the source, or what the source edits. */
	readonly original: EventId;
	readonly isEdit: boolean;
	/** Who said it, where that is not the newcomer. */
	readonly speaker: UserId | undefined;
	readonly requestId: number;
};

/** A reaction that somebody made. */
export type StoredReaction = {
	readonly eventId: EventId;
	readonly roomId: RoomId;
	readonly sender: UserId;
	readonly target: EventId;
	readonly key: string;
	readonly conversationId: number;
};

/** The bot's reaction; without an id while it is not known whether it was sent. */
export type ReactionMirror = { readonly eventId: EventId | undefined; readonly transactionId: string };

/** A room that is left out for now; `since`, or else a time in ms, says up to where it was read before, and neither that it was not. */
export type HeldRoom = { readonly roomId: RoomId; readonly since?: string; readonly olderThanMs?: number; readonly hasLeft?: boolean };

/** Rooms of which an account hands nothing on for now, as they were when its position was stored. */
export interface HeldRooms {
	heldRooms( receiver: UserId ): Promise<HeldRoom[]>;
	/** Puts these in the place of all that were held before. */
	setHeldRooms( receiver: UserId, rooms: readonly HeldRoom[] ): Promise<void>;
}

/** What can be read and written in one transaction. Nothing else may be awaited while it is open. */
export interface StoreTransaction extends Reports, Intake, ThreadOrder, HeldRooms, Queue, Thanks {
	/** Tells this store from every other; `undefined` until it has been given one. */
	storeId(): Promise<string | undefined>;
	setStoreId( id: string ): Promise<void>;

	position( receiver: UserId ): Promise<string | undefined>;
	/** Moves the position, and forgets some of what was received long before it, or set aside long ago. */
	setPosition( receiver: UserId, position: string ): Promise<void>;
	/** Notes that an event was received; false when it had been before, in the last 30 days before the position. */
	receive( receiver: UserId, roomId: RoomId, eventId: EventId ): Promise<boolean>;
	/** From when on, in ms since 1970, all that was received is known; what is older cannot be news. */
	remembersSince( receiver: UserId ): Promise<number>;

	conversation( id: number ): Promise<Conversation | undefined>;
	/** Whether a conversation is of a team of which nothing shows in what is told of the others. */
	isPrivate( conversationId: number ): Promise<boolean>;
	/** Finds the conversation of a newcomer, wiki and team, or begins it. */
	ensureConversation( identity: Pick<Conversation, 'newcomer' | 'wiki' | 'team'> ): Promise<Conversation>;
	room( roomId: RoomId ): Promise<ConversationRoom | undefined>;
	roomsOf( conversationId: number ): Promise<ConversationRoom[]>;
	/** A room that was left before and is invited to again begins anew. */
	addRoom( room: Pick<ConversationRoom, 'roomId' | 'conversationId' | 'receiver'> ): Promise<void>;
	setRoomState( roomId: RoomId, state: RoomState ): Promise<void>;
	setRoomReading( roomId: RoomId ): Promise<void>;
	setRoomWatched( roomId: RoomId ): Promise<void>;
	/** How many rooms a newcomer has invited the relay to in the last `withinMs`. */
	countRooms( newcomer: UserId, withinMs: number ): Promise<number>;
	/** How many conversations of a newcomer have a room that the relay is in or comes to. */
	countConversations( newcomer: UserId ): Promise<number>;
	setRoomCreated( roomId: RoomId, createdAtMs: number ): Promise<void>;
	/** What a wiki says of a newcomer, for all their conversations on it. */
	setProfile( conversation: Pick<Conversation, 'newcomer' | 'wiki'>, profile: WikiProfile ): Promise<void>;
	/** Conversations with a request that was opened before the wiki had answered. */
	conversationsWithoutProfile(): Promise<Conversation[]>;

	request( id: number ): Promise<Request | undefined>;
	openRequest( conversationId: number ): Promise<Request | undefined>;
	/** The requests of a team with a number, one for each wiki at most. */
	requestsNumbered( team: string, number: number ): Promise<Addressee[]>;
	/** The requests of a team that one may address by a name: the latest of each conversation, once its wiki has told it. */
	namedRequests( team: string ): Promise<Addressee[]>;
	/** Opens a request with the next number of its wiki, or of its team on it when that is private. */
	addRequest(
		request: Pick<Request, 'conversationId' | 'wiki' | 'question' | 'questionEvent' | 'context' | 'askedAtMs'> & Partial<Pick<Request, 'roomId'>>
	): Promise<Request>;
	/** The request before another one of the same conversation, if it has a card. */
	earlierRequest( request: Pick<Request, 'id' | 'conversationId'> ): Promise<Request | undefined>;
	/** Moves a conversation's requests from one of its rooms to another. */
	moveRequests( from: RoomId, to: RoomId ): Promise<void>;
	/** Forgets a request whose card was refused, so that the next message opens one; its number is not given again. */
	removeRequest( id: number ): Promise<void>;
	setRequestRoot( id: number, rootEvent: EventId ): Promise<void>;
	/** With the room in which it was answered, it goes on there. */
	setRequestAnswered( id: number, answeredAtMs: number, roomId?: RoomId ): Promise<void>;

	/** Notes that an event of the Support room belongs to a request, and whether it says so itself, by an address. */
	addToThread( requestId: number, eventId: EventId, isAddressed?: boolean ): Promise<void>;
	/** Whether an event belongs to its request by an address. */
	isAddressed( eventId: EventId ): Promise<boolean>;
	requestOfEvent( eventId: EventId ): Promise<number | undefined>;
	latestInThread( requestId: number ): Promise<EventId | undefined>;
	/** A mirror that is known already stays as it is. */
	addMapping( mapping: Mapping ): Promise<void>;
	mapping( mirrorEvent: EventId ): Promise<Mapping | undefined>;
	/** All events of the bot that carry the words of a message, its edits included; the mirrors themselves first. */
	mappingsOf( original: EventId ): Promise<Mapping[]>;
	/** The bot's edits that were made for an edit. */
	mappingsOfEdit( edit: EventId ): Promise<Mapping[]>;
	removeMapping( mirrorEvent: EventId ): Promise<void>;
	setRequestQuestion( id: number, question: string ): Promise<void>;

	addReaction( reaction: StoredReaction ): Promise<void>;
	/** Forgets a reaction that was taken back; resolves with it. */
	removeReaction( eventId: EventId ): Promise<StoredReaction | undefined>;
	hasReactions( target: EventId, key: string ): Promise<boolean>;
	/** The bot's own reaction, which stands for all of them. */
	reactionMirror( target: EventId, key: string ): Promise<ReactionMirror | undefined>;
	setReactionMirror( target: EventId, key: string, mirror: ReactionMirror ): Promise<void>;
	removeReactionMirror( target: EventId, key: string ): Promise<void>;
	/** Forgets all reactions to an event that is gone. */
	removeReactionsTo( target: EventId ): Promise<void>;

	/** Puts an item at the end of its lane. An item whose transaction id is there already is the same one. */
	enqueue( item: NewItem ): Promise<void>;
	/** The item with a transaction id, while it is still to be done. */
	pendingItem( transactionId: string ): Promise<OutboxItem | undefined>;
	nextInLane( lane: string ): Promise<OutboxItem | undefined>;
	pendingLanes(): Promise<string[]>;
	removeItem( id: number ): Promise<void>;
	/** Sets an item aside, with the reason; its lane goes on without it. */
	refuseItem( item: OutboxItem, reason: string ): Promise<void>;
	/** Drops everything in a lane that came from a room. */
	dropItemsOfRoom( lane: string, roomId: RoomId ): Promise<void>;
	itemsInLane( lane: string ): Promise<OutboxItem[]>;
	/** Changes what an item says; one that is being done goes on as it was. */
	setTask( id: number, task: Task ): Promise<void>;
	/** Whether a message of a newcomer, or of a helper, was set aside. */
	isSetAside( sourceEvent: EventId, kind: 'say' | 'answer' ): Promise<boolean>;
	/** Forgets that it was set aside, when it has been passed on after all. */
	removeSetAside( sourceEvent: EventId, kind: 'say' | 'answer' ): Promise<void>;

	member( roomId: RoomId, userId: UserId ): Promise<Member | undefined>;
	setMember( roomId: RoomId, member: Member ): Promise<void>;
	removeMember( roomId: RoomId, userId: UserId ): Promise<void>;
	removeMembers( roomId: RoomId ): Promise<void>;
	members( roomId: RoomId ): Promise<Member[]>;
	powerLevels( roomId: RoomId ): Promise<unknown>;
	setPowerLevels( roomId: RoomId, content: unknown ): Promise<void>;
}

export interface Store {
	/** Runs `work` alone; what it wrote is kept when it fulfils, and undone when it rejects. */
	transaction<Result>( work: ( tx: StoreTransaction ) => Promise<Result> ): Promise<Result>;
	/** Waits for the transaction in hand. */
	close(): Promise<void>;
}

/** One account at the homeserver. Its methods reject with a `SendFailure`. */
export interface Homeserver {
	join( roomId: RoomId ): Promise<void>;
	leave( roomId: RoomId, reason: string ): Promise<void>;
	roomState( roomId: RoomId ): Promise<readonly RoomEvent[]>;
	setPowerLevels( roomId: RoomId, content: Readonly<Record<string, unknown>> ): Promise<void>;
	/** Sets state with an empty key; what is so already is no other event. */
	setState( roomId: RoomId, type: string, content: Readonly<Record<string, unknown>> ): Promise<void>;
	/** Sends a message; the same transaction id does not send it again for a day. */
	send( roomId: RoomId, transactionId: string, content: Readonly<Record<string, unknown>> ): Promise<EventId>;
	/** Puts a reaction to an event. */
	react( roomId: RoomId, transactionId: string, reaction: Reaction ): Promise<EventId>;
	/** Takes an event back; once more is no failure. */
	redact( roomId: RoomId, transactionId: string, eventId: EventId ): Promise<void>;
	/** Says that this account, and whoever it speaks for, has read a room up to an event. */
	markRead( roomId: RoomId, eventId: EventId ): Promise<void>;
	/** Shows that this account types, for at most `timeoutMs`, or, without that, no longer. */
	setTyping( roomId: RoomId, timeoutMs: number | undefined ): Promise<void>;
	/** Whether somebody who shares a room with this account is online ("Presence"). */
	isOnline( userId: UserId ): Promise<boolean>;
	/** The content of a message as its last edit left it; `undefined` when there is none any more. */
	latestContent( roomId: RoomId, eventId: EventId ): Promise<unknown>;
	/** Looks back in a room for an event of this account that `matches`, not older than `sinceMs`. */
	findOwn( roomId: RoomId, sinceMs: number, matches: ( content: unknown ) => boolean ): Promise<EventId | undefined>;
}

/** What a homeserver's refusal looks like from here. */
export type SendFailure = Error & { readonly code: string; readonly isTemporary: boolean; readonly retryAfterMs: number | undefined };

/** Knows newcomers by their central ids. */
export interface WikiDirectory {
	/**
	 * Looks an account up; `undefined` when the wiki does not know it, or hides it.
	 *
	 * @throws Error when the wiki cannot be asked, or has not answered after `timeoutMs`
	 */
	find( wiki: string, centralId: string, timeoutMs: number ): Promise<WikiProfile | undefined>;
}

/** Knows whether wikis have switched the chat off. */
export interface WikiSwitch {
	/**
	 * `undefined` when the wiki says neither, for example because it has no such page.
	 *
	 * @throws Error when the wiki cannot be asked, or has not answered after `timeoutMs`
	 */
	isOn( wiki: string, timeoutMs: number ): Promise<boolean | undefined>;
}

/** What wikis' status pages say. */
export interface StatusPages {
	/**
	 * What the page says now; `undefined` when there is none, or it says nothing sensible.
	 *
	 * @throws Error when the wiki cannot be asked, refuses the account, or has not answered after `timeoutMs`
	 */
	read( wiki: string, timeoutMs: number ): Promise<StatusPage | undefined>;
	/** @throws Error as above, and when the wiki refuses the edit */
	write( wiki: string, page: StatusPage, timeoutMs: number ): Promise<void>;
}

/** How doing an item went: well, with a failure that asks for another try, or refused for good. */
export type Outcome = 'done' | 'retried' | 'set-aside';

/** A request got its first answer, so long after its question. */
export type FirstAnswer = { readonly wiki: string; readonly afterMs: number };

/** What one batch of /sync brought, or what was noted as sent, once it is in the store. */
export type News = {
	readonly events: { readonly from: 'newcomer' | 'helper'; readonly roomId: RoomId; readonly event: RoomEvent }[];
	/** Those whose first answer is noted as sent; not those of private teams. */
	readonly firstAnswers: FirstAnswer[];
	/** Newcomers' thanks to helpers; not those to private teams. */
	readonly thanks?: { readonly wiki: string }[];
};

/** Told of what the relay does; it changes nothing, and none of its methods may throw. */
export interface Watcher {
	/** The homeserver answered an account's /sync. */
	contacted( receiver: UserId ): void;
	received( news: News ): void;
	tried( item: OutboxItem, outcome: Outcome ): void;
}
