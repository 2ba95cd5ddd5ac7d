import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The one question that the relay asks a wiki, answered: who has this id? It is asked once for each conversation, before
 * anything is measured; a real wiki would only take cores from what is.
 */
export async function startWikiStandIn(): Promise<{ readonly apiUrl: string; stop(): Promise<void> }> {
	const server = createServer( ( request, response ) => {
		let form = '';
		request.setEncoding( 'utf8' ).on( 'data', ( chunk: string ) => { form += chunk; } ).on( 'end', () => {
			const asked = new URLSearchParams( `${ request.url?.split( '?' )[ 1 ] ?? '' }&${ form }` );
			const userid = Number( asked.get( 'ususerids' ) );
			const user = { userid, name: `Newcomer ${ userid }`, editcount: 3, registration: '2026-01-01T00:00:00Z' };
			response.writeHead( 200, { 'content-type': 'application/json' } ).end( JSON.stringify( { batchcomplete: true, query: { users: [ user ] } } ) );
		} );
	} );
	await new Promise<void>( ( resolve ) => { server.listen( 0, '127.0.0.1', resolve ); } );
	return {
		apiUrl: `http://127.0.0.1:${ ( server.address() as AddressInfo ).port }/api.php`,
		stop: () => new Promise( ( resolve ) => {
			server.close( () => resolve() );
			server.closeAllConnections();
		} )
	};
}
