import { createObservable } from '../viewmodels/observable.ts';
import { MAX_PICTURE_BYTES } from '../viewmodels/picture-limits.ts';
import { createPictureForm } from '../views/picture-form.ts';
import type { Pictures } from '../views/pictures.ts';
import { drawReceivedPicture } from '../views/received-picture.ts';
import type { ViewContext } from '../views/view-context.ts';
import type { Story } from './story.ts';

const SIZE = { width: 1200, height: 800 };

/** Draws what a screenshot of an editor may look like. */
async function drawScreenshot(): Promise<Blob> {
	const canvas = Object.assign( document.createElement( 'canvas' ), SIZE );
	const drawing = canvas.getContext( '2d' )!;
	const fill = ( colour: string, ...box: [ number, number, number, number ] ): void => {
		drawing.fillStyle = colour;
		drawing.fillRect( ...box );
	};
	fill( '#fff', 0, 0, 1200, 800 );
	fill( '#eaecf0', 0, 0, 1200, 96 );
	fill( '#36c', 960, 20, 216, 56 );
	for ( let line = 0; line < 13; line++ ) {
		fill( line === 0 ? '#202122' : '#a2a9b1', 64, 150 + line * 48, line === 0 ? 380 : 1072 - line % 3 * 120, line === 0 ? 28 : 16 );
	}
	drawing.lineWidth = 10;
	drawing.strokeStyle = '#d73333';
	drawing.strokeRect( 560, 12, 180, 72 );
	fill( '#54595d', 590, 38, 120, 20 );
	return new Promise( ( resolve ) => {
		canvas.toBlob( ( blob ) => resolve( blob! ) );
	} );
}

const never = new Promise<never>( () => {} );

/** The part for pictures as a story wants it: its real views, which ask nobody. */
export async function createStoryPictures(
	{ form, isFirst = false, received = 'shown' }: NonNullable<Story[ 'pictures' ]>, { messages, formatNumber }: Pick<ViewContext, 'messages' | 'formatNumber'>
): Promise<Pictures> {
	const blob = await drawScreenshot();
	const createUrl = (): string => URL.createObjectURL( blob );
	const picture = received === 'loading' ? never : Promise.resolve( received === 'shown' ? { url: createUrl(), ...SIZE } : received );
	return {
		openForm( _file, { slot, onToggle, takesFocus } ) {
			const hasPicture = form?.step !== 'choosing' && form?.step !== 'refused';
			const state = createObservable( {
				step: 'ready', problem: undefined, prepared: hasPicture ? { blob, ...SIZE } : undefined, alternative: '', progress: 0,
				maxBytes: MAX_PICTURE_BYTES, ...form
			} as const );
			const shown = createPictureForm( {
				messages, formatNumber, isFirst, createUrl, revokeUrl() {}, onClose() {},
				sending: { state, setAlternative() {}, send() {}, cancel() {} }
			} );
			slot.replaceChildren( shown.element );
			onToggle( true, false );
			if ( takesFocus ) {
				shown.focus();
			}
		},
		draw: ( media, alternative ) => drawReceivedPicture( media, alternative, {
			messages, pictures: { small: () => ( { picture, end() {} } ), whole: () => ( { picture, end() {} } ) }
		} )
	};
}

/** Brings a file into the conversation, as if it had been dropped there. */
export function dropFile(): void {
	const dataTransfer = new DataTransfer();
	dataTransfer.items.add( new File( [], 'screenshot.png', { type: 'image/png' } ) );
	document.querySelector( '.askforhelp-screen-conversation' )!.dispatchEvent( new DragEvent( 'drop', { bubbles: true, cancelable: true, dataTransfer } ) );
}
