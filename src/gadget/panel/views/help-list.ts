import type { AskingState } from '../viewmodels/asking.ts';
import { element, outsideLink } from './dom.ts';
import type { ViewContext } from './view-context.ts';

/** How many pages are shown. */
const MOST = 3;

/**
 * Pages that may already answer the question: what the wiki recommends, then what its search finds. It is as high from the
 * start as it ever gets, so that nothing moves below it while somebody writes.
 */
export function createHelpList( { messages, settings, pageUrl }: Pick<ViewContext, 'messages' | 'settings' | 'pageUrl'> ): {
	readonly element: HTMLElement;
	update( state: Pick<AskingState, 'suggestions'> ): void;
} {
	const { helpLinks, helpSearch } = settings;
	const root = element( 'div', 'askforhelp-help' );
	const list = element( 'ul', 'askforhelp-help-list' );
	const title = element( 'div', 'askforhelp-small', messages( 'help-title' ) );
	title.id = 'askforhelp-help';
	list.setAttribute( 'aria-labelledby', title.id );
	list.classList.toggle( 'askforhelp-help-reserved', helpSearch !== undefined );
	const announcer = element( 'div', 'askforhelp-announcer' );
	announcer.setAttribute( 'role', 'status' );
	root.append( title, list, announcer );
	let shown: string | undefined;

	return {
		element: root,
		update( { suggestions } ) {
			const titles = ( suggestions ?? helpLinks ).slice( 0, MOST );
			const text = titles.join( '\n' );
			if ( text === shown ) {
				return;
			}
			root.hidden = titles.length === 0 && helpSearch === undefined;
			list.replaceChildren( ...titles.map( ( page ) => {
				const item = element( 'li', '' );
				const link = outsideLink( page, pageUrl( page ) );
				link.title = page;
				link.dir = 'auto';
				item.append( link );
				return item;
			} ) );
			if ( titles.length < MOST && helpSearch ) {
				list.append( element( 'li', 'askforhelp-small', messages( 'help-empty' ) ) );
			}
			if ( suggestions ) {
				announcer.textContent = messages( 'help-found', titles.length );
			}
			shown = text;
		}
	};
}
