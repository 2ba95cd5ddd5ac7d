/** A rectangle in the window, in px. */
export type Box = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

/** Where the panel goes: how far from its corner, in px to the right and down, and how high it may be. */
export type ClearPlace = { readonly x: number; readonly y: number; readonly height: number };

/** What stays free between the panel and whatever it does not cover, in px. */
const GAP_PX = 8;
/** Below this height, in px, the panel would rather be somewhere else: there is no room to read and write. */
const LEAST_HEIGHT_PX = 320;
/** Below this one, in px, it cannot be used at all, and covering something is the lesser evil. */
const BARELY_USABLE_PX = 160;

type Span = { readonly top: number; readonly bottom: number };
const heightOf = ( { top, bottom }: Span ): number => bottom - top;

/** What is left of a column of the window beside the boxes that reach into it. */
function freeSpans( column: Box, boxes: readonly Box[] ): Span[] {
	let spans: Span[] = [ column ];
	for ( const box of boxes ) {
		if ( box.right + GAP_PX > column.left && box.left - GAP_PX < column.right ) {
			const [ top, bottom ] = [ box.top - GAP_PX, box.bottom + GAP_PX ];
			spans = spans.flatMap( ( span ) => [
				{ top: span.top, bottom: Math.min( span.bottom, top ) }, { top: Math.max( span.top, bottom ), bottom: span.bottom }
			] ).filter( ( span ) => heightOf( span ) > 0 );
		}
	}
	return spans;
}

/**
 * Finds a place for the panel where it covers none of `boxes`: in its corner if it can be, less high if need be, else
 * higher up, else in the other corner.
 *
 * @param corner where the panel may be when nothing is in its way: as high as it may be there
 * @param windowWidth the other corner is on the other side of it
 * @param wantedHeight no more than this, in px
 */
export function findClearPlace( corner: Box, windowWidth: number, wantedHeight: number, boxes: readonly Box[] ): ClearPlace {
	const across = windowWidth - corner.right - corner.left;
	const otherCorner: Box = { ...corner, left: corner.left + across, right: corner.right + across };
	const places = [ corner, otherCorner ].flatMap( ( column ) => (
		freeSpans( column, boxes ).sort( ( one, other ) => other.bottom - one.bottom ).map( ( span ) => (
			{ x: column.left - corner.left, y: span.bottom - corner.bottom, height: Math.min( wantedHeight, heightOf( span ) ) }
		) )
	) );
	const roomy = places.find( ( { height } ) => height >= Math.min( LEAST_HEIGHT_PX, wantedHeight ) );
	const [ highest ] = places.slice().sort( ( one, other ) => other.height - one.height );
	if ( roomy || ( highest && highest.height >= BARELY_USABLE_PX ) ) {
		return roomy ?? highest!;
	}
	// A window this small has no good place; the newcomer can move the panel away.
	return { x: 0, y: 0, height: Math.min( wantedHeight, heightOf( corner ) ) };
}
