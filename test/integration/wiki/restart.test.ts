import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wikiAccounts } from '../../../src/sandbox/wiki/seed.ts';
import { startWiki } from '../../../src/sandbox/wiki/start-wiki.ts';
import { freePort } from '../../support/homeserver.ts';
import { WikiBrowser } from '../../support/wiki-browser.ts';
import type { ScratchWiki } from '../../support/wiki-scratch.ts';
import { scratchOptions, startScratchWiki } from '../../support/wiki-scratch.ts';

let scratch: ScratchWiki;
beforeAll( async () => {
	scratch = await startScratchWiki();
} );
afterAll( () => scratch?.dispose() );

const newcomer = wikiAccounts.find( ( { role } ) => role === 'newcomer' )!;

/** How many processes of a group live; those that wait to be reaped do not count. */
async function livingInGroup( pid: number ): Promise<number> {
	const { stdout } = await execa( 'ps', [ '-A', '-o', 'pgid=,stat=' ] );
	return stdout.split( '\n' ).filter( ( line ) => {
		const [ group, state ] = line.trim().split( /\s+/ );
		return Number( group ) === pid && !state?.startsWith( 'Z' );
	} ).length;
}

describe( 'a wiki that is started again', () => {
	test( 'keeps edits and sessions, also on another port', async () => {
		const before = new WikiBrowser( scratch.wiki.url );
		await before.logIn( newcomer.name, newcomer.password );
		const edit = await before.api( { action: 'edit', title: 'Domestic goat', appendtext: '\n\nKept.', token: await before.token( 'csrf' ) } );
		expect( edit ).toMatchObject( { edit: { result: 'Success' } } );

		await scratch.restart();
		expect( await before.api( { action: 'query', meta: 'userinfo' } ) ).toMatchObject( { query: { userinfo: { name: newcomer.name } } } );

		await scratch.restart( { port: await freePort(), phpPort: await freePort() } );
		const after = await ( await fetch( `${ scratch.wiki.url }/wiki/Domestic_goat` ) ).text();
		expect( after ).toContain( 'Kept.' );
		const info = await new WikiBrowser( scratch.wiki.url ).api( { action: 'query', meta: 'siteinfo' } );
		expect( info ).toMatchObject( { query: { general: { server: scratch.wiki.url } } } );
	} );

	test( 'leaves no process behind when it is stopped', async () => {
		const pid = Number( JSON.parse( await readFile( path.join( scratch.options.stateDir, 'php.pid' ), 'utf8' ) ).pid );
		expect( await livingInGroup( pid ) ).toBeGreaterThan( 1 );
		await scratch.wiki.stop();
		await expect.poll( () => livingInGroup( pid ) ).toBe( 0 );
		await scratch.restart();
	} );

	test( 'survives that its sandbox was killed, whose web server it ends first', async () => {
		await scratch.wiki.stop();
		const child = spawn( process.execPath, [ path.join( import.meta.dirname, '../../support/wiki-child.ts' ), JSON.stringify( scratch.options ) ], {
			stdio: [ 'ignore', 'pipe', 'inherit' ]
		} );
		await once( child.stdout, 'data' );
		child.kill( 'SIGKILL' );
		await once( child, 'exit' );
		await scratch.restart();
		const response = await fetch( `${ scratch.wiki.url }/wiki/Domestic_goat` );
		expect( await response.text() ).toContain( 'Kept.' );
	} );
} );

describe( 'a wiki that cannot start', () => {
	test( 'names the port that another program has', async () => {
		const options = await scratchOptions();
		const other = createServer().listen( options.port, '127.0.0.1' );
		await once( other, 'listening' );
		await expect( startWiki( options ) ).rejects.toThrow( `Port ${ options.port } is taken by another program` );
		other.close();
		// Its web server was stopped again: the same ports are free for the next attempt.
		await ( await startWiki( options ) ).stop();
		await rm( options.stateDir, { recursive: true } );
	} );

	test( 'says so when its web server ends', async () => {
		const options = await scratchOptions();
		await expect( startWiki( { ...options, phpPort: scratch.options.phpPort } ) ).rejects.toThrow( 'web server has ended by itself' );
		await rm( options.stateDir, { recursive: true } );
	} );
} );
