import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { installPostgresql } from '../../src/sandbox/install/postgresql.ts';
import { freePort, softwareDir } from './homeserver.ts';

/** A PostgreSQL of one test run's own, in a temporary folder. */
export type TestPostgres = {
	/** Address of the server's own database; its user may do everything. */
	readonly url: string;
	stop(): Promise<void>;
};

const run = promisify( execFile );
/** PostgreSQL refuses to run as root; this account has no rights, and every system has it. */
const NOBODY = 65534;
/** Has to be written otherwise in an address, so that whoever forgets that is found out. */
export const postgresPassword = 'p@ss w/rd%?';

const isRoot = process.getuid?.() === 0;
const asNobody = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

async function canRun( program: string, env: NodeJS.ProcessEnv ): Promise<boolean> {
	return run( program, [ '--version' ], { ...asNobody, cwd: '/', env } ).then( () => true, () => false );
}

/** Starts a server on a free port (installing PostgreSQL when it is missing). */
export async function startTestPostgres(): Promise<TestPostgres> {
	const installed = await installPostgresql( { softwareDir, progress: { step: ( _title, work ) => work(), say: () => {} } } );
	const dir = await mkdtemp( path.join( tmpdir(), 'ask-for-help-postgres-' ) );
	const environmentIn = ( root: string ): NodeJS.ProcessEnv => ( {
		PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC',
		LD_LIBRARY_PATH: installed.libraries.map( ( libraries ) => path.join( root, libraries ) ).join( ':' )
	} );
	await chmod( dir, 0o755 );
	let { root } = installed;
	if ( !await canRun( path.join( root, installed.bin, 'postgres' ), environmentIn( root ) ) ) {
		// Installed below a folder that only root may enter.
		root = path.join( dir, 'programs' );
		await cp( installed.root, root, { recursive: true, verbatimSymlinks: true } );
	}
	const env = environmentIn( root );
	const program = ( name: string ): string => path.join( root, installed.bin, name );
	const home = path.join( dir, 'home' );
	const passwordFile = path.join( dir, 'password' );
	await mkdir( home );
	await writeFile( passwordFile, postgresPassword );
	if ( isRoot ) {
		await Promise.all( [ chown( home, NOBODY, NOBODY ), chown( passwordFile, NOBODY, NOBODY ) ] );
	}
	const data = path.join( home, 'data' );
	await run( program( 'initdb' ), [
		'--pgdata', data, '--username', 'tester', '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8', '--no-sync'
	], { ...asNobody, cwd: home, env } );
	const port = await freePort();
	const child = spawn( program( 'postgres' ), [
		'-D', data, '-p', String( port ), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${ home }`,
		// The machine does not lose its power in the middle of a test.
		'-c', 'fsync=off', '-c', 'jit=off', '-c', 'logging_collector=off'
	], { ...asNobody, cwd: home, env, stdio: [ 'ignore', 'ignore', 'pipe' ] } );
	const ended = once( child, 'exit' );
	let said = '';
	child.stderr.on( 'data', ( chunk: Buffer ) => void ( said = ( said + chunk.toString() ).slice( -10_000 ) ) );
	const url = `postgresql://tester:${ encodeURIComponent( postgresPassword ) }@127.0.0.1:${ port }/postgres`;
	async function stop(): Promise<void> {
		// SIGINT: ends connections that are still there, too.
		child.kill( 'SIGINT' );
		await ended;
		await rm( dir, { recursive: true, force: true } );
	}
	while ( !existsSync( path.join( data, 'postmaster.pid' ) ) || !( await readFile( path.join( data, 'postmaster.pid' ), 'utf8' ) ).includes( 'ready' ) ) {
		if ( child.exitCode !== null ) {
			await stop();
			throw new Error( `PostgreSQL did not start: ${ said }` );
		}
		await new Promise( ( resolve ) => setTimeout( resolve, 50 ) );
	}
	return { url, stop };
}

/** Runs statements in a database. */
export async function queryPostgres( url: string, ...statements: string[] ): Promise<Record<string, unknown>[]> {
	const client = new Client( url );
	await client.connect();
	try {
		let rows: Record<string, unknown>[] = [];
		for ( const statement of statements ) {
			( { rows } = await client.query<Record<string, unknown>>( statement ) );
		}
		return rows;
	} finally {
		await client.end();
	}
}

let databases = 0;

/** Makes an empty database on a server; resolves with its address. */
export async function createTestDatabase( serverUrl: string ): Promise<string> {
	const name = `test_${ process.pid }_${ databases++ }`;
	await queryPostgres( serverUrl, `CREATE DATABASE ${ name }` );
	const url = new URL( serverUrl );
	url.pathname = `/${ name }`;
	return url.href;
}
