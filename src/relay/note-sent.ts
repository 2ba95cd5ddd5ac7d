import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { NoticeCode } from '../protocol/notice.ts';
import type { AnswerTask, OutboxItem, Request, SayTask, Task } from './routing/model.ts';
import { helperNotice, inwardLane, outwardLane, placeOf, roomLane } from './routing/model.ts';
import type { EventPlace, FirstAnswer, Mapping, StoreTransaction } from './routing/ports.ts';
import { tellAnswered, tellStatus } from './routing/queue.ts';

/** Transaction id of the mirror of a newcomer's message. */
export const sayTransaction = ( eventId: EventId ): string => `say ${ eventId }`;
/** Transaction id of the mirror of a helper's message. */
export const answerTransaction = ( eventId: EventId ): string => `answer ${ eventId }`;

/**
 * Notes that a newcomer's message is in the Support room. Called with the homeserver's answer and when the event comes
 * back by /sync, whichever is first: a helper may answer a card before its sender knows that it was sent.
 *
 * @returns the lanes that got something to do
 */
export async function noteSaid(
	tx: StoreTransaction, item: OutboxItem, mirror: EventPlace
): Promise<readonly string[]> {
	const { task } = item;
	const pending = await tx.pendingItem( item.transactionId );
	if ( task.kind !== 'say' || pending?.id !== item.id ) {
		return [];
	}
	const request = await tx.openRequest( task.conversationId );
	if ( request && pending.task.kind === 'say' && pending.task.isAttachment && request.rootEvent === mirror.eventId ) {
		// The card comes back, or is answered, while its file waits to be sent.
		return [];
	}
	// Of a question that was set aside, the item is its edit.
	const words = pending.task.kind === 'edit' ? task : pending.task;
	if ( request && request.rootEvent === undefined && words.kind === 'say' && words.media ) {
		// At the head of its lane still: the file comes right after the card.
		await tx.setTask( item.id, { ...words, isAttachment: true } );
	} else {
		await tx.removeItem( item.id );
	}
	if ( !request ) {
		return [];
	}
	await tx.removeSetAside( task.eventId, 'say' );
	await tx.addToThread( request.id, mirror.eventId );
	await tx.addMapping( messageMapping( task, mirror, request.id ) );
	return request.rootEvent === undefined ? noteCard( tx, item, task, request.id, mirror.eventId ) : [];
}

/** Takes out a newcomer's message that was taken back before it was sent. A request that was to begin with it has not begun. */
export async function noteDropped( tx: StoreTransaction, item: OutboxItem ): Promise<readonly string[]> {
	if ( item.task.kind === 'say' ) {
		await dropUnbegun( tx, await tx.openRequest( item.task.conversationId ) );
	}
	await tx.removeItem( item.id );
	return [];
}

/** The mapping of a message, whose mirror is no edit. */
export function messageMapping( words: SayTask | AnswerTask, mirror: EventPlace, requestId: number ): Mapping {
	const source = placeOf( words );
	const speaker = words.kind === 'answer' ? words.speaker : undefined;
	return { mirror, source, original: source.eventId, isEdit: false, speaker, requestId };
}

/**
 * Notes that a helper's message is in a conversation: with the homeserver's answer, and when it comes back by /sync
 * before that, as the newcomer may react to it at once. The first one that has reached the newcomer answers the request.
 *
 * @param firstAnswers where a first answer is added
 * @returns the lanes that got something to do
 */
export async function noteAnswered(
	tx: StoreTransaction, task: AnswerTask, mirror: EventPlace, bot: UserId, firstAnswers: FirstAnswer[]
): Promise<readonly string[]> {
	const { requestId, saidAtMs } = task;
	await tx.addMapping( messageMapping( task, mirror, requestId ) );
	await tx.removeSetAside( task.source.eventId, 'answer' );
	const request = await tx.request( requestId );
	// Notices are what bots write.
	if ( request?.state !== 'waiting' || task.manner === 'notice' || task.isDeleted ) {
		return [];
	}
	await tx.setRequestAnswered( requestId, saidAtMs, mirror.roomId );
	if ( !await tx.isPrivate( request.conversationId ) ) {
		firstAnswers.push( { wiki: request.wiki, afterMs: saidAtMs - request.askedAtMs } );
	}
	const lane = inwardLane( request.conversationId );
	await tx.enqueue( { lane, receiver: bot, transactionId: `answered ${ request.questionEvent }`, task: { kind: 'card-edit', requestId } } );
	return [ lane, ...await tellAnswered( tx, request, bot ) ];
}

async function outwardLanes( tx: StoreTransaction, roomId: RoomId ): Promise<readonly string[]> {
	const room = await tx.room( roomId );
	return room ? [ outwardLane( room.conversationId ) ] : [];
}

async function noteCard(
	tx: StoreTransaction, item: OutboxItem, task: SayTask, requestId: number, card: EventId
): Promise<readonly string[]> {
	await tx.setRequestRoot( requestId, card );
	return [ await tellNewcomer( tx, item, task, 'request-open' ), ...await tellStatus( tx, [ task.conversationId ] ) ];
}

/** @returns the lane in which the newcomer is told */
async function tellNewcomer( tx: StoreTransaction, item: OutboxItem, task: SayTask, code: NoticeCode ): Promise<string> {
	const lane = outwardLane( task.conversationId );
	await tx.enqueue( {
		lane, receiver: ( await tx.room( task.roomId ) )?.receiver ?? item.receiver, transactionId: `${ code } ${ task.eventId }`,
		task: { kind: 'notice', roomId: task.roomId, code, about: task.eventId }
	} );
	return lane;
}

/**
 * Refuses a message that would open a request while none are taken: nothing of it is kept.
 *
 * @returns the lanes that got something to do
 */
export async function refuseQuestion( tx: StoreTransaction, item: OutboxItem, task: SayTask ): Promise<readonly string[]> {
	await tx.removeItem( item.id );
	return [ await tellNewcomer( tx, item, task, 'paused' ) ];
}

/**
 * Sets an item aside that was refused for good, and does what follows from that, so that its lane can go on.
 *
 * @returns the lanes that got something to do
 */
export async function setAside( tx: StoreTransaction, item: OutboxItem, reason: string, bot: UserId ): Promise<readonly string[]> {
	const { task } = item;
	if ( ( await tx.pendingItem( item.transactionId ) )?.id !== item.id ) {
		// It has come back by /sync meanwhile: it was sent, and only another try of it was refused.
		return [];
	}
	await tx.refuseItem( item, reason );
	switch ( task.kind ) {
		case 'adopt':
			await tx.setRoomState( task.roomId, 'gone' );
			await tx.dropItemsOfRoom( item.lane, task.roomId );
			// Left, so that the newcomer's client sees that it has to make another one.
			await tx.enqueue( { lane: roomLane( task.roomId ), receiver: item.receiver, transactionId: `leave ${ item.transactionId }`, task: {
				kind: 'leave', roomId: task.roomId, reason: 'This room could not be taken over.'
			} } );
			// An answer may wait for this room.
			return [ roomLane( task.roomId ), ...await outwardLanes( tx, task.roomId ) ];
		case 'say': return saySetAside( tx, item, task, bot );
		case 'answer': return tellHelpers( tx, task, bot, task.source.eventId, reason.startsWith( 'M_TOO_LARGE' ) ?
			'This message is too long to be passed on to the newcomer. Send it again in shorter parts.' :
			`This message could not be passed on to the newcomer, who has not seen it: ${ reason }.` );
		case 'edit': return task.words.kind === 'say' ?
				newcomersEditSetAside( tx, item, task.words ) :
				tellHelpers( tx, task.words, bot, task.words.source.eventId,
					'This edit could not be passed on to the newcomer, who still has the earlier text. Write another message.' );
		case 'delete': return item.lane === outwardLane( task.conversationId ) ? deletionSetAside( tx, task, bot ) : [];
		default:
			// Above all, a notice that is refused sets off no other one.
			return [];
	}
}

/** Forgets a request without a card: it would refuse all that follows. The next message opens one of its own. */
async function dropUnbegun( tx: StoreTransaction, request: Request | undefined ): Promise<void> {
	if ( request && request.rootEvent === undefined ) {
		await tx.removeRequest( request.id );
	}
}

async function newcomersEditSetAside( tx: StoreTransaction, item: OutboxItem, words: SayTask ): Promise<readonly string[]> {
	// In place of a question that was set aside, the edit may have begun a request.
	await dropUnbegun( tx, await tx.openRequest( words.conversationId ) );
	return [ await tellNewcomer( tx, item, words, 'not-delivered' ) ];
}

async function saySetAside( tx: StoreTransaction, item: OutboxItem, task: SayTask, bot: UserId ): Promise<readonly string[]> {
	const request = await tx.openRequest( task.conversationId );
	await dropUnbegun( tx, request );
	const lane = await tellNewcomer( tx, item, task, 'not-delivered' );
	if ( request?.rootEvent === undefined ) {
		return [ lane ];
	}
	const { id: requestId, conversationId } = request;
	const text = 'A message of the newcomer could not be passed on; they have been told.';
	return [ lane, ...await tellHelpers( tx, { requestId, conversationId }, bot, task.eventId, text ) ];
}

/** A helper's deletion that does not reach the newcomer, whose room may have been left since. */
async function deletionSetAside(
	tx: StoreTransaction, { conversationId, redaction }: Extract<Task, { readonly kind: 'delete' }>, bot: UserId
): Promise<readonly string[]> {
	const request = await tx.openRequest( conversationId );
	if ( !request ) {
		return [];
	}
	const text = 'What was deleted here could not be taken back on the other side: the newcomer may still see it.';
	return tellHelpers( tx, { requestId: request.id, conversationId }, bot, redaction, text );
}

/** @returns the lane in which the helpers are told that something was refused */
async function tellHelpers(
	tx: StoreTransaction, of: Pick<AnswerTask, 'requestId' | 'conversationId'>, bot: UserId, about: EventId, text: string
): Promise<readonly string[]> {
	const notice = helperNotice( bot, of, 'refused', about, text );
	await tx.enqueue( notice );
	return [ notice.lane ];
}
