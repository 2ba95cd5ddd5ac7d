import { isRecord } from './ids.ts';
import { firstPart } from './question.ts';

const MEDIA_TYPES = [ 'm.image', 'm.file', 'm.audio', 'm.video' ] as const;

/** What a message says of its file; each part as its sender's client says it, and absent where it says nothing sensible. */
export type MediaInfo = {
	readonly size?: number;
	readonly mimetype?: string;
	readonly w?: number;
	readonly h?: number;
	/** In ms. */
	readonly duration?: number;
};

/** A message that is a file ("m.image", "m.file", "m.audio", "m.video"). */
export type Media = {
	readonly msgtype: ( typeof MEDIA_TYPES )[ number ];
	/** `mxc://server/id`. */
	readonly url: string;
	readonly fileName: string;
	readonly info: MediaInfo;
};

/** Which files are passed on. */
export type MediaLimits = {
	/** Size that a file may have, in bytes. */
	readonly maxBytes: number;
	/** MIME types; `image/*` stands for all that begin so. */
	readonly types: readonly string[];
};

/** What holds unless an operator says otherwise. */
export const DEFAULT_MEDIA_LIMITS: MediaLimits = {
	maxBytes: 10_000_000, types: [ 'image/*', 'audio/*', 'video/*', 'text/*', 'application/pdf' ]
};

/** Longest file name that is kept, in UTF-16 code units. */
const MAX_FILE_NAME_LENGTH = 255;

function readInfo( raw: unknown ): MediaInfo {
	const info = isRecord( raw ) ? raw : {};
	const numbers = ( [ 'size', 'w', 'h', 'duration' ] as const ).flatMap( ( key ) => {
		const value = info[ key ];
		return typeof value === 'number' && Number.isSafeInteger( value ) && value >= 0 ? [ [ key, value ] ] : [];
	} );
	const { mimetype } = info;
	const isType = typeof mimetype === 'string' && mimetype.length <= 127 && /^[a-z]+\/[a-z0-9.+-]+$/i.test( mimetype );
	return { ...Object.fromEntries( numbers ) as MediaInfo, ...( isType && { mimetype: mimetype.toLowerCase() } ) };
}

/** Reads a file out of a message's content, with its caption; `undefined` when it is none, or is encrypted. */
export function readMedia( content: unknown ): { readonly media: Media; readonly caption: string } | undefined {
	if ( !isRecord( content ) || typeof content.body !== 'string' || typeof content.url !== 'string' || content.url.length > 512 ) {
		return undefined;
	}
	const msgtype = MEDIA_TYPES.find( ( type ) => type === content.msgtype );
	if ( !msgtype || !/^mxc:\/\/[^\s/?#]+\/[A-Za-z0-9_-]+$/.test( content.url ) ) {
		return undefined;
	}
	const { body, filename, url } = content;
	const fileName = typeof filename === 'string' && filename.trim() !== '' ? filename : body;
	return {
		media: { msgtype, url, fileName: firstPart( fileName, MAX_FILE_NAME_LENGTH ), info: readInfo( content.info ) },
		caption: body === fileName ? '' : body.trim()
	};
}
