/** Bundle `ext.gadget.AskForHelp-callback`: the composition root of the page to which the login returns. */
import { embeddedMessages } from '../i18n/embedded.ts';
import { userLanguage } from '../wiki/launch-page.ts';
import { LOGIN_CHANNEL, windowChannel } from '../wiki/window-channel.ts';
import type { CallbackState } from './callback.ts';
import { runCallback } from './callback.ts';

const ACCEPT_TIMEOUT_MS = 5_000;
const STATES: readonly CallbackState[] = [ 'working', 'done', 'refused', 'error' ];

function show( state: CallbackState ): void {
	const text = embeddedMessages( userLanguage() )[ STATES.indexOf( state ) ] ?? '';
	const body = document.querySelector( '#mw-content-text' ) ?? document.body;
	const line = document.createElement( 'p' );
	line.className = `askforhelp-callback askforhelp-callback-${ state }`;
	line.setAttribute( 'role', 'status' );
	line.textContent = text;
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
