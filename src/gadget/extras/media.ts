/** Bundle `ext.gadget.AskForHelp-media`: pictures, loaded when there is one to send or to show. */
import type { MatrixSession } from '../../matrix/index.ts';
import { createMediaRepository } from '../../matrix/media.ts';
import type { Messages } from '../i18n/messages.ts';
import { createPictureSending } from '../panel/viewmodels/picture-sending.ts';
import { createReceivedPictures } from '../panel/viewmodels/received-pictures.ts';
import { preparePicture } from '../panel/views/draw-picture.ts';
import { createPictureForm } from '../panel/views/picture-form.ts';
import type { Pictures } from '../panel/views/pictures.ts';
import { drawReceivedPicture } from '../panel/views/received-picture.ts';

export type PicturesPorts = {
	readonly homeserverUrl: string;
	readonly session: () => MatrixSession | undefined;
	readonly messages: Messages;
	readonly formatNumber: ( value: number ) => string;
	/** Puts a message into the outbox. */
	readonly send: ( text: string, content: Readonly<Record<string, unknown>> ) => void;
	readonly log: ( message: string, error?: unknown ) => void;
};

export function createPictures( ports: PicturesPorts ): Pictures {
	const repository = () => createMediaRepository( {
		homeserverUrl: ports.homeserverUrl, accessToken: ports.session()?.accessToken ?? ''
	} );
	const pictures = createReceivedPictures( {
		repository, createUrl: ( bytes, type ) => URL.createObjectURL( new Blob( [ bytes ], { type } ) )
	} );
	let isFirst = true;

	return {
		openForm( file, onClose ) {
			const sending = createPictureSending( file, {
				repository,
				prepare: preparePicture,
				send( text, content ) {
					isFirst = false;
					ports.send( text, content );
				},
				log: ports.log
			} );
			return createPictureForm( {
				messages: ports.messages, formatNumber: ports.formatNumber, sending, isFirst, onClose,
				createUrl: ( blob ) => URL.createObjectURL( blob ), revokeUrl: ( url ) => URL.revokeObjectURL( url )
			} );
		},
		draw: ( media, alternative ) => drawReceivedPicture( media, alternative, { messages: ports.messages, pictures } )
	};
}
