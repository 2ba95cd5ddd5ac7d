/** Bundle `ext.gadget.AskForHelp-callback`: the composition root of the page to which the login returns. */
import { embeddedEnglish } from '../i18n/embedded.ts';
import { CALLBACK_STATES, CALLBACK_TEXTS_KEY } from '../wiki/login-handover.ts';
import { LOGIN_CHANNEL, windowChannel } from '../wiki/window-channel.ts';
import type { CallbackState } from './callback.ts';
import { runCallback } from './callback.ts';

const ACCEPT_TIMEOUT_MS = 5_000;

/** In the reader's language, as the window behind has left it here; in English where the browser keeps nothing. */
function textOf( state: CallbackState ): string {
	const place = CALLBACK_STATES.indexOf( state );
	let own: unknown;
	try {
		own = ( JSON.parse( sessionStorage.getItem( CALLBACK_TEXTS_KEY ) ?? '[]' ) as unknown[] )[ place ];
	} catch {
		// Forbidden.
	}
	return typeof own === 'string' ? own : embeddedEnglish()[ place ]!;
}

function show( state: CallbackState ): void {
	const body = document.querySelector( '#mw-content-text' ) ?? document.body;
	const line = document.createElement( 'p' );
	line.className = `askforhelp-callback askforhelp-callback-${ state }`;
	line.setAttribute( 'role', 'status' );
	line.textContent = textOf( state );
	body.replaceChildren( line );
}

/** Runs once, when the page has its content. */
export function start(): void {
	void runCallback( {
		href: location.href,
		replaceAddress: ( href ) => history.replaceState( null, '', href ),
		openChannel: windowChannel( LOGIN_CHANNEL ),
		show,
		closeWindow: () => window.close(),
		wait: () => new Promise( ( resolve ) => {
			setTimeout( resolve, ACCEPT_TIMEOUT_MS );
		} )
	} );
}

// ResourceLoader may run this before the page's body is there; the token leaves the address with the rest.
if ( document.readyState === 'loading' ) {
	document.addEventListener( 'DOMContentLoaded', start );
} else {
	start();
}
