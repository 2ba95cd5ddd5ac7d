/** Bundle `ext.gadget.AskForHelp-callback`: the composition root of the page to which the login returns. */
import { embeddedEnglish } from '../i18n/embedded.ts';
import { userLanguage } from '../wiki/launch-page.ts';
import { fetchPage } from '../wiki/raw-page.ts';
import { LOGIN_CHANNEL, windowChannel } from '../wiki/window-channel.ts';
import type { CallbackState } from './callback.ts';
import { runCallback } from './callback.ts';

/** Languages that the project has messages in; the build puts them in. */
declare const LANGUAGES: readonly string[];

const ACCEPT_TIMEOUT_MS = 5_000;
/** How long a page of messages may take before English is shown. */
const LANGUAGE_TIMEOUT_MS = 3_000;
const STATES: readonly CallbackState[] = [ 'working', 'done', 'refused', 'error' ];

/** The reader's language, or the one that its code begins with; the window behind has fetched the same page a moment ago. */
async function translated( state: CallbackState ): Promise<string> {
	const english = embeddedEnglish()[ STATES.indexOf( state ) ]!;
	const own = userLanguage();
	const language = [ own, own.replace( /-.*/, '' ) ].find( ( code ) => LANGUAGES.includes( code ) );
	if ( !language || language === 'en' ) {
		return english;
	}
	try {
		const { page } = await fetchPage( `MediaWiki:Gadget-AskForHelp-i18n-${ language }.json`, 3600, LANGUAGE_TIMEOUT_MS );
		const text = ( Object( page ) as Record<string, unknown> )[ `askforhelp-callback-${ state }` ];
		return typeof text === 'string' ? text : english;
	} catch {
		return english;
	}
}

function show( state: CallbackState ): void {
	const body = document.querySelector( '#mw-content-text' ) ?? document.body;
	const line = document.createElement( 'p' );
	line.className = `askforhelp-callback askforhelp-callback-${ state }`;
	line.setAttribute( 'role', 'status' );
	body.replaceChildren( line );
	void translated( state ).then( ( text ) => {
		line.textContent = text;
	} );
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
