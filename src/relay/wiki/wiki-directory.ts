import { isRecord } from '../../protocol/ids.ts';
import { firstPart } from '../../protocol/question.ts';
import type { WikiProfile } from '../routing/model.ts';
import type { WikiDirectory } from '../routing/ports.ts';
import { createWikiApis } from './wiki-apis.ts';

/** How a wiki's accounts are looked up. */
export type WikiAccess = {
	readonly apiUrl: string;
	/** Whether the ids are CentralAuth's. */
	readonly central: boolean;
};

/** MediaWiki's own limit, in bytes; a longer one would be too much for a card. */
const LONGEST_NAME = 255;

function readTime( value: unknown ): number | undefined {
	const timeMs = typeof value === 'string' ? Date.parse( value ) : Number.NaN;
	return Number.isNaN( timeMs ) ? undefined : timeMs;
}

/** Reads an account of `list=users` or of `meta=globaluserinfo`; `undefined` when it is missing, hidden or malformed. */
export function readProfile( raw: unknown ): WikiProfile | undefined {
	if ( !isRecord( raw ) || typeof raw.name !== 'string' || raw.missing || raw.invalid || raw.hidden ) {
		return undefined;
	}
	return {
		name: firstPart( raw.name, LONGEST_NAME ),
		editCount: typeof raw.editcount === 'number' ? raw.editcount : 0,
		registeredAtMs: readTime( raw.registration ),
		isBlocked: raw.blockid !== undefined || raw.locked === true
	};
}

/**
 * Looks newcomers up through the API of their wiki (API:Users; API:Globaluserinfo of Extension:CentralAuth).
 *
 * @param contact whom a wiki's operators may write to, for the User-Agent header
 */
export function createWikiDirectory( wikis: Readonly<Record<string, WikiAccess>>, contact: string | undefined ): WikiDirectory {
	const bots = createWikiApis( wikis, contact );
	return {
		async find( wiki, centralId, timeoutMs ) {
			const bot = bots.get( wiki );
			if ( !bot ) {
				throw new Error( `no wiki ${ wiki }` );
			}
			const isCentral = wikis[ wiki ]?.central === true;
			const answer = await bot.request( {
				action: 'query', format: 'json', formatversion: 2,
				...( isCentral ?
						{ meta: 'globaluserinfo', guiid: centralId, guiprop: [ 'editcount' ] } :
						{ list: 'users', ususerids: centralId, usprop: [ 'editcount', 'registration', 'blockinfo' ] } )
			// The signal as well: axios' own limit is for silence, and an answer that drips is none.
			}, { timeout: timeoutMs, signal: AbortSignal.timeout( timeoutMs ) } );
			const { query } = answer;
			return readProfile( isCentral ? query?.globaluserinfo : query?.users?.[ 0 ] );
		}
	};
}
