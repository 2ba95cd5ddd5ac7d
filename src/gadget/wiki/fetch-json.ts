/** How long the wiki may take to answer, in ms. */
const TIME_LIMIT_MS = 15_000;

/**
 * Asks the wiki for JSON.
 *
 * @param read what is wanted of the answer
 * @throws when it does not answer in time, or with anything else
 */
export async function fetchJson<Read = unknown>(
	url: string, init: RequestInit = {}, limitMs = TIME_LIMIT_MS,
	read = ( answer: Response ): Promise<Read> => answer.json() as Promise<Read>
): Promise<Read> {
	const stopper = new AbortController();
	const timer = setTimeout( () => stopper.abort(), limitMs );
	try {
		const answer = await fetch( url, Object.assign( { signal: stopper.signal }, init ) );
		if ( !answer.ok ) {
			throw new Error( String( answer.status ) );
		}
		return await read( answer );
	} finally {
		clearTimeout( timer );
	}
}
