import { fetchJson } from './fetch-json.ts';

/** How long the wiki may take to answer, in ms. */
const TIMEOUT_MS = 5_000;

/**
 * Asks the wiki's API something that changes nothing; posted, so that what somebody writes is in no list of addresses.
 *
 * @throws Error when the wiki does not answer in time, or with anything else than JSON
 */
export function askApi( parameters: Readonly<Record<string, string>> ): Promise<unknown> {
	return fetchJson( `${ mw.config.get( 'wgScriptPath' ) as string }/api.php`, {
		method: 'POST', headers: { 'Promise-Non-Write-API-Action': 'true' },
		body: new URLSearchParams( Object.assign( { format: 'json', formatversion: '2' }, parameters ) )
	}, TIMEOUT_MS );
}
