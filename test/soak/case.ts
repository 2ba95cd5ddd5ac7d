import type { EventId } from '../../src/protocol/ids.ts';
import type { Act, Mirror, RoomIndex, Side } from './evidence.ts';

/**
 * - `lost`: a message that has no mirror
 * - `doubled`: said, edited or reacted to once, and there more than once
 * - `out of order`: a message whose mirror comes before that of an earlier one
 * - `wrong`: an edit, deletion, reaction, reply or image that is not as it has to be, or words that nobody said
 */
export type FindingKind = 'lost' | 'doubled' | 'out of order' | 'wrong';

export type Finding = {
	readonly kind: FindingKind;
	readonly conversation: number;
	/** Whose doings are not passed on as they have to be. */
	readonly from: Side;
	readonly eventId: EventId;
	readonly what: string;
};

/** One conversation, with what the Support room has of it. */
export type Case = {
	readonly conversation: number;
	readonly acts: readonly Act[];
	/** Messages that were taken back. */
	readonly deleted: ReadonlySet<EventId>;
	readonly room: RoomIndex;
	readonly support: RoomIndex;
	/** Of this conversation alone. */
	readonly inSupport: readonly Mirror[];
};

export type Report = ( kind: FindingKind, from: Side, eventId: EventId, what: string ) => void;

/** What stands on the other side for an event of one side's room: the source of a mirror, or the mirrors of a source. */
export function counterparts( one: Case, side: Side, eventId: EventId ): EventId[] {
	const [ here, there ] = side === 'newcomer' ? [ one.room.mirrors, one.inSupport ] : [ one.inSupport, one.room.mirrors ];
	const asMirror = here.find( ( mirror ) => mirror.eventId === eventId );
	return asMirror ?
			[ asMirror.marker.source.eventId ] :
			there.filter( ( { marker, replaces } ) => marker.source.eventId === eventId && replaces === undefined )
				.map( ( mirror ) => mirror.eventId );
}

/** Whether an event is a message that was taken back, or its mirror: what else is said of it is not looked at. */
export function isAboutDeleted( { deleted, room, support, inSupport }: Case, eventId: EventId ): boolean {
	return deleted.has( eventId ) || room.gone.has( eventId ) || support.gone.has( eventId ) ||
		[ ...room.mirrors, ...inSupport ].some( ( mirror ) => mirror.eventId === eventId && deleted.has( mirror.marker.source.eventId ) );
}
