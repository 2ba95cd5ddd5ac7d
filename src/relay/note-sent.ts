import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { NoticeCode } from '../protocol/notice.ts';
import type { OutboxItem, Task } from './routing/model.ts';
import { inwardLane, outwardLane, roomLane } from './routing/model.ts';
import type { StoreTransaction } from './routing/ports.ts';

type Of<Kind extends Task[ 'kind' ]> = Extract<Task, { readonly kind: Kind }>;

/** Transaction id of the mirror of a newcomer's message. */
export const sayTransaction = ( eventId: EventId ): string => `say ${ eventId }`;

/**
 * Notes that a newcomer's message is in the Support room. Called with the homeserver's answer and when the event comes
 * back by /sync, whichever is first: a helper may answer a card before its sender knows that it was sent.
 *
 * @returns the lanes that got something to do
 */
export async function noteSaid(
	tx: StoreTransaction, item: OutboxItem, mirror: { readonly roomId: RoomId; readonly eventId: EventId }
): Promise<readonly string[]> {
	const { task } = item;
	if ( task.kind !== 'say' || ( await tx.pendingItem( item.transactionId ) )?.id !== item.id ) {
		return [];
	}
	const request = await tx.openRequest( task.conversationId );
	await tx.removeItem( item.id );
	if ( !request ) {
		return [];
	}
	await tx.addToThread( request.id, mirror.eventId );
	await tx.addMapping( { roomId: task.roomId, eventId: task.eventId }, mirror, request.id );
	return request.rootEvent === undefined ? noteCard( tx, item, task, request.id, mirror.eventId ) : [];
}

async function noteCard( tx: StoreTransaction, item: OutboxItem, task: Of<'say'>, requestId: number, card: EventId ): Promise<readonly string[]> {
	await tx.setRequestRoot( requestId, card );
	return [ await tellNewcomer( tx, item, task, 'request-open' ) ];
}

/** @returns the lane in which the newcomer is told */
async function tellNewcomer( tx: StoreTransaction, item: OutboxItem, task: Of<'say'>, code: NoticeCode ): Promise<string> {
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
export async function refuseQuestion( tx: StoreTransaction, item: OutboxItem, task: Of<'say'> ): Promise<readonly string[]> {
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
	await tx.refuseItem( item, reason );
	switch ( task.kind ) {
		case 'adopt':
			await tx.setRoomState( task.roomId, 'gone' );
			await tx.dropItemsOfRoom( item.lane, task.roomId );
			// Left, so that the newcomer's client sees that it has to make another one.
			await tx.enqueue( { lane: roomLane( task.roomId ), receiver: item.receiver, transactionId: `leave ${ item.transactionId }`, task: {
				kind: 'leave', roomId: task.roomId, reason: 'This room could not be taken over.'
			} } );
			return [ roomLane( task.roomId ) ];
		case 'say': {
			const request = await tx.openRequest( task.conversationId );
			// A request without a card would refuse all that follows; the next message opens one of its own.
			if ( request && request.rootEvent === undefined ) {
				await tx.removeRequest( request.id );
			}
			const lane = await tellNewcomer( tx, item, task, 'not-delivered' );
			if ( request?.rootEvent === undefined ) {
				return [ lane ];
			}
			await tx.enqueue( { lane: item.lane, receiver: bot, transactionId: `refused ${ task.eventId }`, task: {
				kind: 'helper-notice', requestId: request.id, about: task.eventId,
				text: 'A message of the newcomer could not be passed on; they have been told.'
			} } );
			return [ lane, item.lane ];
		}
		case 'answer': {
			const lane = inwardLane( task.conversationId );
			await tx.enqueue( { lane, receiver: bot, transactionId: `refused ${ task.source.eventId }`, task: {
				kind: 'helper-notice', requestId: task.requestId, about: task.source.eventId,
				text: reason.startsWith( 'M_TOO_LARGE' ) ?
					'This message is too long to be passed on to the newcomer. Send it again in shorter parts.' :
					`This message could not be passed on to the newcomer, who has not seen it: ${ reason }.`
			} } );
			return [ lane ];
		}
		default:
			// Above all, a notice that is refused sets off no other one.
			return [];
	}
}
