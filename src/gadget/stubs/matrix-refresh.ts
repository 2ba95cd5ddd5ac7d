/** What the SDK asks of the options of its HTTP layer here. */
type TokenOptions = { readonly accessToken?: string };

export const TokenRefreshOutcome = { Success: 'success', Failure: 'failure', Logout: 'logout' } as const;

/** Stands in for the SDK's refreshing of OAuth tokens of Matrix: a session from the wiki's login has none to refresh. */
export class TokenManager {
	private readonly options: TokenOptions;

	constructor( options: TokenOptions ) {
		this.options = options;
	}

	prepareForRequest(): Promise<TokenOptions> {
		return Promise.resolve( this.options );
	}

	handleUnknownToken(): Promise<'logout'> {
		return Promise.resolve( TokenRefreshOutcome.Logout );
	}

	revokeTokens(): Promise<void> {
		return Promise.resolve();
	}
}
