import path from 'node:path';
import type { AuthorizationRequest, AuthorizationServer, JwtInterface, OAuthRequest } from '@jmondi/oauth2-server';
import { OAuthException } from '@jmondi/oauth2-server';
import { handleVanillaError, requestFromVanilla, responseToVanilla } from '@jmondi/oauth2-server/vanilla';
import { renderApprovalPage } from './approval-page.ts';
import type { OAuthClientSettings } from './authorization-server.ts';
import { accessTokenLifetimeS, createAuthorizationServer } from './authorization-server.ts';
import { profileOf } from './profile.ts';
import { createJwtService, loadSigningKey } from './signing-key.ts';
import type { TokenStore } from './token-store.ts';
import { openTokenStore } from './token-store.ts';
import type { SessionUser, WikiUsers } from './wiki-users.ts';

/** What stands in for Extension:OAuth: it answers the extension's addresses, and leaves all others to the wiki. */
export interface OAuthStandIn {
	handles( url: URL ): boolean;
	respond( request: Request ): Promise<Response>;
	close(): void;
}

/** Where the stand-in is asked; the paths of Extension:OAuth, below the wiki's address. */
export const oauthPaths = {
	authorize: '/rest.php/oauth2/authorize',
	accessToken: '/rest.php/oauth2/access_token',
	profile: '/rest.php/oauth2/resource/profile'
} as const;

const approvalTitle = 'Special:OAuth/approve';
const wikiName = 'Sandbox Wiki';

type StandInOptions = {
	client: OAuthClientSettings;
	/** The site that the consumer is; shown to the person who allows it. */
	clientUrl: string;
	wikiUsers: WikiUsers;
	/** Where key and tokens are kept. */
	stateDir: string;
	clock: { now(): number };
	/** Gets what went wrong unexpectedly, for the log. */
	onError( error: unknown ): void;
};

type Context = StandInOptions & { server: AuthorizationServer; jwt: JwtInterface; store: TokenStore };

/** Opens the stand-in's key and tokens in `stateDir`, and makes them at the first start. */
export async function createOAuthStandIn( options: StandInOptions ): Promise<OAuthStandIn> {
	const jwt = createJwtService( await loadSigningKey( path.join( options.stateDir, 'oauth-key.pem' ) ) );
	const store = openTokenStore( path.join( options.stateDir, 'oauth.sqlite' ), options.clock );
	const server = createAuthorizationServer( { client: options.client, store, jwt, clock: options.clock } );
	const context = { ...options, server, jwt, store };
	const routes: Record<Route, ( request: Request ) => Promise<Response>> = {
		authorize: ( request ) => authorize( context, request ),
		approve: ( request ) => approve( context, request ),
		accessToken: ( request ) => issueToken( context, request ),
		profile: ( request ) => showProfile( context, request )
	};
	return {
		handles: ( url ) => routeOf( url ) !== undefined,
		async respond( request ) {
			const route = routeOf( new URL( request.url ) );
			if ( !route ) {
				return new Response( null, { status: 404 } );
			}
			try {
				return await routes[ route ]( request );
			} catch ( error ) {
				if ( !( error instanceof OAuthException ) ) {
					options.onError( error );
				}
				return responseToVanilla( handleVanillaError( error ) );
			}
		},
		close: () => store.close()
	};
}

type Route = keyof typeof oauthPaths | 'approve';

function routeOf( { pathname, searchParams }: URL ): Route | undefined {
	const entry = Object.entries( oauthPaths ).find( ( [ , address ] ) => address === pathname );
	if ( entry ) {
		return entry[ 0 ] as Route;
	}
	const title = pathname.startsWith( '/wiki/' ) ? decodedPath( pathname.slice( '/wiki/'.length ) ) :
		pathname === '/index.php' || pathname === '/' ? searchParams.get( 'title' ) : undefined;
	return title === approvalTitle ? 'approve' : undefined;
}

function decodedPath( text: string ): string | undefined {
	try {
		return decodeURIComponent( text );
	} catch {
		return undefined;
	}
}

/** What a browser asked for: a request to decide on, or the answer that it gets instead. */
type Asked = { authorization: AuthorizationRequest; user: SessionUser } | { answer: Response };

async function authorize( context: Context, request: Request ): Promise<Response> {
	const asked = await readAuthorization( context, request );
	return 'answer' in asked ? asked.answer : redirect( 307, wikiAddress( approvalTitle, requestParameters( request ) ) );
}

async function approve( context: Context, request: Request ): Promise<Response> {
	const asked = await readAuthorization( context, request );
	if ( 'answer' in asked ) {
		return asked.answer;
	}
	const { authorization, user } = asked;
	if ( request.method !== 'POST' ) {
		return approvalPage( context, request, user );
	}
	const form = new URLSearchParams( await request.text() );
	if ( !await context.wikiUsers.isCsrfToken( request.headers.get( 'cookie' ), form.get( 'wpEditToken' ) ?? '' ) ) {
		return approvalPage( context, request, user, 'Your session has changed meanwhile. Please answer again.' );
	}
	if ( !form.has( 'accept' ) ) {
		return redirectWithError( authorization.redirectUri ?? '', userHasRejected );
	}
	authorization.user = { id: String( user.id ) };
	authorization.isAuthorizationApproved = true;
	return responseToVanilla( await context.server.completeAuthorizationRequest( authorization ) );
}

async function readAuthorization( { client, server, wikiUsers }: Context, request: Request ): Promise<Asked> {
	const { query } = await requestFromVanilla( new Request( request.url ) );
	// The library looks past the port, and accepts a request without this; the extension does neither.
	if ( query.client_id === client.id && query.redirect_uri !== client.redirectUri ) {
		throw OAuthException.invalidParameter( 'redirect_uri', 'It has to be the address that the consumer was registered with.' );
	}
	let authorization: AuthorizationRequest;
	try {
		authorization = await server.validateAuthorizationRequest( { query, body: {}, headers: {} } );
	} catch ( error ) {
		if ( error instanceof OAuthException && query.client_id === client.id ) {
			return { answer: redirectWithError( client.redirectUri, error, query.state as string | undefined ) };
		}
		throw error;
	}
	const user = await wikiUsers.sessionUser( request.headers.get( 'cookie' ) );
	if ( !user ) {
		return { answer: redirect( 307, wikiAddress( 'Special:UserLogin', new URLSearchParams( {
			returnto: approvalTitle, returntoquery: requestParameters( request ).toString()
		} ) ) ) };
	}
	return { authorization, user };
}

/** The parameters of OAuth alone: `title` belongs to the wiki. */
function requestParameters( request: Request ): URLSearchParams {
	const parameters = new URL( request.url ).searchParams;
	parameters.delete( 'title' );
	return parameters;
}

function wikiAddress( title: string, parameters: URLSearchParams ): string {
	return `/index.php?${ new URLSearchParams( [ [ 'title', title ], ...parameters ] ).toString() }`;
}

function approvalPage( { clientUrl }: Context, request: Request, user: SessionUser, warning?: string ): Response {
	const page = renderApprovalPage( {
		wikiName, userName: user.name, clientName: 'Ask for Help', clientUrl,
		action: wikiAddress( approvalTitle, requestParameters( request ) ), csrfToken: user.csrfToken,
		...( warning ? { warning } : {} )
	} );
	return new Response( page, {
		status: warning ? 400 : 200,
		headers: { 'content-type': 'text/html; charset=UTF-8', 'cache-control': 'private, no-store', 'x-frame-options': 'DENY' }
	} );
}

async function issueToken( { server }: Context, request: Request ): Promise<Response> {
	if ( request.method !== 'POST' ) {
		return json( 405, { error: 'invalid_request', error_description: 'Tokens are given in answer to POST only.' }, { allow: 'POST' } );
	}
	const { body } = await server.respondToAccessTokenRequest( await tokenRequest( request ) );
	return json( 200, {
		token_type: body.token_type, expires_in: accessTokenLifetimeS, access_token: body.access_token, refresh_token: body.refresh_token
	} );
}

/** Of what a client sends along, only what OAuth defines goes to the library, which would copy an audience into the token. */
async function tokenRequest( request: Request ): Promise<OAuthRequest> {
	const read = await requestFromVanilla( request );
	delete read.body.audience;
	delete read.body.aud;
	read.query = {};
	return read;
}

async function showProfile( { jwt, store, wikiUsers }: Context, request: Request ): Promise<Response> {
	const token = /^Bearer +(\S+)$/i.exec( request.headers.get( 'authorization' ) ?? '' )?.[ 1 ];
	const claims = token ? await jwt.verify( token ).catch( () => undefined ) : undefined;
	if ( typeof claims?.sub !== 'string' || typeof claims.jti !== 'string' || !store.hasAccessToken( claims.jti ) ) {
		return json( 401, {
			error: 'access_denied', error_description: 'The resource owner or authorization server denied the request.'
		}, { 'www-authenticate': 'Bearer' } );
	}
	const user = await wikiUsers.user( Number( claims.sub ) );
	return json( 200, profileOf( claims.sub, user, String( claims.scope ).split( ' ' ) ) );
}

/** The extension's own words for it, without the state: ClientApprovalDenyException. */
const userHasRejected = { errorType: 'unauthorized_client', error: 'User has rejected the request from client application' };

function redirectWithError(
	redirectUri: string, error: Pick<OAuthException, 'error' | 'errorDescription'> & { errorType: string }, state?: string
): Response {
	const url = new URL( redirectUri );
	url.searchParams.set( 'error', error.errorType );
	url.searchParams.set( 'error_description', error.errorDescription ?? error.error );
	if ( state !== undefined ) {
		url.searchParams.set( 'state', state );
	}
	return redirect( 302, url.href );
}

function redirect( status: 302 | 307, location: string ): Response {
	return new Response( null, { status, headers: { location, 'cache-control': 'private, no-store' } } );
}

function json( status: number, body: Record<string, unknown>, headers: Record<string, string> = {} ): Response {
	return Response.json( body, { status, headers: { 'cache-control': 'no-store', ...headers } } );
}
