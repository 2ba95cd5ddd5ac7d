import type { Media, MediaLimits } from '../../protocol/media.ts';
import { oneLine } from './words.ts';

/** Images that clients may show in the text: none that can hold script or load anything. */
const HARMLESS_IMAGES = [ 'image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif' ];

/**
 * A file as it may be passed on: what is no harmless image, sound or film goes as a file to download, which no client
 * shows inline.
 *
 * @returns `undefined` when the file is too large, or of a type that is not passed on
 */
export function passable( media: Media, { maxBytes, types }: MediaLimits ): Media | undefined {
	const { info: { size = 0, mimetype = '' } } = media;
	const isAllowed = types.some( ( type ) => type.endsWith( '/*' ) ? mimetype.startsWith( type.slice( 0, -1 ) ) : mimetype === type );
	if ( !isAllowed || size > maxBytes ) {
		return undefined;
	}
	const isInline = HARMLESS_IMAGES.includes( mimetype ) ? media.msgtype === 'm.image' :
			( mimetype.startsWith( 'audio/' ) && media.msgtype === 'm.audio' ) || ( mimetype.startsWith( 'video/' ) && media.msgtype === 'm.video' );
	return isInline ? media : { ...media, msgtype: 'm.file' };
}

/** A file in words, for where it cannot be shown. */
export function mediaLine( { msgtype, fileName }: Media, caption: string ): string {
	const line = `(${ msgtype.slice( 2 ) }: ${ oneLine( fileName ) })`;
	return caption === '' ? line : `${ caption } ${ line }`;
}
