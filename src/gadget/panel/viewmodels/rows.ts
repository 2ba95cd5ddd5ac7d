import type { EventId } from '../../../protocol/ids.ts';
import { readRelation } from '../../../protocol/message.ts';
import type { OutboxItem } from './outbox.ts';
import type { PanelState } from './panel-state.ts';
import type { Pending } from './pending.ts';
import { readPending } from './pending.ts';
import type { Entry, HelperEntry, OwnEntry } from './timeline.ts';
import { findEntry, isDrawn } from './timeline.ts';

/**
 * One line of the conversation as it is drawn; it is drawn anew only where one of its parts is another object than
 * before.
 */
export type Row = { readonly key: string } & (
	{ readonly kind: 'day'; readonly day: string } |
	/** From here on nobody had looked yet. */
	{ readonly kind: 'unread' } |
	{ readonly kind: 'notice'; readonly entry: Extract<Entry, { kind: 'notice' }> } |
	MessageRow
);

/** A message: one of the conversation (`entry`), or one that is not there yet (`item`). */
export type MessageRow = {
	readonly kind: 'message';
	readonly key: string;
	readonly entry?: OwnEntry | HelperEntry;
	readonly item?: OutboxItem;
	/** What it answers; `unknown` when that is not loaded. */
	readonly answered: Entry | 'unknown' | undefined;
	readonly pending: Pending | undefined;
	/** The one before is another one's, or long ago. */
	readonly hasHeading: boolean;
	/** It is asked whether it shall be deleted. */
	readonly isAsked: boolean;
	/** Its helper is muted. */
	readonly isMuted: boolean;
	/** Nothing is on its way while there is no connection. */
	readonly connection: PanelState[ 'connection' ] | undefined;
};

/** Within that time, the messages of one helper stand below one heading. */
const TOGETHER_MS = 5 * 60_000;

/** What the newcomer thinks of as one day. */
function dayOf( timeMs: number ): number {
	return new Date( timeMs ).setHours( 0, 0, 0, 0 );
}

/** Makes rows of a state; what is made of an outbox is made once. */
export function createRows( formatDay: ( timeMs: number ) => string ): ( state: PanelState, from: number, to?: number ) => Row[] {
	let outbox: readonly OutboxItem[] = [];
	let pendings: ReadonlyMap<string, Pending> = new Map();

	/**
	 * @param from place of the first entry that is drawn
	 * @param to place behind the last one; what is on its way stands behind the newest
	 */
	return ( state, from, to = Infinity ) => {
		if ( state.outbox !== outbox ) {
			( { outbox } = state );
			pendings = readPending( outbox );
		}
		const { entries, deleting, connection, firstNew, muted } = state;
		const rows: Row[] = [];
		let lastDay = 0;
		let speaker = '';
		let spokenAtMs = 0;

		function startDay( timeMs: number, key: string ): void {
			const day = dayOf( timeMs );
			if ( day !== lastDay ) {
				lastDay = day;
				speaker = '';
				rows.push( { kind: 'day', key: `day ${ key }`, day: formatDay( timeMs ) } );
			}
		}
		const answeredBy = ( id: EventId | undefined ): MessageRow[ 'answered' ] => id && ( findEntry( entries, id ) ?? 'unknown' );

		for ( const entry of entries.slice( from, to ) ) {
			if ( !isDrawn( entry ) ) {
				continue;
			}
			startDay( entry.saidAtMs, entry.id );
			if ( entry.id === firstNew ) {
				speaker = '';
				rows.push( { kind: 'unread', key: 'unread' } );
			}
			if ( entry.kind === 'own' || entry.kind === 'helper' ) {
				const by = entry.kind === 'helper' ? `${ entry.role } ${ entry.name }` : '';
				const hasHeading = by !== speaker || entry.saidAtMs - spokenAtMs > TOGETHER_MS;
				spokenAtMs = hasHeading ? entry.saidAtMs : spokenAtMs;
				speaker = by;
				const pending = pendings.get( entry.id );
				rows.push( {
					kind: 'message', key: entry.id, entry, answered: answeredBy( entry.replyTo ), pending, hasHeading,
					isAsked: deleting === entry.id, isMuted: entry.kind === 'helper' && muted.includes( entry.speaker ), connection: pending && connection
				} );
			} else if ( entry.kind === 'notice' ) {
				speaker = '';
				rows.push( { kind: 'notice', key: entry.id, entry } );
			}
		}
		for ( const item of outbox.filter( ( { kind } ) => kind === 'message' && to >= entries.length ) ) {
			startDay( item.writtenAtMs, item.id );
			rows.push( {
				kind: 'message', key: item.id, item, answered: answeredBy( readRelation( item.extra ).replyTo ), pending: pendings.get( item.id ),
				hasHeading: true, isAsked: deleting === item.id, isMuted: false, connection
			} );
		}
		return rows;
	};
}

/** Whether a row has to be drawn anew. */
export function isSameRow( a: Row, b: Row ): boolean {
	const keys = Object.keys( a ) as ( keyof Row )[];
	return keys.length === Object.keys( b ).length && keys.every( ( key ) => a[ key ] === b[ key ] );
}

/** What helpers have said behind an entry, oldest first; all of it when there is none. */
export function answersAfter( entries: readonly Entry[], last: EventId | undefined ): readonly HelperEntry[] {
	const answers: HelperEntry[] = [];
	for ( let place = entries.length - 1; place >= 0 && entries[ place ]!.id !== last; place -= 1 ) {
		const entry = entries[ place ]!;
		if ( entry.kind === 'helper' ) {
			answers.unshift( entry );
		}
	}
	return answers;
}
