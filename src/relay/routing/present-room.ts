import { preferredRoom } from '../../protocol/conversation.ts';
import type { ConversationRoom, Request } from './model.ts';

/**
 * The room in which a conversation goes on: the one that the panel prefers, too, unless helpers have answered in another
 * one already, which then has to stay.
 *
 * @param latest the conversation's latest request
 */
export function presentRoom(
	rooms: readonly ConversationRoom[], latest: Pick<Request, 'roomId' | 'state'> | undefined
): ConversationRoom | undefined {
	const open = rooms.filter( ( { state } ) => state === 'open' );
	const answered = latest?.state === 'answered' ? open.find( ( { roomId } ) => roomId === latest.roomId ) : undefined;
	return answered ?? preferredRoom( open );
}

type Place = Pick<ConversationRoom, 'roomId' | 'state'>;

/**
 * Whether a message begins a new request although there is one: the room of that one was left, and this one was said in
 * another that is not. Where two rooms were made one, the requests have moved to the room that stays.
 *
 * @param roomOfRequest where the latest request was going on
 */
export function beginsAnew( roomOfRequest: Place | undefined, saidIn: Place | undefined ): boolean {
	return roomOfRequest !== undefined && roomOfRequest.state !== 'open' && roomOfRequest.state !== 'invited' &&
		saidIn?.state === 'open' && saidIn.roomId !== roomOfRequest.roomId;
}
