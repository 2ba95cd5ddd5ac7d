import type { MatrixClient } from '../../../matrix/index.ts';
import type { ConversationIdentity } from '../../../protocol/conversation.ts';
import { isSameConversation, preferredRoom, readConversationIdentity } from '../../../protocol/conversation.ts';
import type { RoomId, UserId } from '../../../protocol/ids.ts';
import type { RoomEvent } from '../../../protocol/message.ts';
import { failureCode } from './matrix-port.ts';

export type RoomQuery = { readonly identity: ConversationIdentity; readonly me: UserId; readonly bot: UserId };

type CandidateRoom = { readonly roomId: RoomId; readonly createdAtMs: number };

/** Reads a room's state: is it the conversation that is looked for, and is the bot still there? */
export function asConversation( roomId: RoomId, state: readonly RoomEvent[], query: RoomQuery ): CandidateRoom | undefined {
	const creation = state.find( ( event ) => event.type === 'm.room.create' );
	const membership = state.find( ( event ) => event.type === 'm.room.member' && event.state_key === query.bot )?.content.membership;
	const identity = readConversationIdentity( creation?.content );
	if ( !creation || !identity || !isSameConversation( identity, query.identity ) || creation.sender !== query.me ) {
		return undefined;
	}
	return membership === 'join' || membership === 'invite' ? { roomId, createdAtMs: creation.origin_server_ts } : undefined;
}

/** Whether events, oldest first, end with the bot outside the room: it declined the invitation, left or was banned. */
export function hasBotLeft( events: readonly RoomEvent[], bot: UserId ): boolean {
	const last = events.filter( ( event ) => event.type === 'm.room.member' && event.state_key === bot ).pop();
	return last?.content.membership === 'leave' || last?.content.membership === 'ban';
}

/**
 * Finds the newcomer's conversation among the rooms that they are in; the same one on every device.
 *
 * @throws MatrixFailure
 */
export async function findConversationRoom(
	client: Pick<MatrixClient, 'joinedRooms' | 'roomState'>,
	query: RoomQuery
): Promise<RoomId | undefined> {
	const candidates: CandidateRoom[] = [];
	for ( const roomId of await client.joinedRooms() ) {
		try {
			const room = asConversation( roomId, await client.roomState( roomId ), query );
			if ( room ) {
				candidates.push( room );
			}
		} catch ( error ) {
			// Left in this very moment: no conversation any more.
			if ( failureCode( error ) !== 'forbidden' && failureCode( error ) !== 'not-found' ) {
				throw error;
			}
		}
	}
	return preferredRoom( candidates )?.roomId;
}
