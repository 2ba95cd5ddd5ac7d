import { fetchJson } from './fetch-json.ts';

/**
 * Fetches a JSON page of this wiki, whatever it holds.
 *
 * @param maxAgeS how old an answer of the wiki's cache may be
 * @throws Error when the wiki has no such page, or does not answer in time
 */
export function fetchJsonPage( title: string, maxAgeS: number, timeoutMs: number ): Promise<unknown> {
	const age = String( maxAgeS );
	const query = new URLSearchParams( { title, action: 'raw', ctype: 'application/json', maxage: age, smaxage: age } );
	return fetchJson( `${ mw.config.get( 'wgScript' ) as string }?${ query.toString() }`, {}, timeoutMs );
}
