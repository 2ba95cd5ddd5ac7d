/** What a picture's first bytes say of it. */
export type ImageHeader = { readonly type: ImageType; readonly width: number; readonly height: number };

/** Pictures that every browser shows, and that can neither run nor load anything. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

/** Where the JPEG markers are that begin a frame and so name its size (ITU T.81, table B.1): SOF0 to SOF15 without DHT, JPG and DAC. */
function isFrameMarker( marker: number ): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![ 0xc4, 0xc8, 0xcc ].includes( marker );
}

function readJpeg( view: DataView ): ImageHeader | undefined {
	let at = 2;
	while ( at + 9 < view.byteLength && view.getUint8( at ) === 0xff ) {
		const marker = view.getUint8( at + 1 );
		if ( isFrameMarker( marker ) ) {
			return { type: 'image/jpeg', width: view.getUint16( at + 7 ), height: view.getUint16( at + 5 ) };
		}
		// A fill byte, else a segment with its length.
		at += marker === 0xff ? 1 : 2 + view.getUint16( at + 2 );
	}
	return undefined;
}

/**
 * Browsers make room for the first image, which may be larger than the screen that the header names (GIF89a, 20 "Image
 * Descriptor").
 */
function readGif( view: DataView ): ImageHeader {
	const afterColours = ( at: number, flags: number ): number => at + ( flags >= 0x80 ? 3 * 2 ** ( flags % 8 + 1 ) : 0 );
	const byteAt = ( at: number ): number => at < view.byteLength ? view.getUint8( at ) : 0;
	let at = afterColours( 13, view.getUint8( 10 ) );
	// Extensions: a label, then blocks, each with its length, until an empty one.
	while ( byteAt( at ) === 0x21 ) {
		for ( at += 2; byteAt( at ) > 0; at += 1 + byteAt( at ) );
		at += 1;
	}
	const hasImage = byteAt( at ) === 0x2c && at + 9 < view.byteLength;
	const side = ( screenAt: number, imageAt: number ): number => Math.max(
		view.getUint16( screenAt, true ), hasImage ? view.getUint16( at + imageAt, true ) + view.getUint16( at + imageAt + 4, true ) : 0
	);
	return { type: 'image/gif', width: side( 6, 1 ), height: side( 8, 3 ) };
}

function readWebp( view: DataView, kind: string ): ImageHeader | undefined {
	const size = ( width: number, height: number ): ImageHeader => ( { type: 'image/webp', width, height } );
	const uint24 = ( at: number ): number => view.getUint16( at, true ) + view.getUint8( at + 2 ) * 0x10000;
	switch ( kind ) {
		case 'VP8X': return size( uint24( 24 ) + 1, uint24( 27 ) + 1 );
		case 'VP8 ': return size( view.getUint16( 26, true ) % 0x4000, view.getUint16( 28, true ) % 0x4000 );
		case 'VP8L': {
			const bits = view.getUint32( 21, true );
			return size( bits % 0x4000 + 1, ( bits >>> 14 ) % 0x4000 + 1 );
		}
		default: return undefined;
	}
}

/**
 * Reads kind and size of a picture without decoding it: a file of some kilobytes can ask for gigabytes of memory.
 *
 * @returns `undefined` for whatever is no PNG, JPEG, GIF or WebP, or breaks off before it says how large it is
 */
export function readImageHeader( bytes: Uint8Array ): ImageHeader | undefined {
	const view = new DataView( bytes.buffer, bytes.byteOffset, bytes.byteLength );
	const text = ( from: number, to: number ): string => String.fromCharCode( ...bytes.subarray( from, to ) );
	if ( bytes.length < 30 ) {
		return undefined;
	}
	if ( text( 0, 8 ) === '\x89PNG\r\n\x1a\n' && text( 12, 16 ) === 'IHDR' ) {
		return { type: 'image/png', width: view.getUint32( 16 ), height: view.getUint32( 20 ) };
	}
	if ( text( 0, 6 ) === 'GIF87a' || text( 0, 6 ) === 'GIF89a' ) {
		return readGif( view );
	}
	if ( text( 0, 4 ) === 'RIFF' && text( 8, 12 ) === 'WEBP' ) {
		return readWebp( view, text( 12, 16 ) );
	}
	return text( 0, 2 ) === '\xff\xd8' ? readJpeg( view ) : undefined;
}
