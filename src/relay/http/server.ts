import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Monitor } from './monitor.ts';

export type StatusServerOptions = {
	readonly host: string;
	/** 0 for any that is free. */
	readonly port: number;
	readonly monitor: Pick<Monitor, 'problem' | 'metrics' | 'contentType'>;
	/** Called when a question cannot be answered. */
	readonly onError: ( error: unknown ) => void;
};

/** Answers those who watch over the relay: is it alive, is it ready, what does it count. */
export interface StatusServer {
	readonly port: number;
	close(): Promise<void>;
}

type Answer = { readonly status: number; readonly type: string; readonly text: string };

const sentence = ( status: number, text: string ): Answer => ( { status, type: 'text/plain; charset=utf-8', text: `${ text }\n` } );

/** @throws Error of the system when nobody may listen there, or somebody does already */
export async function startStatusServer( { host, port, monitor, onError }: StatusServerOptions ): Promise<StatusServer> {
	async function answer( path: string ): Promise<Answer> {
		switch ( path ) {
			case '/healthz': return sentence( 200, 'The relay is alive.' );
			case '/readyz': {
				const problem = await monitor.problem();
				return problem === undefined ? sentence( 200, 'The relay receives and sends.' ) : sentence( 503, problem );
			}
			case '/metrics': return { status: 200, type: monitor.contentType, text: await monitor.metrics() };
			default: return sentence( 404, 'Only /healthz, /readyz and /metrics are here.' );
		}
	}

	const server = createServer( ( request, response ) => {
		const reply = ( { status, type, text }: Answer ): void => {
			response.writeHead( status, { 'content-type': type, 'cache-control': 'no-store' } );
			response.end( request.method === 'HEAD' ? undefined : text );
		};
		if ( request.method !== 'GET' && request.method !== 'HEAD' ) {
			reply( sentence( 405, 'Only GET is answered here.' ) );
			return;
		}
		const [ path = '' ] = ( request.url ?? '' ).split( '?' );
		answer( path ).then( reply, ( error: unknown ) => {
			onError( error );
			reply( sentence( 500, 'The relay\'s store cannot be read.' ) );
		} );
	} );
	server.listen( port, host );
	await once( server, 'listening' );
	return {
		port: ( server.address() as AddressInfo ).port,
		async close() {
			// A scraper that keeps its connection must not hold the relay up.
			server.closeAllConnections();
			server.close();
			await once( server, 'close' );
		}
	};
}
