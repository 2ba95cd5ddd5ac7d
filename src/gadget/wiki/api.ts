/** How long the wiki may take to answer a search, in ms. */
const SEARCH_LIMIT_MS = 5_000;

/** The wiki's API. @param limitMs how long it may take to answer, each time */
export function wikiApi( limitMs = 15_000 ): mw.Api {
	return new mw.Api( { ajax: { timeout: limitMs }, parameters: { formatversion: 2 } } );
}

/**
 * Asks the wiki's API something that changes nothing; posted, so that what somebody writes is in no list of addresses.
 *
 * @throws when the wiki does not answer in time, or with an error
 */
export async function askApi( parameters: Readonly<Record<string, string>> ): Promise<unknown> {
	return wikiApi( SEARCH_LIMIT_MS ).post( parameters, { headers: { 'Promise-Non-Write-API-Action': 'true' } } );
}
