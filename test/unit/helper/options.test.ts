import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD_VARIABLE, readOptions } from '../../../src/helper/options.ts';

let folder: string;
beforeAll( () => {
	folder = mkdtempSync( path.join( tmpdir(), 'helper-options-' ) );
	writeFileSync( path.join( folder, 'status.json' ), JSON.stringify( {
		homeserver: { url: 'http://127.0.0.1:8448', bot: '@bot:x', accounts: [
			{ name: 'nita', userId: '@nita:x', password: 'p1' }, { name: 'omar', userId: '@omar:x', password: 'p2' }
		] },
		supportRooms: { general: '!support:x' }
	} ) );
	writeFileSync( path.join( folder, 'teams.json' ), JSON.stringify( {
		homeserver: { url: 'http://127.0.0.1:8448', bot: '@bot:x', accounts: [
			{ name: 'nita', userId: '@nita:x', password: 'p1', teams: [ 'general' ] },
			{ name: 'hala', userId: '@hala:x', password: 'p2', teams: [ 'harassment' ] }
		] },
		supportRooms: { general: '!support:x', harassment: '!other:x' }
	} ) );
	writeFileSync( path.join( folder, 'other.json' ), '{}' );
} );
afterAll( () => rmSync( folder, { recursive: true } ) );

const read = ( args: readonly string[], environment = {} ) => readOptions( args, '/nonexistent', environment );

describe( 'the command line', () => {
	it( 'takes homeserver, room, bot and the first helper of a running sandbox', () => {
		expect( read( [ '--data', folder ] ) ).toEqual( {
			homeserverUrl: 'http://127.0.0.1:8448', user: 'nita', password: 'p1', rooms: [ '!support:x' ], bot: '@bot:x'
		} );
	} );

	it.each( [ 'omar', '@omar:x' ] )( 'takes another helper of it: %s', ( user ) => {
		expect( read( [ '--status', path.join( folder, 'status.json' ), '--user', user ] ) ).toMatchObject( { user: 'omar', password: 'p2' } );
	} );

	it.each( [ [ 'nita', '!support:x' ], [ 'hala', '!other:x' ] ] )( 'shows a helper the rooms of their teams: %s', ( user, room ) => {
		expect( read( [ '--status', path.join( folder, 'teams.json' ), '--user', user ] )?.rooms ).toEqual( [ room ] );
	} );

	it( 'takes a homeserver elsewhere, and the password from the environment', () => {
		expect( read( [ '--homeserver', 'https://m.example.org/', '--user', 'x', '--room', '!a:x', '--room', '!b:x' ], { [ PASSWORD_VARIABLE ]: 'p' } ) ).toEqual( {
			homeserverUrl: 'https://m.example.org', user: 'x', password: 'p', rooms: [ '!a:x', '!b:x' ], bot: undefined
		} );
		expect( read( [ '--homeserver', 'https://m.example.org', '--user', 'x' ] )?.password ).toBeUndefined();
	} );

	it.each<[ string[], string ]>( [
		[ [], 'No sandbox runs' ], [ [ '--status', '/nonexistent' ], 'No sandbox runs' ], [ [ '--homeserver', 'https://m.example.org' ], '--user NAME is needed' ],
		[ [ '--homeserver', 'http://m.example.org', '--user', 'x' ], 'is no address of a homeserver' ],
		[ [ '--homeserver', 'm.example.org', '--user', 'x' ], 'is no address of a homeserver' ],
		[ [ '--room', 'support' ], 'is no room id' ], [ [ '--colour' ], '--colour' ], [ [ 'word' ], 'word' ]
	] )( 'is refused with a sentence: %j', ( args, sentence ) => {
		expect( () => read( args ) ).toThrow( sentence );
	} );

	it( 'says who the sandbox has when it has not got somebody, and when a file is no status', () => {
		expect( () => read( [ '--data', folder, '--user', 'zoe' ] ) ).toThrow( 'The sandbox has no helper zoe; it has nita, omar.' );
		expect( () => read( [ '--status', path.join( folder, 'other.json' ) ] ) ).toThrow( 'is not what a sandbox writes' );
	} );

	it( 'only explains itself with --help', () => {
		expect( read( [ '--help' ] ) ).toBeUndefined();
	} );
} );
