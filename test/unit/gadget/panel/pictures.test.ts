import { describe, expect, it } from 'vitest';
import { MatrixFailure } from '../../../../src/matrix/failure.ts';
import type { Media } from '../../../../src/protocol/media.ts';
import { readImageHeader } from '../../../../src/gadget/panel/viewmodels/image-header.ts';
import { checkPicture, MAX_PICTURE_BYTES, sentSize } from '../../../../src/gadget/panel/viewmodels/picture-limits.ts';
import type { PreparedPicture } from '../../../../src/gadget/panel/viewmodels/picture-sending.ts';
import { createPictureSending } from '../../../../src/gadget/panel/viewmodels/picture-sending.ts';
import { createReceivedPictures, MOST_KEPT } from '../../../../src/gadget/panel/viewmodels/received-pictures.ts';
import { settle } from '../fakes.ts';

const bytes = ( ...parts: readonly ( string | readonly number[] )[] ): Uint8Array<ArrayBuffer> => {
	const all = parts.flatMap( ( part ) => typeof part === 'string' ? [ ...part ].map( ( character ) => character.charCodeAt( 0 ) ) : [ ...part ] );
	return Uint8Array.from( [ ...all, ...Array( Math.max( 0, 40 - all.length ) ).fill( 0 ) as number[] ] );
};
const png = ( width: number, height: number ): Uint8Array<ArrayBuffer> => {
	const header = bytes( '\x89PNG\r\n\x1a\n', [ 0, 0, 0, 13 ], 'IHDR' );
	new DataView( header.buffer ).setUint32( 16, width );
	new DataView( header.buffer ).setUint32( 20, height );
	return header;
};
const gifImage = [ 0x2c, 1, 0, 2, 0, 0x20, 0x4e, 0x20, 0x4e, 0 ];
const jpegFrame = [ 0xff, 0xc2, 0, 17, 8, 0x01, 0xe0, 0x02, 0x80 ];

describe( 'the header of a picture', () => {
	it.each<[ string, Uint8Array, unknown ]>( [
		[ 'a PNG', png( 640, 480 ), { type: 'image/png', width: 640, height: 480 } ],
		[ 'a GIF', bytes( 'GIF89a', [ 0x80, 2, 0xe0, 1 ] ), { type: 'image/gif', width: 640, height: 480 } ],
		[ 'a GIF whose first image is larger than its screen', bytes( 'GIF89a', [ 1, 0, 1, 0, 0, 0, 0 ], gifImage ), { type: 'image/gif', width: 20_001, height: 20_002 } ],
		[ 'a GIF with colours and extensions before its image',
			bytes( 'GIF89a', [ 9, 0, 9, 0, 0x81, 0, 0 ], Array( 12 ).fill( 0x2c ) as number[], [ 0x21, 0xff, 2, 0x2c, 0, 1, 0x2c, 0, 0x21, 0xf9, 0 ], gifImage ),
			{ type: 'image/gif', width: 20_001, height: 20_002 } ],
		[ 'a GIF that breaks off in an extension', bytes( 'GIF89a', [ 9, 0, 9, 0, 0, 0, 0, 0x21, 0xff, 200 ] ), { type: 'image/gif', width: 9, height: 9 } ],
		[ 'a JPEG', bytes( [ 0xff, 0xd8 ], jpegFrame ), { type: 'image/jpeg', width: 640, height: 480 } ],
		[ 'a JPEG with Exif before its frame', bytes( [ 0xff, 0xd8, 0xff, 0xe1, 0, 6, 1, 2, 3, 4 ], jpegFrame ), { type: 'image/jpeg', width: 640, height: 480 } ],
		[ 'a JPEG with Huffman tables, which are no frame', bytes( [ 0xff, 0xd8, 0xff, 0xc4, 0, 4, 9, 9 ], jpegFrame ), { type: 'image/jpeg', width: 640, height: 480 } ],
		[ 'a WebP, extended', bytes( 'RIFF____WEBPVP8X', [ 10, 0, 0, 0, 0, 0, 0, 0, 0x7f, 2, 0, 0xdf, 1, 0 ] ), { type: 'image/webp', width: 640, height: 480 } ],
		[ 'a WebP, lossy', bytes( 'RIFF____WEBPVP8 ', [ 0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x80, 2, 0xe0, 1 ] ), { type: 'image/webp', width: 640, height: 480 } ],
		[ 'a WebP, lossless', bytes( 'RIFF____WEBPVP8L', [ 0, 0, 0, 0, 0x2f, 0x7f, 0xc2, 0x77, 0 ] ), { type: 'image/webp', width: 640, height: 480 } ],
		[ 'an SVG', bytes( '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>' ), undefined ],
		[ 'HTML', bytes( '<!doctype html><script>alert(1)</script>' ), undefined ],
		[ 'what breaks off', png( 640, 480 ).subarray( 0, 20 ), undefined ],
		[ 'a JPEG that has no frame', bytes( [ 0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff ] ), undefined ],
		[ 'a JPEG whose segments have no length', bytes( [ 0xff, 0xd8, 0xff, 0xe1, 0, 0, 0, 0 ] ), undefined ],
		[ 'nothing', new Uint8Array(), undefined ]
	] )( 'of %s is read', ( _, file, header ) => {
		expect( readImageHeader( file ) ).toEqual( header );
	} );

	it( 'is read of a part of a larger buffer', () => {
		const whole = Uint8Array.from( [ 1, 2, 3, ...png( 7, 9 ) ] );
		expect( readImageHeader( whole.subarray( 3 ) ) ).toEqual( { type: 'image/png', width: 7, height: 9 } );
	} );
} );

describe( 'what a picture may be', () => {
	it.each( [
		[ 'of a few pixels', png( 1, 1 ), MAX_PICTURE_BYTES, { type: 'image/png', width: 1, height: 1 } ],
		[ 'that asks for 16 gigabytes of memory', png( 65_000, 65_000 ), MAX_PICTURE_BYTES, 'size' ],
		[ 'of no pixel', png( 0, 5 ), MAX_PICTURE_BYTES, 'kind' ],
		[ 'of too many bytes', png( 1, 1 ), 39, 'size' ],
		[ 'that is text', bytes( 'hello, I am a picture, they say. Open me.' ), MAX_PICTURE_BYTES, 'kind' ]
	] )( 'is judged of one %s', ( _, file, maxBytes, expected ) => {
		expect( checkPicture( file, maxBytes ) ).toEqual( expected );
	} );

	it.each( [
		[ { width: 800, height: 600 }, { width: 800, height: 600 } ],
		[ { width: 5120, height: 2880 }, { width: 2560, height: 1440 } ],
		[ { width: 20_000, height: 2 }, { width: 2560, height: 1 } ]
	] )( 'makes %o into %o', ( size, sent ) => {
		expect( sentSize( size ) ).toEqual( sent );
	} );
} );

describe( 'sending a picture', () => {
	const prepared: PreparedPicture = { blob: new Blob( [ 'goat' ], { type: 'image/png' } ), width: 320, height: 200 };

	function setUp( options: { prepared?: PreparedPicture | 'kind' | 'size'; failures?: unknown[]; limit?: number } = {} ) {
		const { failures = [] } = options;
		const sent: unknown[] = [];
		const limits: number[] = [];
		let uploads = 0;
		const sending = createPictureSending( new Blob(), {
			repository: () => ( {
				maxUploadBytes: () => options.limit === undefined ? Promise.reject( new MatrixFailure( 'not-found', '' ) ) : Promise.resolve( options.limit ),
				upload( _, { onProgress, signal } ) {
					uploads += 1;
					onProgress( 0.5 );
					const failure = failures.shift();
					return failure === 'hold' ?
							new Promise( ( __, reject ) => signal.addEventListener( 'abort', () => reject( new MatrixFailure( 'stopped', '' ) ) ) ) :
						failure ? Promise.reject( failure as Error ) : Promise.resolve( 'mxc://wiki/goat' );
				}
			} ),
			prepare( _, maxBytes ) {
				limits.push( maxBytes );
				return Promise.resolve( options.prepared ?? prepared );
			},
			send: ( text, content ) => sent.push( [ text, content ] ),
			log: () => {}
		} );
		return { sending, sent, limits, uploads: () => uploads };
	}

	it( 'sends it with its alternative as caption', async () => {
		const { sending, sent } = setUp();
		await settle();
		expect( sending.state.value.step ).toBe( 'ready' );
		sending.setAlternative( ' A goat ' );
		sending.send();
		await settle();
		expect( sending.state.value.step ).toBe( 'sent' );
		expect( sent ).toEqual( [ [ 'A goat', {
			msgtype: 'm.image', url: 'mxc://wiki/goat', filename: 'picture.png', body: 'A goat', info: { mimetype: 'image/png', size: 4, w: 320, h: 200 }
		} ] ] );
	} );

	it( 'names it after its file without an alternative', async () => {
		const { sending, sent } = setUp();
		await settle();
		sending.send();
		await settle();
		expect( sent ).toMatchObject( [ [ '', { body: 'picture.png', filename: 'picture.png' } ] ] );
	} );

	it( 'takes the homeserver\'s limit where it is lower', async () => {
		const low = setUp( { limit: 5_000 } );
		const high = setUp( { limit: 500_000_000 } );
		const unknown = setUp();
		await settle();
		expect( [ low.limits, high.limits, unknown.limits ] ).toEqual( [ [ 5_000 ], [ MAX_PICTURE_BYTES ], [ MAX_PICTURE_BYTES ] ] );
	} );

	it.each( [ 'kind', 'size' ] as const )( 'refuses one with a wrong %s, and never sends it', async ( problem ) => {
		const { sending, uploads } = setUp( { prepared: problem } );
		await settle();
		expect( sending.state.value ).toMatchObject( { step: 'refused', problem } );
		sending.send();
		await settle();
		expect( uploads() ).toBe( 0 );
	} );

	it.each( [
		[ 'unreachable', 'unreachable' ], [ 'server', 'unreachable' ], [ 'limited', 'unreachable' ], [ 'refused', 'not-taken' ], [ 'forbidden', 'not-taken' ]
	] as const )( 'says what happened when it is %s, and tries again', async ( code, problem ) => {
		const { sending, sent } = setUp( { failures: [ new MatrixFailure( code, '' ) ] } );
		await settle();
		sending.send();
		await settle();
		expect( sending.state.value ).toMatchObject( { step: 'failed', problem } );
		sending.send();
		await settle();
		expect( sent ).toHaveLength( 1 );
	} );

	it( 'goes on its way once, however often one asks', async () => {
		const { sending, uploads } = setUp( { failures: [ 'hold' ] } );
		await settle();
		sending.send();
		sending.send();
		await settle();
		expect( [ uploads(), sending.state.value.step, sending.state.value.progress ] ).toEqual( [ 1, 'uploading', 0.5 ] );
	} );

	it( 'goes on its way as soon as it is ready, when one sends it before', async () => {
		const { sending, sent, uploads } = setUp();
		sending.send();
		sending.setAlternative( 'A goat' );
		sending.send();
		expect( sending.state.value.step ).toBe( 'choosing' );
		await settle();
		expect( [ sending.state.value.step, uploads(), sent.length ] ).toEqual( [ 'sent', 1, 1 ] );
		expect( sent ).toMatchObject( [ [ 'A goat', {} ] ] );
	} );

	it( 'stays here when it is given up before it is ready, or is refused', async () => {
		const given = setUp();
		given.sending.send();
		given.sending.cancel();
		const refused = setUp( { prepared: 'kind' } );
		refused.sending.send();
		await settle();
		expect( [ given.uploads(), refused.uploads(), refused.sending.state.value.step ] ).toEqual( [ 0, 0, 'refused' ] );
	} );

	it( 'is given up while it is on its way', async () => {
		const { sending, sent } = setUp( { failures: [ 'hold' ] } );
		await settle();
		sending.send();
		sending.cancel();
		await settle();
		expect( [ sent, sending.state.value.problem ] ).toEqual( [ [], undefined ] );
	} );
} );

describe( 'a received picture', () => {
	const media: Media = { msgtype: 'm.image', url: 'mxc://wiki/goat', fileName: 'goat.png', info: {} };

	function setUp( answers: ( Uint8Array<ArrayBuffer> | Error )[] ) {
		const asked: string[] = [];
		const made: string[] = [];
		const live = new Set<string>();
		const timers = new Set<() => void>();
		const pictures = createReceivedPictures( {
			repository: () => ( {
				download( mxc, { thumbnail } ) {
					asked.push( `${ thumbnail ? 'small' : 'whole' } ${ mxc }` );
					const answer = answers.shift()!;
					return answer instanceof Error ? Promise.reject( answer ) : Promise.resolve( answer );
				}
			} ),
			createUrl( _, type ) {
				made.push( type );
				live.add( `blob:${ made.length }` );
				return `blob:${ made.length }`;
			},
			revokeUrl: ( url ) => live.delete( url ),
			after( _, callback ) {
				timers.add( callback );
				return () => timers.delete( callback );
			}
		} );
		const passTime = async (): Promise<void> => {
			[ ...timers ].forEach( ( callback ) => callback() );
			await settle();
		};
		return { pictures, asked, made, live, passTime };
	}

	it( 'is fetched once, small', async () => {
		const { pictures, asked } = setUp( [ png( 48, 36 ) ] );
		expect( await pictures.small( media ).picture ).toEqual( { url: 'blob:1', width: 48, height: 36 } );
		await pictures.small( media ).picture;
		expect( asked ).toEqual( [ 'small mxc://wiki/goat' ] );
	} );

	it( 'is fetched whole where the homeserver makes no small one', async () => {
		const { pictures, asked } = setUp( [ new MatrixFailure( 'not-found', '' ), png( 480, 360 ) ] );
		expect( await pictures.small( media ).picture ).toMatchObject( { url: 'blob:1', width: 480 } );
		expect( asked ).toEqual( [ 'small mxc://wiki/goat', 'whole mxc://wiki/goat' ] );
	} );

	it.each<[ string, ( Uint8Array<ArrayBuffer> | Error )[], string ]>( [
		[ 'no picture', [ bytes( '<svg onload="alert(1)">' ), bytes( '<svg onload="alert(1)">' ) ], 'no-picture' ],
		[ 'a bomb', [ png( 60_000, 60_000 ), png( 60_000, 60_000 ) ], 'too-large' ],
		[ 'too long', [ new MatrixFailure( 'refused', '' ), new MatrixFailure( 'refused', '' ) ], 'too-large' ],
		[ 'not there', [ new MatrixFailure( 'not-found', '' ), new MatrixFailure( 'not-found', '' ) ], 'no-picture' ],
		[ 'out of reach', [ new MatrixFailure( 'unreachable', '' ) ], 'unreachable' ]
	] )( 'that is %s is never shown', async ( _, answers, problem ) => {
		const { pictures, made } = setUp( answers );
		expect( await pictures.small( media ).picture ).toEqual( { problem } );
		expect( made ).toEqual( [] );
	} );

	it( 'is given back when nobody has looked at it for a while, and fetched again then', async () => {
		const { pictures, asked, live, passTime } = setUp( [ png( 48, 36 ), png( 48, 36 ) ] );
		const [ one, other ] = [ pictures.small( media ), pictures.small( media ) ];
		await one.picture;
		one.end();
		one.end();
		await passTime();
		expect( live.size, 'somebody still looks at it' ).toBe( 1 );
		other.end();
		await settle();
		expect( await pictures.small( media ).picture, 'a message was drawn anew' ).toMatchObject( { url: 'blob:1' } );
		await passTime();
		expect( [ ...live ] ).toEqual( [ 'blob:1' ] );
		const last = pictures.small( media );
		last.end();
		expect( asked ).toHaveLength( 1 );
	} );

	it( 'is one of few that are held, however many one scrolls past, and of none when one has left', async () => {
		const { pictures, asked, live, passTime } = setUp( Array.from( { length: 501 }, () => png( 48, 36 ) ) );
		for ( let index = 0; index < 500; index++ ) {
			const look = pictures.small( { ...media, url: `mxc://wiki/${ index }` } );
			await look.picture;
			look.end();
			await settle();
			expect( live.size ).toBeLessThanOrEqual( MOST_KEPT );
		}
		expect( [ asked.length, live.size ] ).toEqual( [ 500, MOST_KEPT ] );
		await passTime();
		expect( live.size ).toBe( 0 );
		const again = pictures.small( { ...media, url: 'mxc://wiki/499' } );
		expect( await again.picture ).toMatchObject( { url: 'blob:501' } );
	} );

	it( 'that comes when nobody looks any more is given back, too', async () => {
		const { pictures, live, passTime } = setUp( [ png( 48, 36 ) ] );
		pictures.whole( media ).end();
		await passTime();
		expect( live.size ).toBe( 0 );
	} );

	it( 'can be tried again when it was out of reach', async () => {
		const { pictures } = setUp( [ new MatrixFailure( 'unreachable', '' ), png( 4, 3 ) ] );
		expect( await pictures.small( media ).picture ).toEqual( { problem: 'unreachable' } );
		expect( await pictures.small( media ).picture ).toMatchObject( { url: 'blob:1' } );
	} );
} );
