import type { DatedPage } from '../panel/viewmodels/availability.ts';
import { fetchJson } from './fetch-json.ts';

/**
 * Fetches a JSON page of this wiki, whatever it holds.
 *
 * @param maxAgeS how old an answer of the wiki's cache may be
 * @throws Error when the wiki has no such page, or does not answer in time
 */
export function fetchJsonPage( title: string, maxAgeS: number, timeoutMs: number ): Promise<unknown> {
	return fetchDatedPage( title, maxAgeS, timeoutMs ).then( ( { page } ) => page );
}

/** The same, and when the wiki answered. */
export function fetchDatedPage( title: string, maxAgeS: number, timeoutMs: number ): Promise<DatedPage> {
	const age = String( maxAgeS );
	const query = new URLSearchParams( { title, action: 'raw', ctype: 'application/json', maxage: age, smaxage: age } );
	return fetchJson( `${ mw.config.get( 'wgScript' ) as string }?${ query.toString() }`, {}, timeoutMs, ( answer ) => answer.json().then( ( page: unknown ) => ( {
		page,
		// What a cache has kept is older than it says, by that.
		atMs: Date.parse( answer.headers.get( 'Date' )! ) + Number( answer.headers.get( 'Age' ) ) * 1000
	} ) ) );
}
