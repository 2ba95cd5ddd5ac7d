import { Mwn } from 'mwn';
import { isRecord } from '../../protocol/ids.ts';

/** The User-Agent header; `contact` is whom a wiki's operators may write to. */
export function userAgentOf( contact: string | undefined ): string {
	return `AskForHelp-relay/0.1${ contact === undefined ? '' : ` (${ contact })` }`;
}

/**
 * Makes a client for the API of each wiki.
 *
 * @param contact whom a wiki's operators may write to, for the User-Agent header
 */
export function createWikiApis(
	wikis: Readonly<Record<string, { readonly apiUrl: string }>>, contact: string | undefined
): ReadonlyMap<string, Mwn> {
	const userAgent = userAgentOf( contact );
	return new Map( Object.entries( wikis ).map( ( [ wiki, { apiUrl } ] ) => [
		wiki, new Mwn( { apiUrl, userAgent, silent: true, maxRetries: 0 } )
	] ) );
}

/** The JSON in the latest text of a page, out of the answer to a question for it (API:Revisions); `undefined` where there is none. */
export function pageContent( answer: unknown ): unknown {
	const query = isRecord( answer ) && isRecord( answer.query ) ? answer.query : {};
	const page: unknown = Array.isArray( query.pages ) ? query.pages[ 0 ] : undefined;
	const revision: unknown = isRecord( page ) && Array.isArray( page.revisions ) ? page.revisions[ 0 ] : undefined;
	const slots = isRecord( revision ) && isRecord( revision.slots ) && isRecord( revision.slots.main ) ? revision.slots.main : {};
	try {
		return typeof slots.content === 'string' ? JSON.parse( slots.content ) as unknown : undefined;
	} catch {
		return undefined;
	}
}
