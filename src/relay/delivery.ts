import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { Log } from './log.ts';
import { TaskRefused } from './refusal.ts';
import { isMadeFrom } from './routing/mirror-content.ts';
import type { OutboxItem } from './routing/model.ts';
import type { Homeserver } from './routing/ports.ts';

export type DeliveryOptions = {
	readonly homeservers: ReadonlyMap<UserId, Homeserver>;
	readonly now: () => number;
	readonly log: Log;
};

/** How tasks reach the homeserver. */
export type Delivery = {
	/** @throws TaskRefused when the account is not configured any more */
	homeserverOf( account: UserId ): Homeserver;
	/** What an earlier process sent for an event, and died before it noted that. */
	findSent(
		item: OutboxItem, account: UserId, roomId: RoomId, source: EventId, kind?: 'mirror' | 'file' | 'notice'
	): Promise<EventId | undefined>;
	/** Sends once, also when an earlier process died after sending and before noting it. */
	sendOnce(
		item: OutboxItem, roomId: RoomId, content: Record<string, unknown>, source: EventId, kind: 'mirror' | 'file' | 'notice'
	): Promise<EventId>;
};

/** After this time the homeserver may have forgotten transaction ids (it remembers them for a day): look before sending. */
const LOOK_FIRST_AFTER_MS = 20 * 3_600_000;

export function createDelivery( options: DeliveryOptions ): Delivery {
	const { log } = options;

	function homeserverOf( account: UserId ): Homeserver {
		const homeserver = options.homeservers.get( account );
		if ( !homeserver ) {
			throw new TaskRefused( `the account ${ account } is no longer configured` );
		}
		return homeserver;
	}

	function findSent(
		item: OutboxItem, account: UserId, roomId: RoomId, source: EventId, kind: 'mirror' | 'file' | 'notice' = 'mirror'
	): Promise<EventId | undefined> {
		return homeserverOf( account ).findOwn( roomId, item.createdAtMs, ( content ) => isMadeFrom( content, source, kind ) );
	}

	async function sendOnce(
		item: OutboxItem, roomId: RoomId, content: Record<string, unknown>, source: EventId, kind: 'mirror' | 'file' | 'notice'
	): Promise<EventId> {
		const isOld = options.now() - item.createdAtMs > LOOK_FIRST_AFTER_MS;
		const found = isOld ? await findSent( item, item.receiver, roomId, source, kind ) : undefined;
		if ( found ) {
			return found;
		}
		const sent = await homeserverOf( item.receiver ).send( roomId, item.transactionId, content );
		log.info( { event: source, sent, lane: item.lane }, 'sent' );
		return sent;
	}

	return { homeserverOf, findSent, sendOnce };
}
