import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeAnswer, FakeRequest } from './fake-endpoints.ts';
import { createFakeEndpoints, readFakeRequest } from './fake-endpoints.ts';
import type { FakeRooms } from './fake-rooms.ts';

/**
 * What is to go wrong with a request. `cut`: the connection is cut, before anything is done, or (`isDone`) after it.
 * `instead`: another answer than the right one, nothing being done unless `isDone`; its body as it is where it is a text.
 * `change`: the right answer's body, changed. `half`: half of the right answer, then the connection is cut, or (`isSlow`)
 * nothing more comes.
 */
export type Fault =
	{ readonly kind: 'cut'; readonly isDone?: boolean } |
	FakeAnswer & { readonly kind: 'instead'; readonly isDone?: boolean } |
	{ readonly kind: 'change'; readonly change: ( body: never ) => unknown } |
	{ readonly kind: 'half'; readonly isSlow?: boolean };

/** A request that came, and when. */
export type LoggedRequest = FakeRequest & { readonly atMs: number };

/** A homeserver with rooms in memory, at which requests can be made to go wrong as they seldom do at a real one. */
export type FakeHomeserver = {
	readonly url: string;
	readonly rooms: FakeRooms;
	/** All that was asked, in order. */
	readonly requests: readonly LoggedRequest[];
	/** Called for each request: how it is to fail. */
	faultOf: ( request: FakeRequest ) => Fault | undefined;
	dispose(): Promise<void>;
};

async function readBody( request: IncomingMessage ): Promise<string> {
	const chunks: Buffer[] = [];
	for await ( const chunk of request ) {
		chunks.push( chunk as Buffer );
	}
	return Buffer.concat( chunks ).toString();
}

function write( response: ServerResponse, { status, body, headers = {} }: FakeAnswer, share = 1, isSlow = false ): void {
	const text = Buffer.from( typeof body === 'string' ? body : JSON.stringify( body ) );
	const part = text.subarray( 0, Math.ceil( text.length * share ) );
	response.writeHead( status, { 'Content-Type': 'application/json', 'Content-Length': text.length, ...headers } );
	if ( share === 1 ) {
		response.end( text );
		return;
	}
	response.write( part, () => isSlow ? undefined : response.destroy() );
}

/** Starts one, on a port that is free. */
export async function startFakeHomeserver( rooms: FakeRooms ): Promise<FakeHomeserver> {
	const answer = createFakeEndpoints( rooms );
	const requests: LoggedRequest[] = [];

	async function serve( incoming: IncomingMessage, response: ServerResponse ): Promise<void> {
		const gone = new AbortController();
		response.on( 'close', () => gone.abort() );
		const request = readFakeRequest( incoming.method ?? '', new URL( incoming.url ?? '', 'http://fake' ), await readBody( incoming ) );
		requests.push( { ...request, atMs: Date.now() } );
		const fault = homeserver.faultOf( request );
		switch ( fault?.kind ) {
			case 'cut':
				await ( fault.isDone && answer( request, gone.signal ) );
				response.destroy();
				return;
			case 'instead':
				await ( fault.isDone && answer( request, gone.signal ) );
				return write( response, fault );
			case 'change': {
				const right = await answer( request, gone.signal );
				return write( response, { ...right, body: fault.change( right.body as never ) } );
			}
			case 'half': return write( response, await answer( request, gone.signal ), 0.5, fault.isSlow );
			case undefined: return write( response, await answer( request, gone.signal ) );
		}
	}

	const server = createServer( ( incoming, response ) => {
		serve( incoming, response ).catch( ( error: unknown ) => response.destroy( error as Error ) );
	} );
	await new Promise<void>( ( resolve ) => server.listen( 0, '127.0.0.1', resolve ) );
	const homeserver: FakeHomeserver = {
		url: `http://127.0.0.1:${ ( server.address() as AddressInfo ).port }`,
		rooms, requests,
		faultOf: () => undefined,
		async dispose() {
			server.closeAllConnections();
			await new Promise( ( resolve ) => server.close( resolve ) );
		}
	};
	return homeserver;
}
