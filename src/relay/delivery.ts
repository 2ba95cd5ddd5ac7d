import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { Log } from './log.ts';
import { TaskRefused } from './refusal.ts';
import { isSameCardEdit } from './routing/card.ts';
import { isMadeFrom } from './routing/mirror-content.ts';
import type { OutboxItem } from './routing/model.ts';
import { sourceOf } from './routing/model.ts';
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
	/** The same for an edit of a card, which carries nobody's words: it is told by what it edits and its text. */
	sendCardEditOnce( item: OutboxItem, roomId: RoomId, content: Record<string, unknown> ): Promise<EventId>;
};

/** After this time the homeserver may have forgotten transaction ids (it remembers them for a day): look before sending. */
const LOOK_FIRST_AFTER_MS = 20 * 3_600_000;
/** How far the homeserver's clock may be behind the relay's when something is looked for. */
const CLOCKS_APART_MS = 3_600_000;

export function createDelivery( options: DeliveryOptions ): Delivery {
	const { log } = options;

	function homeserverOf( account: UserId ): Homeserver {
		const homeserver = options.homeservers.get( account );
		if ( !homeserver ) {
			throw new TaskRefused( `the account ${ account } is no longer configured` );
		}
		return homeserver;
	}

	function find(
		{ createdAtMs }: OutboxItem, account: UserId, roomId: RoomId, isIt: ( content: unknown ) => boolean
	): Promise<EventId | undefined> {
		return homeserverOf( account ).findOwn( roomId, createdAtMs - CLOCKS_APART_MS, isIt );
	}

	async function sendUnlessThere(
		item: OutboxItem, roomId: RoomId, content: Record<string, unknown>, isIt: ( content: unknown ) => boolean
	): Promise<EventId> {
		const isOld = options.now() - item.createdAtMs > LOOK_FIRST_AFTER_MS;
		const found = isOld ? await find( item, item.receiver, roomId, isIt ) : undefined;
		if ( found ) {
			return found;
		}
		const sent = await homeserverOf( item.receiver ).send( roomId, item.transactionId, content );
		log.info( { event: sourceOf( item.task ), sent, lane: item.lane }, 'sent' );
		return sent;
	}

	return {
		homeserverOf,
		findSent: ( item, account, roomId, source, kind = 'mirror' ) => (
			find( item, account, roomId, ( content ) => isMadeFrom( content, source, kind ) )
		),
		sendOnce: ( item, roomId, content, source, kind ) => (
			sendUnlessThere( item, roomId, content, ( sent ) => isMadeFrom( sent, source, kind ) )
		),
		sendCardEditOnce: ( item, roomId, content ) => sendUnlessThere( item, roomId, content, ( sent ) => isSameCardEdit( sent, content ) )
	};
}
