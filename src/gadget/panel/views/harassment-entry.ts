import { linkButton, outsideLink } from './dom.ts';
import type { ViewContext } from './view-context.ts';

/** The way to those who hear who is harassed, or else to the wiki's page about it; `undefined` where there is neither. */
export function createHarassmentEntry(
	{ panel, messages, settings, pageUrl }: Pick<ViewContext, 'panel' | 'messages' | 'settings' | 'pageUrl'>
): HTMLElement | undefined {
	const { team, page } = settings.harassment;
	const entry = team !== '' ? linkButton( messages( 'harassment' ), () => panel.showTeam( team ) ) :
		page === '' ? undefined : outsideLink( messages( 'harassment' ), pageUrl( page ) );
	entry?.classList.add( 'askforhelp-harassment' );
	return entry;
}
