import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OAuthStandIn } from '../../../src/sandbox/oauth/stand-in.ts';
import { createOAuthStandIn } from '../../../src/sandbox/oauth/stand-in.ts';
import type { WikiUsers } from '../../../src/sandbox/oauth/wiki-users.ts';

const client = { id: 'client', secret: 'secret', redirectUri: 'http://127.0.0.1:9/callback' };
const wiki = 'http://127.0.0.1:8';

const fakeWikiUsers: WikiUsers = {
	sessionUser: async () => ( { id: 4, name: 'Pygmy Fan', csrfToken: 'token' } ),
	isCsrfToken: async () => true,
	user: async () => undefined
};

/** How far the stand-in's clock is behind: what it gives then is as much older now. */
let behindMs = 0;
let stateDir: string;
let standIn: OAuthStandIn;

beforeEach( async () => {
	behindMs = 0;
	stateDir = await mkdtemp( path.join( tmpdir(), 'ask-for-help-oauth-' ) );
	standIn = await createOAuthStandIn( {
		client, clientUrl: 'http://127.0.0.1:9', wikiUsers: fakeWikiUsers, stateDir, clock: { now: () => Date.now() - behindMs },
		onError( error ) {
			throw error;
		}
	} );
} );
afterEach( async () => {
	standIn.close();
	await rm( stateDir, { recursive: true } );
} );

async function codeGiven( msAgo: number ): Promise<string> {
	behindMs = msAgo;
	const query = new URLSearchParams( { response_type: 'code', client_id: client.id, redirect_uri: client.redirectUri } );
	const response = await standIn.respond( new Request( `${ wiki }/wiki/Special:OAuth/approve?${ query }`, {
		method: 'POST', body: new URLSearchParams( { accept: '1', wpEditToken: 'token' } )
	} ) );
	behindMs = 0;
	return new URL( response.headers.get( 'location' )! ).searchParams.get( 'code' )!;
}

function exchange( fields: Record<string, string> ): Promise<Response> {
	return standIn.respond( new Request( `${ wiki }/rest.php/oauth2/access_token`, {
		method: 'POST', body: new URLSearchParams( { client_id: client.id, client_secret: client.secret, redirect_uri: client.redirectUri, ...fields } )
	} ) );
}

test.each( [ [ 50_000, 200 ], [ 62_000, 400 ] ] )( 'a code that is %i ms old is answered with %i', async ( ageMs, status ) => {
	const response = await exchange( { grant_type: 'authorization_code', code: await codeGiven( ageMs ) } );
	expect( response.status ).toBe( status );
} );

test.each( [ [ 364, 200 ], [ 366, 400 ] ] )( 'a refresh token that is %i days old is answered with %i', async ( ageDays, status ) => {
	const code = await codeGiven( 0 );
	behindMs = ageDays * 86_400_000;
	const first = await ( await exchange( { grant_type: 'authorization_code', code } ) ).json() as { refresh_token: string };
	behindMs = 0;
	const response = await exchange( { grant_type: 'refresh_token', refresh_token: first.refresh_token } );
	expect( response.status ).toBe( status );
} );
