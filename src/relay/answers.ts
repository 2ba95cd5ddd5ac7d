import { createHmac } from 'node:crypto';
import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { Adoption } from './adoption.ts';
import type { Delivery } from './delivery.ts';
import { noteAnswered } from './note-sent.ts';
import { isTemporary, NotYet } from './refusal.ts';
import { counterpart } from './relations.ts';
import type { Speech } from './routing/mirror-content.ts';
import { answerContent } from './routing/mirror-content.ts';
import type { AnswerTask, ConversationRoom, OutboxItem, Task, Words } from './routing/model.ts';
import { helperNotice, roomLane } from './routing/model.ts';
import type { EventPlace, FirstAnswer, Store, Watcher } from './routing/ports.ts';
import { presentRoom } from './routing/present-room.ts';

export type AnswersOptions = {
	readonly store: Store;
	readonly bot: UserId;
	readonly watcher?: Pick<Watcher, 'received'>;
};

/** Helpers' messages on their way to the newcomer. */
export type Answers = {
	/** Passes one on, into the room where the newcomer is by now. Resolves with the lanes that got something to do. */
	answer( item: OutboxItem, task: AnswerTask ): Promise<readonly string[]>;
	/** A helper's words as the bot says them in a conversation; `edits` is the message that they edit. */
	helperSpeech( roomId: RoomId, task: AnswerTask, edits?: EventId ): Promise<Speech>;
	/** The event of a room that stands for what somebody replied to on the other side. */
	replyTarget( words: Words, roomId: RoomId ): Promise<EventId | undefined>;
};

export function createAnswers(
	options: AnswersOptions, { findSent, sendOnce }: Pick<Delivery, 'findSent' | 'sendOnce'>, adoption: Pick<Adoption, 'isAlive'>
): Answers {
	const { store, bot } = options;

	let knownKey: string | undefined;
	/** The store's id, which is random and in no room. */
	async function profileKey(): Promise<string> {
		knownKey ??= await store.transaction( ( tx ) => tx.storeId() );
		if ( knownKey === undefined ) {
			throw new Error( 'the store has no id' );
		}
		return knownKey;
	}

	/** Tells helpers that an answer has reached nobody. */
	function answerNobody( item: OutboxItem, task: AnswerTask, hasLeft: boolean ): Promise<readonly string[]> {
		const text = hasLeft ?
			'The newcomer has left the chat, so this could not be passed on.' :
			'The newcomer has no chat at the moment, so this could not be passed on. Please send it again when they have written again.';
		return store.transaction( async ( tx ) => {
			await tx.refuseItem( item, hasLeft ? 'the newcomer has left the conversation' : 'the conversation has no room at the moment' );
			const notice = helperNotice( bot, task, 'gone', task.source.eventId, text );
			await tx.enqueue( notice );
			return [ notice.lane ];
		} );
	}

	async function answer( item: OutboxItem, task: AnswerTask ): Promise<readonly string[]> {
		const { rooms, last, isSent } = await store.transaction( async ( tx ) => ( {
			rooms: await tx.roomsOf( task.conversationId ), last: await tx.openRequest( task.conversationId ),
			isSent: ( await tx.mappingsOf( task.source.eventId ) ).some( ( { isEdit } ) => !isEdit )
		} ) );
		const room = presentRoom( rooms, last );
		if ( isSent ) {
			// It came back before this process, or the one before it, had noted that it was sent; its room may be another by now.
			await store.transaction( ( tx ) => tx.removeItem( item.id ) );
			return [];
		}
		if ( !room ) {
			if ( rooms.some( ( { state } ) => state === 'invited' ) ) {
				throw new NotYet( 'the newcomer\'s new room is being taken over' );
			}
			return answerNobody( item, task, last?.roomId === undefined || rooms.find( ( { roomId } ) => roomId === last.roomId )?.state === 'gone' );
		}
		const mirror = await findInOthers( item, task, rooms, room ) ?? await answerIn( room, item, task );
		if ( mirror === 'room is gone' ) {
			// Still at the head of its lane, it looks for another room.
			return [ roomLane( room.roomId ) ];
		}
		const firstAnswers: FirstAnswer[] = [];
		const lanes = await store.transaction( async ( tx ) => {
			await tx.removeItem( item.id );
			return mirror ? noteAnswered( tx, task, mirror, bot, firstAnswers ) : [];
		} );
		options.watcher?.received( { events: [], firstAnswers } );
		return lanes;
	}

	/** What an earlier process sent to a room that was the present one then. */
	async function findInOthers(
		item: OutboxItem, { source }: AnswerTask, rooms: readonly ConversationRoom[], present: ConversationRoom
	): Promise<EventPlace | undefined> {
		for ( const { roomId, receiver, state } of rooms ) {
			const eventId = state === 'open' && roomId !== present.roomId ? await findSent( item, receiver, roomId, source.eventId ) : undefined;
			if ( eventId !== undefined ) {
				return { roomId, eventId };
			}
		}
		return undefined;
	}

	async function answerIn( room: ConversationRoom, item: OutboxItem, task: AnswerTask ): Promise<EventPlace | 'room is gone' | undefined> {
		const { roomId, receiver } = room;
		const source = task.source.eventId;
		try {
			const eventId = task.isDeleted ?
					await findSent( item, receiver, roomId, source ) :
					await sendOnce(
						{ ...item, receiver }, roomId, answerContent( await helperSpeech( roomId, task ), await replyTarget( task, roomId ) ), source, 'mirror'
					);
			return eventId === undefined ? undefined : { roomId, eventId };
		} catch ( error ) {
			if ( isTemporary( error ) || await adoption.isAlive( room ) ) {
				throw error;
			}
			// A room that was deleted while the relay was away: nothing tells of it but this.
			await store.transaction( async ( tx ) => {
				await tx.setRoomState( roomId, 'closing' );
				const close: Task = { kind: 'close', roomId, notBeforeMs: 0 };
				await tx.enqueue( { lane: roomLane( roomId ), receiver, transactionId: `close ${ roomId }`, task: close } );
			} );
			return 'room is gone';
		}
	}

	async function replyTarget( { replyTo }: Words, roomId: RoomId ): Promise<EventId | undefined> {
		return replyTo === undefined ? undefined : store.transaction( ( tx ) => counterpart( tx, replyTo, roomId ) );
	}

	async function helperSpeech( roomId: RoomId, task: AnswerTask, edits?: EventId ): Promise<Speech> {
		const { source, name, role, saidAtMs, text, html, manner, media, speaker } = task;
		return {
			marker: { source, name, role, saidAtMs, text, ...( edits !== undefined && { edits } ) },
			html, manner, media, profileId: profileIdOf( await profileKey(), roomId, speaker )
		};
	}

	return { answer, helperSpeech, replyTarget };
}

/**
 * Tells one helper from another in a conversation without telling the newcomer their Matrix ids. With the key, which no
 * newcomer knows, a guessed id cannot be tried either.
 */
function profileIdOf( key: string, roomId: RoomId, speaker: UserId ): string {
	return createHmac( 'sha256', key ).update( `${ roomId } ${ speaker }` ).digest( 'base64url' ).slice( 0, 16 );
}
