import { isEventId, isRecord } from '../../../protocol/ids.ts';
import type { EventId, UserId } from '../../../protocol/ids.ts';
import type { Entry, Ephemeral } from './timeline.ts';

/** Up to where the newcomer has read, and when they did, by the homeserver's clock. */
export type ReadMark = { readonly id: EventId; readonly atMs: number };

/** The newest entry that an entry or a mark can be compared with. */
function indexOf( entries: readonly Entry[], { id, atMs }: ReadMark ): number {
	const index = entries.findIndex( ( entry ) => entry.id === id );
	// What it names may be older than what is loaded, or deleted.
	return index >= 0 ? index : entries.filter( ( entry ) => entry.saidAtMs <= atMs ).length - 1;
}

function unreadAnswers( entries: readonly Entry[], mark: ReadMark | undefined, muted: readonly string[] ): readonly Entry[] {
	return entries.slice( mark ? indexOf( entries, mark ) + 1 : 0 )
		.filter( ( entry ) => entry.kind === 'helper' && !muted.includes( entry.speaker ) );
}

/** How many answers the newcomer has not read; those of muted helpers do not count. */
export function countUnread( entries: readonly Entry[], mark: ReadMark | undefined, muted: readonly string[] ): number {
	return unreadAnswers( entries, mark, muted ).length;
}

/** The first of the answers that the newcomer has not read, for a line before it. */
export function firstUnread( entries: readonly Entry[], mark: ReadMark | undefined, muted: readonly string[] ): Entry | undefined {
	return unreadAnswers( entries, mark, muted )[ 0 ];
}

/** Of two marks, the one that is further on. */
export function laterMark( entries: readonly Entry[], a: ReadMark | undefined, b: ReadMark | undefined ): ReadMark | undefined {
	return a && ( !b || indexOf( entries, a ) >= indexOf( entries, b ) ) ? a : b;
}

/** Where any device of the newcomer says that they have read ("Receipts"). */
export function readOwnReceipt( ephemeral: readonly Ephemeral[], me: UserId ): ReadMark | undefined {
	let found: ReadMark | undefined;
	for ( const { content } of ephemeral.filter( ( { type } ) => type === 'm.receipt' ) ) {
		for ( const [ id, receipts ] of Object.entries( content ) ) {
			for ( const kind of [ 'm.read', 'm.read.private' ] ) {
				const users = isRecord( receipts ) ? receipts[ kind ] : undefined;
				const receipt = isRecord( users ) ? users[ me ] : undefined;
				const atMs = isRecord( receipt ) ? Number( receipt.ts ) : NaN;
				if ( isEventId( id ) && atMs >= ( found?.atMs ?? 0 ) ) {
					found = { id, atMs };
				}
			}
		}
	}
	return found;
}
