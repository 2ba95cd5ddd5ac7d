import type { RoomId, UserId } from '../protocol/ids.ts';
import type { SyncBatch } from '../matrix/index.ts';
import type { Log } from './log.ts';
import { inwardLane, roomLane } from './routing/model.ts';
import { centralIdOf } from './routing/newcomer-id.ts';
import type { StoreTransaction } from './routing/ports.ts';
import { readInvitation } from './routing/room-check.ts';
import type { AddItem } from './receive-relations.ts';

/** How many rooms one newcomer may bring the relay into. */
export type RoomLimits = {
	/** Conversations at once, over all wikis and teams. */
	readonly conversationsPerNewcomer: number;
	readonly roomsPerMinute: number;
};

const MINUTE_MS = 60_000;

export type InvitationOptions = {
	/** The account that receives. */
	readonly receiver: UserId;
	readonly serverName: string;
	readonly wikis: ReadonlySet<string>;
	/** Teams by their Support rooms. */
	readonly teamOfRoom: ReadonlyMap<RoomId, string>;
	readonly teams: ReadonlySet<string>;
	/** Teams whose newcomers the log does not name. */
	readonly privateTeams?: ReadonlySet<string>;
	/** Without it, there are none. */
	readonly limits?: RoomLimits;
	readonly log: Log;
};

/** Takes in an invitation: to a conversation, to a Support room, or to something else, which is declined. */
export type TakeInvitation = (
	tx: StoreTransaction, roomId: RoomId, state: SyncBatch[ 'invited' ][ number ][ 'state' ], add: AddItem
) => Promise<void>;

export function createTakeInvitation( options: InvitationOptions ): TakeInvitation {
	const { receiver, log, limits } = options;

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
		const known = await tx.room( roomId );
		if ( known && ( known.state === 'invited' || known.state === 'open' ) ) {
			return;
		}
		const { newcomer } = invitation;
		const nameable = options.privateTeams?.has( invitation.identity.team ) ? undefined : newcomer;
		if ( limits && await tx.countRooms( newcomer, MINUTE_MS ) >= limits.roomsPerMinute ) {
			log.warn( { room: roomId, newcomer: nameable }, 'too many rooms in a minute; this one is declined' );
			const reason = 'Too many rooms at once. Please wait a minute, then try again.';
			return add( { lane: roomLane( roomId ), receiver, transactionId: `decline ${ roomId }`, task: { kind: 'leave', roomId, reason } } );
		}
		const conversation = await tx.ensureConversation( { newcomer, ...invitation.identity } );
		const isNew = ( await tx.roomsOf( conversation.id ) ).every( ( { state: of } ) => of === 'refused' || of === 'gone' );
		const isTooMany = limits && isNew && await tx.countConversations( newcomer ) >= limits.conversationsPerNewcomer;
		await tx.addRoom( { roomId, conversationId: conversation.id, receiver } );
		if ( isTooMany ) {
			await tx.setRoomState( roomId, 'refused' );
			log.warn( { room: roomId, newcomer: nameable }, 'too many conversations; this one is turned away' );
			return add( { lane: roomLane( roomId ), receiver, transactionId: `turn-away ${ roomId }`, task: { kind: 'turn-away', roomId, code: 'too-many' } } );
		}
		log.info( { room: roomId, conversation: conversation.id }, 'invited to a conversation' );
		await add( {
			lane: inwardLane( conversation.id ), receiver, transactionId: `adopt ${ roomId }`, task: { kind: 'adopt', roomId }
		} );
	}

	return takeInvitation;
}
