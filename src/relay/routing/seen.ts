import type { EventId, RoomId } from '../../protocol/ids.ts';
import type { EventPlace } from './ports.ts';

/** A newcomer's message, and the place of its mirror in the order of all that is in the threads of the Support room. */
export type Said = { readonly source: EventPlace; readonly position: number };

/** In which order things are in the threads of a Support room. */
export interface ThreadOrder {
	/** The place of an event; `undefined` when it is in no thread. */
	threadPosition( eventId: EventId ): Promise<number | undefined>;
	/** The newest message of a request's newcomer in a Support room, up to a place; `undefined` when there is none. */
	newestSaid( requestId: number, supportRoom: RoomId, upTo?: number ): Promise<Said | undefined>;
	/** Messages of newcomers in a Support room after one place and up to another, or cards alone; oldest first. */
	saidBetween( supportRoom: RoomId, after: number, upTo: number, kind: 'all' | 'cards' ): Promise<Said[]>;
}
