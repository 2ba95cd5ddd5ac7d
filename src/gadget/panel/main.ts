/** Bundle `ext.gadget.AskForHelp-panel`: the composition root of the panel, loaded when it is first needed. */
import { DEFAULT_TEAM } from '../../protocol/conversation.ts';
import type { HostSettings, PanelSettings } from '../../protocol/settings.ts';
import { readHostSettings, readPanelSettings } from '../../protocol/settings.ts';
import { ssoLoginUrl } from '../../matrix/sso-url.ts';
import { askApi } from '../wiki/api.ts';
import { browserNotifications } from '../wiki/browser-notification.ts';
import { extraOnUse, gadgetOnUse } from '../wiki/gadget-modules.ts';
import { LOGIN_WINDOW_NAME, onWikiLogout, warn } from '../wiki/launch-page.ts';
import { awaitLogin, CALLBACK_STATES, CALLBACK_TEXTS_KEY } from '../wiki/login-handover.ts';
import { readPackageFile, requireConfig, requireHosts } from '../wiki/package-files.ts';
import { watchPage } from '../wiki/page-life.ts';
import { contentLanguages, hasLocalUserIds, isStillLoggedIn, loginReturnUrl, wikiId, wikiName } from '../wiki/panel-page.ts';
import { readWikiPerson } from '../wiki/person.ts';
import { saveConsent, setGadgetPreference, storedConsent } from '../wiki/preference.ts';
import { readQuestionContext } from '../wiki/question-context.ts';
import { fetchPage } from '../wiki/raw-page.ts';
import { readEditorSelection } from '../wiki/selection.ts';
import { storageOrNone } from '../wiki/storages.ts';
import { tabLocks } from '../wiki/tab-locks.ts';
import { createUnreadSigns } from '../wiki/unread-signs.ts';
import { CONSENT_CHANNEL, LOGIN_CHANNEL, SESSION_CHANNEL, windowChannel } from '../wiki/window-channel.ts';
import type * as MediaPart from '../extras/media.ts';
import { createPageContext, wikiLinks } from './page-context.ts';
import type { BrowserMemory } from './viewmodels/browser-memory.ts';
import { createBrowserMemory } from './viewmodels/browser-memory.ts';
import type { HelpSearchPorts, Search, SearchModule } from './viewmodels/help-search.ts';
import { isAccountOf } from './viewmodels/login.ts';
import type { MatrixModule } from './viewmodels/matrix-port.ts';
import type { PanelViewModel } from './viewmodels/panel-actions.ts';
import { createPanel } from './viewmodels/panel.ts';
import { isPlain } from './viewmodels/plain-words.ts';
import { createTeamPanels, firstTeam } from './viewmodels/team-panels.ts';
import { topicLabel } from './viewmodels/topics.ts';
import type { Formatting, FormattingPart } from './views/formatting.ts';
import type { Pictures } from './views/pictures.ts';
import type { PanelView } from './views/panel-view.ts';
import { mountPanelView } from './views/panel-view.ts';
import type { ViewContext } from './views/view-context.ts';

/** How old what the wiki's cache has of the status page may be, and how long the wiki may take to answer. */
const STATUS_AGE_S = 60;
const STATUS_TIMEOUT_MS = 5_000;
const LOGIN_WINDOW_FEATURES = 'popup,width=560,height=720';

/** 128 random bits, as nobody may guess a nonce. */
function newId(): string {
	return Array.from( crypto.getRandomValues( new Uint8Array( 16 ) ), ( byte ) => byte.toString( 16 ).padStart( 2, '0' ) ).join( '' );
}

function after( delayMs: number, callback: () => void ): () => void {
	const timer = setTimeout( callback, delayMs );
	return () => clearTimeout( timer );
}

const loadSearch = extraOnUse<SearchModule>( 'search' );

/** Searches as soon as the part that does it is there; where it does not load, each key is not another request. */
function createSearchOnUse( ports: HelpSearchPorts ): Search {
	let search: Search | undefined;
	let loading: ReturnType<typeof loadSearch> | undefined;
	return ( text ) => void ( loading ??= loadSearch() ).then( ( part ) => {
		search ??= part?.createHelpSearch( ports );
		search?.( text );
	} );
}

function readHosts(): HostSettings | undefined {
	const hosts = readHostSettings( readPackageFile( requireHosts ) );
	if ( !hosts ) {
		warn( 'bad hosts page' );
	}
	return hosts;
}

const loadMatrix = gadgetOnUse<MatrixModule>( 'AskForHelp-matrix' );
const loadTalk: ViewContext[ 'loadTalk' ] = extraOnUse( 'matrix' );
const loadFormatting = extraOnUse<FormattingPart>( 'formatting' );
let formattingPart: FormattingPart | undefined;
const formatting: Formatting = {
	get part() {
		return formattingPart;
	},
	async load() {
		formattingPart = await loadFormatting();
		return formattingPart;
	}
};

const loadMedia = extraOnUse<typeof MediaPart>( 'media' );
let pictures: Pictures | undefined;

async function loadPictures(): Promise<Pictures | undefined> {
	const [ part, context ] = await Promise.all( [ loadMedia(), mounted!.drawn!.context ] );
	const { panel, messages, formatNumber } = context;
	pictures ??= part?.createPictures( {
		homeserverUrl: readHosts()?.homeserverUrl ?? '', panel, messages, formatNumber, log: warn
	} );
	return pictures;
}

let callbackTexts: readonly string[] = [];

/** For the page to which the login returns. */
function leaveCallbackTexts(): void {
	try {
		storageOrNone( 'sessionStorage' ).setItem( CALLBACK_TEXTS_KEY, JSON.stringify( callbackTexts ) );
	} catch {
		// It speaks English then.
	}
}

function createViewModel( { topics, helpSearch, statusPage, harassment, openingHours }: PanelSettings ): PanelViewModel {
	// Any page tells what time it is, and of the opening hours there is this one.
	const askedPage = statusPage || ( openingHours ? 'MediaWiki:Gadget-AskForHelp-config.json' : '' );
	const person = readWikiPerson();
	const notifications = browserNotifications( `askforhelp ${ person.storageOwner }` );
	const notify = async (): Promise<void> => {
		const { messages } = await mounted!.drawn!.context;
		// Whoever sees the screen sees this: it tells that there is an answer, and nothing of it.
		notifications.show( messages( 'title' ), messages( 'notification', wikiName() ), () => openPanel( true ) );
	};
	const hosts = readHosts();
	const memoryOf = ( team: string ): BrowserMemory => (
		createBrowserMemory( storageOrNone( 'sessionStorage' ), storageOrNone( 'localStorage' ), person.storageOwner, team )
	);
	const { shownTeam, setShownTeam, comingBack } = memoryOf( DEFAULT_TEAM );
	const teams = [ DEFAULT_TEAM, harassment.team ];
	return createTeamPanels( ( team ) => createPanel( {
		memory: memoryOf( team ),
		owner: person.storageOwner,
		team,
		hosts,
		wiki: wikiId(),
		readContext: readQuestionContext,
		readSelection: readEditorSelection,
		topicName: ( id ) => topics.filter( ( topic ) => topic.id === id )
			.map( ( topic ) => topicLabel( topic, contentLanguages() ) ).join(),
		createSearch: helpSearch && ( ( onChange ) => createSearchOnUse( { settings: helpSearch, askWiki: askApi, onChange, after } ) ),
		fetchStatus: askedPage ? () => fetchPage( askedPage, STATUS_AGE_S, STATUS_TIMEOUT_MS ) : undefined,
		consent: { stored: storedConsent(), save: saveConsent, openChannel: windowChannel( CONSENT_CHANNEL ) },
		format: async ( text, page ) => (
			isPlain( { text } ) ? {} : ( await formatting.load() )?.writeFormatting( text, wikiLinks( page ) ) ?? {}
		),
		loadMatrix,
		login: {
			openWindow: ( url ) => {
				leaveCallbackTexts();
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
		notifications,
		notify: () => void notify().catch( ( error: unknown ) => warn( 'no notification', error ) ),
		newId,
		now: () => Date.now(),
		random: Math.random,
		after,
		log: warn
	} ), firstTeam( shownTeam(), teams ), setShownTeam, comingBack().filter( ( team ) => firstTeam( team, teams ) === team ) );
}

async function mount( context: Promise<ViewContext> ): Promise<PanelView> {
	const { messages } = await context;
	callbackTexts = CALLBACK_STATES.map( ( state ) => messages( `callback-${ state }` ) );
	showUnread( await context );
	return mountPanelView( await context, document.body );
}

/** Answers are told of outside of the panel as long as they are unread. */
function showUnread( { panel: { state }, messages, formatNumber, keepClear }: ViewContext ): void {
	const signs = createUnreadSigns();
	let shown = 0;
	const update = (): void => {
		const unread = state.value.unread + state.value.unreadElsewhere;
		if ( unread !== shown ) {
			shown = unread;
			signs.show( unread > 0 ? formatNumber( unread ) : '', ( label ) => messages( 'unread-button', label, unread ) );
		}
	};
	state.subscribe( update );
	update();
	keepClear.watch( signs.update );
}

type Drawn = { readonly context: Promise<ViewContext>; readonly view: Promise<PanelView> };
let mounted: { readonly panel: PanelViewModel; readonly draw: () => Drawn; drawn: Drawn | undefined } | undefined;

/**
 * Shows the panel; called by the launcher, each time the newcomer asks for it, and once on the page after.
 *
 * @throws Error when there are no messages to draw it with; when it is called again, it tries again
 */
export async function openPanel( takeFocus: boolean ): Promise<void> {
	if ( !mounted ) {
		const settings = readPanelSettings( readPackageFile( requireConfig ) );
		const panel = createViewModel( settings );
		const draw = (): Drawn => {
			const context = createPageContext( panel, settings, { loadTalk, formatting, loadPictures }, () => (
				// Days are the homeserver's, as the times of the messages are.
				Date.now() + panel.state.value.clockSkewMs
			) );
			return { context, view: mount( context ) };
		};
		mounted = { panel, draw, drawn: undefined };
		watchPage( {
			onVisible: ( isVisible ) => panel.setPageVisible( isVisible ),
			onOnline: () => panel.retryNow(),
			onTick() {
				panel.checkConnection();
				panel.checkPerson();
			},
			onFreeze: () => panel.freeze(),
			onThaw: () => panel.thaw()
		} );
		onWikiLogout( () => panel.logOut() );
	}
	mounted.panel.open( takeFocus );
	mounted.drawn ??= mounted.draw();
	let view: PanelView;
	try {
		view = await mounted.drawn.view;
	} catch ( error ) {
		mounted.drawn = undefined;
		// Nobody sees it: it reads nothing.
		mounted.panel.close();
		// What an old browser could draw of it would cover the edit, and not close.
		document.querySelector( '.askforhelp-panel' )?.remove();
		throw error;
	}
	if ( takeFocus ) {
		view.takeFocus();
	}
}
