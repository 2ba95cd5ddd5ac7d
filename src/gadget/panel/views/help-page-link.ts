import { element, outsideLink } from './dom.ts';
import type { ViewContext } from './view-context.ts';

/** The way that is there without the chat; empty where the wiki has no help page. */
export function helpPageLink( { messages, settings: { helpPage }, pageUrl }: Pick<ViewContext, 'messages' | 'settings' | 'pageUrl'> ): HTMLElement | '' {
	return helpPage && outsideLink( messages( 'help-page' ), pageUrl( helpPage ) );
}

/** The same as a line of its own. */
export function helpPageLine( context: ViewContext ): HTMLElement {
	const line = element( 'p', 'askforhelp-link-line' );
	line.append( helpPageLink( context ) );
	return line;
}
