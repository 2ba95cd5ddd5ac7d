/** How long the wiki may take to answer, in ms. */
const TIMEOUT_MS = 5_000;

/**
 * Asks the wiki's API something that changes nothing; posted, so that what somebody writes is in no list of addresses.
 *
 * @throws Error when the wiki does not answer in time
 */
export async function askApi( parameters: Readonly<Record<string, string>> ): Promise<unknown> {
	const stopper = new AbortController();
	const timer = setTimeout( () => stopper.abort(), TIMEOUT_MS );
	try {
		const answer = await fetch( `${ mw.config.get( 'wgScriptPath' ) as string }/api.php`, {
			method: 'POST', signal: stopper.signal, headers: { 'Promise-Non-Write-API-Action': 'true' },
			body: new URLSearchParams( Object.assign( { format: 'json', formatversion: '2' }, parameters ) )
		} );
		return await answer.json() as unknown;
	} finally {
		clearTimeout( timer );
	}
}
