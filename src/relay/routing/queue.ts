import type { RoomId } from '../../protocol/ids.ts';
import type { RequestStatus } from '../../protocol/request-state.ts';
import type { NewItem, Request } from './model.ts';
import { placeLane } from './model.ts';
import type { StoreTransaction } from './ports.ts';

/** Who asked before this and has no answer counts no more for those who wait after them. */
export const QUEUE_MS = 86_400_000;
/** The shortest time between two changes of what one conversation is told. */
export const TOLD_EVERY_MS = 10_000;

/** What a conversation was told last of how it stands with its request, and where. */
export type ToldStatus = { readonly roomId: RoomId; readonly content: string; readonly toldAtMs: number };

/** The queue of each team: the latest request of each conversation that has a card and no answer. */
export interface Queue {
	/** How many of the same team were asked before a request, since a time. */
	countBefore( request: Pick<Request, 'id' | 'askedAtMs'>, team: string, sinceMs: number ): Promise<number>;
	/** The conversations of the same team that wait and were asked after a request. */
	waitingAfter( request: Pick<Request, 'id' | 'askedAtMs'>, team: string ): Promise<number[]>;
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

/** Puts in what a first answer changes: for its own conversation, and for those that waited behind it. */
export async function tellAnswered( tx: StoreTransaction, request: Request ): Promise<string[]> {
	const team = ( await tx.conversation( request.conversationId ) )?.team;
	const behind = team === undefined ? [] : await tx.waitingAfter( request, team );
	return tellStatus( tx, [ request.conversationId, ...behind ] );
}
