import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument, isMap, visit } from 'yaml';
import { z } from 'zod';
import { ConfigError, parseConfig, parseHomeserverConfig } from '../../../../src/relay/config/config.ts';
import { configSchema } from '../../../../src/relay/config/schema.ts';

const exampleFile = new URL( '../../../../src/relay/config/example.yaml', import.meta.url );
const example = readFileSync( exampleFile, 'utf8' ).replace( 'asTokenFile: as-token.txt', 'asToken: secret' );

const postgres = 'postgresql://relay@db.example.org:5432/relay';

/** The example with one piece exchanged. */
function changed( from: string, to: string ): string {
	expect( example ).toContain( from );
	return example.replace( from, to );
}

function problems( yaml: string, environment: Record<string, string> = {} ): readonly string[] {
	try {
		parseConfig( yaml, '/etc/relay/relay.yaml', environment );
	} catch ( error ) {
		expect( error ).toBeInstanceOf( ConfigError );
		return ( error as ConfigError ).problems;
	}
	return [];
}

function keysOf( schema: unknown ): string[] {
	if ( schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional ) {
		return keysOf( schema.unwrap() );
	}
	if ( schema instanceof z.ZodArray ) {
		return keysOf( schema.element );
	}
	if ( schema instanceof z.ZodRecord ) {
		return keysOf( schema.valueType );
	}
	return schema instanceof z.ZodObject ? Object.entries( schema.shape ).flatMap( ( [ key, value ] ) => [ key, ...keysOf( value ) ] ) : [];
}

describe( 'accounts and rooms that cannot fit', () => {
	it( 'names a receiver of another server', () => {
		expect( problems( changed( 'serverName: example.org', 'serverName: other.example' ) ) ).toEqual( [
			'receivers[0].userId: has to end in ":other.example", which is homeserver.serverName'
		] );
	} );

	it( 'names a room that two teams share', () => {
		const twice = `${ example }\n`.replace( /^teams:$/m, 'teams:\n  harassment:\n    supportRoom: "!SupportRoomId:example.org"' );
		expect( problems( twice ) ).toEqual( [ expect.stringMatching( /^teams\.general\.supportRoom: is the room of the team harassment already/ ) ] );
	} );
} );

describe( 'the example configuration', () => {
	it( 'is valid', () => {
		expect( problems( example ) ).toEqual( [] );
	} );

	it( 'names every key that there is', () => {
		for ( const key of keysOf( configSchema ) ) {
			expect( readFileSync( exampleFile, 'utf8' ) ).toMatch( new RegExp( `\\b${ key }:` ) );
		}
	} );

	it( 'explains every key in a comment above it', () => {
		const unexplained: string[] = [];
		visit( parseDocument( readFileSync( exampleFile, 'utf8' ) ), {
			Pair( _, pair, path ) {
				const key = String( pair.key );
				const line = example.split( '\n' ).findIndex( ( text ) => new RegExp( `^[\\s-]*"?${ key }"?:` ).test( text ) );
				const isName = path.length > 2 && isMap( pair.value );
				if ( !isName && line >= 0 && !/#/.test( example.split( '\n' )[ line - 1 ] ?? '' ) && !/^\s*(- userId|asToken)/.test( example.split( '\n' )[ line ] ?? '' ) ) {
					unexplained.push( key );
				}
			}
		} );
		expect( unexplained ).toEqual( [] );
	} );
} );

describe( 'parseConfig', () => {
	it( 'takes paths relative to the file and fills in what may be left out', () => {
		const config = parseConfig( changed( 'deviceId: RELAY', '' ).replace( /^limits:[\s\S]*$/m, '' ), '/etc/relay/relay.yaml' );
		expect( config.store ).toEqual( { kind: 'sqlite', path: '/etc/relay/relay.db' } );
		expect( config.receivers[ 0 ].deviceId ).toBe( 'RELAY' );
		expect( config.limits ).toEqual( {
			wikiLookupMs: 1500, lanesAtOnce: 32, syncEvents: 50, messagesPerMinute: 30, offSwitchMs: 60_000,
			statusEveryMs: 180_000, statusValidMs: 7_200_000, stopMs: 5000, keepSetAsideDays: 90,
			conversationsPerNewcomer: 10, roomsPerMinute: 5,
			mediaBytes: 10_000_000, mediaTypes: [ 'image/*', 'audio/*', 'video/*', 'text/*', 'application/pdf' ]
		} );
		expect( config.log.level ).toBe( 'info' );
	} );

	it( 'takes the team "harassment" for private, unless told otherwise, and any that is said to be', () => {
		const teams = ( yaml: string ): Record<string, boolean> => Object.fromEntries(
			Object.entries( parseConfig( yaml, 'relay.yaml' ).teams ).map( ( [ team, { isPrivate } ] ) => [ team, isPrivate ] )
		);
		const other = '  harassment:\n    supportRoom: "!other:example.org"';
		expect( teams( changed( 'teams:\n', `teams:\n${ other }\n` ) ) ).toEqual( { harassment: true, general: false } );
		expect( teams( changed( 'teams:\n', `teams:\n${ other }\n    private: false\n` ) ) ).toEqual( { harassment: false, general: false } );
		expect( teams( changed( 'private: false', 'private: true' ) ) ).toEqual( { general: true } );
	} );

	const status = ( ...lines: string[] ): string => changed( '    language: en\n', `    language: en\n    status:\n${ lines.map( ( line ) => `      ${ line }\n` ).join( '' ) }` );

	it.each( [
		[ [ 'user: Help@relay', 'password: secret' ], { user: 'Help@relay', password: 'secret', page: 'User:Help/status.json' } ],
		[ [ 'user: Help@relay', 'passwordEnv: P', 'page: "Project:X.json"' ], { user: 'Help@relay', password: 'word', page: 'Project:X.json' } ],
		[ [ 'tokenEnv: P', 'page: "User:Help/x.json"' ], { token: 'word', page: 'User:Help/x.json' } ]
	] )( 'reads the account of a status page: %j', ( lines, expected ) => {
		expect( parseConfig( status( ...lines ), 'relay.yaml', { P: 'word' } ).wikis.examplewiki?.status ).toEqual( expected );
	} );

	it.each( [
		[ [ 'page: X' ], 'user: is missing (or token, tokenFile, tokenEnv)' ],
		[ [ 'user: Help@relay' ], 'password: is missing (or passwordFile, passwordEnv)' ],
		[ [ 'user: Help', 'password: secret' ], 'user: has to be the name of a bot password, such as "Ask for Help@relay"' ],
		[ [ 'user: Help@relay', 'password: secret', 'passwordEnv: P' ], 'passwordEnv: only one of password, passwordEnv may be set' ],
		[ [ 'token: secret' ], 'page: is missing; a token does not tell whose page it is' ],
		[ [ 'token: secret', 'user: Help@relay', 'page: X' ], 'user: belongs to a bot password; with a token there is none' ]
	] )( 'names what is wrong with the account of a status page: %j', ( lines, expected ) => {
		expect( problems( status( ...lines ), { P: 'word' } ) ).toEqual( [ `wikis.examplewiki.status.${ expected }` ] );
	} );

	it( 'gives something that cannot be changed', () => {
		const config = parseConfig( example, 'relay.yaml' );
		expect( () => {
			( config.limits as { stopMs: number } ).stopMs = 1;
		} ).toThrow( TypeError );
	} );

	it.each( [
		[ 'a missing key', '  url: https://matrix.example.org\n', '', 'homeserver.url: is missing' ],
		[ 'a misspelt key', 'serverName:', 'servername:', 'homeserver.servername: no such key (did you mean "serverName"?)' ],
		[ 'an unknown key', 'botName: Ask', 'colour: red\nbotName: Ask', 'colour: no such key' ],
		[ 'an unknown key of a wiki', '    central: false', '    centrel: false', 'wikis.examplewiki.centrel: no such key (did you mean "central"?)' ],
		[ 'a homeserver address with a slash', 'https://matrix.example.org', 'https://matrix.example.org/', 'homeserver.url: has to be an http: or https: address without a slash at its end' ],
		[ 'a malformed user id', '"@ask-for-help:example.org"', 'ask-for-help', 'receivers[0].userId: has to be a full Matrix id such as "@ask-for-help:example.org"' ],
		[ 'an alias in place of a room', '"!SupportRoomId:example.org"', '"#help:example.org"', 'teams.general.supportRoom: has to be a room id such as "!abc:example.org" (not an alias)' ],
		[ 'an article address without a place for the title', '/wiki/$1', '/wiki/', 'wikis.examplewiki.articleUrl: has to contain $1, where the title goes' ],
		[ 'a text where a number belongs', 'stopMs: 5000', 'stopMs: soon', 'limits.stopMs: has to be a whole number from 100 to 60000' ],
		[ 'no store', '  path: relay.db\n', '  {}\n', 'store.path: is missing (or store.postgres)' ],
		[ 'two stores', 'path: relay.db', `path: relay.db\n  postgres: "${ postgres }"`, 'store.postgres: only one of path, postgres may be set' ],
		[ 'a misspelt store', 'path: relay.db', `postgresql: "${ postgres }"`, 'store.postgresql: no such key (did you mean "postgres"?)' ],
		[ 'an address of another database', 'path: relay.db', 'postgres: "mysql://relay@db/relay"', 'store.postgres: has to be an address such as "postgresql://relay@db.example.org:5432/relay"' ],
		[ 'a password for a file', 'path: relay.db', 'path: relay.db\n  passwordEnv: PASSWORD', 'store.passwordEnv: belongs to store.postgres, which is not set' ],
		[ 'two passwords', 'path: relay.db', `postgres: "${ postgres }"\n  passwordEnv: A\n  passwordFile: b`, 'store.passwordEnv: only one of passwordFile, passwordEnv may be set' ],
		[ 'a second password', 'path: relay.db', 'postgres: "postgresql://relay:secret@db/relay"\n  passwordFile: b', 'store.passwordFile: the address in store.postgres has a password already' ],
		[ 'a password file that is not there', 'path: relay.db', `postgres: "${ postgres }"\n  passwordFile: nowhere`, 'store.passwordFile: cannot be read (/etc/relay/nowhere)' ],
		[ 'a password variable that is not set', 'path: relay.db', `postgres: "${ postgres }"\n  passwordEnv: PASSWORD`, 'store.passwordEnv: the environment has no variable PASSWORD' ],
		[ 'an unknown log level', 'level: info', 'level: loud', 'log.level: has to be one of trace, debug, info, warn, error, silent' ],
		[ 'a yes that is no boolean', 'central: false', 'central: perhaps', 'wikis.examplewiki.central: has to be true or false' ],
		[ 'two sources of the token', 'asToken: secret', 'asToken: secret\n  asTokenEnv: TOKEN', 'homeserver.asTokenEnv: only one of asToken, asTokenEnv may be set' ],
		[ 'no source of the token', '  asToken: secret\n', '', 'homeserver.asToken: is missing (or asTokenFile, or asTokenEnv)' ],
		[ 'a token file that is not there', 'asToken: secret', 'asTokenFile: nowhere', 'homeserver.asTokenFile: cannot be read (/etc/relay/nowhere)' ],
		[ 'a variable that is not set', 'asToken: secret', 'asTokenEnv: TOKEN', 'homeserver.asTokenEnv: the environment has no variable TOKEN' ],
		[ 'a team without a room', '    supportRoom: "!SupportRoomId:example.org"\n', '', 'teams.general.supportRoom: is missing; "create-room --team general" makes the room' ]
	] )( 'names the key of %s', ( _, from, to, problem ) => {
		expect( problems( changed( from, to ) ) ).toContain( problem );
	} );

	it( 'tells of all wrong keys at once', () => {
		expect( problems( example.replace( 'serverName:', 'server:' ).replace( 'apiUrl:', 'api:' ) ) ).toEqual( [
			'homeserver.serverName: is missing',
			'homeserver.server: no such key',
			'wikis.examplewiki.apiUrl: is missing',
			'wikis.examplewiki.api: no such key'
		] );
	} );

	it.each( [ [ 'an empty file', '' ], [ 'a list', '- a\n' ], [ 'no YAML at all', 'a: [ b' ], [ 'a key that is there twice', 'a: 1\na: 2\n' ] ] )( 'refuses %s', ( _, yaml ) => {
		expect( problems( yaml ).length ).toBeGreaterThan( 0 );
	} );

	it( 'reads the password of PostgreSQL from the environment', () => {
		const yaml = changed( 'path: relay.db', `postgres: "${ postgres }"\n  passwordEnv: PASSWORD` );
		expect( parseConfig( yaml, 'relay.yaml', { PASSWORD: 'pass word' } ).store ).toEqual( { kind: 'postgres', url: postgres, password: 'pass word' } );
	} );

	it( 'never says the password', () => {
		const yaml = changed( 'path: relay.db', 'path: relay.db\n  postgres: "postgresql://relay:hidden@db/relay"\n  passwordFile: x' );
		expect( problems( yaml ) ).toHaveLength( 1 );
		expect( problems( yaml ).join() ).not.toContain( 'hidden' );
	} );

	it( 'reads the token from the environment', () => {
		const yaml = changed( 'asToken: secret', 'asTokenEnv: TOKEN' );
		expect( parseConfig( yaml, 'relay.yaml', { TOKEN: 'from there' } ).homeserver.asToken ).toBe( 'from there' );
	} );

	it( 'never says the token', () => {
		expect( problems( changed( 'asToken: secret', 'asToken: secret\n  nonsense: 1' ) ).join() ).not.toContain( 'secret' );
	} );
} );

describe( 'parseHomeserverConfig', () => {
	it( 'does with teams that have no room yet', () => {
		const yaml = changed( '    supportRoom: "!SupportRoomId:example.org"\n', '' );
		expect( parseHomeserverConfig( yaml, 'relay.yaml' ).teamNames ).toEqual( [ 'general' ] );
	} );
} );
