import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProxyServer } from 'http-proxy-3';

/** Stands between the relay and its homeserver: what is sent arrives, and nobody hears that it did. */
export type DeafProxy = {
	readonly url: string;
	/** Paths of the messages that the homeserver has taken. */
	readonly taken: string[];
	/** Whether messages are answered, too. */
	isDeaf: boolean;
	stop(): Promise<void>;
};

/** Starts to pass on everything; while it is deaf, the answers to sent messages are kept back. */
export async function startDeafProxy( target: string ): Promise<DeafProxy> {
	const taken: string[] = [];
	const forward = createProxyServer( { target } );
	forward.on( 'error', ( _error, _request, response ) => void response.destroy() );
	const server = createServer( ( request, response ) => {
		const path = request.url ?? '';
		if ( !proxy.isDeaf || request.method !== 'PUT' || !path.includes( '/send/' ) ) {
			forward.web( request, response );
			return;
		}
		const chunks: Buffer[] = [];
		request.on( 'data', ( chunk: Buffer ) => chunks.push( chunk ) ).on( 'end', () => {
			fetch( `${ target }${ path }`, {
				method: 'PUT', body: Buffer.concat( chunks ), headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' }
			} ).then( ( { ok } ) => {
				if ( ok ) {
					taken.push( decodeURIComponent( path ) );
				}
			}, () => {} );
		} );
	} );
	await new Promise<void>( ( resolve ) => { server.listen( 0, '127.0.0.1', resolve ); } );
	const proxy: DeafProxy = {
		url: `http://127.0.0.1:${ ( server.address() as AddressInfo ).port }`, taken, isDeaf: false,
		stop: () => new Promise( ( resolve ) => {
			forward.close();
			server.close( () => resolve() );
			server.closeAllConnections();
		} )
	};
	return proxy;
}
