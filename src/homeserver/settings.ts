/** A wiki whose newcomers this homeserver serves. URLs have no slash at their end. */
export type WikiSettings = {
	/** As people call it, in the page that explains a failed login. */
	readonly name: string;
	/** Where `index.php` and `rest.php` are, for example `https://test.wikipedia.org/w`. */
	readonly scriptUrl: string;
};

/** The wiki that knows who is who (on Wikimedia: Meta), through its OAuth 2.0 (Extension:OAuth). */
export type LoginSettings = WikiSettings & {
	/** Name of this login in the API; Synapse puts `oidc-` before it. */
	readonly providerId: string;
	readonly clientId: string;
	/** Where the newcomer's browser finds the OAuth endpoints, when the homeserver itself finds them elsewhere. */
	readonly browserScriptUrl?: string;
	/** Refuses the login of blocked users; MediaWiki also counts a block of single pages. */
	readonly refuseBlocked: boolean;
};

export type DatabaseSettings =
	| { readonly kind: 'sqlite'; readonly file: string } |
	{ readonly kind: 'postgresql'; readonly host: string; readonly port: number; readonly user: string; readonly database: string };

/** Everything that an operator decides about the homeserver; what is secret is apart in {@link HomeserverSecrets}. */
export type HomeserverSettings = {
	readonly serverName: string;
	/** As browsers reach it, without a slash at its end. */
	readonly publicUrl: string;
	readonly listen: { readonly address: string; readonly port: number; readonly behindProxy: boolean };
	/** Absolute path: signing key, media, and the files rendered here. */
	readonly dataDir: string;
	readonly database: DatabaseSettings;
	readonly login: LoginSettings;
	/** All wikis with the gadget, the one of `login` too if it has it. */
	readonly wikis: readonly WikiSettings[];
	/** Localparts of the relay's accounts: the receivers, the first of which also speaks in the Support room. */
	readonly bots: readonly string[];
	/** Lets helpers take part from other homeservers; conversations stay here in any case. */
	readonly federation: boolean;
	/** How long a deleted message can still be restored from the database, as Synapse writes durations. */
	readonly redactionRetention: string;
	readonly maxUploadSize: string;
	readonly logLevel: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
};

/** Made once by whoever installs the homeserver, and kept in files that nobody else can read. */
export type HomeserverSecrets = {
	readonly macaroonSecretKey: string;
	readonly formSecret: string;
	readonly oauthClientSecret: string;
	/** With it the relay shows who it is. */
	readonly appServiceToken: string;
	/** With it the homeserver would show who it is, if it pushed anything. */
	readonly homeserverToken: string;
	/** Opens the API that makes accounts of helpers; leave it out where accounts are made otherwise. */
	readonly registrationSharedSecret?: string;
	readonly databasePassword?: string;
};

/** What begins the localpart of every newcomer: `mw-<central user id>-`; the dash at the end keeps Synapse's collision suffix apart. */
export const NEWCOMER_LOCALPART_PREFIX = 'mw-';

/** The account that Synapse wants a service to have; nothing is sent or received by it (its /sync answers 500). */
export const SERVICE_LOCALPART = 'ask-for-help-service';
