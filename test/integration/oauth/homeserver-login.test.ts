import { afterAll, beforeAll, expect, test } from 'vitest';
import { oauthRedirectUri } from '../../../src/sandbox/homeserver/index.ts';
import { wikiAccounts } from '../../../src/sandbox/wiki/seed.ts';
import type { TestHomeserver } from '../../support/homeserver.ts';
import { freePort, startTestHomeserver } from '../../support/homeserver.ts';
import { WikiBrowser } from '../../support/wiki-browser.ts';
import type { ScratchWiki } from '../../support/wiki-scratch.ts';
import { startScratchWiki } from '../../support/wiki-scratch.ts';

let scratch: ScratchWiki;
let homeserver: TestHomeserver;
beforeAll( async () => {
	const port = await freePort();
	scratch = await startScratchWiki( { oauthClient: { id: 'test', secret: 'test', redirectUri: oauthRedirectUri( port ) } } );
	homeserver = await startTestHomeserver( { wikiUrl: scratch.wiki.url, port } );
} );
afterAll( async () => {
	await homeserver?.dispose();
	await scratch?.dispose();
} );

const password = wikiAccounts[ 0 ]!.password;

/** Follows redirects between wiki and homeserver as long as both know what to do; returns the page where they stop. */
async function followAll(
	browser: WikiBrowser, start: Response, until: ( url: URL ) => boolean
): Promise<{ url: URL | undefined; response: Response }> {
	let response = start;
	for ( ;; ) {
		const location = response.headers.get( 'location' );
		if ( location === null ) {
			return { url: undefined, response };
		}
		const url = new URL( location, scratch.wiki.url );
		if ( until( url ) ) {
			return { url, response };
		}
		response = await browser.open( url.href );
	}
}

const isReturn = ( { searchParams }: URL ) => searchParams.get( 'title' )?.startsWith( 'Special:BlankPage' ) ?? false;

async function answer( name: string, button: 'accept' | 'cancel' ) {
	const browser = new WikiBrowser( scratch.wiki.url );
	expect( await browser.logIn( name, password ) ).toBe( 'PASS' );
	const returnAddress = `${ scratch.wiki.url }/index.php?title=Special:BlankPage/AskForHelp&withgadget=AskForHelp-callback&nonce=n`;
	const start = await browser.open( `${ homeserver.url }/_matrix/client/v3/login/sso/redirect/oidc-mediawiki?redirectUrl=${ encodeURIComponent( returnAddress ) }` );
	const question = await followAll( browser, start, isReturn );
	const page = await question.response.text();
	const decided = await browser.submit( page, /mw-mwoauth-authorize-form/, { [ button ]: '1' } );
	return followAll( browser, decided, isReturn );
}

async function matrixLogin( token: string ): Promise<Record<string, unknown>> {
	const response = await fetch( `${ homeserver.url }/_matrix/client/v3/login`, {
		method: 'POST', body: JSON.stringify( { type: 'm.login.token', token } )
	} );
	return await response.json() as Record<string, unknown>;
}

test.each( [ 'Pygmy Fan', 'سارة المحررة' ] )( 'the homeserver logs "%s" in with an id from the wiki\'s number and the name of the wiki', async ( name ) => {
	const { url } = await answer( name, 'accept' );
	const login = await matrixLogin( url?.searchParams.get( 'loginToken' ) ?? '' );
	expect( login.user_id ).toMatch( /^@mw-\d+-:help\.localhost$/ );
	const profile = await fetch( `${ homeserver.url }/_matrix/client/v3/profile/${ encodeURIComponent( login.user_id as string ) }`, {
		headers: { authorization: `Bearer ${ String( login.access_token ) }` }
	} );
	expect( await profile.json() ).toMatchObject( { displayname: name } );
} );

test( 'a login that is cancelled on the wiki ends without a token, and with the way back to the wiki', async () => {
	const { url, response } = await answer( 'Pygmy Fan', 'cancel' );
	expect( url?.searchParams.get( 'loginToken' ) ?? null ).toBeNull();
	expect( await response.text() ).toMatch( /withgadget=AskForHelp-callback&#38;error=cancelled/ );
} );

test( 'a suppressed account cannot log in to the homeserver', async () => {
	const { url, response } = await answer( 'Suppressed Newcomer', 'accept' );
	expect( url?.searchParams.get( 'loginToken' ) ?? null ).toBeNull();
	expect( response.status ).toBeGreaterThanOrEqual( 400 );
} );
