/** Bundle `ext.gadget.AskForHelp-panel`: the composition root of the panel, loaded when it is first needed. */
import type { HostSettings } from '../../protocol/settings.ts';
import { readHostSettings, readPanelSettings } from '../../protocol/settings.ts';
import { ssoLoginUrl } from '../../matrix/sso-url.ts';
import { createMessages } from '../i18n/messages.ts';
import { releaseEditor, rememberFocus } from '../wiki/editor-focus.ts';
import { gadgetOnUse } from '../wiki/gadget-modules.ts';
import { boxesToKeepClear, endOfPage, watchBoxesToKeepClear } from '../wiki/keep-clear.ts';
import { LOGIN_WINDOW_NAME, onWikiLogout, pageUrl, warn } from '../wiki/launch-page.ts';
import { awaitLogin } from '../wiki/login-handover.ts';
import { readPackageFile } from '../wiki/package-files.ts';
import { direction, fetchLanguages, hasLocalUserIds, isStillLoggedIn, languageTag, loginReturnUrl, wikiId, wikiName } from '../wiki/panel-page.ts';
import { watchPage } from '../wiki/page-life.ts';
import { readWikiPerson } from '../wiki/person.ts';
import { gadgetPreferencesUrl, setGadgetPreference } from '../wiki/preference.ts';
import { readQuestionContext } from '../wiki/question-context.ts';
import { tabLocks } from '../wiki/tab-locks.ts';
import { LOGIN_CHANNEL, SESSION_CHANNEL, windowChannel } from '../wiki/window-channel.ts';
import { createBrowserMemory } from './viewmodels/browser-memory.ts';
import { isAccountOf } from './viewmodels/login.ts';
import type { MatrixModule } from './viewmodels/matrix-port.ts';
import type { PanelViewModel } from './viewmodels/panel.ts';
import { createPanel } from './viewmodels/panel.ts';
import { createDayFormat } from './views/day-line.ts';
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
	const messages = createMessages( await fetchLanguages() );
	const language = languageTag();
	const format = ( options: Intl.DateTimeFormatOptions ): ( ( timeMs: number ) => string ) => {
		const formatter = new Intl.DateTimeFormat( language, options );
		return ( timeMs ) => formatter.format( timeMs );
	};
	const numbers = new Intl.NumberFormat( language );
	return mountPanelView( {
		panel,
		messages,
		settings: readPanelSettings( readPackageFile( 'AskForHelp-config.json' ) ),
		pageUrl,
		preferencesUrl: gadgetPreferencesUrl(),
		rememberFocus,
		releaseEditor,
		keepClear: { boxes: boxesToKeepClear, watch: watchBoxesToKeepClear },
		endOfPage: endOfPage(),
		direction: direction(),
		formatTime: format( { hour: 'numeric', minute: '2-digit' } ),
		formatDay: createDayFormat( language, Date.now ),
		formatNumber: ( value ) => numbers.format( value )
	}, document.body );
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
