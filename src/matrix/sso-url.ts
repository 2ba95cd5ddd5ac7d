/**
 * The address at which a person logs in; the homeserver leads back to `returnUrl` with `loginToken` added to its query.
 * Matrix client-server API, "Client login via SSO". Needs no SDK, so that it can be known before the client is loaded.
 */
export function ssoLoginUrl( homeserverUrl: string, identityProvider: string, returnUrl: string ): string {
	const url = new URL( `${ homeserverUrl }/_matrix/client/v3/login/sso/redirect/${ encodeURIComponent( identityProvider ) }` );
	url.searchParams.set( 'redirectUrl', returnUrl );
	return url.href;
}
