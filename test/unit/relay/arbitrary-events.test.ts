import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { happenings, names, questions, tamperings } from '../../support/fake-homeserver/arbitrary-happenings.ts';
import { broken, live } from '../../support/fake-homeserver/arbitrary-life.ts';

/** Fixed, so that a run that fails fails again; fast-check names it with what it found. */
const SEED = 20_261_121;

describe( `whatever comes (seed ${ SEED })`, () => {
	it( 'the relay goes on, and sends nothing that the rules do not allow', async () => {
		await fc.assert( fc.asyncProperty( questions, happenings, tamperings, names, async ( ...story ) => {
			expect( broken( await live( story ) ) ).toEqual( [] );
		} ), { seed: SEED, numRuns: 40 } );
	}, 60_000 );
} );
