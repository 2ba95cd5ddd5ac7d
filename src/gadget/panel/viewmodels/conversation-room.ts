import type { MatrixClient } from '../../../matrix/index.ts';
import type { ConversationIdentity } from '../../../protocol/conversation.ts';
import { isSameConversation, preferredRoom, readConversationIdentity } from '../../../protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../../protocol/ids.ts';
import type { RoomEvent } from '../../../protocol/message.ts';
import { readTextMessage } from '../../../protocol/message.ts';
import { failureCode } from './matrix-port.ts';

export type RoomQuery = {
	readonly identity: ConversationIdentity;
	readonly me: UserId;
	readonly bot: UserId;
	/** A room that has ended, although the bot may not have left it yet. */
	readonly except?: RoomId | undefined;
};

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

/** Where in events, oldest first, the bot has left the room for good: it declined, left or was banned; -1 when it has not. */
function indexOfLeave( events: readonly RoomEvent[], bot: UserId ): number {
	const last = events.filter( ( event ) => event.type === 'm.room.member' && event.state_key === bot ).pop();
	return last?.content.membership === 'leave' || last?.content.membership === 'ban' ? events.indexOf( last ) : -1;
}

/** Whether events, oldest first, end with the bot outside the room. */
export function hasBotLeft( events: readonly RoomEvent[], bot: UserId ): boolean {
	return indexOfLeave( events, bot ) >= 0;
}

export type UnreadMessage = { readonly id: EventId; readonly text: string };

/** What was said from this device after the bot had left the room: nobody has read it. */
export function unreadMessages( events: readonly RoomEvent[], { me, bot }: Pick<RoomQuery, 'me' | 'bot'> ): UnreadMessage[] {
	const index = indexOfLeave( events, bot );
	return ( index < 0 ? [] : events.slice( index ) ).flatMap( ( { event_id: id, type, sender, content, unsigned } ) => {
		// Another device has the transaction ids of its own, and sees to them.
		const isOurs = type === 'm.room.message' && sender === me && typeof unsigned?.transaction_id === 'string';
		const text = isOurs ? readTextMessage( content )?.body : undefined;
		return text === undefined ? [] : [ { id, text } ];
	} );
}

/** By which ids what was sent is known again: those of events, and the transaction ids of this device's own. */
export function idsOf( events: readonly RoomEvent[] ): Map<string, EventId> {
	return new Map( events.flatMap( ( { event_id: id, unsigned } ) => {
		const transactionId = unsigned?.transaction_id;
		return [ id, ...( typeof transactionId === 'string' ? [ transactionId ] : [] ) ].map( ( key ): [ string, EventId ] => [ key, id ] );
	} ) );
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
	for ( const roomId of ( await client.joinedRooms() ).filter( ( one ) => one !== query.except ) ) {
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
