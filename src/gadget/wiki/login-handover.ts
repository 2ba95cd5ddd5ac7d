/**
 * How the page to which a login returns hands the login token over to the window that began it.
 *
 *     callback page                     window that waits
 *       ── returned {nonce, token} ──>    nonce is its own, first time: takes the token
 *       <──── accepted {nonce} ───────
 *     closes itself
 *
 * The nonce travels in the return address, so no other page can make a window accept somebody else's token.
 */
import { isRecord } from '../../protocol/ids.ts';

/**
 * Key of sessionStorage under which the window that begins a login leaves what the callback page says, in this
 * order: the window of the login gets a copy of its sessionStorage.
 */
export const CALLBACK_TEXTS_KEY = 'askforhelp-callback';
export const CALLBACK_STATES = [ 'working', 'done', 'refused', 'error' ] as const;

export const LOGIN_ERRORS = [ 'cancelled', 'not-allowed', 'failed' ] as const;
export type LoginError = ( typeof LOGIN_ERRORS )[ number ];

export type HandoverMessage =
	| { readonly type: 'returned'; readonly nonce: string; readonly token: string } |
	{ readonly type: 'accepted'; readonly nonce: string } |
	/** The homeserver's error page knows no nonce. */
	{ readonly type: 'error'; readonly error: LoginError };

/** A channel between the windows of one origin; what comes over it can be anything. */
export interface HandoverChannel {
	send( message: HandoverMessage ): void;
	close(): void;
}

export type OpenHandoverChannel = ( receive: ( raw: unknown ) => void ) => HandoverChannel;

const isText = ( value: unknown ): value is string => typeof value === 'string' && value !== '';

/** Reads what came over the channel; `undefined` for anything else. */
export function readHandoverMessage( raw: unknown ): HandoverMessage | undefined {
	if ( !isRecord( raw ) ) {
		return undefined;
	}
	const { type, nonce, token } = raw;
	const error = LOGIN_ERRORS.find( ( known ) => known === raw.error );
	if ( type === 'returned' && isText( nonce ) && isText( token ) ) {
		return { type, nonce, token };
	}
	if ( type === 'accepted' && isText( nonce ) ) {
		return { type, nonce };
	}
	return type === 'error' && error ? { type, error } : undefined;
}

/**
 * Waits in the window that began a login. Errors may come before a token does: another window's login may have
 * failed, or the newcomer tried again.
 *
 * @returns a disposer
 */
export function awaitLogin(
	open: OpenHandoverChannel,
	nonce: string,
	handlers: { readonly onToken: ( token: string ) => void; readonly onError: ( error: LoginError ) => void }
): () => void {
	const channel = open( ( raw ) => {
		const message = readHandoverMessage( raw );
		if ( message?.type === 'error' ) {
			handlers.onError( message.error );
		} else if ( message?.type === 'returned' && message.nonce === nonce ) {
			channel.send( { type: 'accepted', nonce } );
			channel.close();
			handlers.onToken( message.token );
		}
	} );
	return () => channel.close();
}

/**
 * Offers a token from the callback page, once.
 *
 * @param wait settles when it is time to give up
 * @returns whether a window took it
 */
export function offerLogin( open: OpenHandoverChannel, nonce: string, token: string, wait: Promise<void> ): Promise<boolean> {
	return new Promise( ( resolve ) => {
		const channel = open( ( raw ) => {
			const message = readHandoverMessage( raw );
			if ( message?.type === 'accepted' && message.nonce === nonce ) {
				channel.close();
				resolve( true );
			}
		} );
		channel.send( { type: 'returned', nonce, token } );
		void wait.then( () => {
			channel.close();
			resolve( false );
		} );
	} );
}

/** Tells whoever waits that a login ended without a token. */
export function reportLoginError( open: OpenHandoverChannel, error: LoginError ): void {
	const channel = open( () => {} );
	channel.send( { type: 'error', error } );
	channel.close();
}
