import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMatrixClient, createServiceClient, loginWithToken } from '../../../src/matrix/index.ts';
import { conversationCreation } from '../../../src/protocol/conversation.ts';
import { startTestHomeserver } from '../../support/homeserver.ts';
import type { TestHomeserver } from '../../support/homeserver.ts';
import { startOAuthWiki } from '../../support/oauth-wiki.ts';
import type { OAuthWiki } from '../../support/oauth-wiki.ts';

let wiki: OAuthWiki;
let homeserver: TestHomeserver;
beforeAll( async () => {
	wiki = await startOAuthWiki();
	homeserver = await startTestHomeserver( { wikiUrl: wiki.url } );
} );
afterAll( async () => {
	await homeserver?.dispose();
	await wiki?.stop();
} );

const returnPath = '/index.php?title=Special:BlankPage/AskForHelp&withgadget=AskForHelp-callback&nonce=n1';

/** Goes the browser's way through the login; answers with the homeserver's last page. */
async function logIn( code: string, returnUrl = wiki.url + returnPath ): Promise<Response> {
	const begin = new URL( `${ homeserver.url }/_matrix/client/v3/login/sso/redirect/oidc-mediawiki` );
	begin.searchParams.set( 'redirectUrl', returnUrl );
	const toWiki = await fetch( begin, { redirect: 'manual' } );
	const authorize = new URL( toWiki.headers.get( 'location' ) ?? '' );
	const cookie = toWiki.headers.getSetCookie().map( ( line ) => line.split( ';' )[ 0 ] ).join( '; ' );
	const callback = new URL( `${ homeserver.url }/_synapse/client/oidc/callback` );
	callback.searchParams.set( 'state', authorize.searchParams.get( 'state' ) ?? '' );
	callback.searchParams.set( 'code', code );
	return fetch( callback, { redirect: 'manual', headers: { cookie } } );
}

async function session( code: string, deviceId?: string ) {
	const page = await logIn( code );
	expect( page.status ).toBe( 302 );
	const returned = new URL( page.headers.get( 'location' ) ?? '' );
	return loginWithToken( { homeserverUrl: homeserver.url }, returned.searchParams.get( 'loginToken' ) ?? '', 'test', deviceId );
}

function profile( sub: string, username: string, more: Record<string, unknown> = {} ) {
	return { status: 200, body: { sub, username, blocked: false, editcount: 0, groups: [ '*', 'user' ], ...more } };
}

test( "the login asks the wiki for no scope, with PKCE, and returns to the wiki's page with a token", async () => {
	wiki.answer( 'first', profile( '101', 'Pygmy Fan' ) );
	const begin = await fetch( `${ homeserver.url }/_matrix/client/v3/login/sso/redirect/oidc-mediawiki?redirectUrl=${ encodeURIComponent( wiki.url + returnPath ) }`, { redirect: 'manual' } );
	const authorize = new URL( begin.headers.get( 'location' ) ?? '' );
	expect( authorize.origin + authorize.pathname ).toBe( `${ wiki.url }/rest.php/oauth2/authorize` );
	expect( authorize.searchParams.get( 'scope' ) ?? '' ).toBe( '' );
	expect( authorize.searchParams.get( 'code_challenge_method' ) ).toBe( 'S256' );
	const returned = new URL( ( await logIn( 'first' ) ).headers.get( 'location' ) ?? '' );
	expect( returned.searchParams.get( 'nonce' ) ).toBe( 'n1' );
	expect( returned.searchParams.get( 'loginToken' ) ).toMatch( /./ );
} );

test( 'the id comes from the central user id, the display name from the wiki name, whatever its script', async () => {
	wiki.answer( 'sara', profile( '102', 'سارة المحررة' ) );
	const { userId, accessToken } = await session( 'sara' );
	expect( userId ).toBe( '@mw-102-:help.localhost' );
	expect( await createServiceClient( { homeserverUrl: homeserver.url, accessToken } ).displayName( userId ) ).toBe( 'سارة المحررة' );
} );

test( 'a renamed wiki user keeps the id and gets the new name at the next login', async () => {
	wiki.answer( 'before', profile( '103', 'Old name' ) );
	const before = await session( 'before' );
	wiki.answer( 'after', profile( '103', 'New name' ) );
	const after = await session( 'after' );
	expect( after.userId ).toBe( before.userId );
	const client = createServiceClient( { homeserverUrl: homeserver.url, accessToken: after.accessToken } );
	expect( await client.displayName( after.userId ) ).toBe( 'New name' );
} );

test( 'a login with the device of a session that is over knows what that one has sent', async () => {
	const content = { msgtype: 'm.text', body: 'hello' };
	const begin = async ( code: string, deviceId?: string ) => {
		wiki.answer( code, profile( '108', 'Here again' ) );
		const here = await session( code, deviceId );
		return { ...here, client: createMatrixClient( { homeserverUrl: homeserver.url, accessToken: here.accessToken } ) };
	};
	const { userId, deviceId, client } = await begin( 'here' );
	const roomId = await client.createRoom( conversationCreation( { wiki: 'testwiki', team: 'general' }, userId, homeserver.bot ) );
	const eventId = await client.sendEvent( roomId, 'm.room.message', 'txn1', content );
	// What it keeps in its memory only is not to be relied on.
	await homeserver.kill();
	await homeserver.start();
	const again = await begin( 'here-again', deviceId );
	expect( again ).toMatchObject( { userId, deviceId } );
	expect( await again.client.sendEvent( roomId, 'm.room.message', 'txn1', content ) ).toBe( eventId );
	// The device goes with a logout: sent again, it would be there twice, but it comes back with its id before.
	await again.client.logout();
	const { client: anew } = await begin( 'anew', deviceId );
	const { chunk } = await anew.messages( roomId, { direction: 'b', limit: 5 } );
	expect( chunk.find( ( event ) => event.event_id === eventId )?.unsigned?.transaction_id ).toBe( 'txn1' );
} );

test( 'a logout everywhere ends the sessions of all devices', async () => {
	const clients = [];
	for ( const code of [ 'first-device', 'second-device' ] ) {
		wiki.answer( code, profile( '109', 'Two devices' ) );
		const { accessToken } = await session( code );
		clients.push( createMatrixClient( { homeserverUrl: homeserver.url, accessToken } ) );
	}
	await clients[ 0 ]!.logout( true );
	await expect( clients[ 1 ]!.joinedRooms() ).rejects.toMatchObject( { code: 'unauthorised' } );
} );

test( 'a user who is blocked is refused, also one who was here before', async () => {
	wiki.answer( 'welcome', profile( '104', 'Later blocked' ) );
	await session( 'welcome' );
	wiki.answer( 'blocked', profile( '104', 'Later blocked', { blocked: true } ) );
	const page = await logIn( 'blocked' );
	expect( page.status ).not.toBe( 302 );
	expect( await page.text() ).toContain( 'error=not-allowed' );
	wiki.answer( 'new-blocked', profile( '105', 'New blocked', { blocked: true } ) );
	expect( await ( await logIn( 'new-blocked' ) ).text() ).toContain( 'error=not-allowed' );
} );

test.each( [
	[ 'a suppressed user, of whom the wiki tells no name', { status: 200, body: { sub: '106', blocked: true } }, 'not-allowed' ],
	[ 'a profile answer that is an error', { status: 401, body: { error: 'access_denied', message: 'no' } }, 'not-allowed' ],
	[ 'an error that has an "httpCode" but no "sub"', { status: 403, body: { httpCode: 403, username: 'Someone' } }, 'not-allowed' ]
] )( '%s is logged in to no account', async ( title, answer, code ) => {
	wiki.answer( title, answer );
	const page = await logIn( title );
	expect( page.status ).not.toBe( 302 );
	expect( await page.text() ).toContain( `error=${ code }` );
} );

test.each( [
	[ 'access_denied', 'cancelled' ],
	[ 'unauthorized_client', 'cancelled' ],
	[ 'server_error', 'failed' ],
	[ '"><script>alert(1)</script>', 'failed' ],
	[ '{{ 7*7 }}', 'failed' ]
] )( 'when the wiki comes back with the error %s, the page leads to the wiki with the code %s', async ( error, code ) => {
	const page = await fetch( `${ homeserver.url }/_synapse/client/oidc/callback?error=${ encodeURIComponent( error ) }&error_description=${ encodeURIComponent( '<b>x</b>' ) }` );
	const html = await page.text();
	const address = `${ wiki.url }/index.php?title=Special:BlankPage/AskForHelp&#38;withgadget=AskForHelp-callback&#38;error=${ code }`;
	expect( html ).toContain( `<meta http-equiv="refresh" content="0; url=${ address }">` );
	expect( html ).toContain( `<a href="${ address }">` );
	// Without the address: its port is any number, the one that a template would have computed among them.
	expect( html.replaceAll( wiki.url, '' ) ).not.toMatch( /<script|<b>x|49/ );
} );

test( 'a login begun for another address than the wiki does not go there unasked', async () => {
	wiki.answer( 'phished', profile( '107', 'Phished' ) );
	for ( const address of [ 'https://evil.example/', `${ wiki.url }.evil.example/` ] ) {
		const page = await logIn( 'phished', address );
		expect( page.status ).toBe( 200 );
		expect( page.headers.get( 'location' ) ).toBeNull();
	}
} );

test( 'an edit-a-thon behind one address gets in: sixty new people, one after the other', async () => {
	for ( let sub = 200; sub < 260; sub++ ) {
		wiki.answer( `code-${ sub }`, profile( String( sub ), `Participant ${ sub }` ) );
		expect( ( await session( `code-${ sub }` ) ).userId ).toBe( `@mw-${ sub }-:help.localhost` );
	}
} );
