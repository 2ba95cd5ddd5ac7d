import { isRecord } from '../../../protocol/ids.ts';
import type { HelpSearch } from '../../../protocol/settings.ts';

export type HelpSearchPorts = {
	readonly settings: HelpSearch;
	/** Asks the wiki's API; has a time limit. */
	readonly askWiki: ( parameters: Readonly<Record<string, string>> ) => Promise<unknown>;
	/** `undefined`: nothing was found, or there is nothing to search for. */
	readonly onChange: ( titles: readonly string[] | undefined ) => void;
	/** Calls back once. @returns a disposer */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
};

/** Searches for a text as it is now. */
export type Search = ( text: string ) => void;
/** What the part that is loaded for it exports. */
export type SearchModule = { readonly createHelpSearch: ( ports: HelpSearchPorts ) => Search };

/** How long nobody must have typed before it searches. */
export const PAUSE_MS = 700;
/** So many words make a question. */
const LEAST_WORDS = 3;
/** Shorter ones say little, and would find everything. */
const LEAST_LENGTH = 3;
const MOST_LENGTH = 60;
const MOST_WORDS = 6;
/** What no word of any language has in it. */
const BETWEEN_WORDS = /[\s!-/:-@[-`{-~\u00a1-\u00bf\u060c\u061b\u061f\u2010-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]+/;

/** The words of a question that say most, the longest ones, in their order; none for what is no question yet. */
export function tellingWords( text: string ): string[] {
	const words = text.slice( 0, 2000 ).split( BETWEEN_WORDS ).filter( Boolean );
	// Some languages write without spaces.
	if ( words.length < LEAST_WORDS && text.trim().length < 12 ) {
		return [];
	}
	const long = [ ...new Set( words.map( ( word ) => word.toLowerCase() ) ) ]
		.filter( ( { length } ) => length >= LEAST_LENGTH && length <= MOST_LENGTH );
	const telling = [ ...long ].sort( ( one, other ) => other.length - one.length ).slice( 0, MOST_WORDS );
	return long.filter( ( word ) => telling.includes( word ) );
}

/** How many titles are asked for; more where only some of them may be shown. */
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
 * Searches with the wiki's own search for pages with any of some words; titles, the best one first. Engines that know no
 * "OR" are asked for the words one by one: what is found for most of them is the best.
 */
export async function searchForWords(
	words: readonly string[], { namespaces, prefix }: HelpSearch, askWiki: HelpSearchPorts[ 'askWiki' ]
): Promise<string[]> {
	const ask = async ( srsearch: string ): Promise<string[]> => readTitles( await askWiki( {
		action: 'query', list: 'search', srsearch, srnamespace: namespaces.join( '|' ), srprop: '', srinfo: '',
		srlimit: String( prefix === '' ? LIMIT : LIMIT_BEFORE_PREFIX )
	} ), prefix );
	const together = await ask( words.join( ' OR ' ) );
	const found = together.length > 0 ? [ together ] : await Promise.all( words.map( ( word ) => ask( `${ word }*` ) ) );
	const counts = new Map<string, number>();
	found.forEach( ( titles ) => titles.forEach( ( title ) => counts.set( title, ( counts.get( title ) ?? 0 ) + 1 ) ) );
	return [ ...counts ].sort( ( [ , one ], [ , other ] ) => other - one ).map( ( [ title ] ) => title ).slice( 0, LIMIT );
}

/** Searches while a question is written: some time after the last key, for what is written then, once. */
export function createHelpSearch( { settings, askWiki, onChange, after }: HelpSearchPorts ): Search {
	let searched = '';
	let number = 0;
	let stopWaiting: ( () => void ) | undefined;
	return ( text ) => {
		stopWaiting?.();
		stopWaiting = after( PAUSE_MS, () => {
			const words = tellingWords( text );
			const key = words.join( ' ' );
			if ( key === searched ) {
				return;
			}
			searched = key;
			const own = ++number;
			const finish = ( titles: readonly string[] ): void => {
				// Another search may have begun, and ended, meanwhile.
				if ( own === number ) {
					onChange( titles.length > 0 ? titles : undefined );
				}
			};
			if ( words.length === 0 ) {
				finish( [] );
			} else {
				searchForWords( words, settings, askWiki ).then( finish, () => finish( [] ) );
			}
		} );
	};
}
