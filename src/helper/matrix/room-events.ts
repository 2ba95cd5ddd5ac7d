import type { MatrixClient, MatrixEvent, Room, EventTimeline } from 'matrix-js-sdk';
import { Direction } from 'matrix-js-sdk';
import type { EventId, UserId } from '../../protocol/ids.ts';
import { isEventId, isUserId } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';

/** How far back requests are looked for. */
const HISTORY_DAYS = 30;
const MOST_EVENTS = 3_000;
const PAGE_SIZE = 100;

/** An event as the homeserver gave it: matrix-js-sdk's own applies edits, which the state does itself. */
export function rawEvent( event: MatrixEvent ): RoomEvent | undefined {
	const { event_id: id, sender, type, origin_server_ts: at, content, unsigned, state_key: stateKey, redacts } = event.event;
	if ( !isEventId( id ) || !isUserId( sender ) || type === undefined ) {
		return undefined;
	}
	return {
		event_id: id, sender, type, origin_server_ts: at ?? 0,
		// Before room version 11 what is redacted was named beside the content.
		content: { ...content, ...( redacts !== undefined && { redacts } ) },
		...( unsigned && { unsigned: { ...unsigned } } ),
		...( stateKey !== undefined && { state_key: stateKey } )
	};
}

/** All that the client has of a room without a gap, oldest first. */
export function eventsOf( room: Room ): MatrixEvent[] {
	const found: MatrixEvent[] = [];
	let timeline: EventTimeline | null = room.getLiveTimeline();
	while ( timeline ) {
		found.unshift( ...timeline.getEvents() );
		timeline = timeline.getNeighbouringTimeline( Direction.Backward );
	}
	return found;
}

/** Reads a room back as far as requests are looked for. */
export async function loadHistory( client: MatrixClient, room: Room, nowMs: number ): Promise<void> {
	const oldestMs = nowMs - HISTORY_DAYS * 86_400_000;
	for ( ;; ) {
		const events = eventsOf( room );
		const timeline = room.getLiveTimeline();
		const isDone = events.length >= MOST_EVENTS || ( events[ 0 ]?.getTs() ?? nowMs ) < oldestMs ||
			timeline.getPaginationToken( Direction.Backward ) === null;
		if ( isDone ) {
			return;
		}
		await client.scrollback( room, PAGE_SIZE );
	}
}

/** Who made a room: the relay's bot, where the relay made it. */
export function creatorOf( room: Room ): UserId | undefined {
	const sender = room.getLiveTimeline().getState( Direction.Forward )?.getStateEvents( 'm.room.create', '' )?.getSender();
	return isUserId( sender ) ? sender : undefined;
}

/** The id that the homeserver gave to an event of ours, once it has taken it. */
export function takenId( event: MatrixEvent ): EventId | undefined {
	const id = event.getId();
	return event.status === 'sent' && isEventId( id ) ? id : undefined;
}
