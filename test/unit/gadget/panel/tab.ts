import { DEFAULT_TEAM } from '../../../../src/protocol/conversation.ts';
import type { RoomId } from '../../../../src/protocol/ids.ts';
import { createBrowserMemory } from '../../../../src/gadget/panel/viewmodels/browser-memory.ts';
import { createHelpSearch } from '../../../../src/gadget/panel/viewmodels/help-search.ts';
import type { PreferenceOutcome } from '../../../../src/gadget/panel/viewmodels/hiding.ts';
import type { LoginPorts } from '../../../../src/gadget/panel/viewmodels/login.ts';
import { createPanel } from '../../../../src/gadget/panel/viewmodels/panel.ts';
import type { FakeHomeserver } from '../fakes.ts';
import { bot, FakeMatrix, FakeStorage, me, settle } from '../fakes.ts';
import type { FakeTab } from './fake-browser.ts';

type Handlers = Parameters<LoginPorts[ 'awaitToken' ]>[ 1 ];
export const owner = 'testwiki:4';
export const room = '!made1:help.example' as RoomId;

/**
 * A browser tab: its storages and homeserver outlive the page.
 *
 * @param shared of several tabs; without it, a tab that knows of no other
 */
export function createTab( shared: { readonly tab?: FakeTab; readonly homeserver?: FakeHomeserver; readonly name?: string } = {} ) {
	const sessionStorage = new FakeStorage();
	const localStorage = new FakeStorage();
	const matrix = new FakeMatrix( shared.homeserver );
	const opened: string[] = [];
	const timers: ( () => void )[] = [];
	const channel: unknown[] = [];
	const windows: ( ( message: unknown ) => void )[] = [];
	const browser = {
		mayOpenWindows: true, handlers: undefined as Handlers | undefined, loads: 0, bundleFails: false, isStillMe: true, page: 'Goat',
		preference: 'done' as PreferenceOutcome, nowMs: 7,
		permission: 'default' as NotificationPermission | undefined, answer: 'granted' as NotificationPermission, notified: 0
	};
	/** What the wiki and its pages are like for the newcomer. */
	const wiki = {
		selection: '', consent: null as string | null, consentOutcome: 'done' as PreferenceOutcome, status: undefined as unknown, statusReads: 0,
		/** By the wiki's clock; `undefined` when it goes as the browser's does. */
		nowMs: undefined as number | undefined,
		searches: [] as string[], found: [] as string[]
	};
	const consentWindows: ( ( message: unknown ) => void )[] = [];
	const consentChannel: unknown[] = [];
	const preferences: boolean[] = [];
	let ids = 0;

	/** A page is loaded in it, and the panel shown. */
	async function openPage( hasHosts = true, team = DEFAULT_TEAM ) {
		const panel = createPanel( {
			memory: createBrowserMemory( sessionStorage, localStorage, owner, team ),
			team,
			readSelection: () => wiki.selection,
			topicName: ( id ) => id === 'references' ? 'References' : '',
			createSearch: ( onChange ) => createHelpSearch( {
				settings: { namespaces: [ 12 ], prefix: '' }, onChange,
				askWiki( { srsearch = '' } ) {
					wiki.searches.push( srsearch );
					return Promise.resolve( { query: { search: wiki.found.map( ( title ) => ( { title } ) ) } } );
				},
				after: ( _delayMs, callback ) => {
					timers.push( callback );
					return () => timers.splice( timers.indexOf( callback ), 1 );
				}
			} ),
			fetchStatus() {
				wiki.statusReads++;
				return Promise.resolve( { page: wiki.status, atMs: wiki.nowMs ?? browser.nowMs } );
			},
			consent: {
				stored: wiki.consent,
				save( text ) {
					if ( wiki.consentOutcome === 'done' ) {
						wiki.consent = text ?? null;
					}
					return Promise.resolve( wiki.consentOutcome );
				},
				openChannel( receive ) {
					consentWindows.push( receive );
					const others = shared.tab?.openTabChannel( 'consent' )( receive );
					return {
						send( message ) {
							consentChannel.push( message );
							others?.send( message );
						},
						close() {}
					};
				}
			},
			owner,
			hosts: hasHosts ? { homeserverUrl: 'https://help.example', bot, identityProvider: 'oidc-mediawiki' } : undefined,
			wiki: 'testwiki',
			readContext: () => ( { wiki: 'testwiki', page: browser.page, pageId: 1, section: 'Size', revision: 2, editor: 'visualeditor', language: 'en' } ),
			format: ( text, page ) => Promise.resolve(
				text.includes( '**' ) ? { formatted_body: `<${ text }>` } : text.includes( '[[#' ) ? { formatted_body: `${ page ?? 'nowhere' }: ${ text }` } : {}
			),
			loadMatrix: () => {
				browser.loads += 1;
				return browser.bundleFails ? Promise.reject( new Error( 'no bundle' ) ) : Promise.resolve( matrix.module );
			},
			login: {
				openWindow( url ) {
					opened.push( url );
					return browser.mayOpenWindows;
				},
				awaitToken( _nonce, handlers ) {
					browser.handlers = handlers;
					return () => {
						browser.handlers = undefined;
					};
				},
				deviceName: 'Test wiki',
				isMine: ( { userId } ) => userId === me
			},
			loginUrl: ( _hosts, nonce ) => `login?${ nonce }`,
			openChannel( receive ) {
				windows.push( receive );
				return { send: ( message ) => channel.push( message ), close() {} };
			},
			locks: shared.tab?.locks,
			openTabChannel: shared.tab?.openTabChannel ?? ( () => () => ( { send() {}, close() {} } ) ),
			notifications: {
				permission: () => browser.permission,
				ask() {
					browser.permission = browser.answer;
					return Promise.resolve( browser.answer );
				},
				show() {}
			},
			notify() {
				browser.notified += 1;
			},
			isStillMe: () => Promise.resolve( browser.isStillMe ),
			savePreference( isOn ) {
				preferences.push( isOn );
				return Promise.resolve( browser.preference );
			},
			newId: () => `${ shared.name ?? '' }id${ ++ids }`,
			now: () => browser.nowMs,
			random: () => 0.5,
			after: ( _delayMs, callback ) => {
				let isDue = true;
				timers.push( () => {
					if ( isDue ) {
						callback();
					}
				} );
				return () => {
					isDue = false;
				};
			},
			log() {}
		} );
		// On a page on which it does not come back, the newcomer clicks on the button.
		panel.open( sessionStorage.getItem( 'askforhelp-reopen' ) === null );
		timers.splice( 0 ).forEach( ( callback ) => callback() );
		await settle();
		return panel;
	}

	/** Another window says something. */
	async function hear( message: unknown ): Promise<void> {
		windows.at( -1 )!( message );
		await settle();
	}

	/** Time passes: whatever waits for it goes on. */
	async function pass(): Promise<void> {
		timers.splice( 0 ).forEach( ( callback ) => callback() );
		await settle();
	}

	/** Another window says something about consent. */
	async function hearOfConsent( message: unknown ): Promise<void> {
		consentWindows.at( -1 )!( message );
		await settle();
	}

	return {
		wiki, pass, hearOfConsent, consentChannel, openPage, hear, matrix, opened, browser, preferences,
		sessionStorage, localStorage, timers, channel
	};
}

/** A page is loaded, and a question asked on it. */
export async function ask( tab: ReturnType<typeof createTab>, text = 'How?' ) {
	const panel = await tab.openPage();
	panel.setDraft( text );
	panel.setAgreed( true );
	panel.ask();
	return panel;
}

/** The same, with the login that it needs. */
export async function askAndLogIn( tab: ReturnType<typeof createTab>, text = 'How?' ) {
	const panel = await ask( tab, text );
	tab.browser.handlers!.onToken( 'token' );
	await settle();
	return panel;
}
