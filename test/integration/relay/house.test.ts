import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTestHomeserver } from '../../support/homeserver.ts';
import { startRelayHouse } from '../../support/relay-house.ts';

let dir: string;
beforeEach( async () => {
	dir = await mkdtemp( path.join( tmpdir(), 'ask-for-help-house-' ) );
	vi.stubEnv( 'TMPDIR', dir );
} );
afterEach( async () => {
	vi.unstubAllEnvs();
	await rm( dir, { recursive: true } );
} );

it( 'a house that cannot be furnished leaves no homeserver behind', async () => {
	await expect( startRelayHouse( { apiUrl: 'nowhere' } ) ).rejects.toThrow( 'wikis.testwiki.apiUrl' );
	expect( await readdir( dir ) ).toEqual( [] );
} );

it( 'a homeserver that is disposed of while it starts again is stopped', async () => {
	const homeserver = await startTestHomeserver();
	await homeserver.kill();
	const starting = homeserver.start();
	await homeserver.dispose();
	await starting;
	expect( () => process.kill( homeserver.pid, 0 ) ).toThrow( 'ESRCH' );
	expect( await readdir( dir ) ).toEqual( [] );
	await expect( homeserver.start() ).rejects.toThrow( 'disposed' );
} );
