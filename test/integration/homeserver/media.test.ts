import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaRepository } from '../../../src/matrix/media.ts';
import { createMediaRepository } from '../../../src/matrix/media.ts';
import type { TestHomeserver } from '../../support/homeserver.ts';
import { startTestHomeserver } from '../../support/homeserver.ts';

/** The smallest PNG: one pixel. */
const PNG = Buffer.from( 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64' );

/** Of an XMLHttpRequest as much as an upload uses, over `fetch`: Node has none. */
class FetchedXhr {
	readonly upload: { onprogress?: ( event: { loaded: number; total: number } ) => void } = {};
	readonly #headers: Record<string, string> = {};
	readonly #stopper = new AbortController();
	#url = '';
	status = 0;
	responseText = '';
	onload = (): void => {};
	onerror = (): void => {};
	onabort = (): void => {};
	open( _: string, url: string ): void {
		this.#url = url;
	}

	setRequestHeader( name: string, value: string ): void {
		this.#headers[ name ] = value;
	}

	abort(): void {
		this.#stopper.abort();
		this.onabort();
	}

	send( body: Blob ): void {
		fetch( this.#url, { method: 'POST', headers: this.#headers, body, signal: this.#stopper.signal } ).then( async ( answer ) => {
			this.upload.onprogress?.( { loaded: body.size, total: body.size } );
			this.status = answer.status;
			this.responseText = await answer.text();
			this.onload();
		} ).catch( () => this.onerror() );
	}
}

describe( 'files of a real homeserver', () => {
	let homeserver: TestHomeserver;
	let media: MediaRepository;
	const as = ( accessToken: string ): MediaRepository => createMediaRepository( {
		homeserverUrl: homeserver.url, accessToken, createXhr: () => new FetchedXhr() as unknown as XMLHttpRequest
	} );
	const upload = ( content: BlobPart, by = media ): Promise<string> => by.upload( new Blob( [ content ] ), {
		type: 'image/png', fileName: 'goat & kid.png', onProgress() {}, signal: new AbortController().signal
	} );

	beforeAll( async () => {
		homeserver = await startTestHomeserver();
		media = as( ( await homeserver.newcomer( 7 ) ).accessToken );
	}, 240_000 );
	afterAll( () => homeserver.dispose() );

	it( 'come back as they were sent, whole and small', async () => {
		const uri = await upload( PNG );
		expect( uri ).toMatch( /^mxc:\/\/[^/]+\/\w+$/ );
		expect( Buffer.from( await media.download( uri, { maxBytes: 1_000 } ) ).equals( PNG ) ).toBe( true );
		const small = await media.download( uri, { maxBytes: 100_000, thumbnail: { width: 480, height: 360 } } );
		expect( small.length ).toBeGreaterThan( 0 );
	} );

	it( 'say how large they may be', async () => {
		expect( await media.maxUploadBytes() ).toBeGreaterThan( 1_000_000 );
	} );

	it( 'are refused when they are longer than the reader wants', async () => {
		const uri = await upload( 'x'.repeat( 5_000 ) );
		await expect( media.download( uri, { maxBytes: 4_999 } ) ).rejects.toMatchObject( { name: 'MatrixFailure', code: 'refused' } );
	} );

	it( 'have no small picture when they are none', async () => {
		const uri = await upload( 'no picture at all' );
		const small = media.download( uri, { maxBytes: 100_000, thumbnail: { width: 480, height: 360 } } );
		await expect( small ).rejects.toMatchObject( { code: expect.stringMatching( /^(refused|not-found)$/ ) as string } );
	} );

	it( 'that are not there, are not found', async () => {
		await expect( media.download( `mxc://${ homeserver.serverName }/nothing`, { maxBytes: 9 } ) ).rejects.toMatchObject( { code: 'not-found' } );
	} );

	it( 'are nobody\'s without a session', async () => {
		const uri = await upload( PNG );
		await expect( as( 'wrong' ).download( uri, { maxBytes: 1_000 } ) ).rejects.toMatchObject( { code: 'unauthorised' } );
		await expect( upload( PNG, as( 'wrong' ) ) ).rejects.toMatchObject( { code: 'unauthorised' } );
	} );

	it( 'are given up when one asks for it', async () => {
		const stopper = new AbortController();
		stopper.abort();
		const upload = media.upload( new Blob( [ PNG ] ), { type: 'image/png', fileName: 'goat.png', onProgress() {}, signal: stopper.signal } );
		await expect( upload ).rejects.toMatchObject( { code: 'stopped' } );
	} );
} );
