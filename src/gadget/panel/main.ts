/** Bundle `ext.gadget.AskForHelp-panel`: the composition root of the panel, loaded when it is first needed. */
import type { HostSettings } from '../../protocol/settings.ts';
import { readHostSettings, readPanelSettings } from '../../protocol/settings.ts';
import { ssoLoginUrl } from '../../matrix/sso-url.ts';
import { gadgetOnUse } from '../wiki/gadget-modules.ts';
import { LOGIN_WINDOW_NAME, onWikiLogout, warn } from '../wiki/launch-page.ts';
import { awaitLogin } from '../wiki/login-handover.ts';
import { readPackageFile } from '../wiki/package-files.ts';
import { watchPage } from '../wiki/page-life.ts';
import { hasLocalUserIds, isStillLoggedIn, loginReturnUrl, wikiId, wikiName } from '../wiki/panel-page.ts';
import { readWikiPerson } from '../wiki/person.ts';
import { setGadgetPreference } from '../wiki/preference.ts';
import { readQuestionContext } from '../wiki/question-context.ts';
import { tabLocks } from '../wiki/tab-locks.ts';
import { LOGIN_CHANNEL, SESSION_CHANNEL, windowChannel } from '../wiki/window-channel.ts';
import { createPageContext } from './page-context.ts';
import { createBrowserMemory } from './viewmodels/browser-memory.ts';
import { isAccountOf } from './viewmodels/login.ts';
import type { MatrixModule } from './viewmodels/matrix-port.ts';
import type { PanelViewModel } from './viewmodels/panel.ts';
import { createPanel } from './viewmodels/panel.ts';
import type { PanelView } from './views/panel-view.ts';
import { mountPanelView } from './views/panel-view.ts';

const LOGIN_WINDOW_FEATURES = 'popup,width=560,height=720';

/** 128 random bits, as nobody may guess a nonce. */
function newId(): string {
	return Array.from( crypto.getRandomValues( new Uint8Array( 16 ) ), ( byte ) => byte.toString( 16 ).padStart( 2, '0' ) ).join( '' );
}

function after( delayMs: number, callback: () => void ): () => void {
	const timer = setTimeout( callback, delayMs );
	return () => clearTimeout( timer );
}

function readHosts(): HostSettings | undefined {
	const hosts = readHostSettings( readPackageFile( 'AskForHelp-hosts.js' ) );
	if ( !hosts ) {
		warn( 'bad hosts page' );
	}
	return hosts;
}

function createViewModel(): PanelViewModel {
	const person = readWikiPerson();
	return createPanel( {
		memory: createBrowserMemory( sessionStorage, localStorage, person.storageOwner ),
		owner: person.storageOwner,
		hosts: readHosts(),
		wiki: wikiId(),
		readContext: readQuestionContext,
		loadMatrix: gadgetOnUse<MatrixModule>( 'AskForHelp-matrix' ),
		login: {
			openWindow: ( url ) => {
				const opened = window.open( url, LOGIN_WINDOW_NAME, LOGIN_WINDOW_FEATURES );
				opened?.focus();
				return opened !== null;
			},
			awaitToken: ( nonce, handlers ) => awaitLogin( windowChannel( LOGIN_CHANNEL ), nonce, handlers ),
			deviceName: wikiName(),
			isMine: ( session ) => !hasLocalUserIds() || isAccountOf( session.userId, person.userId )
		},
		loginUrl: ( hosts, nonce ) => ssoLoginUrl( hosts.homeserverUrl, hosts.identityProvider, loginReturnUrl( nonce ) ),
		openChannel: windowChannel( SESSION_CHANNEL ),
		locks: tabLocks(),
		openTabChannel: windowChannel,
		isStillMe: () => isStillLoggedIn( person.userId ),
		savePreference: setGadgetPreference,
		newId,
		now: Date.now,
		random: Math.random,
		after,
		log: warn
	} );
}

async function mount( panel: PanelViewModel ): Promise<PanelView> {
	const settings = readPanelSettings( readPackageFile( 'AskForHelp-config.json' ) );
	return mountPanelView( await createPageContext( panel, settings, Date.now ), document.body );
}

let mounted: { readonly panel: PanelViewModel; readonly view: Promise<PanelView> } | undefined;

/** Shows the panel; called by the launcher, each time the newcomer asks for it, and once on the page after. */
export function openPanel( { takeFocus }: { readonly takeFocus: boolean } ): void {
	if ( !mounted ) {
		const panel = createViewModel();
		mounted = { panel, view: mount( panel ) };
		watchPage( {
			onVisible: ( isVisible ) => panel.setPageVisible( isVisible ),
			onOnline: () => panel.retryNow(),
			onFreeze: () => panel.freeze(),
			onThaw: () => panel.thaw()
		} );
		onWikiLogout( () => panel.logOut() );
	}
	mounted.panel.open( takeFocus );
	void mounted.view.then( ( view ) => {
		if ( takeFocus ) {
			view.takeFocus();
		}
	} );
}
