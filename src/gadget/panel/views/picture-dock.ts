import type { Media } from '../../../protocol/media.ts';
import type { Messages } from '../../i18n/messages.ts';
import { element, iconButton, linkButton, widgetElement } from './dom.ts';
import { UNASKED } from './missing-part.ts';
import type { LoadPictures, PicturePlace } from './pictures.ts';

const CHOSEN_TYPES = 'image/png,image/jpeg,image/gif,image/webp';

export type PictureDockPorts = Pick<PicturePlace, 'onToggle'> & {
	readonly messages: Messages;
	readonly loadPictures: LoadPictures;
};

/** Where pictures come into the conversation: chosen, pasted or dropped. */
export interface PictureDock {
	/** Opens the choice of a file. */
	readonly button: HTMLElement;
	/** Where the form is, as long as there is one. */
	readonly slot: HTMLElement;
}

/** @param target what pictures can be pasted into and dropped on */
export function createPictureDock( target: HTMLElement, { messages, loadPictures, onToggle }: PictureDockPorts ): PictureDock {
	const slot = element( 'div', 'askforhelp-picture-slot' );
	const input = element( 'input', '' );
	input.type = 'file';
	input.accept = CHOSEN_TYPES;
	input.hidden = true;
	const button = element( 'span', 'askforhelp-picture-choice' );
	button.append( widgetElement( iconButton( 'askforhelpPicture', messages( 'picture-choose' ), () => input.click() ) ), input );

	async function open( file: File ): Promise<void> {
		const { activeElement } = document;
		const pictures = await loadPictures();
		pictures?.openForm( file, { slot, onToggle, takesFocus: document.activeElement === activeElement } );
	}

	/** What it is, is looked at later: a file that is no picture shall not be opened by the browser in place of the editor. */
	function take( event: Event, { files, types }: Pick<DataTransfer, 'files' | 'types'> ): void {
		const all = Array.from( files );
		const file = all.find( ( { type } ) => type.startsWith( 'image/' ) ) ?? all[ 0 ];
		// Office programs add a picture of them to the words that one copies.
		if ( file && !button.closest( '[hidden]' ) && !( types.includes( 'text/plain' ) && types.includes( 'text/html' ) ) ) {
			event.preventDefault();
			void open( file );
		}
	}

	input.addEventListener( 'change', ( event ) => {
		const [ file ] = Array.from( input.files! );
		event.stopPropagation();
		if ( file ) {
			void open( file );
		}
		input.value = '';
	} );
	target.addEventListener( 'paste', ( event ) => take( event, event.clipboardData! ) );
	target.addEventListener( 'drop', ( event ) => take( event, event.dataTransfer! ) );
	return { button, slot };
}

/** Draws a received picture in a place of its own, as soon as the part for pictures is there. */
export function drawPictureWhenLoaded(
	media: Media, alternative: string, { messages, loadPictures }: Pick<PictureDockPorts, 'messages' | 'loadPictures'>
): HTMLElement {
	const place = element( 'div', 'askforhelp-picture-place' );
	// Until it is there, its words stand for it, and ask for it again.
	const words = linkButton( alternative || messages( 'picture-without-alternative' ), () => void draw() );
	async function draw( isUnasked?: boolean ): Promise<void> {
		const pictures = await loadPictures( isUnasked );
		if ( pictures ) {
			const hadFocus = words === document.activeElement;
			words.replaceWith( pictures.draw( media, alternative ) );
			if ( hadFocus ) {
				place.querySelector( 'button' )!.focus();
			}
		}
	}
	place.append( words );
	void draw( UNASKED );
	return place;
}
