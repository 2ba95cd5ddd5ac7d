import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StatusServer } from '../../../../src/relay/http/server.ts';
import { startStatusServer } from '../../../../src/relay/http/server.ts';

let problem: () => Promise<string | undefined>;
let errors: unknown[];
let server: StatusServer;
beforeEach( async () => {
	problem = () => Promise.resolve( undefined );
	errors = [];
	server = await startStatusServer( {
		host: '127.0.0.1', port: 0, onError: ( error ) => errors.push( error ),
		monitor: { problem: () => problem(), metrics: () => Promise.resolve( 'x 1\n' ), contentType: 'text/plain; version=0.0.4; charset=utf-8' }
	} );
} );
afterEach( () => server.close() );

async function ask( path: string, method = 'GET' ): Promise<[ number, string ]> {
	const answer = await fetch( `http://127.0.0.1:${ server.port }${ path }`, { method } );
	return [ answer.status, await answer.text() ];
}

it( 'answers whether it is alive', async () => {
	expect( await ask( '/healthz' ) ).toEqual( [ 200, 'The relay is alive.\n' ] );
} );

it( 'answers whether it is ready, and with 503 and one sentence why not', async () => {
	expect( await ask( '/readyz' ) ).toEqual( [ 200, 'The relay receives and sends.\n' ] );
	problem = () => Promise.resolve( 'Nothing works.' );
	expect( await ask( '/readyz' ) ).toEqual( [ 503, 'Nothing works.\n' ] );
} );

it( 'gives the metrics, with Prometheus\' type', async () => {
	expect( await ask( '/metrics?x=1' ) ).toEqual( [ 200, 'x 1\n' ] );
	const { headers } = await fetch( `http://127.0.0.1:${ server.port }/metrics` );
	expect( headers.get( 'content-type' ) ).toContain( 'version=0.0.4' );
} );

it( 'gives nothing else', async () => {
	expect( ( await ask( '/' ) )[ 0 ] ).toBe( 404 );
	expect( ( await ask( '/metrics', 'POST' ) )[ 0 ] ).toBe( 405 );
	expect( await ask( '/healthz', 'HEAD' ) ).toEqual( [ 200, '' ] );
} );

it( 'stays alive when the store cannot be read', async () => {
	problem = () => Promise.reject( new Error( 'disk' ) );
	expect( ( await ask( '/readyz' ) )[ 0 ] ).toBe( 500 );
	expect( errors ).toHaveLength( 1 );
	expect( ( await ask( '/healthz' ) )[ 0 ] ).toBe( 200 );
} );

it( 'says when somebody else listens there', async () => {
	await expect( startStatusServer( {
		host: '127.0.0.1', port: server.port, onError: () => {}, monitor: { problem, metrics: () => Promise.resolve( '' ), contentType: '' }
	} ) ).rejects.toMatchObject( { code: 'EADDRINUSE' } );
} );
