import type { MediaRepository } from '../../../matrix/media.ts';
import { failureCode } from './matrix-port.ts';
import type { Observable } from './observable.ts';
import { createObservable } from './observable.ts';
import type { PictureProblem } from './picture-limits.ts';
import { MAX_PICTURE_BYTES } from './picture-limits.ts';

/** A picture as it is sent: without what cameras write into their files (place, time, device). */
export type PreparedPicture = { readonly blob: Blob; readonly width: number; readonly height: number };

/**
 *     choosing ──> ready ──send──> uploading ──> sent
 *        │           ^                 │
 *        v           └── failed ───────┘
 *     refused
 *
 * What is sent while it is `choosing` goes on its way as soon as it is `ready`.
 */
export type PictureStep = 'choosing' | 'ready' | 'refused' | 'uploading' | 'failed' | 'sent';

export type PictureSendingState = {
	readonly step: PictureStep;
	/** Only with `refused` and `failed`. */
	readonly problem: PictureProblem | 'unreachable' | 'not-taken' | undefined;
	readonly prepared: PreparedPicture | undefined;
	readonly alternative: string;
	/** From 0 to 1, while uploading. */
	readonly progress: number;
	/** Size that a picture may have, in bytes. */
	readonly maxBytes: number;
};

export type PictureSendingPorts = {
	readonly repository: () => Pick<MediaRepository, 'upload' | 'maxUploadBytes'>;
	/** Looks at a file, and draws it anew. */
	readonly prepare: ( file: Blob, maxBytes: number ) => Promise<PreparedPicture | PictureProblem>;
	/** Puts the message into the outbox. */
	readonly send: ( text: string, content: Readonly<Record<string, unknown>> ) => void;
	readonly log: ( message: string, error?: unknown ) => void;
};

/** One picture, from chosen to sent. */
export interface PictureSending {
	readonly state: Observable<PictureSendingState>;
	setAlternative( text: string ): void;
	/** Sends it, as soon as it is ready; or tries again. */
	send(): void;
	/** Gives it up, also while it is on its way. */
	cancel(): void;
}

/** Longest text alternative, in UTF-16 code units. */
export const MAX_ALTERNATIVE_LENGTH = 500;

/** Content of the message: the alternative is its caption, which helpers' clients show and screen readers read. */
function pictureContent(
	url: string, { blob, width, height }: PreparedPicture, fileName: string, alternative: string
): Record<string, unknown> {
	return {
		msgtype: 'm.image', url, filename: fileName, body: alternative === '' ? fileName : alternative,
		info: { mimetype: blob.type, size: blob.size, w: width, h: height }
	};
}

export function createPictureSending( file: Blob, ports: PictureSendingPorts ): PictureSending {
	const state = createObservable<PictureSendingState>( {
		step: 'choosing', problem: undefined, prepared: undefined, alternative: '', progress: 0, maxBytes: MAX_PICTURE_BYTES
	} );
	const stopper = new AbortController();
	/** Uploaded already, when only the rest failed. */
	let url: string | undefined;
	/** It was to be sent before it was ready. */
	let isWanted = false;

	async function prepare(): Promise<void> {
		// An old homeserver does not say how much it takes; it will say no then.
		const limit = await ports.repository().maxUploadBytes().catch( () => undefined );
		const maxBytes = Math.min( limit ?? MAX_PICTURE_BYTES, MAX_PICTURE_BYTES );
		const prepared = await ports.prepare( file, maxBytes );
		state.patch( typeof prepared === 'string' ?
				{ maxBytes, step: 'refused', problem: prepared } :
				{ maxBytes, step: 'ready', prepared } );
		if ( isWanted ) {
			send();
		}
	}

	async function upload( prepared: PreparedPicture ): Promise<void> {
		const fileName = `picture.${ prepared.blob.type.slice( 'image/'.length ) }`;
		state.patch( { step: 'uploading', problem: undefined, progress: 0 } );
		try {
			url ??= await ports.repository().upload( prepared.blob, {
				type: prepared.blob.type, fileName, signal: stopper.signal, onProgress: ( progress ) => state.patch( { progress } )
			} );
			const alternative = state.value.alternative.trim();
			ports.send( alternative, pictureContent( url, prepared, fileName, alternative ) );
			state.patch( { step: 'sent' } );
		} catch ( error ) {
			const code = failureCode( error );
			if ( code === undefined ) {
				ports.log( 'the picture was not sent', error );
			}
			if ( !stopper.signal.aborted ) {
				state.patch( { step: 'failed', problem: code === 'refused' || code === 'forbidden' ? 'not-taken' : 'unreachable' } );
			}
		}
	}

	function send(): void {
		const { step, prepared } = state.value;
		isWanted = step === 'choosing';
		if ( prepared && ( step === 'ready' || step === 'failed' ) ) {
			void upload( prepared );
		}
	}

	prepare().catch( ( error: unknown ) => {
		ports.log( 'the picture cannot be read', error );
		state.patch( { step: 'refused', problem: 'kind' } );
	} );

	return {
		state,
		setAlternative: ( alternative ) => state.patch( { alternative } ),
		send,
		cancel() {
			isWanted = false;
			stopper.abort();
		}
	};
}
