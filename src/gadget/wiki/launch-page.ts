/** What the launcher asks of the page that it runs on; nothing here loads a module. */
import { SESSION_CHANNEL } from './window-channel.ts';

/** The reader's interface language, a MediaWiki language code. */
export function userLanguage(): string {
	return mw.config.get( 'wgUserLanguage' ) as string;
}

/** Address of a page of this wiki. */
export function pageUrl( title: string ): string {
	return `${ mw.config.get( 'wgScript' ) as string }?title=${ encodeURIComponent( title ) }`;
}

export function warn( message: string, error?: unknown ): void {
	mw.log.warn( `AskForHelp: ${ message }`, error );
}

/**
 * Calls back after the page has loaded, and after what is under way. Not in an idle moment: a page that draws nothing may
 * never have one.
 */
export function whenLoaded( callback: () => void ): void {
	const later = (): unknown => setTimeout( callback );
	if ( document.readyState === 'complete' ) {
		later();
	} else {
		addEventListener( 'load', later );
	}
}

/** Name of the window in which the login happens. */
export const LOGIN_WINDOW_NAME = 'askforhelp-login';

/** True on the pages that a login passes on its way; browsers may clear the window's name between two sites. */
export function isLoginWindow(): boolean {
	return window.name === LOGIN_WINDOW_NAME || /^(Blankpage|OAuth)$/.test( mw.config.get( 'wgCanonicalSpecialPageName' ) as string );
}

/** Calls back when the user logs out of the wiki. */
export const onWikiLogout = ( callback: () => void ): unknown => mw.hook( 'skin.logout' ).add( callback );

/**
 * - `forget`: this wiki user logs out
 * - `present`: a page has loaded for this one (with id 0, for nobody); panels of any other one ask the wiki whether theirs
 *   has gone, because the page may come from a cache
 */
export type SessionMessage = { readonly type: 'forget' | 'present'; readonly owner: string };

/** Tells the panels in all windows, this one too; a browser without BroadcastChannel tells none. */
export function tellWindows( message: SessionMessage ): void {
	if ( window.BroadcastChannel ) {
		// Nobody listens to it here: it goes by itself.
		new BroadcastChannel( SESSION_CHANNEL ).postMessage( message );
	}
}
