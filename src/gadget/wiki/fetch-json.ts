/** How long the wiki may take to answer, in ms. */
const TIME_LIMIT_MS = 15_000;

/** Asks the wiki for JSON. @throws when it does not answer in time, or with anything else */
export async function fetchJson( url: string, init: RequestInit = {}, limitMs = TIME_LIMIT_MS ): Promise<unknown> {
	const stopper = new AbortController();
	const timer = setTimeout( () => stopper.abort(), limitMs );
	try {
		const answer = await fetch( url, Object.assign( { signal: stopper.signal }, init ) );
		if ( !answer.ok ) {
			throw new Error( String( answer.status ) );
		}
		return await answer.json();
	} finally {
		clearTimeout( timer );
	}
}
