/** Bundle `ext.gadget.AskForHelp-media`: pictures, loaded when there is one to send or to show. */
import { createMediaRepository } from '../../matrix/media.ts';
import type { Messages } from '../i18n/messages.ts';
import type { PanelViewModel } from '../panel/viewmodels/panel-actions.ts';
import { createPictureSending } from '../panel/viewmodels/picture-sending.ts';
import { createReceivedPictures } from '../panel/viewmodels/received-pictures.ts';
import { preparePicture } from '../panel/views/draw-picture.ts';
import type { PictureForm } from '../panel/views/picture-form.ts';
import { createPictureForm } from '../panel/views/picture-form.ts';
import type { Pictures } from '../panel/views/pictures.ts';
import { drawReceivedPicture } from '../panel/views/received-picture.ts';

export type PicturesPorts = {
	readonly homeserverUrl: string;
	readonly panel: Pick<PanelViewModel, 'state' | 'session' | 'sendPicture'>;
	readonly messages: Messages;
	readonly formatNumber: ( value: number ) => string;
	readonly log: ( message: string, error?: unknown ) => void;
};

export function createPictures( { homeserverUrl, panel, messages, formatNumber, log }: PicturesPorts ): Pictures {
	const repository = () => createMediaRepository( { homeserverUrl, accessToken: panel.session()?.accessToken ?? '' } );
	const pictures = createReceivedPictures( {
		repository, createUrl: ( bytes, type ) => URL.createObjectURL( new Blob( [ bytes ], { type } ) ),
		revokeUrl: ( url ) => URL.revokeObjectURL( url ),
		after( delayMs, callback ) {
			const timer = setTimeout( callback, delayMs );
			return () => clearTimeout( timer );
		}
	} );
	let hasSent = false;
	let form: PictureForm | undefined;

	return {
		openForm( file, { slot, onToggle, takesFocus } ) {
			const { team, entries } = panel.state.value;
			const sending = createPictureSending( file, {
				repository,
				prepare: preparePicture,
				send( text, content ) {
					hasSent = true;
					// What was meant for one team is never sent to another.
					if ( panel.state.value.team === team ) {
						panel.sendPicture( text, content );
					}
				},
				log
			} );
			form?.dispose();
			form = createPictureForm( {
				messages, formatNumber, sending,
				isFirst: !hasSent && !entries.some( ( entry ) => entry.kind === 'own' && entry.media ),
				onClose() {
					const hadFocus = slot.contains( document.activeElement );
					form?.dispose();
					form = undefined;
					slot.replaceChildren();
					onToggle( false, hadFocus );
				},
				createUrl: ( blob ) => URL.createObjectURL( blob ), revokeUrl: ( url ) => URL.revokeObjectURL( url )
			} );
			slot.replaceChildren( form.element );
			onToggle( true, false );
			if ( takesFocus ) {
				form.focus();
			}
		},
		draw: ( media, alternative ) => drawReceivedPicture( media, alternative, { messages, pictures } )
	};
}
