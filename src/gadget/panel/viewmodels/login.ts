import type { MatrixSession } from '../../../matrix/index.ts';
import { failureCode } from './matrix-port.ts';
import type { LoadMatrix } from './matrix-port.ts';

/**
 *     waiting ──token──> finishing ──> (session)
 *      │ ^  blocked, cancelled, not-allowed, failed, timed-out: a token may still come, from a window that is open yet
 *      └─┘  unreachable, other-person: the token is used up; only a new login helps
 */
export type LoginStatus = 'waiting' | 'blocked' | 'cancelled' | 'not-allowed' | 'failed' | 'timed-out' | 'finishing' | 'unreachable' | 'other-person';

export type LoginPorts = {
	/** Opens, or brings back, the login window; false when the browser did not let it. Called in a click. */
	readonly openWindow: ( url: string ) => boolean;
	/** Where the login begins, for this nonce. */
	readonly loginUrl: ( nonce: string ) => string;
	/** Waits for the token. @returns a disposer */
	readonly awaitToken: ( nonce: string, handlers: {
		readonly onToken: ( token: string ) => void;
		readonly onError: ( error: 'cancelled' | 'not-allowed' | 'failed' ) => void;
	} ) => () => void;
	readonly newNonce: () => string;
	readonly loadMatrix: LoadMatrix;
	readonly homeserverUrl: string;
	/** Named in the account's list of devices. */
	readonly deviceName: string;
	/** Of the session before: under it, the homeserver knows again what that one has sent. */
	readonly deviceId: string | undefined;
	/** Whether a Matrix account can be the wiki user who is at this window. */
	readonly isMine: ( session: MatrixSession ) => boolean;
	/** Calls back once, unless disposed. @returns a disposer */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
	readonly onStatus: ( status: LoginStatus ) => void;
	readonly onSession: ( session: MatrixSession ) => void;
	readonly log: ( message: string, error?: unknown ) => void;
};

/** Longer than anybody needs to find their password; then we say that we still wait. */
export const LOGIN_TIMEOUT_MS = 5 * 60_000;

/** One login, from the click to the session. */
export interface Login {
	/** Begins, or opens the window again; called in a click, because browsers allow windows only there. */
	open(): void;
	dispose(): void;
}

export function createLogin( ports: LoginPorts ): Login {
	let nonce = '';
	let disposers: ( () => void )[] = [];
	let isDisposed = false;

	const stop = (): void => {
		disposers.forEach( ( dispose ) => dispose() );
		disposers = [];
		nonce = '';
	};

	async function finish( token: string ): Promise<void> {
		stop();
		ports.onStatus( 'finishing' );
		try {
			const matrix = await ports.loadMatrix();
			const session = await matrix.loginWithToken( { homeserverUrl: ports.homeserverUrl }, token, ports.deviceName, ports.deviceId );
			if ( isDisposed ) {
				return;
			}
			if ( ports.isMine( session ) ) {
				ports.onSession( session );
			} else {
				// A session of somebody else is ended, not kept.
				const client = matrix.createMatrixClient( { homeserverUrl: ports.homeserverUrl, accessToken: session.accessToken } );
				void client.logout().catch( () => {} );
				ports.onStatus( 'other-person' );
			}
		} catch ( error ) {
			ports.log( 'the login failed', error );
			if ( !isDisposed ) {
				const code = failureCode( error );
				ports.onStatus( code === 'forbidden' || code === 'refused' ? 'failed' : 'unreachable' );
			}
		}
	}

	return {
		open() {
			if ( nonce === '' ) {
				nonce = ports.newNonce();
				disposers.push(
					ports.awaitToken( nonce, {
						onToken: ( token ) => void finish( token ),
						onError: ( error ) => ports.onStatus( error )
					} ),
					ports.after( LOGIN_TIMEOUT_MS, () => ports.onStatus( 'timed-out' ) )
				);
			}
			ports.onStatus( ports.openWindow( ports.loginUrl( nonce ) ) ? 'waiting' : 'blocked' );
		},
		dispose() {
			isDisposed = true;
			stop();
		}
	};
}

/** Whether an account of the chat is named after a wiki user id, as the homeserver names them (`@mw-<id>-:server`). */
export function isAccountOf( userId: string, wikiUserId: number ): boolean {
	return new RegExp( `^@mw-${ wikiUserId }-\\d*:` ).test( userId );
}
