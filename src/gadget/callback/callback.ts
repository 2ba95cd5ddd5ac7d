import type { CALLBACK_STATES, LoginError, OpenHandoverChannel } from '../wiki/login-handover.ts';
import { LOGIN_ERRORS, offerLogin, reportLoginError } from '../wiki/login-handover.ts';

export type CallbackState = ( typeof CALLBACK_STATES )[ number ];

export type CallbackPorts = {
	/** Address of the page, with what the homeserver added. */
	readonly href: string;
	/** Puts an address without secrets in the place of this one, in address line and history. */
	readonly replaceAddress: ( href: string ) => void;
	readonly openChannel: OpenHandoverChannel;
	readonly show: ( state: CallbackState ) => void;
	readonly closeWindow: () => void;
	/** How long another window may take to accept. */
	readonly wait: () => Promise<void>;
};

function knownError( value: string | null ): LoginError | undefined {
	return value === null ? undefined : LOGIN_ERRORS.find( ( error ) => error === value ) ?? 'failed';
}

/** Runs on the page to which a login returns: hands the token over once, or says that nobody waits for it. */
export async function runCallback( ports: CallbackPorts ): Promise<void> {
	const url = new URL( ports.href );
	const token = url.searchParams.get( 'loginToken' );
	const nonce = url.searchParams.get( 'nonce' );
	const error = knownError( url.searchParams.get( 'error' ) );
	// First of all, so that the token is in no history, no referrer and no screenshot.
	[ 'loginToken', 'nonce', 'error' ].forEach( ( name ) => url.searchParams.delete( name ) );
	ports.replaceAddress( url.href );

	if ( token && nonce ) {
		ports.show( 'working' );
		const isTaken = await offerLogin( ports.openChannel, nonce, token, ports.wait() );
		ports.show( isTaken ? 'done' : 'refused' );
		if ( isTaken ) {
			ports.closeWindow();
		}
	} else if ( error ) {
		reportLoginError( ports.openChannel, error );
		ports.show( 'error' );
		ports.closeWindow();
	} else {
		ports.show( 'refused' );
	}
}
