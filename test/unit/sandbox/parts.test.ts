import { expect, test } from 'vitest';
import { replaceable } from '../../../src/sandbox/replaceable-part.ts';
import { createRunningParts } from '../../../src/sandbox/running-parts.ts';

function collect() {
	const events: string[] = [];
	const parts = createRunningParts( ( error ) => events.push( String( error ) ) );
	const part = ( name: string, fails = false ) => ( { stop: async () => {
		events.push( name );
		if ( fails ) {
			throw new Error( `${ name } hangs` );
		}
	} } );
	return { events, parts, part };
}

test( 'parts are stopped once, the last started first', async () => {
	const { events, parts, part } = collect();
	await parts.add( part( 'wiki' ) );
	await parts.add( part( 'relay' ) );
	await Promise.all( [ parts.stop(), parts.stop() ] );
	expect( events ).toEqual( [ 'relay', 'wiki' ] );
} );

test( 'a part that cannot be stopped is reported and the others are stopped all the same', async () => {
	const { events, parts, part } = collect();
	await parts.add( part( 'wiki' ) );
	await parts.add( part( 'relay', true ) );
	await parts.stop();
	expect( events ).toEqual( [ 'relay', 'Error: relay hangs', 'wiki' ] );
} );

test( 'a part that comes up while everything is being stopped is stopped too', async () => {
	const { events, parts, part } = collect();
	await parts.stop();
	await parts.add( part( 'late' ) );
	expect( events ).toEqual( [ 'late' ] );
} );

function fakeProcess() {
	const exit = Promise.withResolvers<number | null>();
	return { pid: 0, exited: exit.promise, end: exit.resolve, stop: async () => exit.resolve( 0 ) };
}

test( 'a part that ends by itself is a failure, also after it was brought back', async () => {
	const first = fakeProcess();
	const second = fakeProcess();
	const watched = await replaceable( Promise.resolve( first ) );
	await watched.stop();
	await watched.restart( async () => second );
	second.end( 3 );
	expect( await watched.failed( ( code ) => `ended with ${ code }` ) ).toBe( 'ended with 3' );
	expect( watched.part.current ).toBe( second );
} );

test( 'a part that was asked to stop is no failure', async () => {
	const watched = await replaceable( Promise.resolve( fakeProcess() ) );
	let failed = false;
	void watched.failed( () => '' ).then( () => { failed = true; } );
	await watched.stop();
	await Promise.resolve();
	expect( failed ).toBe( false );
} );
