import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { happenings, names, questions, tamperings } from '../../support/fake-homeserver/arbitrary-happenings.ts';
import { broken, live } from '../../support/fake-homeserver/arbitrary-life.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { openStore } from '../../../src/relay/store/store.ts';

const SEED = 20_261_122;

describe( `whatever comes (seed ${ SEED }), on PostgreSQL`, () => {
	it( 'the relay goes on, and sends nothing that the rules do not allow', async () => {
		await fc.assert( fc.asyncProperty( questions, happenings, tamperings, names, async ( ...story ) => {
			const url = await createTestDatabase( inject( 'postgresUrl' ) );
			const store = await openStore( { kind: 'postgres', url, password: undefined }, {
				now: () => 1_000, keepSetAsideMs: 1_000, onLost: () => {}, onWait: () => {}
			} );
			const world = await live( story, { scratch: { store, file: url, dispose: () => store.close() }, agoMs: 0 } );
			expect( broken( world ) ).toEqual( [] );
		} ), { seed: SEED, numRuns: 15 } );
	} );
} );
