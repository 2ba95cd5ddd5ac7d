import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { Reaction, RoomEvent } from '../protocol/message.ts';
import type { AnswerTask, ConversationRoom, NewItem, Request, SayTask } from './routing/model.ts';
import { inwardLane, outwardLane, placeOf } from './routing/model.ts';
import type { StoreTransaction } from './routing/ports.ts';
import { sayTransaction } from './note-sent.ts';

export type AddItem = ( item: NewItem ) => Promise<void>;

/** One direction of a conversation: its lane, the account that sends in it, and the room that its events come from. */
export type Direction = {
	readonly lane: string;
	readonly account: UserId;
	readonly roomId: RoomId;
	readonly conversationId: number;
};

export const fromNewcomer = ( { roomId, conversationId }: ConversationRoom, bot: UserId ): Direction => (
	{ lane: inwardLane( conversationId ), account: bot, roomId, conversationId }
);
export const fromHelpers = ( { conversationId }: Request, roomId: RoomId, receiver: UserId ): Direction => (
	{ lane: outwardLane( conversationId ), account: receiver, roomId, conversationId }
);

const editTransaction = ( eventId: EventId ): string => `edit ${ eventId }`;

/** Takes in somebody's new words for a message. */
export function takeEdit(
	{ lane, account, roomId }: Direction, original: EventId, words: SayTask | AnswerTask, add: AddItem
): Promise<void> {
	const transactionId = editTransaction( placeOf( words ).eventId );
	return add( { lane, receiver: account, transactionId, task: { kind: 'edit', roomId, original, words } } );
}

/** Empties what a lane has still to say for an event, or for edits of it: it is never passed on, and its text is gone now. */
async function blankPending( tx: StoreTransaction, lane: string, target: EventId, speaker: UserId | undefined ): Promise<void> {
	const isTheirs = ( words: SayTask | AnswerTask ): boolean => (
		speaker === undefined || ( words.kind === 'answer' && words.speaker === speaker )
	);
	const blank = <Task extends SayTask | AnswerTask>( words: Task ): Task => (
		{ ...words, text: '', html: undefined, media: undefined, isDeleted: true, ...( words.kind === 'say' && { context: undefined } ) }
	);
	for ( const { id, task } of await tx.itemsInLane( lane ) ) {
		if ( ( task.kind === 'say' || task.kind === 'answer' ) && placeOf( task ).eventId === target && isTheirs( task ) ) {
			await tx.setTask( id, blank( task ) );
		} else if ( task.kind === 'edit' && ( task.original === target || placeOf( task.words ).eventId === target ) && isTheirs( task.words ) ) {
			await tx.setTask( id, { ...task, words: blank( task.words ) } );
		}
	}
}

/**
 * Takes in that a message or an edit was taken back; `by` is the event that says so. With a `speaker`, what anybody else
 * said stays: a redaction that the homeserver let through needs none.
 */
export async function takeDeletion(
	tx: StoreTransaction, direction: Direction, target: EventId, by: EventId, add: AddItem, speaker?: UserId
): Promise<void> {
	const { lane, account, roomId, conversationId } = direction;
	await blankPending( tx, lane, target, speaker );
	await add( { lane, receiver: account, transactionId: `delete ${ by }`, task: {
		kind: 'delete', roomId, conversationId, target, redaction: by, ...( speaker !== undefined && { speaker } )
	} } );
}

/** Takes in a reaction. */
export async function takeReaction(
	tx: StoreTransaction, direction: Direction, event: RoomEvent, { target, key }: Reaction, add: AddItem
): Promise<void> {
	const { lane, account, roomId, conversationId } = direction;
	await tx.addReaction( { eventId: event.event_id, roomId, sender: event.sender, target, key, conversationId } );
	await add( { lane, receiver: account, transactionId: `react ${ event.event_id }`, task: { kind: 'react', roomId, conversationId, target, key } } );
}

/** Takes in that an event was taken back which may be a reaction; resolves with whether it was one. */
export async function takeUnreaction(
	tx: StoreTransaction, roomId: RoomId, target: EventId, directionOf: ( conversationId: number ) => Direction, add: AddItem
): Promise<boolean> {
	const reaction = await tx.removeReaction( target );
	// A client may name an event of any room; the homeserver takes back what is in this one.
	if ( reaction?.roomId !== roomId ) {
		await ( reaction && tx.addReaction( reaction ) );
		return reaction !== undefined;
	}
	const { lane, account, conversationId } = directionOf( reaction.conversationId );
	await add( { lane, receiver: account, transactionId: `unreact ${ target }`, task: {
		kind: 'react', roomId, conversationId, target: reaction.target, key: reaction.key
	} } );
	return true;
}

/** Whether an event of a conversation has a counterpart, or will have one. */
export async function isMirrored( tx: StoreTransaction, event: EventId ): Promise<boolean> {
	return await tx.mapping( event ) !== undefined || ( await tx.mappingsOf( event ) ).length > 0 ||
		await tx.pendingItem( sayTransaction( event ) ) !== undefined;
}

/** The request to which an event of a Support room belongs: a message, an edit of one, or the bot's. */
export async function requestOfAny( tx: StoreTransaction, event: EventId ): Promise<number | undefined> {
	const ofThread = await tx.requestOfEvent( event );
	if ( ofThread !== undefined ) {
		return ofThread;
	}
	const mapping = await tx.mapping( event ) ?? ( await tx.mappingsOfEdit( event ) )[ 0 ];
	const pending = mapping ? undefined : ( await tx.pendingItem( editTransaction( event ) ) )?.task;
	return mapping?.requestId ?? ( pending?.kind === 'edit' && pending.words.kind === 'answer' ? pending.words.requestId : undefined );
}
