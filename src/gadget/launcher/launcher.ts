import type { LaunchSettings } from '../../protocol/settings.ts';
import type { WikiPerson } from '../wiki/person.ts';
import type { SessionMessage } from '../wiki/launch-page.ts';
import type { EntryPoint } from '../wiki/visual-editor-button.ts';

/** What the panel's bundle exports. */
export type PanelModule = {
	/** `takeFocus`: the newcomer asked for it just now; otherwise the panel only comes back where it was. */
	openPanel( options: { readonly takeFocus: boolean } ): void;
};

export type LauncherPorts = {
	readonly settings: LaunchSettings | undefined;
	readonly person: WikiPerson;
	readonly label: string;
	readonly entryPoints: readonly EntryPoint[];
	readonly sessionStorage: Pick<Storage, 'getItem' | 'removeItem'>;
	/** True in the popup of the login, which inherits a copy of this window's sessionStorage. */
	readonly isLoginWindow: boolean;
	/** Calls back when the user logs out of the wiki. */
	readonly onWikiLogout: ( callback: () => void ) => void;
	/** Tells the panels in all windows of this browser, see `SessionMessage`. */
	readonly tellWindows: ( message: SessionMessage ) => void;
	/** Calls back once the page has loaded and the browser has nothing better to do. */
	readonly whenIdle: ( callback: () => void ) => void;
	readonly loadPanel: () => Promise<PanelModule>;
	/** Tells the newcomer who clicked that the chat could not be loaded. */
	readonly tellFailure: () => void;
	readonly log: ( message: string, error?: unknown ) => void;
};

/** Keys of sessionStorage that the panel writes; all belong to the person whom the owner key names. */
const OWNER_KEY = 'askforhelp-owner';
const REOPEN_KEY = 'askforhelp-reopen';
const SESSION_KEYS = [ 'askforhelp-session', 'askforhelp-state', REOPEN_KEY, OWNER_KEY ];

/** Decides whether this page gets the button, and brings the panel back that was open on the last page. */
export function startLauncher( ports: LauncherPorts ): void {
	const { sessionStorage, person } = ports;

	const open = ( takeFocus: boolean ): void => {
		ports.loadPanel().then( ( panel ) => panel.openPanel( { takeFocus } ) ).catch( ( error: unknown ) => {
			ports.log( 'the panel did not load', error );
			if ( takeFocus ) {
				ports.tellFailure();
			}
		} );
	};

	// Nothing of one wiki user is left for another one in the same browser.
	const endSession = ( type: SessionMessage[ 'type' ] ): void => {
		SESSION_KEYS.forEach( ( key ) => sessionStorage.removeItem( key ) );
		ports.tellWindows( { type, owner: person.storageOwner } );
	};
	if ( sessionStorage.getItem( OWNER_KEY ) !== person.storageOwner ) {
		endSession( 'present' );
	}
	ports.onWikiLogout( () => endSession( 'forget' ) );
	if ( !person.isNamed || ports.isLoginWindow || !ports.settings?.enabled ) {
		return;
	}
	ports.entryPoints.forEach( ( entryPoint ) => entryPoint( { label: ports.label, open: () => open( true ) } ) );
	if ( sessionStorage.getItem( REOPEN_KEY ) !== null ) {
		ports.whenIdle( () => open( false ) );
	}
}
