import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecord } from '../../../src/sandbox/processes.ts';
import { claimFolder } from '../../../src/sandbox/single-instance.ts';

let dir: string;
let pidFile: string;
beforeEach( () => {
	dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-claim-' ) );
	pidFile = path.join( dir, 'sandbox.pid' );
} );
afterEach( () => { rmSync( dir, { recursive: true, force: true } ); } );

const inUse = ( pid: number ) => `runs already as ${ pid }`;

test( 'the first claim is good, a second one is told of the first, and after its release the folder is free', async () => {
	const first = await claimFolder( pidFile, inUse );
	expect( first.isWanted() ).toBe( true );
	await expect( claimFolder( pidFile, inUse ) ).rejects.toThrow( `runs already as ${ process.pid }` );
	first.release();
	expect( existsSync( pidFile ) ).toBe( false );
	( await claimFolder( pidFile, inUse ) ).release();
} );

test.each( [ '', 'not json', '{"sandbox":{"pid":1}}', 'null' ] )( 'a claim file with %j in it is taken over', async ( content ) => {
	writeFileSync( pidFile, content );
	( await claimFolder( pidFile, inUse ) ).release();
} );

test( 'the claim of a process that is gone is taken over', async () => {
	writeFileSync( pidFile, JSON.stringify( { sandbox: { pid: process.pid, startTicks: '1', commandLine: 'node' }, launchers: [] } ) );
	( await claimFolder( pidFile, inUse ) ).release();
} );

test( 'a sandbox whose terminal is gone is told to stop, and waited for', async () => {
	const abandoned = spawn( '/bin/sleep', [ '600' ], { stdio: 'ignore' } );
	const ended = new Promise( ( resolve ) => { abandoned.on( 'exit', ( _code, signal ) => resolve( signal ) ); } );
	writeFileSync( pidFile, JSON.stringify( {
		sandbox: readRecord( abandoned.pid! ), launchers: [ { pid: 4_000_000, startTicks: '1', commandLine: 'npm start' } ]
	} ) );
	( await claimFolder( pidFile, inUse ) ).release();
	expect( await ended ).toBe( 'SIGTERM' );
} );
