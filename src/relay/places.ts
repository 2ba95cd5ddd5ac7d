import { REQUEST_STATE_TYPE, writeRequestStatus } from '../protocol/request-state.ts';
import type { Delivery } from './delivery.ts';
import type { Log } from './log.ts';
import { isTemporary, NotYet } from './refusal.ts';
import type { ConversationRoom, OutboxItem, Task } from './routing/model.ts';
import type { Store, StoreTransaction } from './routing/ports.ts';
import { presentRoom } from './routing/present-room.ts';
import { placesMoved, statusOf, tellStatus, TOLD_EVERY_MS } from './routing/queue.ts';

export type PlacesOptions = {
	readonly store: Store;
	/** The shortest time between two changes of what one conversation is told, in ms; by default, 10 seconds. */
	readonly toldEveryMs?: number;
	readonly now: () => number;
	readonly log: Log;
};

type Telling = { readonly room: ConversationRoom; readonly content: string; readonly toldAtMs: number | undefined };

type Of<Kind extends Task[ 'kind' ]> = Extract<Task, { readonly kind: Kind }>;

/**
 * Keeps the state event in each conversation that says how it stands with the request. Each resolves with the lanes that
 * got something to do.
 */
export type Places = {
	/** Tells one conversation, as it is when its turn comes. */
	tell( item: OutboxItem, task: Of<'place'> ): Promise<readonly string[]>;
	/** Looks through a team's queue. */
	look( item: OutboxItem, task: Of<'queue'> ): Promise<readonly string[]>;
};

/** How many are put in at once, so that nothing else waits long for the store. */
const PUT_IN_AT_ONCE = 50;

export function createPlaces( options: PlacesOptions, { homeserverOf }: Pick<Delivery, 'homeserverOf'> ): Places {
	const { store, log, now, toldEveryMs = TOLD_EVERY_MS } = options;

	/** What the conversation is to be told; `undefined` when it knows, or nobody is there. */
	async function toTell( tx: StoreTransaction, conversationId: number ): Promise<Telling | undefined> {
		const status = await statusOf( tx, conversationId, now() );
		const room = status && presentRoom( await tx.roomsOf( conversationId ), await tx.openRequest( conversationId ) );
		const told = await tx.toldStatus( conversationId );
		const content = status && JSON.stringify( writeRequestStatus( status ) );
		return !room || content === undefined || ( told?.roomId === room.roomId && told.content === content ) ?
			undefined :
				{ room, content, toldAtMs: told?.toldAtMs };
	}

	function look( item: OutboxItem, { team }: Of<'queue'> ): Promise<readonly string[]> {
		return store.transaction( async ( tx ) => {
			const moved = placesMoved( await tx.waiting( team ), now() );
			if ( moved.length <= PUT_IN_AT_ONCE ) {
				await tx.removeItem( item.id );
			}
			// Still at the head of its lane, it goes on with the others.
			return tellStatus( tx, moved.slice( 0, PUT_IN_AT_ONCE ) );
		} );
	}

	async function tell( item: OutboxItem, { conversationId }: Of<'place'> ): Promise<readonly string[]> {
		const telling = await store.transaction( async ( tx ) => {
			const found = await toTell( tx, conversationId );
			await ( found ?? tx.removeItem( item.id ) );
			return found;
		} );
		if ( !telling ) {
			return [];
		}
		const { room: { roomId, receiver }, content, toldAtMs } = telling;
		const waitMs = toldAtMs === undefined ? 0 : toldAtMs + toldEveryMs - now();
		if ( waitMs > 0 ) {
			throw new NotYet( 'the newcomer was told of their place a moment ago', waitMs );
		}
		try {
			await homeserverOf( receiver ).setState( roomId, REQUEST_STATE_TYPE, JSON.parse( content ) as Record<string, unknown> );
		} catch ( error ) {
			if ( isTemporary( error ) ) {
				throw error;
			}
			log.info( { room: roomId, error }, 'a newcomer cannot be told of their place' );
		}
		return store.transaction( async ( tx ) => {
			await tx.setToldStatus( conversationId, { roomId, content, toldAtMs: now() } );
			// It may have changed meanwhile; then this stays at the head of its lane.
			if ( !await toTell( tx, conversationId ) ) {
				await tx.removeItem( item.id );
			}
			return [];
		} );
	}

	return { tell, look };
}
