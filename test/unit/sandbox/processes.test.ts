import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProcess, stopLeftover } from '../../../src/sandbox/processes.ts';
import { comes } from '../../support/waiting.ts';

let dir: string;
beforeEach( () => { dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-processes-' ) ); } );
afterEach( () => { rmSync( dir, { recursive: true, force: true } ); } );

function shell( script: string, graceMs = 5000 ) {
	return startProcess( {
		name: 'shell', command: '/bin/bash', args: [ '-c', script ], graceMs, logFile: path.join( dir, 'log' ), pidFile: path.join( dir, 'pid' )
	} );
}

function alive( pid: number ): boolean {
	try {
		return !/\) [ZX] /.test( readFileSync( `/proc/${ pid }/stat`, 'utf8' ) );
	} catch {
		return false;
	}
}

async function pidsIn( file: string, count: number ): Promise<number[]> {
	return comes( () => {
		const pids = readFileSync( path.join( dir, file ), 'utf8' ).trim().split( '\n' ).map( Number );
		expect( pids ).toHaveLength( count );
		return pids;
	} );
}

test( 'output goes to the log and the exit code is told', async () => {
	const running = shell( 'echo problem >&2 ; exit 3' );
	expect( await running.exited ).toBe( 3 );
	expect( readFileSync( path.join( dir, 'log' ), 'utf8' ) ).toContain( 'problem' );
	expect( existsSync( path.join( dir, 'pid' ) ) ).toBe( false );
} );

test( 'a command that is not there is refused in a sentence', () => {
	expect( () => startProcess( {
		name: 'wiki', command: path.join( dir, 'nothing' ), args: [], logFile: path.join( dir, 'log' ), pidFile: path.join( dir, 'pid' )
	} ) ).toThrow( /wiki could not be started/ );
} );

test( 'stopping ends the workers too', async () => {
	const running = shell( `sleep 600 & echo $! > ${ dir }/workers ; wait` );
	const [ worker ] = await pidsIn( 'workers', 1 );
	await running.stop();
	expect( alive( running.pid ) ).toBe( false );
	await comes( () => expect( alive( worker! ) ).toBe( false ) );
	await running.stop();
} );

test( 'a process that ignores SIGTERM is killed', async () => {
	const running = shell( `trap "" TERM ; echo $$ > ${ dir }/ready ; while true ; do sleep 0.1 ; done`, 100 );
	await pidsIn( 'ready', 1 );
	await running.stop();
	expect( alive( running.pid ) ).toBe( false );
} );

test( 'what a killed run left behind is ended by its pid file', async () => {
	const launcher = `
		import { startProcess } from ${ JSON.stringify( path.resolve( 'src/sandbox/processes.ts' ) ) };
		const child = startProcess( { name: 'x', command: '/bin/bash', args: [ '-c', 'sleep 600 & wait' ],
			logFile: '${ dir }/log', pidFile: '${ dir }/pid' } );
		console.log( child.pid );
		process.kill( process.pid, 'SIGKILL' );`;
	writeFileSync( path.join( dir, 'launcher.ts' ), launcher );
	let output = '';
	try {
		execFileSync( process.execPath, [ path.join( dir, 'launcher.ts' ) ], { encoding: 'utf8' } );
	} catch ( error ) {
		output = ( error as { stdout: string } ).stdout;
	}
	const left = Number( output );
	expect( alive( left ) ).toBe( true );
	expect( await stopLeftover( path.join( dir, 'pid' ) ) ).toBe( true );
	expect( alive( left ) ).toBe( false );
	expect( existsSync( path.join( dir, 'pid' ) ) ).toBe( false );
} );

test( 'a process that merely has the recorded number is left alone', async () => {
	const stranger = spawn( '/bin/sleep', [ '600' ], { detached: true, stdio: 'ignore' } );
	try {
		writeFileSync( path.join( dir, 'pid' ), JSON.stringify( { pid: stranger.pid, startTicks: '1', commandLine: 'python\0synapse\0' } ) );
		expect( await stopLeftover( path.join( dir, 'pid' ) ) ).toBe( false );
		expect( alive( stranger.pid! ) ).toBe( true );
	} finally {
		stranger.kill( 'SIGKILL' );
	}
} );

test.each( [ '', 'not json', '{"pid":1}', '{"pid":"5"}' ] )( 'a damaged pid file (%s) is removed and ends nothing', async ( content ) => {
	writeFileSync( path.join( dir, 'pid' ), content );
	expect( await stopLeftover( path.join( dir, 'pid' ) ) ).toBe( false );
	expect( await stopLeftover( path.join( dir, 'pid' ) ) ).toBe( false );
} );
