import type { MatrixClient } from '../../src/matrix/index.ts';
import type { EventId, RoomId, UserId } from '../../src/protocol/ids.ts';
import type { RoomEvent } from '../../src/protocol/message.ts';
import { readRedaction, readRelation } from '../../src/protocol/message.ts';
import { readMirrorMarker } from '../../src/protocol/mirror.ts';

/** What somebody at a client sees of the other side: the bot's mirrors that are there, oldest first. */
export interface RoomReader {
	/** Reads what is new; whoever asks meanwhile waits for the same answer. */
	refresh(): Promise<void>;
	/** Mirrors of what was said in a room. */
	mirrorsFrom( sourceRoom: RoomId ): readonly EventId[];
	/** The first of them that is no answer to anything: the card. */
	cardOf( sourceRoom: RoomId ): EventId | undefined;
	/** All mirrors, whatever they are from. */
	mirrors(): readonly EventId[];
}

const PAGE = 200;

/** Reads a room forward, page by page, from its first event. `onNews` is called whenever there was something new. */
export function createRoomReader(
	client: Pick<MatrixClient, 'messages'>, roomId: RoomId, bot: UserId, onNews: () => void
): RoomReader {
	const bySource = new Map<RoomId, EventId[]>();
	const cards = new Map<RoomId, EventId>();
	const gone = new Set<EventId>();
	let all: EventId[] = [];
	let from: string | undefined;
	let reading: Promise<void> | undefined;

	function take( event: RoomEvent ): void {
		const redacted = readRedaction( event );
		if ( redacted !== undefined ) {
			gone.add( redacted );
			all = all.filter( ( id ) => id !== redacted );
			return;
		}
		const relation = readRelation( event.content );
		const marker = event.sender === bot && relation.replaces === undefined ? readMirrorMarker( event.content ) : undefined;
		if ( !marker || gone.has( event.event_id ) ) {
			return;
		}
		const { roomId: source } = marker.source;
		bySource.set( source, [ ...bySource.get( source ) ?? [], event.event_id ] );
		all.push( event.event_id );
		if ( relation.thread === undefined && !cards.has( source ) ) {
			cards.set( source, event.event_id );
		}
	}

	async function read(): Promise<void> {
		for ( ;; ) {
			const page = await client.messages( roomId, { direction: 'f', limit: PAGE, ...( from !== undefined && { from } ) } );
			page.chunk.forEach( take );
			if ( page.chunk.length > 0 ) {
				onNews();
			}
			from = page.end ?? from;
			if ( page.end === undefined || page.chunk.length < PAGE ) {
				return;
			}
		}
	}

	return {
		refresh() {
			reading ??= read().finally( () => {
				reading = undefined;
			} );
			return reading;
		},
		mirrorsFrom: ( sourceRoom ) => ( bySource.get( sourceRoom ) ?? [] ).filter( ( id ) => !gone.has( id ) ),
		cardOf: ( sourceRoom ) => cards.get( sourceRoom ),
		mirrors: () => all
	};
}
