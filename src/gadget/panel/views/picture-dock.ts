import type { Media } from '../../../protocol/media.ts';
import type { Messages } from '../../i18n/messages.ts';
import { element, setVisible, widgetElement } from './dom.ts';
import { notice } from './notice.ts';
import type { LoadPictures, PictureForm } from './pictures.ts';

const CHOSEN_TYPES = 'image/png,image/jpeg,image/gif,image/webp';

export type PictureDockPorts = {
	readonly messages: Messages;
	readonly loadPictures: LoadPictures;
	/** Called when the form has opened or closed: it takes the place of the field for messages. */
	readonly onToggle: ( isOpen: boolean ) => void;
};

/** Where pictures come into the conversation: chosen, pasted or dropped. */
export interface PictureDock {
	/** Opens the choice of a file. */
	readonly button: HTMLElement;
	/** Where the form is, as long as there is one. */
	readonly slot: HTMLElement;
}

function firstPicture( files: Pick<DataTransfer, 'files'> | null ): File | undefined {
	return Array.from( files?.files ?? [] ).find( ( { type } ) => type.startsWith( 'image/' ) );
}

/** @param target what pictures can be pasted into and dropped on */
export function createPictureDock( target: HTMLElement, { messages, loadPictures, onToggle }: PictureDockPorts ): PictureDock {
	const slot = element( 'div', 'askforhelp-picture-slot' );
	const input = element( 'input', '' );
	input.type = 'file';
	input.accept = CHOSEN_TYPES;
	input.hidden = true;
	const label = messages( 'picture-choose' );
	const choose = new OO.ui.ButtonWidget( {
		framed: false, icon: 'askforhelpPicture', label, invisibleLabel: true, title: label, classes: [ 'askforhelp-picture-choose' ]
	} );
	choose.on( 'click', () => input.click() );
	const button = element( 'span', 'askforhelp-picture-choice' );
	button.append( widgetElement( choose ), input );
	let form: PictureForm | undefined;

	function close(): void {
		form?.dispose();
		form = undefined;
		slot.replaceChildren();
		setVisible( slot, false );
		onToggle( false );
	}

	async function open( file: File ): Promise<void> {
		const pictures = await loadPictures();
		form?.dispose();
		if ( !pictures ) {
			slot.replaceChildren( notice( 'error', messages( 'picture-not-loaded' ) ) );
			setVisible( slot, true );
			return;
		}
		form = pictures.openForm( file, close );
		slot.replaceChildren( form.element );
		setVisible( slot, true );
		onToggle( true );
		form.focus();
	}

	function take( event: Event, files: Pick<DataTransfer, 'files'> | null ): void {
		const picture = firstPicture( files );
		if ( picture ) {
			event.preventDefault();
			void open( picture );
		}
	}

	input.addEventListener( 'change', ( event ) => {
		// The dialog has chosen it; what it is, is looked at later.
		const [ file ] = Array.from( input.files ?? [] );
		event.stopPropagation();
		if ( file ) {
			void open( file );
		}
		input.value = '';
	} );
	target.addEventListener( 'paste', ( event ) => take( event, event.clipboardData ) );
	target.addEventListener( 'drop', ( event ) => take( event, event.dataTransfer ) );
	target.addEventListener( 'dragover', ( event ) => {
		if ( Array.from( event.dataTransfer?.types ?? [] ).includes( 'Files' ) ) {
			event.preventDefault();
		}
	} );
	setVisible( slot, false );
	return { button, slot };
}

/** Draws a received picture in a place of its own, as soon as the part for pictures is there. */
export function drawPictureWhenLoaded(
	media: Media, alternative: string, { messages, loadPictures }: Pick<PictureDockPorts, 'messages' | 'loadPictures'>
): HTMLElement {
	const place = element( 'div', 'askforhelp-picture-place' );
	void loadPictures().then( ( pictures ) => {
		place.replaceChildren( pictures ?
				pictures.draw( media, alternative ) :
				element( 'span', 'askforhelp-small', alternative || messages( 'picture-not-loaded' ) ) );
	} );
	return place;
}
