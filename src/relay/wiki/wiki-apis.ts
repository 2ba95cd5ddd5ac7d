import { Mwn } from 'mwn';

/**
 * Makes a client for the API of each wiki.
 *
 * @param contact whom a wiki's operators may write to, for the User-Agent header
 */
export function createWikiApis(
	wikis: Readonly<Record<string, { readonly apiUrl: string }>>, contact: string | undefined
): ReadonlyMap<string, Mwn> {
	const userAgent = `AskForHelp-relay/0.1${ contact === undefined ? '' : ` (${ contact })` }`;
	return new Map( Object.entries( wikis ).map( ( [ wiki, { apiUrl } ] ) => [
		wiki, new Mwn( { apiUrl, userAgent, silent: true, maxRetries: 0 } )
	] ) );
}
