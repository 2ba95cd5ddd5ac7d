import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import { element, outsideLink } from './dom.ts';
import type { ViewContext } from './view-context.ts';

type HelpPageContext = Pick<ViewContext, 'panel' | 'messages' | 'settings' | 'pageUrl'>;

/** The page that is there without the chat, and what leads to it: nobody who is harassed is sent to where all read it. */
export function helpPage( { panel, settings: { helpPage: page, harassment } }: HelpPageContext ) {
	return panel.state.value.team === DEFAULT_TEAM ? { page, label: 'help-page' } as const : { page: harassment.page, label: 'harassment' } as const;
}

/** The way to it; empty where the wiki has none. */
export function helpPageLink( context: HelpPageContext ): HTMLElement | '' {
	const { page, label } = helpPage( context );
	return page && outsideLink( context.messages( label ), context.pageUrl( page ) );
}

/** The same as a line of its own. */
export function helpPageLine( context: HelpPageContext ): HTMLElement {
	const line = element( 'p', 'askforhelp-link-line' );
	line.append( helpPageLink( context ) );
	return line;
}
