import { isRecord } from '../../protocol/ids.ts';
import type { WikiSwitch } from '../routing/ports.ts';
import { createWikiApis } from './wiki-apis.ts';

/** Where a wiki's admins switch the gadget off. */
export const LAUNCH_PAGE = 'MediaWiki:Gadget-AskForHelp-launch.json';

/** Reads the answer to a question for the page's latest text (API:Revisions); `undefined` where it says neither. */
export function readSwitch( answer: unknown ): boolean | undefined {
	const query = isRecord( answer ) && isRecord( answer.query ) ? answer.query : {};
	const page: unknown = Array.isArray( query.pages ) ? query.pages[ 0 ] : undefined;
	const revision: unknown = isRecord( page ) && Array.isArray( page.revisions ) ? page.revisions[ 0 ] : undefined;
	const slots = isRecord( revision ) && isRecord( revision.slots ) && isRecord( revision.slots.main ) ? revision.slots.main : {};
	try {
		const settings: unknown = typeof slots.content === 'string' ? JSON.parse( slots.content ) : undefined;
		return isRecord( settings ) && typeof settings.enabled === 'boolean' ? settings.enabled : undefined;
	} catch {
		return undefined;
	}
}

/** Reads off switches through the API of each wiki. `contact` is whom its operators may write to. */
export function createWikiSwitch( wikis: Readonly<Record<string, { readonly apiUrl: string }>>, contact: string | undefined ): WikiSwitch {
	const apis = createWikiApis( wikis, contact );
	return {
		async isOn( wiki, timeoutMs ) {
			return readSwitch( await apis.get( wiki )?.request( {
				action: 'query', format: 'json', formatversion: 2, prop: 'revisions', titles: LAUNCH_PAGE, rvprop: 'content', rvslots: 'main'
			}, { timeout: timeoutMs, signal: AbortSignal.timeout( timeoutMs ) } ) );
		}
	};
}
