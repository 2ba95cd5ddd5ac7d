import type { MediaRepository } from '../../../matrix/media.ts';
import type { Media } from '../../../protocol/media.ts';
import { failureCode } from './matrix-port.ts';
import { checkPicture, MAX_PICTURE_BYTES } from './picture-limits.ts';

/** Size of the small picture in the conversation, in px. */
const THUMBNAIL = { width: 480, height: 360 };

export type ReceivedPicturesPorts = {
	readonly repository: () => Pick<MediaRepository, 'download'>;
	/** Makes a `blob:` address of bytes that were looked at. */
	readonly createUrl: ( bytes: Uint8Array<ArrayBuffer>, type: string ) => string;
};

/** A picture that can be shown, or why it cannot. */
export type ReceivedPicture =
	{ readonly url: string; readonly width: number; readonly height: number } |
	{ readonly problem: 'no-picture' | 'too-large' | 'unreachable' };

/** Fetches pictures of the conversation, each once. */
export interface ReceivedPictures {
	small( media: Media ): Promise<ReceivedPicture>;
	whole( media: Media ): Promise<ReceivedPicture>;
}

export function createReceivedPictures( ports: ReceivedPicturesPorts ): ReceivedPictures {
	const fetched = new Map<string, Promise<ReceivedPicture>>();

	async function download( mxc: string, thumbnail: { width: number; height: number } | undefined ): Promise<ReceivedPicture> {
		const bytes = await ports.repository().download( mxc, { maxBytes: MAX_PICTURE_BYTES, ...( thumbnail && { thumbnail } ) } );
		// What it is called counts for nothing, only what it is.
		const header = checkPicture( bytes, MAX_PICTURE_BYTES );
		if ( typeof header === 'string' ) {
			return { problem: header === 'size' ? 'too-large' : 'no-picture' };
		}
		return { url: ports.createUrl( bytes, header.type ), width: header.width, height: header.height };
	}

	function fetchOnce( key: string, run: () => Promise<ReceivedPicture> ): Promise<ReceivedPicture> {
		const known = fetched.get( key );
		if ( known ) {
			return known;
		}
		const picture = run().catch( ( error: unknown ): ReceivedPicture => {
			const code = failureCode( error );
			if ( code === 'refused' ) {
				return { problem: 'too-large' };
			}
			// It may work next time.
			fetched.delete( key );
			return { problem: code === 'not-found' || code === 'forbidden' ? 'no-picture' : 'unreachable' };
		} );
		fetched.set( key, picture );
		return picture;
	}

	/** The homeserver makes no small one of what it takes for no picture, or for too large a one. */
	async function smallOrWhole( media: Media ): Promise<ReceivedPicture> {
		try {
			const picture = await download( media.url, THUMBNAIL );
			if ( 'url' in picture ) {
				return picture;
			}
		} catch ( error ) {
			const code = failureCode( error );
			if ( code !== 'refused' && code !== 'not-found' ) {
				throw error;
			}
		}
		return download( media.url, undefined );
	}

	return {
		small: ( media ) => fetchOnce( `small ${ media.url }`, () => smallOrWhole( media ) ),
		whole: ( media ) => fetchOnce( media.url, () => download( media.url, undefined ) )
	};
}
