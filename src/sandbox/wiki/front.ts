import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import compression from 'compression';
import { ProxyServer } from 'http-proxy-3';

/** Answers some of the wiki's addresses itself. */
export interface Responder {
	handles( url: URL ): boolean;
	respond( request: Request ): Promise<Response>;
}

/** A running front; `stop` breaks open connections off. */
export type Front = { stop(): Promise<void> };

/**
 * Listens on `port` in front of PHP's own web server, which neither says how long its answers are nor keeps connections open
 * nor compresses, and lets `responder` answer what it handles. It runs in the sandbox's own process, so it cannot outlive it.
 */
export async function startFront(
	options: { port: number; phpPort: number; responder: Responder; onError( error: unknown ): void }
): Promise<Front> {
	const { port, phpPort, responder, onError } = options;
	const proxy = new ProxyServer( { target: `http://127.0.0.1:${ phpPort }`, proxyTimeout: 180_000 } );
	proxy.on( 'proxyRes', ( answer ) => {
		// Without it, Node frames the answer and keeps the browser's connection.
		delete answer.headers.connection;
	} );
	proxy.on( 'error', ( error, _request, response ) => {
		onError( error );
		if ( 'writeHead' in response && !response.headersSent ) {
			response.writeHead( 502, { 'content-type': 'text/plain' } ).end( 'The wiki does not answer.\n' );
		} else {
			response.destroy();
		}
	} );
	// Its types are Express's; it asks for no more than Node's own have.
	const compress = compression() as unknown as ( request: IncomingMessage, response: ServerResponse, next: () => void ) => void;
	const server = createServer( ( request, response ) => {
		const url = URL.parse( request.url ?? '/', `http://127.0.0.1:${ port }` );
		if ( url && responder.handles( url ) ) {
			answer( responder, url, request, response ).catch( ( error: unknown ) => {
				onError( error );
				response.destroy();
			} );
		} else {
			compress( request, response, () => proxy.web( request, response ) );
		}
	} );
	await new Promise<void>( ( resolve, reject ) => {
		server.once( 'error', ( error: NodeJS.ErrnoException ) => reject( error.code === 'EADDRINUSE' ?
				new Error( `Port ${ port } is taken by another program: the wiki needs it.`, { cause: error } ) : error ) );
		server.listen( port, '127.0.0.1', resolve );
	} );
	return {
		stop: () => new Promise( ( resolve ) => {
			server.close( () => resolve() );
			server.closeAllConnections();
		} )
	};
}

async function answer( responder: Responder, url: URL, incoming: IncomingMessage, outgoing: ServerResponse ): Promise<void> {
	const headers = new Headers();
	for ( const [ name, value ] of Object.entries( incoming.headers ) ) {
		headers.set( name, Array.isArray( value ) ? value.join( ', ' ) : value ?? '' );
	}
	const method = incoming.method ?? 'GET';
	const body = method === 'GET' || method === 'HEAD' ? {} : { body: Readable.toWeb( incoming ) as ReadableStream<Uint8Array>, duplex: 'half' };
	const response = await responder.respond( new Request( url, { method, headers, ...body } as RequestInit ) );
	const content = Buffer.from( await response.arrayBuffer() );
	outgoing.writeHead( response.status, { ...Object.fromEntries( response.headers ), 'content-length': content.length } );
	await pipeline( Readable.from( method === 'HEAD' ? [] : [ content ] ), outgoing );
}
