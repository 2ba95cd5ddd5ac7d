import type { RoomId, UserId } from '../protocol/ids.ts';
import type { SyncBatch } from '../matrix/index.ts';
import type { Log } from './log.ts';
import { inwardLane, roomLane } from './routing/model.ts';
import { centralIdOf } from './routing/newcomer-id.ts';
import type { StoreTransaction } from './routing/ports.ts';
import { readInvitation } from './routing/room-check.ts';
import type { AddItem } from './receive-relations.ts';

export type InvitationOptions = {
	/** The account that receives. */
	readonly receiver: UserId;
	readonly serverName: string;
	readonly wikis: ReadonlySet<string>;
	/** Teams by their Support rooms. */
	readonly teamOfRoom: ReadonlyMap<RoomId, string>;
	readonly teams: ReadonlySet<string>;
	readonly log: Log;
};

/** Takes in an invitation: to a conversation, to a Support room, or to something else, which is declined. */
export type TakeInvitation = (
	tx: StoreTransaction, roomId: RoomId, state: SyncBatch[ 'invited' ][ number ][ 'state' ], add: AddItem
) => Promise<void>;

export function createTakeInvitation( options: InvitationOptions ): TakeInvitation {
	const { receiver, log } = options;

	async function takeInvitation( tx: StoreTransaction, roomId: RoomId, state: SyncBatch[ 'invited' ][ number ][ 'state' ], add: AddItem ): Promise<void> {
		if ( options.teamOfRoom.has( roomId ) ) {
			return add( { lane: roomLane( roomId ), receiver, transactionId: `join ${ roomId }`, task: { kind: 'join', roomId } } );
		}
		const invitation = readInvitation( state );
		const isKnown = invitation.kind === 'conversation' && options.wikis.has( invitation.identity.wiki ) &&
			options.teams.has( invitation.identity.team ) && centralIdOf( invitation.newcomer, options.serverName ) !== undefined;
		if ( !isKnown ) {
			log.info( { room: roomId }, 'an invitation is declined' );
			const reason = 'This account only joins conversations of Ask for Help.';
			return add( { lane: roomLane( roomId ), receiver, transactionId: `decline ${ roomId }`, task: { kind: 'leave', roomId, reason } } );
		}
		const conversation = await tx.ensureConversation( { newcomer: invitation.newcomer, ...invitation.identity } );
		const known = await tx.room( roomId );
		if ( known && ( known.state === 'invited' || known.state === 'open' ) ) {
			return;
		}
		await tx.addRoom( { roomId, conversationId: conversation.id, receiver } );
		log.info( { room: roomId, conversation: conversation.id }, 'invited to a conversation' );
		await add( {
			lane: inwardLane( conversation.id ), receiver, transactionId: `adopt ${ roomId }`, task: { kind: 'adopt', roomId }
		} );
	}

	return takeInvitation;
}
