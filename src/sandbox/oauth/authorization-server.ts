import { timingSafeEqual } from 'node:crypto';
import type {
	CodeChallengeMethod, JwtInterface, OAuthAuthCodeRepository, OAuthClient, OAuthClientRepository, OAuthScopeRepository,
	OAuthToken, OAuthTokenRepository, OAuthUser
} from '@jmondi/oauth2-server';
import { AuthorizationServer, DateInterval, generateRandomToken, OAuthException } from '@jmondi/oauth2-server';
import type { TokenRecord, TokenStore } from './token-store.ts';

/** The one consumer that the wiki has approved. */
export type OAuthClientSettings = { id: string; secret: string; redirectUri: string };

/** As the extension's defaults: https://www.mediawiki.org/wiki/Extension:OAuth#Configuration */
export const accessTokenLifetimeS = 3600;
const codeLifetimeMs = 60_000;
const refreshTokenLifetimeMs = 365 * 86_400_000;

/** What a consumer gets that asks for nothing: to know who the user is. */
const defaultScopes = [ 'basic', 'mwoauth-authonly' ];

type Parts = { client: OAuthClientSettings; store: TokenStore; jwt: JwtInterface; clock: { now(): number } };

/** Sets up the OAuth 2 library with the rules of Extension:OAuth. */
export function createAuthorizationServer( parts: Parts ): AuthorizationServer {
	const client = clientEntity( parts.client );
	const tokens = tokenRepository( parts, client );
	const server = new AuthorizationServer( clientRepository( client ), tokens, scopeRepository, parts.jwt, {
		// A confidential consumer may leave PKCE out; one that uses it has to use S256.
		requiresPKCE: false,
		requiresS256: true,
		useOpaqueAuthorizationCodes: true,
		useOpaqueRefreshTokens: true
	} );
	const lifetime = new DateInterval( `${ accessTokenLifetimeS }s` );
	server.enableGrantTypes(
		[ {
			grant: 'authorization_code',
			authCodeRepository: codeRepository( parts, client ),
			userRepository: { getUserByCredentials: async ( id ) => ( { id } ) }
		}, lifetime ],
		[ 'refresh_token', lifetime ]
	);
	return server;
}

function clientEntity( { id, secret, redirectUri }: OAuthClientSettings ): OAuthClient {
	return {
		id, secret, name: 'Ask for Help', redirectUris: [ redirectUri ],
		allowedGrants: [ 'authorization_code', 'refresh_token' ], scopes: []
	};
}

function clientRepository( client: OAuthClient ): OAuthClientRepository {
	return {
		async getByIdentifier( id ) {
			if ( id !== client.id ) {
				throw OAuthException.invalidClient();
			}
			return client;
		},
		async isClientValid( grantType, { allowedGrants, secret }, givenSecret ) {
			const [ wanted, given ] = [ Buffer.from( secret ?? '' ), Buffer.from( givenSecret ?? '' ) ];
			return allowedGrants.includes( grantType ) && wanted.length === given.length && timingSafeEqual( wanted, given );
		}
	};
}

const scopeRepository: OAuthScopeRepository = {
	getAllByIdentifiers: async ( names ) => names.filter( ( name ) => defaultScopes.includes( name ) ).map( ( name ) => ( { name } ) ),
	finalize: async () => defaultScopes.map( ( name ) => ( { name } ) )
};

function codeRepository( { store, clock }: Parts, client: OAuthClient ): OAuthAuthCodeRepository {
	return {
		async getByIdentifier( code ) {
			const record = store.findCode( code );
			if ( !record ) {
				throw OAuthException.invalidGrant();
			}
			return {
				code, client, user: { id: record.userId }, scopes: record.scopes.map( ( name ) => ( { name } ) ),
				redirectUri: record.redirectUri, codeChallenge: record.codeChallenge,
				codeChallengeMethod: record.codeChallengeMethod as CodeChallengeMethod | null,
				expiresAt: new Date( record.expiresAtMs )
			};
		},
		// The library puts its own, longer lifetime in before it has the code stored; see persist.
		issueAuthCode: ( _client, user, scopes ) =>
			( { code: generateRandomToken(), client, user: user ?? null, scopes, expiresAt: new Date( clock.now() + codeLifetimeMs ) } ),
		async persist( { code, user, scopes, redirectUri, codeChallenge, codeChallengeMethod } ) {
			store.addCode( {
				code, userId: String( user?.id ), scopes: scopes.map( ( { name } ) => name ), redirectUri: redirectUri ?? '',
				codeChallenge: codeChallenge ?? null, codeChallengeMethod: codeChallengeMethod ?? null,
				expiresAtMs: clock.now() + codeLifetimeMs
			} );
		},
		// Asking is using: of two requests with one code that overlap, only one gets past this.
		isRevoked: async ( code ) => !store.spendCode( code ),
		revoke: async () => {}
	};
}

function tokenRepository( { store, clock }: Parts, client: OAuthClient ): OAuthTokenRepository {
	const put = ( token: OAuthToken ) => store.putToken( {
		accessTokenId: token.accessToken,
		refreshToken: token.refreshToken ?? null,
		userId: String( token.user?.id ),
		scopes: token.scopes.map( ( { name } ) => name ),
		code: token.originatingAuthCodeId ?? null,
		accessExpiresAtMs: token.accessTokenExpiresAt.getTime(),
		refreshExpiresAtMs: token.refreshTokenExpiresAt?.getTime() ?? null
	} );
	return {
		issueToken: async ( _client, scopes, user?: OAuthUser | null ) => ( {
			accessToken: generateRandomToken(), accessTokenExpiresAt: new Date( clock.now() ), client, user: user ?? null, scopes
		} ),
		async issueRefreshToken( token ) {
			token.refreshToken = generateRandomToken();
			token.refreshTokenExpiresAt = new Date( clock.now() + refreshTokenLifetimeMs );
			put( token );
			return token;
		},
		persist: async ( token ) => put( token ),
		revoke: async ( token ) => store.removeToken( token.accessToken ),
		revokeDescendantsOf: async ( code ) => store.removeTokensOfCode( code ),
		isRefreshTokenRevoked: async ( { refreshToken } ) => !refreshToken || !store.findByRefreshToken( refreshToken ),
		async getByRefreshToken( refreshToken ) {
			const record = store.findByRefreshToken( refreshToken );
			if ( !record ) {
				throw OAuthException.invalidGrant();
			}
			return tokenEntity( record, client );
		}
	};
}

function tokenEntity( record: TokenRecord, client: OAuthClient ): OAuthToken {
	return {
		accessToken: record.accessTokenId,
		accessTokenExpiresAt: new Date( record.accessExpiresAtMs ),
		refreshToken: record.refreshToken,
		refreshTokenExpiresAt: record.refreshExpiresAtMs === null ? null : new Date( record.refreshExpiresAtMs ),
		client,
		user: { id: record.userId },
		scopes: record.scopes.map( ( name ) => ( { name } ) ),
		...( record.code === null ? {} : { originatingAuthCodeId: record.code } )
	};
}
