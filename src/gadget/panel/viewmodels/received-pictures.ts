import type { MediaRepository } from '../../../matrix/media.ts';
import type { Media } from '../../../protocol/media.ts';
import { failureCode } from './matrix-port.ts';
import { checkPicture, MAX_PICTURE_BYTES } from './picture-limits.ts';

/** Size of the small picture in the conversation, in px. */
const THUMBNAIL = { width: 480, height: 360 };
/** So many that nobody looks at any more are kept, and so long, in ms: messages are drawn anew, and people scroll back. */
export const MOST_KEPT = 12;
export const KEPT_MS = 10_000;

export type ReceivedPicturesPorts = {
	readonly repository: () => Pick<MediaRepository, 'download'>;
	/** Makes a `blob:` address of bytes that were looked at. */
	readonly createUrl: ( bytes: Uint8Array<ArrayBuffer>, type: string ) => string;
	readonly revokeUrl: ( url: string ) => void;
	/** @returns calls it off */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
};

/** A picture that can be shown, or why it cannot. */
export type ReceivedPicture =
	{ readonly url: string; readonly width: number; readonly height: number } |
	{ readonly problem: 'no-picture' | 'too-large' | 'unreachable' };

/** A picture that somebody looks at. */
export type Look = {
	readonly picture: Promise<ReceivedPicture>;
	/** Nobody looks at it here any more; its address means nothing then. */
	readonly end: () => void;
};

/** Fetches pictures of the conversation, each once as long as it is looked at. */
export interface ReceivedPictures {
	small( media: Media ): Look;
	whole( media: Media ): Look;
}

type Held = {
	readonly picture: Promise<ReceivedPicture>;
	looks: number;
	/** It is not forgotten after a while. */
	keep: () => void;
};

export function createReceivedPictures( ports: ReceivedPicturesPorts ): ReceivedPictures {
	/** Those that nobody looks at are in the order in which that ended. */
	const held = new Map<string, Held>();

	async function download( mxc: string, thumbnail: { width: number; height: number } | undefined ): Promise<ReceivedPicture> {
		const bytes = await ports.repository().download( mxc, { maxBytes: MAX_PICTURE_BYTES, ...( thumbnail && { thumbnail } ) } );
		// What it is called counts for nothing, only what it is.
		const header = checkPicture( bytes, MAX_PICTURE_BYTES );
		if ( typeof header === 'string' ) {
			return { problem: header === 'size' ? 'too-large' : 'no-picture' };
		}
		return { url: ports.createUrl( bytes, header.type ), width: header.width, height: header.height };
	}

	function forget( key: string ): void {
		const one = held.get( key );
		if ( one ) {
			one.keep();
			held.delete( key );
			void one.picture.then( ( picture ) => {
				if ( 'url' in picture ) {
					ports.revokeUrl( picture.url );
				}
			} );
		}
	}

	function fetch( key: string, run: () => Promise<ReceivedPicture> ): Held {
		const one: Held = {
			looks: 0, keep() {},
			picture: run().catch( ( error: unknown ): ReceivedPicture => {
				const code = failureCode( error );
				if ( code === 'refused' ) {
					return { problem: 'too-large' };
				}
				// It may work next time.
				if ( held.get( key ) === one ) {
					held.delete( key );
				}
				return { problem: code === 'not-found' || code === 'forbidden' ? 'no-picture' : 'unreachable' };
			} )
		};
		held.set( key, one );
		return one;
	}

	function look( key: string, run: () => Promise<ReceivedPicture> ): Look {
		const one = held.get( key ) ?? fetch( key, run );
		one.looks += 1;
		one.keep();
		let hasEnded = false;
		return {
			picture: one.picture,
			end() {
				if ( hasEnded ) {
					return;
				}
				hasEnded = true;
				one.looks -= 1;
				if ( one.looks > 0 || held.get( key ) !== one ) {
					return;
				}
				held.delete( key );
				held.set( key, one );
				one.keep = ports.after( KEPT_MS, () => forget( key ) );
				const unseen = [ ...held ].filter( ( [ , { looks } ] ) => looks === 0 );
				unseen.slice( 0, Math.max( 0, unseen.length - MOST_KEPT ) ).forEach( ( [ name ] ) => forget( name ) );
			}
		};
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
		small: ( media ) => look( `small ${ media.url }`, () => smallOrWhole( media ) ),
		whole: ( media ) => look( media.url, () => download( media.url, undefined ) )
	};
}
