import { isEventId, isRecord, isUserId } from '../../protocol/ids.ts';
import type { EventId, UserId } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';

/** Up to where somebody has read ("Receipts"): in one thread, in what is in no thread (`main`), or in all of the room. */
export type Receipt = {
	readonly userId: UserId;
	readonly eventId: EventId;
	readonly thread: EventId | 'main' | undefined;
	/** When, in ms since 1970; 0 where that is not said. */
	readonly atMs: number;
};

type Ephemeral = Pick<RoomEvent, 'type' | 'content'>;

/** The public receipts in an `m.receipt`; private ones are nobody's business, and malformed ones are left out. */
export function readReceipts( { type, content }: Ephemeral ): Receipt[] {
	if ( type !== 'm.receipt' || !isRecord( content ) ) {
		return [];
	}
	return Object.entries( content ).flatMap( ( [ eventId, types ] ) => {
		const readers = isRecord( types ) ? types[ 'm.read' ] : undefined;
		return isEventId( eventId ) && isRecord( readers ) ? Object.entries( readers ).flatMap( ( [ userId, data ] ) => {
			const thread = isRecord( data ) ? data.thread_id : undefined;
			const isSound = isUserId( userId ) && ( thread === undefined || thread === 'main' || isEventId( thread ) );
			const atMs = isRecord( data ) && typeof data.ts === 'number' ? data.ts : 0;
			return isSound ? [ { userId, eventId, thread, atMs } ] : [];
		} ) : [];
	} );
}

/** Who types in a room, by an `m.typing`; `undefined` for any other event. */
export function readTyping( { type, content }: Ephemeral ): UserId[] | undefined {
	const userIds = type === 'm.typing' && isRecord( content ) ? content.user_ids : undefined;
	return Array.isArray( userIds ) ? userIds.filter( isUserId ) : undefined;
}
