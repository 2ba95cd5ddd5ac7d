import { describe, expect, it } from 'vitest';
import { EMOJI_COLUMNS, emojiGroups, moveInGrid, withRecentEmoji } from '../../../../src/gadget/panel/viewmodels/emoji-grid.ts';

describe( 'the emoji', () => {
	it( 'are each there once, in whole lines', () => {
		const all = emojiGroups().flatMap( ( { emoji } ) => emoji );
		expect( new Set( all ).size ).toBe( all.length );
		for ( const { emoji } of emojiGroups() ) {
			expect( emoji.length % EMOJI_COLUMNS ).toBe( 0 );
		}
		for ( const emoji of all ) {
			expect( emoji ).toMatch( /^\p{RGI_Emoji}$/v );
		}
	} );

	it( 'that were chosen last come first, each once, one line of them', () => {
		expect( withRecentEmoji( [ '👍', '🐐', '🎉' ], '🐐' ) ).toEqual( [ '🐐', '👍', '🎉' ] );
		expect( withRecentEmoji( [ ...'abcdefg' ], '🐐' ) ).toEqual( [ '🐐', ...'abcdef' ] );
	} );
} );

describe( 'moving in lines of 3, 7 and 2', () => {
	const lines = [ 3, 7, 2 ];
	const move = ( from: string, key: string, direction: 'ltr' | 'rtl' = 'ltr' ): string | undefined => {
		const [ line = 0, column = 0 ] = from.split( '/' ).map( Number );
		const place = moveInGrid( lines, { line, column }, key.replace( 'Ctrl+', '' ), key.startsWith( 'Ctrl+' ), direction );
		return place && `${ place.line }/${ place.column }`;
	};

	it.each( [
		[ '0/0', 'ArrowRight', '0/1' ], [ '0/2', 'ArrowRight', '1/0' ], [ '2/1', 'ArrowRight', '2/1' ],
		[ '0/1', 'ArrowLeft', '0/0' ], [ '1/0', 'ArrowLeft', '0/2' ], [ '0/0', 'ArrowLeft', '0/0' ],
		[ '0/1', 'ArrowDown', '1/1' ], [ '1/5', 'ArrowDown', '2/1' ], [ '2/1', 'ArrowDown', '2/1' ],
		[ '2/1', 'ArrowUp', '1/1' ], [ '1/5', 'ArrowUp', '0/2' ], [ '0/1', 'ArrowUp', '0/1' ],
		[ '1/3', 'Home', '1/0' ], [ '1/3', 'End', '1/6' ], [ '1/3', 'Ctrl+Home', '0/0' ], [ '1/3', 'Ctrl+End', '2/1' ],
		[ '1/3', 'a', undefined ], [ '1/3', 'Tab', undefined ]
	] )( 'goes from %s with %s to %s', ( from, key, to ) => {
		expect( move( from, key ) ).toBe( to );
	} );

	it.each( [ [ '0/0', 'ArrowLeft', '0/1' ], [ '0/1', 'ArrowRight', '0/0' ], [ '1/0', 'ArrowRight', '0/2' ], [ '0/1', 'ArrowDown', '1/1' ] ] )(
		'goes the way that the arrow shows, from right to left: %s, %s, %s', ( from, key, to ) => {
			expect( move( from, key, 'rtl' ) ).toBe( to );
		}
	);
} );
