import type { RoomId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import type { MatrixClient, MessagesPage } from './client.ts';
import { MatrixFailure } from './failure.ts';
import type { RoomBatch, RoomReader } from './sync-loop.ts';

const GAP_PAGE = 200;
/** A room that was left meanwhile, or whose gap is refused, must not end the loop for all others. */
const NO_GAP: readonly unknown[] = [ 'forbidden', 'not-found', 'refused' ];

/** How far back a gap is filled: up to a position, to a page of which all is old, or to the beginning. */
export type GapEnd = {
	readonly position?: string;
	readonly isOld?: ( event: RoomEvent ) => boolean;
	/** Called when the homeserver refuses to fill it; what it throws goes on. */
	readonly onLost: ( failure: MatrixFailure ) => void;
};

/**
 * Fills a gap in a timeline from /messages, as /sync leaves one when more has happened than its limit.
 *
 * @returns the events before `prevBatch`, oldest first
 * @throws MatrixFailure
 */
export async function fillGap(
	client: Pick<MatrixClient, 'messages'>, roomId: RoomId, prevBatch: string, { position, isOld, onLost }: GapEnd
): Promise<RoomEvent[]> {
	const newestFirst: RoomEvent[] = [];
	const seen = new Set<string>();
	let from: string | undefined = prevBatch;
	while ( from !== undefined && !seen.has( from ) ) {
		seen.add( from );
		const page: MessagesPage | undefined = await client.messages( roomId, {
			direction: 'b', from, limit: GAP_PAGE, ...( position !== undefined && { to: position } )
		} ).catch( ( error: unknown ) => {
			if ( !( error instanceof MatrixFailure ) || !NO_GAP.includes( error.code ) ) {
				throw error;
			}
			onLost( error );
			return undefined;
		} );
		if ( !page ) {
			break;
		}
		newestFirst.push( ...page.chunk );
		// An empty page with an `end` is not the last one: what it held was not visible to this account.
		from = isOld && page.chunk.length > 0 && page.chunk.every( isOld ) ? undefined : page.end;
	}
	return newestFirst.reverse();
}

/**
 * Reads rooms for somebody who is in few of them: gaps are filled up to the position before, and as long as one cannot be,
 * nothing goes on.
 */
export function fillEachGap( client: Pick<MatrixClient, 'messages'> ): RoomReader {
	return {
		async read( { rooms }, { since } ) {
			const joined: RoomBatch[] = [];
			for ( const [ key, { timeline, state, ephemeral } ] of Object.entries( rooms?.join ?? {} ) ) {
				const roomId = key as RoomId;
				const { events = [], limited = false, prev_batch: prevBatch } = timeline ?? {};
				const missing = limited && prevBatch !== undefined && since !== undefined ?
						await fillGap( client, roomId, prevBatch, { position: since, onLost() {} } ) : [];
				joined.push( {
					roomId, timeline: [ ...missing, ...events ], state: state?.events ?? [],
					...( limited && prevBatch !== undefined && since === undefined && { prevBatch } ),
					...( ephemeral && { ephemeral: ephemeral.events } )
				} );
			}
			return {
				joined,
				left: Object.entries( rooms?.leave ?? {} ).map( ( [ roomId, { timeline } ] ) => (
					{ roomId: roomId as RoomId, timeline: timeline?.events ?? [] }
				) )
			};
		}
	};
}
