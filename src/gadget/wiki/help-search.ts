import { isRecord } from '../../protocol/ids.ts';
import type { HelpSearch } from '../../protocol/settings.ts';

const TIMEOUT_MS = 4_000;
/** How many titles are asked for; more where only some may be shown. */
const LIMIT = 5;
const LIMIT_BEFORE_PREFIX = 50;

/** Reads the titles out of an answer of the wiki's search; none where it is no such answer. */
export function readTitles( answer: unknown, prefix: string ): string[] {
	const query = isRecord( answer ) ? answer.query : undefined;
	const results: unknown[] = isRecord( query ) && Array.isArray( query.search ) ? query.search : [];
	return results.flatMap( ( result ) => (
		isRecord( result ) && typeof result.title === 'string' && result.title.startsWith( prefix ) ? result.title : []
	) );
}

/**
 * Searches the wiki's help pages with the wiki's own search for pages with any of some words; titles, the best one first.
 * Engines that know no "OR" are asked for the words one by one: what is found for most of them is the best.
 */
export async function searchHelp( { namespaces, prefix }: HelpSearch, words: readonly string[] ): Promise<string[]> {
	const stopper = new AbortController();
	const timer = setTimeout( () => stopper.abort(), TIMEOUT_MS );
	const ask = async ( srsearch: string ): Promise<string[]> => {
		const body = new URLSearchParams( {
			action: 'query', list: 'search', srsearch, srnamespace: namespaces.join( '|' ), srprop: '', srinfo: '',
			srlimit: String( prefix === '' ? LIMIT : LIMIT_BEFORE_PREFIX ), format: 'json', formatversion: '2'
		} );
		// Posted, so that what somebody writes is in no list of addresses.
		const answer = await fetch( `${ mw.config.get( 'wgScriptPath' ) as string }/api.php`, {
			method: 'POST', body, signal: stopper.signal, headers: { 'Promise-Non-Write-API-Action': 'true' }
		} );
		return readTitles( await answer.json(), prefix );
	};
	try {
		const together = await ask( words.join( ' OR ' ) );
		const found = together.length > 0 ? [ together ] : await Promise.all( words.map( ( word ) => ask( `${ word }*` ) ) );
		const counts = new Map<string, number>();
		found.forEach( ( titles ) => titles.forEach( ( title ) => counts.set( title, ( counts.get( title ) ?? 0 ) + 1 ) ) );
		return [ ...counts ].sort( ( [ , one ], [ , other ] ) => other - one ).map( ( [ title ] ) => title ).slice( 0, LIMIT );
	} finally {
		clearTimeout( timer );
	}
}
