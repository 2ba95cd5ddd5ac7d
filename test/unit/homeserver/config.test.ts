import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { readSettings } from '../../../src/homeserver/config.ts';

const example = readFileSync( 'src/homeserver/example.yaml', 'utf8' );

let dir: string;
beforeEach( () => {
	dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-settings-' ) );
	writeFileSync( path.join( dir, 'oauth-client-secret.txt' ), 'from-file\n' );
} );
afterEach( () => { rmSync( dir, { recursive: true, force: true } ); } );

function read( change: ( settings: Record<string, unknown> & { login: Record<string, unknown> } ) => void, environment = {} ) {
	const settings = parse( example );
	change( settings );
	const file = path.join( dir, 'settings.yaml' );
	writeFileSync( file, stringify( settings ) );
	return readSettings( file, '/srv/homeserver', environment );
}

test( 'the example is a valid file, and its secret is read from beside it', () => {
	const { settings, secrets } = read( () => {} );
	expect( settings ).toMatchObject( { serverName: 'help.example.org', bots: [ 'ask-for-help' ], dataDir: '/srv/homeserver' } );
	expect( secrets ).toEqual( { oauthClientSecret: 'from-file' } );
} );

test( 'without a database it is SQLite in the data folder', () => {
	expect( read( ( settings ) => { delete settings.database; } ).settings.database )
		.toEqual( { kind: 'sqlite', file: '/srv/homeserver/homeserver.db' } );
} );

test( 'secrets may come from the environment', () => {
	const { secrets } = read( ( settings ) => {
		delete settings.login.clientSecretFile;
		settings.login.clientSecretEnv = 'OAUTH_SECRET';
		settings.databasePasswordEnv = 'DB_PASSWORD';
	}, { OAUTH_SECRET: 'one', DB_PASSWORD: 'two' } );
	expect( secrets ).toEqual( { oauthClientSecret: 'one', databasePassword: 'two' } );
} );

test.each<[ string, ( settings: Record<string, unknown> & { login: Record<string, unknown> } ) => void ]>( [
	[ 'serverName', ( settings ) => { delete settings.serverName; } ],
	[ 'fedration: is not known', ( settings ) => { settings.fedration = true; } ],
	[ 'login.scopes: is not known', ( settings ) => { settings.login.scopes = [ 'openid' ]; } ],
	[ 'publicUrl: has to be an http', ( settings ) => { settings.publicUrl = 'https://matrix.example.org/'; } ],
	[ 'login.scriptUrl: has to be an http', ( settings ) => { settings.login.scriptUrl = 'javascript:alert(1)'; } ],
	[ 'wikis: needs at least one wiki', ( settings ) => { settings.wikis = []; } ],
	[ 'bots.0', ( settings ) => { settings.bots = [ '@ask:example.org' ]; } ],
	[ 'redactionRetention: has to be a duration', ( settings ) => { settings.redactionRetention = 'a week'; } ],
	[ 'login.clientSecretFile: is missing', ( settings ) => { delete settings.login.clientSecretFile; } ],
	[ 'login.clientSecretFile: gone.txt cannot be read', ( settings ) => { settings.login.clientSecretFile = 'gone.txt'; } ],
	[ 'login.clientSecretEnv: is given beside', ( settings ) => { settings.login.clientSecretEnv = 'X'; } ],
	[ 'databasePasswordEnv: the environment has no NOWHERE', ( settings ) => { settings.databasePasswordEnv = 'NOWHERE'; } ]
] )( 'a wrong file is refused: "%s"', ( words, change ) => {
	expect( () => read( change ) ).toThrow( words );
} );
