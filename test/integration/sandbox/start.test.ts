import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServiceClient } from '../../../src/matrix/index.ts';
import type { SandboxStatus } from '../../../src/sandbox/status.ts';
import { freePort, softwareDir } from '../../support/homeserver.ts';
import { writeTinyExtension } from '../../support/tiny-extension.ts';
import { comes } from '../../support/waiting.ts';

const projectDir = path.resolve( import.meta.dirname, '../../..' );

let dataDir: string;
let basePort: number;
const commands: ChildProcess[] = [];

type Command = { readonly child: ChildProcess; readonly output: () => string; readonly exitCode: Promise<number | null> };

/** The command as `npm start` runs it, without npm. */
function npmStart( ...args: string[] ): Command {
	const child = spawn( 'node', [
		'src/sandbox/bootstrap.mjs', 'src/sandbox/main.ts', '--port', String( basePort ), '--data', dataDir, ...args
	], { cwd: projectDir, env: { ...process.env, ASK_FOR_HELP_SOFTWARE: softwareDir }, stdio: [ 'ignore', 'pipe', 'pipe' ] } );
	commands.push( child );
	let output = '';
	child.stdout?.on( 'data', ( chunk: Buffer ) => { output += chunk.toString(); } );
	child.stderr?.on( 'data', ( chunk: Buffer ) => { output += chunk.toString(); } );
	return { child, output: () => output, exitCode: new Promise( ( resolve ) => { child.on( 'exit', resolve ); } ) };
}

async function untilItRuns( command: Command ): Promise<SandboxStatus> {
	await comes( () => {
		if ( command.child.exitCode !== null ) {
			throw new Error( command.output() );
		}
		expect( command.output() ).toContain( 'Three things to try' );
	} );
	return JSON.parse( readFileSync( path.join( dataDir, 'status.json' ), 'utf8' ) ) as SandboxStatus;
}

/** Command lines of all processes that were told of this test's folder. */
function processesOfThisTest(): string[] {
	return readdirSync( '/proc' ).filter( ( name ) => /^\d+$/.test( name ) ).map( ( pid ) => {
		try {
			return readFileSync( `/proc/${ pid }/cmdline`, 'utf8' ) + readFileSync( `/proc/${ pid }/environ`, 'utf8' );
		} catch {
			return '';
		}
	} ).filter( ( text ) => text.includes( dataDir ) );
}

async function helperAt( status: SandboxStatus ) {
	const { url, accounts: [ nita ] } = status.homeserver;
	const { access_token: accessToken } = await createServiceClient( { homeserverUrl: url } ).request<{ access_token: string }>( 'POST', '/v3/login', {
		type: 'm.login.password', identifier: { type: 'm.id.user', user: nita?.name }, password: nita?.password
	} );
	return createServiceClient( { homeserverUrl: url, accessToken } );
}

beforeAll( async () => {
	dataDir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-sandbox-' ) );
	basePort = await freePort( 4 );
} );
afterAll( async () => {
	for ( const child of commands.filter( ( command ) => command.exitCode === null && command.signalCode === null ) ) {
		child.kill( 'SIGTERM' );
		await new Promise( ( resolve ) => { child.on( 'exit', resolve ); } );
	}
	rmSync( dataDir, { recursive: true, force: true } );
} );

test( 'a busy port is named in one sentence, and nothing is started', async () => {
	const other = createServer();
	await new Promise<void>( ( resolve ) => { other.listen( basePort + 1, '127.0.0.1', resolve ); } );
	const command = npmStart();
	expect( await command.exitCode ).toBe( 1 );
	await new Promise( ( resolve ) => { other.close( resolve ); } );
	expect( command.output() ).toMatch( new RegExp( `^Port ${ basePort + 1 }, wanted for the wiki's PHP, .*--port N` ) );
} );

test( 'an extension directory that is none is named in one sentence, and nothing is started', async () => {
	const command = npmStart( '--extension', `${ dataDir }/no-such-extension` );
	expect( await command.exitCode ).toBe( 1 );
	expect( command.output() ).toMatch( /^\S+\/no-such-extension is not a directory: name the folder.*\n$/ );
	expect( processesOfThisTest() ).toEqual( [] );
} );

test( 'an extension that the wiki refuses ends the start with its directory, and the next start runs without it', async () => {
	const extensionDir = await writeTinyExtension( path.join( dataDir, 'refused' ), 'no', { requires: { MediaWiki: '>= 1.99' } } );
	const command = npmStart( '--extension', extensionDir );
	expect( await command.exitCode ).toBe( 1 );
	expect( command.output() ).toContain( `The wiki cannot run with ${ extensionDir } (Tiny Extension is not compatible` );
	expect( command.output() ).not.toContain( '    at ' );
	expect( processesOfThisTest() ).toEqual( [] );
} );

test( 'an extension that is given runs, is named in the status, and a start without it runs without it', async () => {
	const extensionDir = await writeTinyExtension( path.join( dataDir, 'tiny' ), 'meh' );
	const first = npmStart( '--extension', extensionDir );
	const status = await untilItRuns( first );
	expect( status.wiki ).toMatchObject( { extensions: [ { name: 'Tiny Extension', kind: 'extension', dir: extensionDir } ], oauth: 'stand-in' } );
	expect( first.output() ).toContain( 'Added to it   Tiny Extension' );
	expect( await ( await fetch( `${ status.wiki.url }/wiki/Main_Page` ) ).text() ).toContain( '"wgTinyGreeting":"meh0"' );
	process.kill( status.pid, 'SIGKILL' );
	await first.exitCode;

	const second = npmStart();
	const again = await untilItRuns( second );
	expect( again.wiki.extensions ).toEqual( [] );
	expect( await ( await fetch( `${ again.wiki.url }/wiki/Main_Page` ) ).text() ).not.toContain( 'wgTinyGreeting' );
	second.child.kill( 'SIGTERM' );
	expect( await second.exitCode ).toBe( 0 );
} );

test( 'it starts, refuses a second start, survives SIGKILL with all that was said, and leaves no process', async () => {
	const first = npmStart();
	const status = await untilItRuns( first );
	expect( statSync( path.join( dataDir, 'status.json' ) ).mode & 0o077 ).toBe( 0 );
	const room = status.supportRooms.general;
	await ( await helperAt( status ) ).sendEvent( room, 'm.room.message', 'before', { msgtype: 'm.text', body: 'still there?' } );
	expect( ( await fetch( `${ status.wiki.url }/wiki/Main_Page` ) ).status ).toBe( 200 );

	const refused = npmStart();
	expect( await refused.exitCode ).toBe( 1 );
	expect( refused.output() ).toMatch( /runs already.*status\.json/ );

	process.kill( status.pid, 'SIGKILL' );
	await first.exitCode;
	const second = npmStart();
	const again = await untilItRuns( second );
	expect( second.output() ).toContain( 'which an earlier start had left running' );
	expect( again.supportRooms.general ).toBe( room );
	const page = await ( await helperAt( again ) ).messages( room, { direction: 'b', limit: 20 } );
	expect( page.chunk.map( ( event ) => event.content.body ) ).toContain( 'still there?' );

	second.child.kill( 'SIGTERM' );
	expect( await second.exitCode ).toBe( 0 );
	expect( existsSync( path.join( dataDir, 'status.json' ) ) ).toBe( false );
	expect( processesOfThisTest() ).toEqual( [] );
} );

test( 'when a part ends by itself, it is named with its log, and everything ends', async () => {
	const command = npmStart();
	const status = await untilItRuns( command );
	process.kill( status.relay.pid, 'SIGKILL' );
	expect( await command.exitCode ).toBe( 1 );
	expect( command.output() ).toContain( `The relay ended unexpectedly (by a signal). Its log: ${ status.relay.logFile }` );
	expect( processesOfThisTest() ).toEqual( [] );
} );

test( 'a start that is abandoned by whoever began it ends by itself', async () => {
	const command = npmStart();
	await untilItRuns( command );
	command.child.kill( 'SIGKILL' );
	await comes( () => expect( processesOfThisTest() ).toEqual( [] ) );
} );
