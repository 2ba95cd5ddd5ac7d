import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase, queryPostgres } from '../../support/postgres.ts';
import type { RelayChild, RelayHouse } from '../../support/relay-house.ts';
import { runRelayCommand, startRelayHouse, until } from '../../support/relay-house.ts';

let house: RelayHouse;
let database: string;
beforeAll( async () => {
	house = await startRelayHouse();
	database = await createTestDatabase( inject( 'postgresUrl' ) );
} );
afterAll( () => house.dispose() );

/** The code with which a relay ends by itself. */
async function endOf( { process: child }: RelayChild ): Promise<number> {
	return until( 'the relay to end', () => child.exitCode === null ? undefined : `${ child.exitCode }` ).then( Number );
}

it( 'a relay is stopped by nobody who comes later, until it is taken over, and then ends by itself', async () => {
	const first = await house.startRelay();

	const sameStore = await runRelayCommand( [ 'run', '--config', house.configFile ] );
	expect( sameStore ).toMatchObject( { code: 1, stderr: expect.stringMatching( /^relay: Another relay uses the store .*relay\.db; only one may at a time/ ) as string } );

	await house.configure( { store: { postgres: database } } );
	const otherStore = await runRelayCommand( [ 'run', '--config', house.configFile ] );
	expect( otherStore ).toMatchObject( { code: 1, stderr: expect.stringMatching( /belongs to a relay with another store .*--take-over/ ) as string } );
	expect( first.process.exitCode ).toBeNull();

	const second = await house.startRelay( '--take-over' );
	expect( await endOf( first ) ).toBe( 1 );
	expect( await house.log() ).toMatch( /"level":60.*was taken over by a relay with another store/ );
	expect( second.process.exitCode ).toBeNull();

	await house.configure( { store: { path: 'relay.db' } } );
	const back = await runRelayCommand( [ '--config', house.configFile ] );
	expect( back ).toMatchObject( { code: 1, stderr: expect.stringMatching( /belongs to a relay with another store/ ) as string } );
	expect( await second.kill( 'SIGTERM' ) ).toBe( 0 );
} );

it( 'a relay that loses PostgreSQL ends, and the next one goes on where it was', async () => {
	await house.configure( { store: { postgres: database } } );
	const first = await house.startRelay();
	expect( first.process.exitCode ).toBeNull();
	await queryPostgres( inject( 'postgresUrl' ), 'SELECT pg_terminate_backend( pid ) FROM pg_stat_activity WHERE application_name = \'Ask for Help relay\'' );
	expect( await endOf( first ) ).toBe( 1 );

	const second = await house.startRelay();
	const newcomer = await house.newcomer( 901 );
	await newcomer.ask( await newcomer.createRoom(), 'still there?' );
	await house.helper.waitForCard( house.supportRoom, 'still there?' );
	expect( await second.kill( 'SIGTERM' ) ).toBe( 0 );
	expect( await house.log() ).not.toContain( new URL( database ).password );
} );
