import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { HomeserverSecrets, HomeserverSettings } from '../../../src/homeserver/index.ts';
import { renderHomeserver } from '../../../src/homeserver/index.ts';

const wiki = { name: 'Test wiki', scriptUrl: 'https://wiki.example/w' };

const settings: HomeserverSettings = {
	serverName: 'help.example',
	publicUrl: 'https://matrix.help.example',
	listen: { address: '127.0.0.1', port: 8008, behindProxy: true },
	dataDir: '/var/lib/ask-for-help',
	database: { kind: 'sqlite', file: '/var/lib/ask-for-help/homeserver.db' },
	login: { ...wiki, providerId: 'mediawiki', clientId: 'client', refuseBlocked: true },
	wikis: [ wiki ],
	bots: [ 'ask-for-help' ],
	federation: false,
	redactionRetention: '7d',
	maxUploadSize: '10M',
	logLevel: 'INFO'
};

const secrets: HomeserverSecrets = {
	macaroonSecretKey: 'secret-macaroon',
	formSecret: 'secret-form',
	oauthClientSecret: 'secret-oauth',
	appServiceToken: 'secret-as',
	homeserverToken: 'secret-hs'
};

function render( change: Partial<HomeserverSettings> = {}, secretChange: Partial<HomeserverSecrets> = {} ) {
	const files = renderHomeserver( { ...settings, ...change }, { ...secrets, ...secretChange } );
	return {
		files,
		config: parse( files[ 'homeserver.yaml' ] ?? '' ),
		registration: parse( files[ 'registration-ask-for-help.yaml' ] ?? '' ),
		errorPage: files[ 'templates/sso_error.html' ] ?? ''
	};
}

test( 'newcomers log in by OAuth without scopes, mapped by their central user id', () => {
	const [ provider ] = render().config.oidc_providers;
	expect( provider ).toMatchObject( {
		idp_id: 'mediawiki', discover: false, scopes: [], pkce_method: 'always',
		client_auth_method: 'client_secret_post', user_profile_method: 'userinfo_endpoint', skip_verification: false,
		authorization_endpoint: 'https://wiki.example/w/rest.php/oauth2/authorize',
		token_endpoint: 'https://wiki.example/w/rest.php/oauth2/access_token',
		userinfo_endpoint: 'https://wiki.example/w/rest.php/oauth2/resource/profile',
		attribute_requirements: [ { attribute: 'sub' }, { attribute: 'username' } ]
	} );
	expect( provider.user_mapping_provider.config.localpart_template ).toMatch( /^mw-\{\{ user\.sub \}\}-\{% if user\.blocked %\}/ );
} );

test( 'the operator may let blocked users in', () => {
	const [ provider ] = render( { login: { ...settings.login, refuseBlocked: false } } ).config.oidc_providers;
	expect( provider.user_mapping_provider.config.localpart_template ).toBe( 'mw-{{ user.sub }}-' );
} );

test( 'only a wiki on plain http is spared the verification of its addresses', () => {
	const scriptUrl = 'http://127.0.0.1:8480';
	expect( render( { login: { ...settings.login, scriptUrl } } ).config.oidc_providers[ 0 ].skip_verification ).toBe( true );
} );

test( 'the homeserver may reach the wiki at another address than the browsers do', () => {
	const login = { ...settings.login, scriptUrl: 'https://internal.example/w', browserScriptUrl: 'https://wiki.example/w' };
	expect( render( { login } ).config.oidc_providers[ 0 ] ).toMatchObject( {
		authorization_endpoint: 'https://wiki.example/w/rest.php/oauth2/authorize',
		token_endpoint: 'https://internal.example/w/rest.php/oauth2/access_token'
	} );
} );

test( 'each address to which a login may return ends in a slash', () => {
	const wikis = [ wiki, { name: 'Other', scriptUrl: 'https://other.example' } ];
	expect( render( { wikis } ).config.sso.client_whitelist ).toEqual( [ 'https://wiki.example/w/', 'https://other.example/' ] );
} );

test( 'without federation nothing listens for it and no other server is known', () => {
	const { config } = render();
	expect( config.listeners[ 0 ].resources[ 0 ].names ).toEqual( [ 'client' ] );
	expect( config ).toMatchObject( { federation_domain_whitelist: [], trusted_key_servers: [], report_stats: false } );
	expect( render( { federation: true } ).config.listeners[ 0 ].resources[ 0 ].names ).toEqual( [ 'client', 'federation' ] );
	expect( render( { federation: true } ).config ).not.toHaveProperty( 'federation_domain_whitelist' );
} );

test( 'PostgreSQL takes the place of SQLite by one setting', () => {
	const { config } = render(
		{ database: { kind: 'postgresql', host: 'db.example', port: 5432, user: 'synapse', database: 'synapse' } },
		{ databasePassword: 'secret-db' }
	);
	expect( config.database ).toMatchObject( {
		name: 'psycopg2', args: { host: 'db.example', port: 5432, user: 'synapse', dbname: 'synapse', password: 'secret-db' }
	} );
} );

test( 'the API that makes accounts is closed unless its secret is handed in', () => {
	expect( render().config ).not.toHaveProperty( 'registration_shared_secret' );
	expect( render( {}, { registrationSharedSecret: 'secret-reg' } ).config.registration_shared_secret ).toBe( 'secret-reg' );
} );

test( 'the relay receives by /sync, unlimited, under names that are its alone', () => {
	const { registration } = render( { bots: [ 'ask-for-help', 'ask-for-help-2' ], serverName: 'help.example' } );
	expect( registration ).toMatchObject( { url: null, rate_limited: false, as_token: 'secret-as', hs_token: 'secret-hs' } );
	expect( registration.namespaces.users ).toHaveLength( 2 );
	const [ first ] = registration.namespaces.users;
	expect( first.exclusive ).toBe( true );
	expect( new RegExp( `^(?:${ first.regex })$` ).test( '@ask-for-help:help.example' ) ).toBe( true );
	expect( new RegExp( `^(?:${ first.regex })$` ).test( '@ask-for-help:helpXexample' ) ).toBe( false );
	expect( registration.sender_localpart ).not.toBe( 'ask-for-help' );
} );

test( 'secrets are in the two files that need them and nowhere else', () => {
	const { files } = render( {}, { registrationSharedSecret: 'secret-reg' } );
	const withSecrets = Object.keys( files ).filter( ( name ) => files[ name ]?.includes( 'secret-' ) );
	expect( withSecrets ).toEqual( [ 'homeserver.yaml', 'registration-ask-for-help.yaml' ] );
} );

test( 'with one wiki the error page leads there by itself, and has a link', () => {
	const { errorPage } = render();
	expect( errorPage ).toContain( '<meta http-equiv="refresh" content="0; url=https://wiki.example/w/index.php?' );
	expect( errorPage.match( /<a href=/g ) ).toHaveLength( 1 );
} );

test( 'with several wikis the error page leads nowhere by itself, and offers each', () => {
	const { errorPage } = render( { wikis: [ wiki, { name: 'Other', scriptUrl: 'https://other.example' } ] } );
	expect( errorPage ).not.toContain( 'http-equiv="refresh"' );
	expect( errorPage.match( /<a href=/g ) ).toHaveLength( 2 );
} );

test( "markup and template syntax in a wiki's name stay text", () => {
	const { errorPage } = render( { wikis: [ { ...wiki, name: '<b>"Wiki"</b> {{ 7 * 7 }} {% raw %}' } ] } );
	expect( errorPage ).toContain( 'Back to &#60;b&#62;&#34;Wiki&#34;&#60;/b&#62; &#123;&#123; 7 * 7 &#125;&#125;' );
} );
