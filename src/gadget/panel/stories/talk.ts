import type { EventId } from '../../../protocol/ids.ts';
import type { NoticeCode } from '../../../protocol/notice.ts';
import type { OutboxItem, OutboxState } from '../viewmodels/outbox.ts';
import type { Entry, HelperEntry, OwnEntry } from '../viewmodels/timeline.ts';
import { minutesAgo, QUESTION } from './story.ts';

/** One id for each text and time: the same entry in two stories has the same. */
const idOf = ( ...parts: readonly ( string | number )[] ): EventId => `$${ parts.join( '-' ).replace( /\s/g, '_' ) }` as EventId;

const said = ( who: string, minutes: number, text: string ) => {
	const id = idOf( who, minutes, text );
	return { id, text, saidAtMs: minutesAgo( minutes ), versions: [ { id, text } ], reactions: [] };
};

/** What the newcomer has said, `minutes` ago. */
export function own( minutes: number, text: string, more: Partial<OwnEntry> = {} ): OwnEntry {
	return { kind: 'own', isSeen: false, ...said( 'own', minutes, text ), ...more };
}

/** What a helper has said, `minutes` ago. */
export function helper( minutes: number, text: string, more: Partial<HelperEntry> = {} ): HelperEntry {
	return { kind: 'helper', name: 'Nita B.', role: 'helper', speaker: 'nita', ...said( 'helper', minutes, text ), ...more };
}

/** Of a message that was deleted, `minutes` ago. */
export function gone( minutes: number ): Entry {
	return { kind: 'gone', id: idOf( 'gone', minutes ), saidAtMs: minutesAgo( minutes ) };
}

/** What the relay has said, `minutes` ago. */
export function notice( minutes: number, code: NoticeCode ): Entry {
	return { kind: 'notice', id: idOf( 'notice', minutes, code ), saidAtMs: minutesAgo( minutes ), code };
}

/** What the newcomer has written just now, on its way. */
export function unsent( state: OutboxState, text: string ): OutboxItem {
	return { id: `${ state }-${ text }`, kind: 'message', text, extra: {}, writtenAtMs: minutesAgo( 0 ), state };
}

/** A question that helpers have. */
export const ASKED: readonly Entry[] = [ own( 5, QUESTION ), notice( 5, 'request-open' ) ];

/** A conversation both ways, on two days. */
export const TALK: readonly Entry[] = [
	own( 24 * 60 + 5, QUESTION ),
	notice( 24 * 60 + 5, 'request-open' ),
	helper( 24 * 60 + 4, 'Welcome to Wikipedia! Click Cite in the toolbar, then Manual, Book. See Help:Citing a book.' ),
	own( 3, 'Found it. Can I use any book?' ),
	helper( 2, 'It should be a reliable source. What is the title?' )
];
