import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { RoomBatch } from '../matrix/index.ts';
import type { Receipt } from './routing/ephemeral.ts';
import { readReceipts } from './routing/ephemeral.ts';
import type { NewItem } from './routing/model.ts';
import { seenLane } from './routing/model.ts';
import type { StoreTransaction } from './routing/ports.ts';
import type { Said } from './routing/seen.ts';

type AddItem = ( item: NewItem ) => Promise<void>;

/** How many of the latest events of a Support room are known in their order. */
const KEPT_EVENTS = 1_000;
/** How many of them are looked at for one that is in a thread. */
const LONGEST_LOOK = 50;
/** How far back a receipt that is for no thread is looked up, in events of all threads; the next one only from there. */
const LOOK_BACK = 500;

/**
 * Tells newcomers which of their messages a helper has seen. What it remembers itself only saves work: without it,
 * after a start, a receipt is sent once more, or one that is for no message of a thread is left out.
 */
export interface SeenMarks {
	/** Notes that an event of a Support room has come; in the order of the room. */
	passed( roomId: RoomId, eventId: EventId ): void;
	/** Whoever answers has seen what the newcomer has said before. */
	answered( tx: StoreTransaction, supportRoom: RoomId, requestId: number, add: AddItem ): Promise<void>;
	/** Takes in who has read what in a Support room, after its timeline. */
	takeReceipts( tx: StoreTransaction, batch: Pick<RoomBatch, 'roomId' | 'ephemeral'>, add: AddItem ): Promise<void>;
}

export function createSeenMarks( ownAccounts: ReadonlySet<UserId> ): SeenMarks {
	const order = new Map<RoomId, EventId[]>();
	const handled = new Map<string, number>();
	const marked = new Map<RoomId, number>();

	/** The place of an event among those of all threads: its own, or that of the last one before it which has one. */
	async function placeOf( tx: StoreTransaction, roomId: RoomId, eventId: EventId ): Promise<number | undefined> {
		const known = order.get( roomId ) ?? [];
		const end = known.lastIndexOf( eventId );
		const before = end < 0 ? [] : known.slice( Math.max( 0, end - LONGEST_LOOK ), end );
		for ( const candidate of [ eventId, ...before.reverse() ] ) {
			const position = await tx.threadPosition( candidate );
			if ( position !== undefined ) {
				return position;
			}
		}
		return undefined;
	}

	async function mark( tx: StoreTransaction, { source: { roomId, eventId }, position }: Said, add: AddItem ): Promise<void> {
		const room = await tx.room( roomId );
		if ( room?.state !== 'open' || position <= ( marked.get( roomId ) ?? 0 ) ) {
			return;
		}
		marked.set( roomId, position );
		const transactionId = `seen ${ roomId }`;
		const task = { kind: 'seen', roomId, eventId, position } as const;
		const waiting = await tx.pendingItem( transactionId );
		if ( !waiting ) {
			return add( { lane: seenLane( room.conversationId ), receiver: room.receiver, transactionId, task } );
		}
		if ( waiting.task.kind === 'seen' && waiting.task.position < position ) {
			await tx.setTask( waiting.id, task );
		}
	}

	async function takeReceipt( tx: StoreTransaction, roomId: RoomId, { eventId, thread }: Receipt, add: AddItem ): Promise<void> {
		const upTo = await placeOf( tx, roomId, eventId );
		if ( upTo === undefined ) {
			return;
		}
		if ( thread !== undefined && thread !== 'main' ) {
			const requestId = await tx.requestOfEvent( thread );
			const said = requestId === undefined ? undefined : await tx.newestSaid( requestId, roomId, upTo );
			return said && mark( tx, said, add );
		}
		const kind = thread === 'main' ? 'cards' : 'all';
		const key = `${ kind } ${ roomId }`;
		const already = handled.get( key ) ?? 0;
		for ( const said of await tx.saidBetween( roomId, Math.max( already, upTo - LOOK_BACK ), upTo, kind ) ) {
			await mark( tx, said, add );
		}
		handled.set( key, Math.max( already, upTo ) );
	}

	return {
		passed( roomId, eventId ) {
			const known = order.get( roomId ) ?? [];
			order.set( roomId, known );
			known.push( eventId );
			if ( known.length > 2 * KEPT_EVENTS ) {
				known.splice( 0, known.length - KEPT_EVENTS );
			}
		},
		async answered( tx, supportRoom, requestId, add ) {
			const said = await tx.newestSaid( requestId, supportRoom );
			await ( said && mark( tx, said, add ) );
		},
		async takeReceipts( tx, { roomId, ephemeral = [] }, add ) {
			for ( const receipt of ephemeral.flatMap( readReceipts ) ) {
				if ( !ownAccounts.has( receipt.userId ) && await tx.member( roomId, receipt.userId ) ) {
					await takeReceipt( tx, roomId, receipt, add );
				}
			}
		}
	};
}
