import type { LaunchSettings } from '../../protocol/settings.ts';
import { readLaunchSettings } from '../../protocol/settings.ts';
import type { Visit, WikiPerson } from '../wiki/person.ts';
import type { SessionMessage } from '../wiki/launch-page.ts';
import { isEligible } from './eligibility.ts';

/** A storage of the browser. */
export type KeptTexts = Partial<Record<string, string>>;

/** What the panel's bundle exports. */
export type PanelModule = {
	/**
	 * Rejects when it cannot be drawn.
	 *
	 * @param takeFocus the newcomer asked for it just now; otherwise the panel only comes back where it was, or listens
	 */
	openPanel( takeFocus: boolean ): Promise<void>;
};

export type LauncherPorts = {
	/** Gives the launch page as it is, and nothing where the hosts page names no bot; throws where the wiki lacks one of them. */
	readonly requireLaunchPage: () => unknown;
	readonly person: WikiPerson;
	readonly visit: Visit;
	readonly clock: () => number;
	/** Shows the button in the places that the launch settings' `actions` allow, with its label in the reader's language. */
	readonly showButton: ( settings: LaunchSettings, open: () => Promise<void> ) => void;
	/** Both as the browser has them, or empty; what is kept are their properties. */
	readonly sessionStorage: KeptTexts;
	readonly localStorage: KeptTexts;
	/** True in the popup of the login, which inherits a copy of this window's sessionStorage. */
	readonly isLoginWindow: boolean;
	/** Calls back when the user logs out of the wiki. */
	readonly onWikiLogout: ( callback: () => void ) => void;
	/** Tells the panels in all windows of this browser, see `SessionMessage`. */
	readonly tellWindows: ( message: SessionMessage ) => void;
	/** Calls back once the page has loaded. */
	readonly whenLoaded: ( callback: () => void ) => void;
	readonly loadPanel: () => Promise<PanelModule>;
	/** Tells the newcomer who clicked that the chat could not be loaded, and where else to ask, unless that is empty. */
	readonly tellFailure: ( settings: LaunchSettings ) => void;
	readonly tellLog: ( message: string, error?: unknown ) => void;
};

/**
 * Keys of sessionStorage that the panel writes; all belong to the person whom the owner key names, and begin alike. In
 * localStorage the owner key names whose conversation is open in a tab of this browser.
 */
const OWNER_KEY = 'askforhelp-owner';
const REOPEN_KEY = 'askforhelp-reopen';

/**
 * Decides whether this page gets the button, and brings the panel back that was open on the last page, or listens in another tab.
 *
 * @throws Error when the wiki's settings are not as they have to be
 */
export function startLauncher( ports: LauncherPorts ): void {
	const { sessionStorage, person: { storageOwner, isNamed } } = ports;

	// Nothing of one wiki user is left for another one in the same browser.
	const endSession = ( type: SessionMessage[ 'type' ] ): void => {
		Object.keys( sessionStorage ).forEach( ( key ) => /^askforhelp/.test( key ) && delete sessionStorage[ key ] );
		ports.tellWindows( { type, owner: storageOwner } );
	};
	if ( sessionStorage[ OWNER_KEY ] !== storageOwner ) {
		endSession( 'present' );
	}
	ports.onWikiLogout( () => endSession( 'forget' ) );
	if ( !isNamed || ports.isLoginWindow ) {
		return;
	}
	// Where the page is malformed, the next line throws.
	const settings = readLaunchSettings( ports.requireLaunchPage() )!;
	if ( !settings.enabled ) {
		return;
	}

	const open = ( takeFocus: boolean ): Promise<void> => (
		ports.loadPanel().then( ( panel ) => panel.openPanel( takeFocus ) ).catch( ( error: unknown ) => {
			ports.tellLog( 'no panel', error );
			if ( takeFocus ) {
				ports.tellFailure( settings );
			}
		} )
	);
	if ( isEligible( settings, ports.visit, ports.clock() ) ) {
		ports.showButton( settings, () => open( true ) );
	}
	// Whoever has asked keeps their chat on every page, also when they have become experienced meanwhile.
	if ( sessionStorage[ REOPEN_KEY ] || ports.localStorage[ OWNER_KEY ] === storageOwner ) {
		ports.whenLoaded( () => open( false ) );
	}
}
