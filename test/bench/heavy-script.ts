import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** A script of about as many bytes as Chatterbox loads (308 KB gz), served on this machine. */
export type HeavyScript = { readonly url: string; readonly gzBytes: number; stop(): Promise<void> };

/**
 * Bundles the whole of matrix-js-sdk but its encryption: a chat client that is loaded and parsed like Chatterbox's, and
 * a little smaller (296 KB gz), so that the comparison is not in our favour.
 */
async function bundle(): Promise<string> {
	const output = await build( {
		configFile: false, logLevel: 'error', define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
		plugins: [ {
			name: 'heavy-script',
			resolveId: ( id ) => id === 'heavy-script' ? '\0heavy' : id.includes( 'crypto-wasm' ) ? '\0none' : undefined,
			load: ( id ) => ( {
				'\0heavy': 'import * as sdk from "matrix-js-sdk"; globalThis.heavyScript = sdk;', '\0none': 'export default {};'
			} )[ id ]
		} ],
		build: { write: false, target: 'es2022', rolldownOptions: { input: 'heavy-script', output: { format: 'iife' }, shimMissingExports: true } }
	} );
	const chunk = [ output ].flat().flatMap( ( part ) => 'output' in part ? part.output : [] ).find( ( part ) => part.type === 'chunk' );
	if ( !chunk ) {
		throw new Error( 'The heavy script was not built.' );
	}
	return chunk.code;
}

/** Serves it compressed, never cached, on a free port. */
export async function serveHeavyScript(): Promise<HeavyScript> {
	const body = gzipSync( await bundle(), { level: 9 } );
	const server = createServer( ( _, answer ) => {
		answer.writeHead( 200, { 'Content-Type': 'text/javascript', 'Content-Encoding': 'gzip', 'Cache-Control': 'no-store' } );
		answer.end( body );
	} );
	await new Promise<void>( ( resolve ) => { server.listen( 0, '127.0.0.1', resolve ); } );
	return {
		url: `http://127.0.0.1:${ ( server.address() as AddressInfo ).port }/`,
		gzBytes: body.length,
		stop: () => new Promise( ( resolve ) => { server.close( () => resolve() ); } )
	};
}
