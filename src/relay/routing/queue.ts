import type { RoomId, UserId } from '../../protocol/ids.ts';
import type { RequestStatus } from '../../protocol/request-state.ts';
import { writeRequestStatus } from '../../protocol/request-state.ts';
import type { NewItem, Request } from './model.ts';
import { placeLane, queueLane } from './model.ts';
import type { StoreTransaction } from './ports.ts';

/** Who asked before this and has no answer counts no more for those who wait after them. */
export const QUEUE_MS = 86_400_000;
/** The shortest time between two changes of what one conversation is told. */
export const TOLD_EVERY_MS = 10_000;

/** What a conversation was told last of how it stands with its request, and where. */
export type ToldStatus = { readonly roomId: RoomId; readonly content: string; readonly toldAtMs: number };

/** A conversation that waits, and what it was told last. */
export type Waiting = {
	readonly conversationId: number;
	readonly number: number;
	readonly askedAtMs: number;
	readonly told: string | undefined;
	/** Whether it is to be told how it stands already. */
	readonly isToBeTold: boolean;
};

/** The queue of each team: the latest request of each conversation that has a card and no answer. */
export interface Queue {
	/** How many of the same team were asked before a request, since a time. */
	countBefore( request: Pick<Request, 'id' | 'askedAtMs'>, team: string, sinceMs: number ): Promise<number>;
	/** All who wait for a team, in the order in which they asked. */
	waiting( team: string ): Promise<Waiting[]>;
	toldStatus( conversationId: number ): Promise<ToldStatus | undefined>;
	setToldStatus( conversationId: number, told: ToldStatus ): Promise<void>;
	/** How long the last answered requests of a team waited, in ms, of those that were answered since a time. */
	lastWaits( team: string, sinceMs: number, most: number ): Promise<number[]>;
}

/** How it stands with a conversation's latest request; `undefined` before it has a card. */
export async function statusOf( tx: StoreTransaction, conversationId: number, nowMs: number ): Promise<RequestStatus | undefined> {
	const request = await tx.openRequest( conversationId );
	const conversation = await tx.conversation( conversationId );
	if ( !request || !conversation || request.rootEvent === undefined ) {
		return undefined;
	}
	const { number, state } = request;
	return state === 'answered' ?
			{ number, state } :
			{ number, state, position: 1 + await tx.countBefore( request, conversation.team, nowMs - QUEUE_MS ) };
}

/** What brings the conversation's own state in line; while one of it waits, further ones are the same. */
async function placeItem( tx: StoreTransaction, conversationId: number ): Promise<NewItem | undefined> {
	const receiver = ( await tx.roomsOf( conversationId ) )[ 0 ]?.receiver;
	return receiver && {
		lane: placeLane( conversationId ), receiver, transactionId: `place ${ conversationId }`, task: { kind: 'place', conversationId }
	};
}

/** Puts in that conversations are told how it stands; resolves with the lanes that got something to do. */
export async function tellStatus( tx: StoreTransaction, conversationIds: readonly number[] ): Promise<string[]> {
	const lanes: string[] = [];
	for ( const conversationId of conversationIds ) {
		const item = await placeItem( tx, conversationId );
		if ( item ) {
			await tx.enqueue( item );
			lanes.push( item.lane );
		}
	}
	return lanes;
}

/** The conversations of a queue that were told another place than they have, and of which nothing is put in yet. */
export function placesMoved( queue: readonly Waiting[], nowMs: number ): number[] {
	let before = 0;
	return queue.flatMap( ( { conversationId, number, askedAtMs, told, isToBeTold } ) => {
		const content = JSON.stringify( writeRequestStatus( { number, state: 'waiting', position: before + 1 } ) );
		before += askedAtMs > nowMs - QUEUE_MS ? 1 : 0;
		return isToBeTold || content === told ? [] : [ conversationId ];
	} );
}

/**
 * Puts in what a first answer changes: for its own conversation, and that it is looked who waits behind it. Answers are
 * noted where messages wait for it, so that is done later, once for many.
 */
export async function tellAnswered( tx: StoreTransaction, request: Request, bot: UserId ): Promise<string[]> {
	const team = ( await tx.conversation( request.conversationId ) )?.team;
	const own = await tellStatus( tx, [ request.conversationId ] );
	if ( team === undefined ) {
		return own;
	}
	const lane = queueLane( team );
	await tx.enqueue( { lane, receiver: bot, transactionId: `queue ${ team }`, task: { kind: 'queue', team } } );
	return [ ...own, lane ];
}
