import { isRecord } from '../../protocol/ids.ts';
import type { WikiSwitch } from '../routing/ports.ts';
import { createWikiApis, pageContent } from './wiki-apis.ts';

/** Where a wiki's admins switch the gadget off. */
export const LAUNCH_PAGE = 'MediaWiki:Gadget-AskForHelp-launch.json';

/** Reads the answer to a question for the page's latest text (API:Revisions); `undefined` where it says neither. */
export function readSwitch( answer: unknown ): boolean | undefined {
	const settings = pageContent( answer );
	return isRecord( settings ) && typeof settings.enabled === 'boolean' ? settings.enabled : undefined;
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
