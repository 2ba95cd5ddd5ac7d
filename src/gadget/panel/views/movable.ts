import type { Box } from '../viewmodels/clear-place.ts';
import { findClearPlace } from '../viewmodels/clear-place.ts';
import type { Place } from '../viewmodels/panel-state.ts';

/** Below this width the panel is a sheet, and stays where it is. As in adaptations.css. */
export const SHEET = '( max-width: 639px )';
/** How much of the window stays free around a panel that was moved, in px. */
const MARGIN_PX = 8;
/** How much of it stays free above one that was not, in px: skins have their sticky headers there. */
const TOP_PX = 72;
const HEIGHT_PX = 560;

export type MovablePorts = {
	/** Where the newcomer left it. */
	readonly start: Place;
	readonly boxesToKeepClear: () => readonly Box[];
	/** Called when the newcomer has let go of it. */
	readonly onMoved: ( place: Place ) => void;
};

/**
 * Keeps the panel clear of what it must not cover, until the newcomer moves it by its header: then it stays where they
 * want it, as far as that is in the window.
 *
 * @returns `fit` places it anew; called when its size, the window or the page has changed. `moveAside` is for those who do not
 * drag: it moves it to the other side of the window
 */
export function makeMovable(
	panel: HTMLElement, handle: HTMLElement, { start, boxesToKeepClear, onMoved }: MovablePorts
): { fit(): void; moveAside(): void } {
	let { x, y } = start;
	let isMoved = x !== 0 || y !== 0;

	function draw(): void {
		const transform = x === 0 && y === 0 ? '' : `translate( ${ x }px, ${ y }px )`;
		if ( panel.style.transform !== transform ) {
			panel.style.transform = transform;
		}
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

	function stayClear(): void {
		const { left, right, bottom } = panel.getBoundingClientRect();
		const corner = { left: left - x, right: right - x, top: TOP_PX, bottom: bottom - y };
		const isMinimised = panel.clientHeight <= handle.offsetHeight;
		// Without a scroll bar, in which nothing stands.
		const { clientWidth } = document.documentElement;
		const place = findClearPlace( corner, clientWidth, isMinimised ? handle.offsetHeight : HEIGHT_PX, boxesToKeepClear() );
		x = place.x;
		y = place.y;
		panel.style.maxBlockSize = isMinimised ? '' : `${ place.height }px`;
		draw();
	}

	function fit(): void {
		if ( window.matchMedia( SHEET ).matches ) {
			x = 0;
			y = 0;
			panel.style.maxBlockSize = '';
			draw();
		} else if ( !panel.hidden && isMoved ) {
			moveTo( x, y );
		} else if ( !panel.hidden ) {
			stayClear();
		}
	}

	handle.addEventListener( 'pointerdown', ( down ) => {
		const isOnControl = down.target instanceof Element && down.target.closest( 'a, button, [role=listbox]' ) !== null;
		if ( down.button !== 0 || isOnControl || window.matchMedia( SHEET ).matches ) {
			return;
		}
		// Neither the selection in the editor nor the focus is to follow.
		down.preventDefault();
		const offsetX = down.clientX - x;
		const offsetY = down.clientY - y;
		const move = ( event: PointerEvent ): void => {
			isMoved = true;
			moveTo( event.clientX - offsetX, event.clientY - offsetY );
		};
		const stop = (): void => {
			handle.removeEventListener( 'pointermove', move );
			handle.removeEventListener( 'pointerup', stop );
			handle.removeEventListener( 'pointercancel', stop );
			if ( isMoved ) {
				onMoved( { x, y } );
			}
		};
		handle.setPointerCapture( down.pointerId );
		handle.addEventListener( 'pointermove', move );
		handle.addEventListener( 'pointerup', stop );
		handle.addEventListener( 'pointercancel', stop );
	} );
	// A mousedown outside the editor would take its focus away.
	handle.addEventListener( 'mousedown', ( event ) => event.preventDefault() );
	draw();
	fit();
	return {
		fit,
		moveAside() {
			const { left, right } = panel.getBoundingClientRect();
			const { innerWidth } = window;
			isMoved = true;
			moveTo( left + right > innerWidth ? -innerWidth : innerWidth, y );
			onMoved( { x, y } );
		}
	};
}
