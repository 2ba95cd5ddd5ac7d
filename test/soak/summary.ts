import type { FindingKind } from './case.ts';
import type { Comparison } from './compare.ts';
import { countOf } from './compare.ts';
import type { StoreName } from './options.ts';

const KINDS: readonly FindingKind[] = [ 'lost', 'doubled', 'out of order', 'wrong' ];

const total = ( { sent }: Comparison ): number => Object.values( sent ).reduce( ( sum, count ) => sum + count, 0 );

/** What came out of one run; `what` says how long or how often it was killed. */
export function summaryLine( store: StoreName, seed: number, what: string, comparison: Comparison ): string {
	const counts = KINDS.map( ( kind ) => `${ countOf( comparison, kind ) } ${ kind }` );
	return `${ store }: seed ${ seed }, ${ what }, ${ total( comparison ).toLocaleString( 'en' ) } sent, ${ counts.join( ', ' ) }`;
}

/** What was sent, by its kind. */
export function sentLine( { sent }: Comparison ): string {
	return Object.entries( sent ).sort( ( [ , a ], [ , b ] ) => b - a ).map( ( [ kind, count ] ) => `${ count } ${ kind }` ).join( ', ' );
}
