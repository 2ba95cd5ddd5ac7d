import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** How a part of a line stands out; what each means is in `terminal-app.ts`. Every line says the same without. */
export type Look = 'plain' | 'strong' | 'quiet' | 'waiting' | 'good' | 'alarm' | 'chosen' | 'own';
export type Span = { readonly text: string; readonly look: Look };
/** One line of the screen. */
export type Line = readonly Span[];

/**
 * Stand for a space with the beginning, or the end, of an isolate (U+2068, U+2069): the terminal library takes those two out,
 * so they are put in behind it (`terminal-output.ts`). Nothing from elsewhere can hold them: plainText() takes out
 * what is private.
 */
export const ISOLATE_OPEN = '\ue000';
export const ISOLATE_CLOSE = '\ue001';

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const graphemes = new Intl.Segmenter( undefined, { granularity: 'grapheme' } );

export const widthOf = ( text: string ): number => stringWidth( text );
export const span = ( text: string, look: Look = 'plain' ): Span => ( { text, look } );
export const widthOfLine = ( line: Line ): number => line.reduce( ( sum, { text } ) => sum + widthOf( text ), 0 );

/** The beginning of a text in at most `width` cells, with an ellipsis where something is cut; no character is cut in half. */
export function cut( text: string, width: number ): string {
	if ( widthOf( text ) <= width ) {
		return text;
	}
	let kept = '';
	let used = 0;
	for ( const { segment } of graphemes.segment( text ) ) {
		const next = used + widthOf( segment );
		if ( next > width - 1 ) {
			break;
		}
		kept += segment;
		used = next;
	}
	return width < 1 ? '' : `${ kept }…`;
}

/** A text in exactly `width` cells. */
export function fit( text: string, width: number ): string {
	const kept = cut( text, width );
	return kept + ' '.repeat( Math.max( 0, width - widthOf( kept ) ) );
}

/**
 * A text from elsewhere with a space on either side, which keeps its direction to itself: in a terminal that reorders,
 * an Arabic name does not pull number and time out of their places.
 */
export function field( text: string ): string {
	return RIGHT_TO_LEFT.test( text ) ? `${ ISOLATE_OPEN }${ text }${ ISOLATE_CLOSE }` : ` ${ text } `;
}

/** A {@link field} in exactly `width` cells. */
export function fitField( text: string, width: number ): string {
	return width < 3 ? ' '.repeat( Math.max( 0, width ) ) : fit( field( cut( text, width - 2 ) ), width );
}

/** Breaks a text into lines of at most `width` cells; the first one is `indent` cells shorter. */
export function wrap( text: string, width: number, indent = 0 ): string[] {
	const room = Math.max( 2, width );
	const lead = '\ue002'.repeat( Math.min( indent, room - 2 ) );
	return wrapAnsi( lead + text, room, { hard: true, trim: false } ).split( '\n' )
		.map( ( line, index ) => index === 0 ? line.slice( lead.length ) : line.trimStart() );
}

/** A line in exactly `width` cells: what is too long is cut, what is too short is filled up. */
export function exactly( line: Line, width: number ): Line {
	const kept: Span[] = [];
	let left = width;
	for ( const { text, look } of line ) {
		const part = cut( text, left );
		if ( part !== '' ) {
			kept.push( span( part, look ) );
			left -= widthOf( part );
		}
	}
	return left > 0 ? [ ...kept, span( ' '.repeat( left ) ) ] : kept;
}

/** A line with something at its right end, which is never cut. */
export function withEnd( line: Line, end: Line, width: number ): Line {
	return [ ...exactly( line, Math.max( 0, width - widthOfLine( end ) ) ), ...end ];
}
