import type { EventId } from '../../../protocol/ids.ts';
import type { NoticeCode } from '../../../protocol/notice.ts';
import type { OutboxItem, OutboxState } from '../viewmodels/outbox.ts';
import type { Entry } from '../viewmodels/timeline.ts';
import { minutesAgo, QUESTION } from './story.ts';

/** One id for each text and time: the same entry in two stories has the same. */
const idOf = ( ...parts: readonly ( string | number )[] ): EventId => `$${ parts.join( '-' ).replace( /\s/g, '_' ) }` as EventId;

/** What the newcomer has said, `minutes` ago. */
export function own( minutes: number, text: string ): Entry {
	return { kind: 'own', id: idOf( 'own', minutes, text ), text, saidAtMs: minutesAgo( minutes ) };
}

/** What a helper has said, `minutes` ago. */
export function helper( minutes: number, text: string, more: { readonly name?: string; readonly role?: 'helper' | 'moderator' } = {} ): Entry {
	return { kind: 'helper', id: idOf( 'helper', minutes, text ), text, saidAtMs: minutesAgo( minutes ), name: 'Nita B.', role: 'helper', ...more };
}

/** What the relay has said, `minutes` ago. */
export function notice( minutes: number, code: NoticeCode ): Entry {
	return { kind: 'notice', id: idOf( 'notice', minutes, code ), saidAtMs: minutesAgo( minutes ), code };
}

/** What the newcomer has written just now, on its way. */
export function unsent( state: OutboxState, text: string ): OutboxItem {
	return { id: `${ state }-${ text }`, text, extra: {}, writtenAtMs: minutesAgo( 0 ), state };
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
