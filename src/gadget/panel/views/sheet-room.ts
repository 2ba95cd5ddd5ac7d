import { element } from './dom.ts';
import { SHEET } from './movable.ts';

/**
 * Makes room at the end of the page for the sheet that covers it on phones, so that what stands there, as the button to
 * save, can be scrolled into the part that is free. Nothing above it moves.
 *
 * @returns fits it; called when the panel's size or the window has changed
 */
export function makeSheetRoom( panel: HTMLElement, endOfPage: HTMLElement ): () => void {
	const room = element( 'div', 'askforhelp-room' );
	endOfPage.append( room );
	return () => {
		const height = !panel.hidden && window.matchMedia( SHEET ).matches ? `${ panel.offsetHeight }px` : '';
		if ( room.style.blockSize !== height ) {
			room.style.blockSize = height;
		}
	};
}
