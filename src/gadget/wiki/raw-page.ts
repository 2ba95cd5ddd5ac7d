import type { DatedPage } from '../panel/viewmodels/availability.ts';

/**
 * Fetches a JSON page of this wiki, whatever it holds, and when the wiki answered.
 *
 * @param maxAgeS how old an answer of the wiki's cache may be
 * @throws Error when the wiki has no such page, or does not answer in time
 */
export async function fetchPage( title: string, maxAgeS: number, timeoutMs: number ): Promise<DatedPage> {
	const age = String( maxAgeS );
	const query = new URLSearchParams( { title, action: 'raw', ctype: 'application/json', maxage: age, smaxage: age } );
	const stopper = new AbortController();
	const timer = setTimeout( () => stopper.abort(), timeoutMs );
	try {
		const answer = await fetch( `${ mw.config.get( 'wgScript' ) as string }?${ query.toString() }`, { signal: stopper.signal } );
		if ( !answer.ok ) {
			throw new Error( String( answer.status ) );
		}
		return {
			page: await answer.json(),
			// What a cache has kept is older than it says, by that.
			atMs: Date.parse( answer.headers.get( 'Date' )! ) + Number( answer.headers.get( 'Age' ) ) * 1000
		};
	} finally {
		clearTimeout( timer );
	}
}
