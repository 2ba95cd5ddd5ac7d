import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from( '\x89PNG\r\n\x1a\n', 'latin1' );

function chunk( type: string, data: Uint8Array ): Buffer {
	const named = Buffer.concat( [ Buffer.from( type, 'latin1' ), data ] );
	const ends = Buffer.alloc( 8 );
	ends.writeUInt32BE( data.length );
	ends.writeUInt32BE( crc32( named ), 4 );
	return Buffer.concat( [ ends.subarray( 0, 4 ), named, ends.subarray( 4 ) ] );
}

function header( width: number, height: number ): Buffer {
	const data = Buffer.from( [ 0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0 ] );
	data.writeUInt32BE( width );
	data.writeUInt32BE( height, 4 );
	return chunk( 'IHDR', data );
}

/** A PNG that looks a little like a page in an editor: a bar, and lines of words. */
export function png( width: number, height: number ): Buffer {
	const lines = Buffer.alloc( height * ( 1 + 3 * width ), 0xff );
	for ( let y = 0; y < height; y++ ) {
		const start = y * ( 1 + 3 * width );
		const isBar = y < height / 8;
		const isLine = !isBar && Math.floor( y / 8 ) % 3 === 1;
		lines[ start ] = 0;
		for ( let x = 0; x < width; x++ ) {
			const isWord = isLine && x > width / 16 && x < width * ( 15 / 16 ) && ( x * 7 + Math.floor( y / 24 ) * 31 ) % 97 > 12;
			const bar = x > width * 0.8 ? '3366cc' : 'eaecf0';
			lines.write( isBar ? bar : isWord ? '54595d' : 'ffffff', start + 1 + 3 * x, 'hex' );
		}
	}
	return Buffer.concat( [ SIGNATURE, header( width, height ), chunk( 'IDAT', deflateSync( lines ) ), chunk( 'IEND', Buffer.alloc( 0 ) ) ] );
}

/** Of an image bomb as much as a browser needs to ask for its memory: some bytes that say that they are 3.6 billion pixels. */
export const bomb = Buffer.concat( [
	SIGNATURE, header( 60_000, 60_000 ), chunk( 'IDAT', deflateSync( Buffer.alloc( 100_000 ) ) ), chunk( 'IEND', Buffer.alloc( 0 ) )
] );

/** Puts what a camera would write (here: any words) into a JPEG, as Exif. */
export function withExif( jpeg: Uint8Array, words: string ): Buffer {
	// One entry, ImageDescription (0x010e), of ASCII, behind the directory.
	const text = Buffer.from( `${ words }\0`, 'latin1' );
	const directory = Buffer.alloc( 26 );
	directory.write( 'MM\0*', 'latin1' );
	directory.writeUInt32BE( 8, 4 );
	directory.writeUInt16BE( 1, 8 );
	directory.writeUInt16BE( 0x010e, 10 );
	directory.writeUInt16BE( 2, 12 );
	directory.writeUInt32BE( text.length, 14 );
	directory.writeUInt32BE( 26, 18 );
	const data = Buffer.concat( [ Buffer.from( 'Exif\0\0', 'latin1' ), directory, text ] );
	const start = Buffer.from( [ 0xff, 0xe1, 0, 0 ] );
	start.writeUInt16BE( data.length + 2, 2 );
	return Buffer.concat( [ jpeg.subarray( 0, 2 ), start, data, jpeg.subarray( 2 ) ] );
}
