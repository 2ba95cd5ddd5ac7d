import { SHEET } from './movable.ts';

/** Software keyboards are higher than this, in px; what browsers hide while one scrolls is not. */
const LEAST_KEYBOARD_PX = 150;

/** On phones, gives the panel all the height that is left above the software keyboard. */
export function fitAboveKeyboard( panel: HTMLElement ): void {
	const viewport = window.visualViewport;
	if ( !viewport ) {
		return;
	}
	const fit = (): void => {
		const hidden = window.innerHeight - viewport.height;
		const isUp = hidden > LEAST_KEYBOARD_PX && window.matchMedia( SHEET ).matches && panel.contains( document.activeElement );
		panel.style.blockSize = isUp ? `${ viewport.height }px` : '';
		panel.style.insetBlockEnd = isUp ? `${ hidden - viewport.offsetTop }px` : '';
	};
	viewport.addEventListener( 'resize', fit );
	viewport.addEventListener( 'scroll', fit );
	// The keyboard may be up already, for a field of the page.
	document.addEventListener( 'focusin', fit );
}
