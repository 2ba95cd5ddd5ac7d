import type { MatrixSession } from '../../../matrix/index.ts';
import type { HostSettings } from '../../../protocol/settings.ts';
import type { BrowserMemory } from './browser-memory.ts';
import type { Login, LoginPorts, LoginStatus } from './login.ts';
import { createLogin } from './login.ts';
import type { LoadMatrix } from './matrix-port.ts';
import type { OpenWindowChannel } from './session-sharing.ts';
import { shareSession } from './session-sharing.ts';

export type PanelSessionPorts = {
	readonly memory: Pick<BrowserMemory, 'session' | 'setSession'>;
	/** Tells this wiki user from any other in this browser. */
	readonly owner: string;
	/** `undefined` when the wiki's hosts page is missing or malformed. */
	readonly hosts: HostSettings | undefined;
	readonly loadMatrix: LoadMatrix;
	readonly login: Pick<LoginPorts, 'openWindow' | 'awaitToken' | 'deviceName' | 'isMine'>;
	/** Where a login begins; `nonce` comes back with the token. */
	readonly loginUrl: ( hosts: HostSettings, nonce: string ) => string;
	readonly openChannel: OpenWindowChannel;
	/** Whether the wiki still knows the person for whom this page was loaded. */
	readonly isStillMe: () => Promise<boolean>;
	readonly newId: () => string;
	readonly now: () => number;
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
	readonly log: ( message: string, error?: unknown ) => void;
};

export type PanelSessionHandlers = {
	readonly onLoginStatus: ( status: LoginStatus ) => void;
	/** The newcomer has logged in, here. */
	readonly onLogin: () => void;
	/** Another window has logged in. */
	readonly onAdopted: () => void;
	/** The access token is gone or no good any more. */
	readonly onEnd: () => void;
};

/** The newcomer's session at the homeserver: how it comes, how the windows of this browser share it, how it ends. */
export interface PanelSession {
	current(): MatrixSession | undefined;
	/** Has the one that is remembered, or none. */
	restore(): void;
	/** Looks for one in this window, then in the others. */
	find(): Promise<MatrixSession | undefined>;
	/** Begins a new login; called in a click. */
	logIn( settings: HostSettings ): void;
	/** Opens the window of the login that is under way, again. @returns false when there is none */
	openLoginAgain(): boolean;
	cancelLogin(): void;
	/** Asks the wiki now and then: the newcomer may have logged out on another device, or their time there may be over. */
	checkPerson(): void;
	/** The homeserver does not know the token any more. */
	loggedOut(): void;
	/**
	 * Ends it at the homeserver and in all windows.
	 *
	 * @param isEverywhere on other devices, too
	 */
	logOut( isEverywhere?: boolean ): void;
}

/** How often the wiki is asked whether it still knows the newcomer. */
const PERSON_CHECK_MS = 600_000;

export function createPanelSession( ports: PanelSessionPorts, handlers: PanelSessionHandlers ): PanelSession {
	const { memory, hosts } = ports;
	let session = memory.session();
	let deviceId: string | undefined;
	let login: Login | undefined;
	/** The page has just come from the wiki. */
	let checkedAtMs = ports.now();

	function askWiki(): void {
		if ( session ) {
			checkedAtMs = ports.now();
			void ports.isStillMe().then( ( isMe ) => {
				if ( !isMe ) {
					endForGood();
				}
			} );
		}
	}

	const sharing = shareSession( {
		openChannel: ports.openChannel,
		owner: ports.owner,
		session: () => session,
		onForget( isLoggedOut ) {
			if ( isLoggedOut ) {
				end();
			} else {
				endForGood();
			}
		},
		onOtherPerson: askWiki,
		onSession( next ) {
			// One login is enough.
			if ( !session ) {
				keep( next );
				handlers.onAdopted();
			}
		},
		after: ports.after
	} );

	function keep( next: MatrixSession ): void {
		session = next;
		( { deviceId } = next );
		memory.setSession( next );
	}

	function end(): void {
		session = undefined;
		memory.setSession( undefined );
		handlers.onEnd();
	}

	/** Ends it at the homeserver, too, as well as that goes; another window may have been faster. */
	function endForGood( isEverywhere?: boolean ): void {
		const ending = session;
		if ( ending && hosts ) {
			end();
			// It is there already, but in a tab that has only taken a session over and shows the question.
			void ports.loadMatrix().then( ( matrix ) => (
				matrix.createMatrixClient( { homeserverUrl: hosts.homeserverUrl, accessToken: ending.accessToken } ).logout( isEverywhere )
			) ).catch( ( error: unknown ) => ports.log( 'the logout failed', error ) );
		}
	}

	return {
		current: () => session,
		restore() {
			session = memory.session();
		},
		async find() {
			session ??= await sharing.ask();
			if ( session ) {
				keep( session );
			}
			return session;
		},
		logIn( settings ) {
			login?.dispose();
			login = createLogin( Object.assign( {}, ports.login, {
				loginUrl: ( nonce: string ) => ports.loginUrl( settings, nonce ),
				newNonce: ports.newId,
				loadMatrix: ports.loadMatrix,
				deviceId,
				homeserverUrl: settings.homeserverUrl,
				after: ports.after,
				onStatus: handlers.onLoginStatus,
				onSession( next: MatrixSession ) {
					keep( next );
					sharing.announce( next );
					handlers.onLogin();
				},
				log: ports.log
			} ) );
			login.open();
			// Already agreed: loading it now spares the wait after the login.
			ports.loadMatrix().catch( () => {} );
		},
		openLoginAgain() {
			login?.open();
			return login !== undefined;
		},
		cancelLogin() {
			login?.dispose();
			login = undefined;
		},
		checkPerson() {
			if ( Math.abs( ports.now() - checkedAtMs ) >= PERSON_CHECK_MS ) {
				askWiki();
			}
		},
		loggedOut() {
			end();
			sharing.forget();
		},
		logOut( isEverywhere ) {
			endForGood( isEverywhere );
			sharing.forget();
		}
	};
}
