import { createHash, createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wikiAccounts } from '../../../src/sandbox/wiki/seed.ts';
import { WikiBrowser } from '../../support/wiki-browser.ts';
import type { ScratchWiki } from '../../support/wiki-scratch.ts';
import { startScratchWiki, testClient } from '../../support/wiki-scratch.ts';

let scratch: ScratchWiki;
beforeAll( async () => {
	scratch = await startScratchWiki();
} );
afterAll( () => scratch?.dispose() );

const approvalForm = /mw-mwoauth-authorize-form/;
const account = ( name: string ) => wikiAccounts.find( ( candidate ) => candidate.name === name )!;
const { id: clientId, secret, redirectUri } = testClient;

function reader(): WikiBrowser {
	return new WikiBrowser( scratch.wiki.url );
}

async function loggedIn( name: string ): Promise<WikiBrowser> {
	const browser = reader();
	expect( await browser.logIn( name, account( name ).password ) ).toBe( 'PASS' );
	return browser;
}

/** An address of the authorization endpoint; a parameter that is null is left out. */
function authorizeUrl( changes: Record<string, string | null> = {} ): string {
	const parameters = { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state: 'the state', scope: '', ...changes };
	const given = Object.entries( parameters ).filter( ( entry ): entry is [ string, string ] => entry[ 1 ] !== null );
	return `${ scratch.wiki.oauth.authorizeUrl }?${ new URLSearchParams( given ).toString() }`;
}

/** Where a redirect leads; its parameters as an object. */
function destination( response: Response ): { address: string; parameters: Record<string, string> } {
	const url = new URL( response.headers.get( 'location' ) ?? '', scratch.wiki.url );
	return { address: url.origin + url.pathname, parameters: Object.fromEntries( url.searchParams ) };
}

async function answerApproval( browser: WikiBrowser, button: 'accept' | 'cancel', changes = {}, fields = {} ): Promise<Response> {
	const page = await browser.follow( await browser.open( authorizeUrl( changes ) ) );
	expect( page.status ).toBe( 200 );
	return browser.submit( await page.text(), approvalForm, { [ button ]: '1', ...fields } );
}

async function codeFor( browser: WikiBrowser, changes = {} ): Promise<string> {
	const response = await answerApproval( browser, 'accept', changes );
	expect( response.status ).toBe( 302 );
	return destination( response ).parameters.code!;
}

async function requestToken( fields: Record<string, string> ): Promise<{ status: number; body: Record<string, unknown> }> {
	const response = await fetch( scratch.wiki.oauth.tokenUrl, {
		method: 'POST', body: new URLSearchParams( { client_id: clientId, client_secret: secret, ...fields } )
	} );
	return { status: response.status, body: await response.json() as Record<string, unknown> };
}

function exchange( code: string, fields: Record<string, string> = {} ) {
	return requestToken( { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...fields } );
}

async function tokenOf( name: string ): Promise<string> {
	const { body } = await exchange( await codeFor( await loggedIn( name ) ) );
	return body.access_token as string;
}

async function profile( token: string | undefined ): Promise<{ status: number; body: Record<string, unknown> }> {
	const response = await fetch( scratch.wiki.oauth.profileUrl, token === undefined ? {} : { headers: { authorization: `Bearer ${ token }` } } );
	return { status: response.status, body: await response.json() as Record<string, unknown> };
}

describe( 'the authorization endpoint', () => {
	test( 'sends a reader who is not logged in to the login page, from which the login leads back to the question', async () => {
		const browser = reader();
		const response = await browser.open( authorizeUrl( { state: 'a&b="c"/ü' } ) );
		expect( response.status ).toBe( 307 );
		expect( destination( response ) ).toMatchObject( {
			address: `${ scratch.wiki.url }/index.php`, parameters: { title: 'Special:UserLogin', returnto: 'Special:OAuth/approve' }
		} );

		const { name, password } = account( 'سارة المحررة' );
		const loginPage = await ( await browser.follow( response ) ).text();
		const back = await browser.follow( await browser.submit( loginPage, /name="userlogin"/, { wpName: name, wpPassword: password } ) );
		expect( back.status ).toBe( 200 );
		const page = await back.text();
		expect( page ).toContain( `Hi <bdi>${ name }</bdi>` );

		const end = destination( await browser.submit( page, approvalForm, { accept: '1' } ) );
		expect( end ).toEqual( { address: redirectUri, parameters: { code: expect.stringMatching( /.{20}/ ), state: 'a&b="c"/ü' } } );
	} );

	test( 'sends someone with a temporary account to the login page, too', async () => {
		const browser = reader();
		const edit = await browser.api( { action: 'edit', title: 'Domestic goat', appendtext: ' Far.', token: await browser.token( 'csrf' ) } );
		expect( edit ).toMatchObject( { edit: { tempusercreated: true } } );
		const response = await browser.open( authorizeUrl() );
		expect( response.status ).toBe( 307 );
		expect( destination( response ).parameters.title ).toBe( 'Special:UserLogin' );
	} );

	test( 'asks at each login, also when the same person has allowed it a moment ago', async () => {
		const browser = await loggedIn( 'Pygmy Fan' );
		for ( let time = 0; time < 2; time++ ) {
			const page = await ( await browser.follow( await browser.open( authorizeUrl() ) ) ).text();
			expect( page ).toContain( 'id="mw-mwoauth-accept"' );
			expect( await codeFor( browser ) ).toMatch( /.{20}/ );
		}
	} );

	test( 'returns "unauthorized_client" without the state when the person cancels, as the extension does', async () => {
		const response = await answerApproval( await loggedIn( 'Pygmy Fan' ), 'cancel' );
		expect( destination( response ) ).toMatchObject( { address: redirectUri, parameters: { error: 'unauthorized_client' } } );
		expect( destination( response ).parameters ).not.toHaveProperty( 'state' );
		expect( destination( response ).parameters ).not.toHaveProperty( 'code' );
	} );

	test.each( [ 'openid', 'basic openid', 'editpage' ] )( 'refuses the scope "%s" by a redirect with "invalid_scope"', async ( scope ) => {
		const response = await reader().open( authorizeUrl( { scope } ) );
		expect( destination( response ) ).toMatchObject( { address: redirectUri, parameters: { error: 'invalid_scope', state: 'the state' } } );
	} );

	test.each( [ null, '', 'basic', 'mwoauth-authonly', 'basic mwoauth-authonly' ] )( 'grants who the user is for the scope "%s"', async ( scope ) => {
		const { body } = await exchange( await codeFor( await loggedIn( 'Pygmy Fan' ), { scope } ) );
		expect( ( await profile( body.access_token as string ) ).body.grants ).toEqual( [ 'basic', 'mwoauth-authonly' ] );
	} );

	test.each( [
		[ 'another port', redirectUri.replace( ':9/', ':10/' ) ], [ 'another path', `${ redirectUri }/more` ], [ 'a query', `${ redirectUri }?a=b` ],
		[ 'another host', 'http://evil.example/_synapse/client/oidc/callback' ], [ 'a script', 'javascript:alert(1)' ], [ 'none', null ]
	] )( 'never redirects to an address that is not exactly the registered one: %s', async ( _what, address ) => {
		const response = await ( await loggedIn( 'Pygmy Fan' ) ).open( authorizeUrl( { redirect_uri: address } ) );
		expect( response.status ).toBe( 400 );
		expect( response.headers.get( 'location' ) ).toBeNull();
		expect( await response.json() ).toMatchObject( { error: 'invalid_request' } );
	} );

	test( 'never redirects for a consumer that it does not know', async () => {
		const response = await reader().open( authorizeUrl( { client_id: 'stranger' } ) );
		expect( response.status ).toBe( 401 );
		expect( response.headers.get( 'location' ) ).toBeNull();
		expect( await response.json() ).toMatchObject( { error: 'invalid_client' } );
	} );

	test( 'refuses the PKCE method "plain"', async () => {
		const response = await reader().open( authorizeUrl( { code_challenge: randomBytes( 32 ).toString( 'hex' ), code_challenge_method: 'plain' } ) );
		expect( destination( response ) ).toMatchObject( { address: redirectUri, parameters: { error: 'invalid_request', state: 'the state' } } );
	} );
} );

describe( 'the approval page', () => {
	const addresses = [ '/wiki/Special:OAuth/approve?', '/index.php?title=Special:OAuth/approve&', '/index.php?title=Special%3AOAuth%2Fapprove&' ];
	test.each( addresses )( 'is served at %s', async ( address ) => {
		const response = await ( await loggedIn( 'Pygmy Fan' ) ).open( address + new URL( authorizeUrl() ).searchParams.toString() );
		expect( response.status ).toBe( 200 );
		expect( response.headers.get( 'x-frame-options' ) ).toBe( 'DENY' );
		expect( await response.text() ).toMatch( /id="mw-mwoauth-accept"[^>]*><button type="submit"/ );
	} );

	test( 'shows what it was given as text, whatever it holds', async () => {
		const browser = await loggedIn( 'Pygmy Fan' );
		const page = await ( await browser.follow( await browser.open( authorizeUrl( { state: '"><script>alert( 1 )</script>' } ) ) ) ).text();
		expect( page ).not.toContain( '<script' );
		const end = destination( await browser.submit( page, approvalForm, { accept: '1' } ) );
		expect( end.parameters.state ).toBe( '"><script>alert( 1 )</script>' );
	} );

	test.each( [ [ 'none', '' ], [ 'a made-up one', 'f00f00f00f00f00f00f00f00f00f00f00f00f00f+\\' ] ] )(
		'gives no code to a form that another site has sent, with a token that is %s', async ( _what, wpEditToken ) => {
			const response = await answerApproval( await loggedIn( 'Pygmy Fan' ), 'accept', {}, { wpEditToken } );
			expect( response.status ).toBe( 400 );
			expect( response.headers.get( 'location' ) ).toBeNull();
			expect( await response.text() ).toContain( 'Please answer again' );
		}
	);

	test( 'gives no code to a form with the token of somebody else', async () => {
		const wpEditToken = await ( await loggedIn( 'Nita Baker' ) ).token( 'csrf' );
		const response = await answerApproval( await loggedIn( 'Pygmy Fan' ), 'accept', {}, { wpEditToken } );
		expect( response.status ).toBe( 400 );
	} );

	test( 'sends someone who was logged out meanwhile to the login page', async () => {
		const browser = await loggedIn( 'Pygmy Fan' );
		const page = await ( await browser.follow( await browser.open( authorizeUrl() ) ) ).text();
		await browser.api( { action: 'logout', token: await browser.token( 'csrf' ) } );
		const response = await browser.submit( page, approvalForm, { accept: '1' } );
		expect( response.status ).toBe( 307 );
		expect( destination( response ).parameters.title ).toBe( 'Special:UserLogin' );
	} );
} );

describe( 'the token endpoint', () => {
	test( 'gives a JWT for an hour and a refresh token, and no id_token', async () => {
		const { status, body } = await exchange( await codeFor( await loggedIn( 'Pygmy Fan' ) ) );
		expect( status ).toBe( 200 );
		expect( body ).toEqual( {
			token_type: 'Bearer', expires_in: 3600, access_token: expect.stringMatching( /^[\w-]+\.[\w-]+\.[\w-]+$/ ), refresh_token: expect.any( String )
		} );
		const { header, payload } = jwt.decode( body.access_token as string, { complete: true } )!;
		const claims = payload as jwt.JwtPayload;
		expect( header.alg ).toBe( 'RS256' );
		expect( claims ).toMatchObject( { aud: clientId, sub: expect.stringMatching( /^\d+$/ ) } );
		expect( claims.exp! - claims.iat! ).toBe( 3600 );
	} );

	test( 'takes the consumer\'s secret by basic authentication, too', async () => {
		const response = await fetch( scratch.wiki.oauth.tokenUrl, {
			method: 'POST',
			headers: { authorization: `Basic ${ Buffer.from( `${ clientId }:${ secret }` ).toString( 'base64' ) }` },
			body: new URLSearchParams( {
				grant_type: 'authorization_code', code: await codeFor( await loggedIn( 'Pygmy Fan' ) ), redirect_uri: redirectUri
			} )
		} );
		expect( response.status ).toBe( 200 );
	} );

	test.each( [ { client_secret: 'wrong' }, { client_secret: '' }, { client_id: 'stranger' } ] )( 'refuses the consumer %o', async ( fields ) => {
		const { status, body } = await exchange( await codeFor( await loggedIn( 'Pygmy Fan' ) ), fields );
		expect( status ).toBe( 401 );
		expect( body ).toMatchObject( { error: 'invalid_client' } );
		expect( body ).not.toHaveProperty( 'access_token' );
	} );

	test( 'takes a code once, and withdraws what it gave for it when it comes again', async () => {
		const code = await codeFor( await loggedIn( 'Pygmy Fan' ) );
		const first = await exchange( code );
		expect( first.status ).toBe( 200 );
		expect( ( await profile( first.body.access_token as string ) ).status ).toBe( 200 );

		const second = await exchange( code );
		expect( second.status ).toBe( 400 );
		expect( second.body ).not.toHaveProperty( 'access_token' );
		expect( ( await profile( first.body.access_token as string ) ).status ).toBe( 401 );
		expect( ( await requestToken( { grant_type: 'refresh_token', refresh_token: first.body.refresh_token as string } ) ).status ).toBe( 400 );
	} );

	test( 'gives one token when a code comes twice at the same time', async () => {
		const code = await codeFor( await loggedIn( 'Pygmy Fan' ) );
		const statuses = ( await Promise.all( [ exchange( code ), exchange( code ) ] ) ).map( ( { status } ) => status );
		expect( statuses.sort() ).toEqual( [ 200, 400 ] );
	} );

	test( 'refuses a code with another redirect address, and one that it never gave', async () => {
		const code = await codeFor( await loggedIn( 'Pygmy Fan' ) );
		expect( ( await exchange( code, { redirect_uri: 'http://127.0.0.1:10/' } ) ).status ).toBe( 400 );
		expect( ( await exchange( 'made-up' ) ).body ).toMatchObject( { error: 'invalid_grant' } );
	} );

	test.each( [ [ 'the right verifier', 200 ], [ 'a wrong verifier', 400 ], [ 'no verifier', 400 ] ] as const )(
		'checks PKCE (S256): %s', async ( what, status ) => {
			const verifier = randomBytes( 32 ).toString( 'base64url' );
			const challenge = createHash( 'sha256' ).update( verifier ).digest( 'base64url' );
			const code = await codeFor( await loggedIn( 'Pygmy Fan' ), { code_challenge: challenge, code_challenge_method: 'S256' } );
			const fields = what === 'no verifier' ? {} : { code_verifier: what === 'the right verifier' ? verifier : `${ verifier.slice( 1 ) }x` };
			const answer = await exchange( code, fields );
			expect( answer.status ).toBe( status );
			expect( 'access_token' in answer.body ).toBe( status === 200 );
		}
	);

	test.each( [ 'client_credentials', 'password', 'implicit', '' ] )( 'does not know the grant "%s"', async ( grantType ) => {
		const { status, body } = await requestToken( { grant_type: grantType } );
		expect( status ).toBeGreaterThanOrEqual( 400 );
		expect( status ).toBeLessThan( 500 );
		expect( body ).not.toHaveProperty( 'access_token' );
	} );

	test( 'exchanges a refresh token once for new ones, also after the wiki was started again', async () => {
		const { body } = await exchange( await codeFor( await loggedIn( 'Pygmy Fan' ) ) );
		await scratch.restart();
		expect( ( await profile( body.access_token as string ) ).status ).toBe( 200 );

		const fields = { grant_type: 'refresh_token', refresh_token: body.refresh_token as string };
		const renewed = await requestToken( fields );
		expect( renewed ).toMatchObject( { status: 200, body: { token_type: 'Bearer', expires_in: 3600, refresh_token: expect.any( String ) } } );
		expect( renewed.body.refresh_token ).not.toBe( body.refresh_token );
		expect( ( await profile( renewed.body.access_token as string ) ).body.username ).toBe( 'Pygmy Fan' );
		expect( ( await requestToken( fields ) ).status ).toBe( 400 );
	} );

	test( 'answers POST only', async () => {
		expect( ( await fetch( scratch.wiki.oauth.tokenUrl ) ).status ).toBe( 405 );
	} );
} );

describe( 'the profile', () => {
	test( 'tells what the wiki knows about the user at this moment', async () => {
		const browser = await loggedIn( 'Pygmy Fan' );
		const token = await tokenOf( 'Pygmy Fan' );
		const before = await profile( token );
		expect( before ).toEqual( { status: 200, body: {
			sub: expect.stringMatching( /^\d+$/ ), username: 'Pygmy Fan', editcount: 0, email_verified: true, confirmed_email: true, blocked: false,
			registered: expect.stringMatching( /^20\d{12}$/ ), groups: [ '*', 'user' ], rights: expect.arrayContaining( [ 'edit' ] ),
			grants: [ 'basic', 'mwoauth-authonly' ]
		} } );
		await browser.api( { action: 'edit', title: 'American Pygmy', appendtext: '\n\nMore.', token: await browser.token( 'csrf' ) } );
		expect( ( await profile( token ) ).body ).toMatchObject( { sub: before.body.sub, editcount: 1 } );
	} );

	test( 'tells names and states as they are', async () => {
		expect( ( await profile( await tokenOf( 'سارة المحررة' ) ) ).body ).toMatchObject( { username: 'سارة المحررة', email_verified: false } );
		expect( ( await profile( await tokenOf( 'Nita Baker' ) ) ).body ).toMatchObject( { editcount: 1240, registered: '20190611102000' } );
		expect( ( await profile( await tokenOf( 'Blocked Newcomer' ) ) ).body ).toMatchObject( { username: 'Blocked Newcomer', blocked: true } );
	} );

	test( 'tells of a suppressed account only that it is blocked', async () => {
		expect( await profile( await tokenOf( 'Suppressed Newcomer' ) ) ).toEqual( {
			status: 200, body: { sub: expect.stringMatching( /^\d+$/ ), blocked: true }
		} );
	} );

	test( 'is refused with 401 and no "sub" for a token that is missing, bad, expired, withdrawn or signed by another key', async () => {
		const good = await tokenOf( 'Pygmy Fan' );
		const claims = jwt.decode( good ) as jwt.JwtPayload;
		const key = createPrivateKey( await readFile( path.join( scratch.options.stateDir, 'oauth-key.pem' ) ) );
		const now = Math.floor( Date.now() / 1000 );
		const sign = ( changes: object, by = key ) => jwt.sign( { ...claims, ...changes }, by, { algorithm: 'RS256' } );
		expect( ( await profile( sign( {} ) ) ).status ).toBe( 200 );

		const bad = [
			undefined, '', 'nonsense', `${ good }x`,
			sign( { exp: now - 1 } ),
			sign( { jti: 'withdrawn' } ),
			sign( {}, generateKeyPairSync( 'rsa', { modulusLength: 2048 } ).privateKey ),
			`${ Buffer.from( '{"alg":"none"}' ).toString( 'base64url' ) }.${ good.split( '.' )[ 1 ] }.`
		];
		for ( const token of bad ) {
			const { status, body } = await profile( token );
			expect( status ).toBe( 401 );
			expect( body ).not.toHaveProperty( 'sub' );
		}
	} );
} );
