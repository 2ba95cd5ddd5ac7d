import type { ImageHeader } from './image-header.ts';
import { readImageHeader } from './image-header.ts';

/** Size that a picture may have, in bytes, unless the homeserver allows less; what the relay passes on. */
export const MAX_PICTURE_BYTES = 10_000_000;
/** More than this many pixels are not decoded: 160 MB of memory. */
export const MAX_PIXELS = 40_000_000;
/** A screenshot that is larger, in px, is made smaller before it is sent. */
const MAX_SENT_SIDE_PX = 2560;

/**
 * - `kind`: no PNG, JPEG, GIF or WebP, or broken
 * - `size`: too many bytes or pixels
 */
export type PictureProblem = 'kind' | 'size';

/** Looks at a picture before anything decodes it. @returns its header, or what is wrong with it */
export function checkPicture( bytes: Uint8Array, maxBytes: number ): ImageHeader | PictureProblem {
	const header = readImageHeader( bytes );
	if ( !header || header.width === 0 || header.height === 0 ) {
		return 'kind';
	}
	return bytes.length > maxBytes || header.width * header.height > MAX_PIXELS ? 'size' : header;
}

/** The size in which a picture is sent, in px. */
export function sentSize( { width, height }: Pick<ImageHeader, 'width' | 'height'> ): { readonly width: number; readonly height: number } {
	const scale = Math.min( 1, MAX_SENT_SIDE_PX / Math.max( width, height ) );
	return { width: Math.max( 1, Math.round( width * scale ) ), height: Math.max( 1, Math.round( height * scale ) ) };
}
