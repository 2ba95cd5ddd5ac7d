import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { isRecord } from '../protocol/ids.ts';
import { MatrixFailure, toMatrixFailure } from './failure.ts';

export type MediaRepositoryOptions = {
	/** Base URL without a slash at its end. */
	readonly homeserverUrl: string;
	readonly accessToken: string;
	readonly fetch?: typeof globalThis.fetch;
	/** Uploads go by it, because `fetch` does not tell how far they are. */
	readonly createXhr?: () => XMLHttpRequest;
};

export type Upload = {
	readonly type: string;
	readonly fileName: string;
	/** From 0 to 1. */
	readonly onProgress: ( share: number ) => void;
	readonly signal: AbortSignal;
};

export type Download = {
	/** What is longer is refused, whatever the homeserver said of it before. */
	readonly maxBytes: number;
	/** A smaller picture instead, of at most this size in px, where the homeserver makes one. */
	readonly thumbnail?: { readonly width: number; readonly height: number };
	readonly signal?: AbortSignal;
};

/** The homeserver's files ("Content repository"). Every method rejects with a `MatrixFailure`. */
export interface MediaRepository {
	/** Size that a file may have, in bytes; `undefined` when the homeserver does not say. */
	maxUploadBytes(): Promise<number | undefined>;
	/** @returns `mxc://server/id` */
	upload( file: Blob, upload: Upload ): Promise<string>;
	/** @param mxc `mxc://server/id` */
	download( mxc: string, download: Download ): Promise<Uint8Array<ArrayBuffer>>;
}

/** How long nothing at all may happen to a transfer, in ms. */
const SILENCE_MS = 30_000;

function parse( text: string ): unknown {
	try {
		return JSON.parse( text );
	} catch {
		// A proxy's page.
		return undefined;
	}
}

function failure( status: number, body: unknown ): unknown {
	return isRecord( body ) && typeof body.errcode === 'string' ?
			toMatrixFailure( new MatrixError( body, status ) ) :
			new MatrixFailure( 'unreachable', `HTTP error (${ status })` );
}

/** Runs a transfer that ends by itself when nothing happens for long. */
async function whileAlive<Result>(
	signal: AbortSignal | undefined, run: ( stop: AbortSignal, isAlive: () => void ) => Promise<Result>
): Promise<Result> {
	const stopper = new AbortController();
	const stop = (): void => stopper.abort();
	let timer = setTimeout( stop, SILENCE_MS );
	signal?.addEventListener( 'abort', stop );
	try {
		if ( signal?.aborted ) {
			throw new MatrixFailure( 'stopped', 'stopped by the caller' );
		}
		return await run( stopper.signal, () => {
			clearTimeout( timer );
			timer = setTimeout( stop, SILENCE_MS );
		} );
	} catch ( error ) {
		throw toMatrixFailure( error, signal );
	} finally {
		clearTimeout( timer );
		signal?.removeEventListener( 'abort', stop );
	}
}

async function readAtMost( answer: Response, maxBytes: number, isAlive: () => void ): Promise<Uint8Array<ArrayBuffer>> {
	const reader = answer.body!.getReader();
	const chunks: Uint8Array[] = [];
	let length = 0;
	for ( let part = await reader.read(); !part.done; part = await reader.read() ) {
		isAlive();
		length += part.value.length;
		if ( length > maxBytes ) {
			void reader.cancel();
			throw new MatrixFailure( 'refused', `longer than ${ maxBytes } bytes` );
		}
		chunks.push( part.value );
	}
	const bytes = new Uint8Array( length );
	chunks.reduce( ( at, chunk ) => {
		bytes.set( chunk, at );
		return at + chunk.length;
	}, 0 );
	return bytes;
}

/** Makes the repository of one session. Access needs the token ("Authenticated media", since Matrix 1.11). */
export function createMediaRepository( options: MediaRepositoryOptions ): MediaRepository {
	const { homeserverUrl, accessToken, fetch: request = globalThis.fetch, createXhr = () => new XMLHttpRequest() } = options;
	const api = `${ homeserverUrl }/_matrix/client/v1/media`;
	const headers = { Authorization: `Bearer ${ accessToken }` };

	async function get( path: string, stop: AbortSignal ): Promise<Response> {
		const answer = await request( `${ api }${ path }`, { headers, signal: stop } );
		if ( !answer.ok ) {
			throw failure( answer.status, parse( await answer.text() ) );
		}
		return answer;
	}

	function post( file: Blob, { type, fileName, onProgress }: Upload, stop: AbortSignal, isAlive: () => void ): Promise<string> {
		return new Promise( ( resolve, reject ) => {
			const xhr = createXhr();
			const query = new URLSearchParams( { filename: fileName } );
			xhr.open( 'POST', `${ homeserverUrl }/_matrix/media/v3/upload?${ query.toString() }` );
			xhr.setRequestHeader( 'Authorization', headers.Authorization );
			xhr.setRequestHeader( 'Content-Type', type );
			xhr.upload.onprogress = ( { loaded, total } ) => {
				isAlive();
				onProgress( total > 0 ? loaded / total : 0 );
			};
			xhr.onload = () => {
				const body = parse( xhr.responseText );
				const uri = isRecord( body ) ? body.content_uri : undefined;
				if ( xhr.status === 200 && typeof uri === 'string' ) {
					resolve( uri );
				} else {
					reject( failure( xhr.status, body ) as Error );
				}
			};
			xhr.onerror = () => reject( new MatrixFailure( 'unreachable', 'the upload broke off' ) );
			xhr.onabort = () => reject( new DOMException( '', 'AbortError' ) );
			stop.addEventListener( 'abort', () => xhr.abort() );
			xhr.send( file );
		} );
	}

	return {
		maxUploadBytes: () => whileAlive( undefined, async ( stop ) => {
			const config: unknown = await ( await get( '/config', stop ) ).json();
			const size = isRecord( config ) ? config[ 'm.upload.size' ] : undefined;
			return typeof size === 'number' ? size : undefined;
		} ),
		upload: ( file, upload ) => whileAlive( upload.signal, ( stop, isAlive ) => post( file, upload, stop, isAlive ) ),
		download: ( mxc, { maxBytes, thumbnail, signal } ) => whileAlive( signal, async ( stop, isAlive ) => {
			const [ , server = '', id = '' ] = /^mxc:\/\/([^\s/?#]+)\/([A-Za-z0-9_-]+)$/.exec( mxc ) ?? [];
			const file = `${ encodeURIComponent( server ) }/${ encodeURIComponent( id ) }`;
			const answer = await ( thumbnail ?
					get( `/thumbnail/${ file }?width=${ thumbnail.width }&height=${ thumbnail.height }&method=scale`, stop ) :
					get( `/download/${ file }`, stop ) );
			return readAtMost( answer, maxBytes, isAlive );
		} )
	};
}
