import type { Place } from '../viewmodels/panel-state.ts';

/** Below this width the panel is a sheet, and stays where it is. As in panel.css. */
export const SHEET = '( max-width: 639px )';
/** How much of the window stays free around the panel, in px. */
const MARGIN_PX = 8;

/**
 * Lets one move the panel out of the way by its header; a window that shrinks brings it back into view.
 *
 * @param start where it was left
 * @param onMoved called when one has let go of it
 * @returns brings it back into view; called when its size has changed
 */
export function makeMovable( panel: HTMLElement, handle: HTMLElement, start: Place, onMoved: ( place: Place ) => void ): () => void {
	let { x, y } = start;

	function draw(): void {
		panel.style.transform = x === 0 && y === 0 ? '' : `translate( ${ x }px, ${ y }px )`;
	}

	function moveTo( nextX: number, nextY: number ): void {
		const { left, top, right, bottom } = panel.getBoundingClientRect();
		const within = ( value: number, least: number, most: number ): number => (
			Math.min( Math.max( value, least ), Math.max( least, most ) )
		);
		// left - x is where it would be unmoved.
		x = within( nextX, MARGIN_PX - ( left - x ), window.innerWidth - MARGIN_PX - ( right - x ) );
		y = within( nextY, MARGIN_PX - ( top - y ), window.innerHeight - MARGIN_PX - ( bottom - y ) );
		draw();
	}

	function fit(): void {
		if ( window.matchMedia( SHEET ).matches ) {
			x = 0;
			y = 0;
			draw();
		} else if ( !panel.hidden && ( x !== 0 || y !== 0 ) ) {
			moveTo( x, y );
		}
	}

	handle.addEventListener( 'pointerdown', ( down ) => {
		const isOnButton = down.target instanceof Element && down.target.closest( 'a, button' ) !== null;
		if ( down.button !== 0 || isOnButton || window.matchMedia( SHEET ).matches ) {
			return;
		}
		// Neither the selection in the editor nor the focus is to follow.
		down.preventDefault();
		const offsetX = down.clientX - x;
		const offsetY = down.clientY - y;
		const move = ( event: PointerEvent ): void => moveTo( event.clientX - offsetX, event.clientY - offsetY );
		const stop = (): void => {
			handle.removeEventListener( 'pointermove', move );
			handle.removeEventListener( 'pointerup', stop );
			handle.removeEventListener( 'pointercancel', stop );
			onMoved( { x, y } );
		};
		handle.setPointerCapture( down.pointerId );
		handle.addEventListener( 'pointermove', move );
		handle.addEventListener( 'pointerup', stop );
		handle.addEventListener( 'pointercancel', stop );
	} );
	// A mousedown outside the editor would take its focus away.
	handle.addEventListener( 'mousedown', ( event ) => event.preventDefault() );
	window.addEventListener( 'resize', fit );
	draw();
	fit();
	return fit;
}
