import { describe, expect, it } from 'vitest';
import { readAvailability, writeStatusPage } from '../../../src/protocol/availability.ts';

const now = Date.parse( '2026-05-04T10:00:00.000Z' );
const HOUR_MS = 3_600_000;
const page = writeStatusPage( {
	updatedMs: now, validUntilMs: now + ( 2 * HOUR_MS ), teams: { general: { helpers: 3, answerMinutes: 4 }, dewiki: { helpers: 0 } }
} );

describe( 'the status page', () => {
	it( 'is the JSON that others build on', () => {
		expect( JSON.parse( JSON.stringify( page ) ) ).toEqual( {
			version: 1, updated: '2026-05-04T10:00:00.000Z', validUntil: '2026-05-04T12:00:00.000Z',
			teams: { general: { helpers: 3, answerMinutes: 4 }, dewiki: { helpers: 0 } }
		} );
	} );

	it( 'tells of each team', () => {
		expect( readAvailability( page, 'general', now ) ).toEqual( { helpers: 3, answerMinutes: 4 } );
		expect( readAvailability( page, 'dewiki', now ) ).toEqual( { helpers: 0, answerMinutes: undefined } );
	} );

	it.each( [ 'harassment', 'constructor', '__proto__', '' ] )( 'tells nothing of a team that it does not name: %j', ( team ) => {
		expect( readAvailability( page, team, now ) ).toBeUndefined();
	} );

	it( 'promises nobody once its time is over, however long it says that it is valid', () => {
		expect( readAvailability( page, 'general', now + ( 2 * HOUR_MS ) - 1 )?.helpers ).toBe( 3 );
		expect( readAvailability( page, 'general', now + ( 2 * HOUR_MS ) ) ).toEqual( { helpers: undefined, answerMinutes: 4 } );
		const forEver = { ...page, validUntil: '9999-01-01T00:00:00.000Z' };
		expect( readAvailability( forEver, 'general', now + ( 23 * HOUR_MS ) )?.helpers ).toBe( 3 );
		expect( readAvailability( forEver, 'general', now + ( 24 * HOUR_MS ) )?.helpers ).toBeUndefined();
	} );

	it.each( [ [ 'no time', { validUntil: 'soon' } ], [ 'none', { validUntil: undefined } ], [ 'no time of its edit', { updated: {} } ] ] )(
		'promises nobody when it is valid until %s', ( _what, said ) => {
			expect( readAvailability( { ...page, ...said }, 'general', now )?.helpers ).toBeUndefined();
		}
	);

	it.each( [ -1, 1.5, 10_001, '3', null, NaN, Infinity, [ 3 ] ] )( 'is believed no number like %j', ( number ) => {
		const said = { ...page, teams: { general: { helpers: number, answerMinutes: number === 10_001 ? 43_201 : number } } };
		expect( readAvailability( said, 'general', now ) ).toEqual( { helpers: undefined, answerMinutes: undefined } );
	} );

	it.each( [ undefined, null, 'x', [], {}, { ...page, version: 2 }, { ...page, teams: [] }, { ...page, teams: { general: 3 } } ] )(
		'is not read from %j', ( raw ) => {
			expect( readAvailability( raw, 'general', now ) ).toBeUndefined();
		}
	);
} );
