import type { Messages } from '../../i18n/messages.ts';
import type { ReceivedPicture } from '../viewmodels/received-pictures.ts';
import { element } from './dom.ts';

export type EnlargedPicture = {
	readonly messages: Messages;
	/** What stands for the picture. */
	readonly name: string;
	/** Shown until the whole one is there. */
	readonly small: ReceivedPicture & { readonly url: string };
	readonly whole: Promise<ReceivedPicture>;
	/** Called when the window has closed, or there is none. */
	readonly onClose: () => void;
	/** Called when the window has closed, and what had the focus before is gone. */
	readonly onFocusLost: () => void;
};

/**
 * Shows a picture as large as the window. The browser's own modal dialog: it is above everything, holds the focus and
 * gives it back, and a click or Escape closes it and nothing else.
 *
 * @param parent the panel: messages are drawn anew, and its keys stay away from the editor
 */
export function openPictureWindow( parent: HTMLElement, { messages, name, small, whole, onClose, onFocusLost }: EnlargedPicture ): void {
	const dialog = element( 'dialog', 'askforhelp-picture-window' );
	if ( typeof dialog.showModal !== 'function' ) {
		// Safari before 15.4.
		window.open( small.url, '_blank', 'noopener' );
		onClose();
		return;
	}
	dialog.setAttribute( 'aria-label', name );
	const image = element( 'img', '' );
	image.src = small.url;
	image.alt = name;
	const words = element( 'p', '', name );
	words.dir = 'auto';
	// It is the name of the picture already.
	words.setAttribute( 'aria-hidden', 'true' );
	const close = element( 'button', 'askforhelp-picture-close', messages( 'picture-close' ) );
	close.type = 'button';
	dialog.append( image, words, close );
	dialog.addEventListener( 'click', () => dialog.close() );
	dialog.addEventListener( 'keydown', ( event ) => {
		// The browser closes the dialog by itself; the panel shall not hear of it.
		event.stopPropagation();
	} );
	dialog.addEventListener( 'close', () => {
		dialog.remove();
		onClose();
		if ( !parent.contains( document.activeElement ) ) {
			onFocusLost();
		}
	} );
	parent.append( dialog );
	dialog.showModal();
	void whole.then( ( picture ) => {
		if ( 'url' in picture ) {
			image.src = picture.url;
		}
	} );
}
