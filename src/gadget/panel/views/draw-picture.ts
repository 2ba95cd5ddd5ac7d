import type { PreparedPicture } from '../viewmodels/picture-sending.ts';
import type { PictureProblem } from '../viewmodels/picture-limits.ts';
import { checkPicture, sentSize } from '../viewmodels/picture-limits.ts';

const JPEG_QUALITY = 0.88;

function toBlob( canvas: HTMLCanvasElement, type: string, quality?: number ): Promise<Blob | null> {
	return new Promise( ( resolve ) => canvas.toBlob( resolve, type, quality ) );
}

async function decode( file: Blob ): Promise<HTMLImageElement | undefined> {
	const url = URL.createObjectURL( file );
	try {
		const image = new Image();
		image.src = url;
		await image.decode();
		return image;
	} catch {
		// What begins like a picture need not go on like one.
		return undefined;
	} finally {
		URL.revokeObjectURL( url );
	}
}

/**
 * Draws a chosen picture anew, no larger than it has to be: what cameras write into their files (place, time, device)
 * is gone then.
 */
export async function preparePicture( file: Blob, maxBytes: number ): Promise<PreparedPicture | PictureProblem> {
	// Photographs become smaller below; what is far too large is not even read.
	if ( file.size > maxBytes * 4 ) {
		return 'size';
	}
	const bytes = new Uint8Array( await file.arrayBuffer() );
	const header = checkPicture( bytes, maxBytes * 4 );
	if ( typeof header === 'string' ) {
		return header;
	}
	const image = await decode( new Blob( [ bytes ], { type: header.type } ) );
	const canvas = document.createElement( 'canvas' );
	const drawing = canvas.getContext( '2d' );
	if ( !image || !drawing ) {
		return 'kind';
	}
	// Of a photograph that was turned, the decoded picture has the sides as they are seen.
	Object.assign( canvas, sentSize( { width: image.naturalWidth, height: image.naturalHeight } ) );
	drawing.drawImage( image, 0, 0, canvas.width, canvas.height );
	const isPhotograph = header.type === 'image/jpeg';
	let blob = await toBlob( canvas, isPhotograph ? 'image/jpeg' : 'image/png', JPEG_QUALITY );
	if ( blob && blob.size > maxBytes && !isPhotograph ) {
		blob = await toBlob( canvas, 'image/jpeg', JPEG_QUALITY );
	}
	if ( !blob ) {
		return 'kind';
	}
	return blob.size > maxBytes ? 'size' : { blob, width: canvas.width, height: canvas.height };
}
