import type { Messages } from '../../i18n/messages.ts';
import type { PictureSending, PictureSendingState } from '../viewmodels/picture-sending.ts';
import { MAX_PIXELS } from '../viewmodels/picture-limits.ts';
import { MAX_ALTERNATIVE_LENGTH } from '../viewmodels/picture-sending.ts';
import { element, setVisible, widgetElement } from './dom.ts';
import { notice } from './notice.ts';

/** A chosen picture before it is sent. */
export interface PictureForm {
	readonly element: HTMLElement;
	focus(): void;
	/** Gives up what is not sent yet. */
	dispose(): void;
}

export type PictureFormPorts = {
	readonly messages: Messages;
	readonly formatNumber: ( value: number ) => string;
	readonly sending: PictureSending;
	/** Makes an address of a picture for the preview; taken back when the form closes. */
	readonly createUrl: ( blob: Blob ) => string;
	readonly revokeUrl: ( url: string ) => void;
	/** The newcomer has not sent a picture before, and is told what may be on it. */
	readonly isFirst: boolean;
	/** Called when it is sent or given up. */
	readonly onClose: () => void;
};

function problemText( { problem, maxBytes }: PictureSendingState, { messages, formatNumber }: PictureFormPorts ): string {
	if ( problem === undefined ) {
		return '';
	}
	return problem === 'size' ? messages( 'picture-size', formatNumber( Math.floor( maxBytes / 1_000_000 ) ), formatNumber( MAX_PIXELS / 1_000_000 ) ) : messages( `picture-${ problem }` );
}

/** Shows a picture before it is sent: what it looks like, what to mind, and its description for those who cannot see it. */
export function createPictureForm( ports: PictureFormPorts ): PictureForm {
	const { messages, sending } = ports;
	const root = element( 'div', 'askforhelp-picture-form' );
	root.setAttribute( 'role', 'group' );
	root.setAttribute( 'aria-label', messages( 'picture-choose' ) );
	// As large before the picture is there: what is read above it moves once.
	const preview = element( 'div', 'askforhelp-picture-preview' );
	const warning = ports.isFirst ? [ notice( 'warning', messages( 'picture-warning' ) ) ] : [];
	const alternative = new OO.ui.TextInputWidget( { maxLength: MAX_ALTERNATIVE_LENGTH } );
	alternative.on( 'change', ( value: string ) => sending.setAlternative( value ) );
	const input = alternative.$input[ 0 ] as HTMLInputElement;
	input.id = 'askforhelp-picture-alternative';
	input.dir = 'auto';
	const label = element( 'label', 'askforhelp-small', messages( 'picture-alternative' ) );
	label.htmlFor = input.id;
	const problem = element( 'div', '' );
	problem.setAttribute( 'role', 'alert' );
	const progress = element( 'progress', 'askforhelp-picture-progress' );
	const send = new OO.ui.ButtonWidget( { label: messages( 'picture-send' ), flags: [ 'primary', 'progressive' ], classes: [ 'askforhelp-picture-send' ] } );
	send.on( 'click', () => sending.send() );
	const cancel = new OO.ui.ButtonWidget( { label: messages( 'cancel' ), classes: [ 'askforhelp-picture-cancel' ] } );
	cancel.on( 'click', ports.onClose );
	input.addEventListener( 'keydown', ( event ) => {
		if ( event.key === 'Enter' && !event.isComposing ) {
			event.preventDefault();
			sending.send();
		}
	} );
	// It belongs to the form as long as there is one; the next one closes the panel.
	root.addEventListener( 'keydown', ( event ) => {
		if ( event.key === 'Escape' && !event.isComposing ) {
			event.preventDefault();
			event.stopPropagation();
			ports.onClose();
		}
	} );
	const buttons = element( 'div', 'askforhelp-buttons' );
	buttons.append( widgetElement( send ), widgetElement( cancel ) );
	// In a low window the rest scrolls away above them.
	const fields = element( 'div', 'askforhelp-picture-fields' );
	fields.append( label, widgetElement( alternative ), problem, progress, buttons );
	root.append( preview, ...warning, fields );
	let url: string | undefined;
	let said = '';

	function update( state: PictureSendingState ): void {
		const { step, prepared } = state;
		if ( step === 'sent' ) {
			ports.onClose();
			return;
		}
		if ( prepared && url === undefined ) {
			url = ports.createUrl( prepared.blob );
			const image = element( 'img', '' );
			image.src = url;
			image.alt = messages( 'picture-preview' );
			preview.append( image );
		}
		const isPossible = step !== 'refused';
		const hadFocus = root.contains( document.activeElement );
		[ preview, ...warning, label, widgetElement( alternative ) ].forEach( ( part ) => setVisible( part, isPossible ) );
		const isUploading = step === 'uploading';
		setVisible( progress, isUploading || step === 'choosing' );
		progress.setAttribute( 'aria-label', messages( isUploading ? 'picture-uploading' : 'starting' ) );
		if ( isUploading ) {
			progress.value = state.progress;
		}
		const text = problemText( state, ports );
		if ( said !== text ) {
			said = text;
			problem.replaceChildren( ...( text === '' ? [] : [ notice( 'error', text ) ] ) );
		}
		send.toggle( isPossible );
		send.setLabel( messages( step === 'failed' ? 'try-again' : 'picture-send' ) );
		send.setDisabled( step !== 'ready' && step !== 'failed' );
		// One that is disabled would lose the focus.
		alternative.setReadOnly( isUploading );
		if ( hadFocus && !isPossible ) {
			cancel.focus();
		}
	}

	const unsubscribe = sending.state.subscribe( update );
	update( sending.state.value );
	return {
		element: root,
		focus: () => ( sending.state.value.step === 'refused' ? cancel : alternative ).focus(),
		dispose() {
			unsubscribe();
			sending.cancel();
			if ( url !== undefined ) {
				ports.revokeUrl( url );
			}
		}
	};
}
