import { describe, expect, it } from 'vitest';
import { readRequestStatus, REQUEST_STATE_TYPE, writeRequestStatus } from '../../../src/protocol/request-state.ts';

describe( 'the state of a request', () => {
	it( 'has a type of its own', () => {
		expect( REQUEST_STATE_TYPE ).toBe( 'org.wikimedia.askforhelp.request' );
	} );

	it.each( [
		{ number: 42, state: 'waiting', position: 1 }, { number: 42, state: 'waiting' }, { number: 1, state: 'answered' }
	] as const )( 'goes over the wire unchanged: %j', ( status ) => {
		expect( writeRequestStatus( status ) ).toEqual( status );
		expect( readRequestStatus( writeRequestStatus( status ) ) ).toEqual( status );
	} );

	it( 'has a place in the queue only while it waits', () => {
		expect( writeRequestStatus( { number: 1, state: 'answered', position: 2 } ) ).toEqual( { number: 1, state: 'answered' } );
		expect( readRequestStatus( { number: 1, state: 'answered', position: 2 } ) ).toEqual( { number: 1, state: 'answered' } );
	} );

	it.each( [ 0, -1, 1.5, '1', null, 2 ** 53, NaN ] )( 'has no place or number like %j', ( wrong ) => {
		expect( readRequestStatus( { number: 1, state: 'waiting', position: wrong } ) ).toEqual( { number: 1, state: 'waiting' } );
		expect( readRequestStatus( { number: wrong, state: 'waiting' } ) ).toBeUndefined();
	} );

	it.each( [ undefined, null, 'x', [], {}, { number: 1 }, { number: 1, state: 'closed' } ] )( 'is not read from %j', ( raw ) => {
		expect( readRequestStatus( raw ) ).toBeUndefined();
	} );
} );
