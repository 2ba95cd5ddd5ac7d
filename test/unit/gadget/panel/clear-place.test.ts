import { describe, expect, it } from 'vitest';
import type { Box, ClearPlace } from '../../../../src/gadget/panel/viewmodels/clear-place.ts';
import { findClearPlace } from '../../../../src/gadget/panel/viewmodels/clear-place.ts';

const windowWidth = 1280;
/** The panel's column in a window of 1280 × 800. */
const corner: Box = { left: 912, right: 1256, top: 72, bottom: 776 };
const toolbar: Box = { left: 180, right: 1240, top: 160, bottom: 202 };
const middleBar: Box = { left: 0, right: 1280, top: 160, bottom: 202 };
const growthButton: Box = { left: 1208, right: 1256, top: 728, bottom: 776 };

describe( 'the place of the panel', () => {
	it.each<[ string, Box, readonly Box[], ClearPlace ]>( [
		[ 'is its corner when nothing is there', corner, [], { x: 0, y: 0, height: 560 } ],
		[ 'is its corner when what is there is elsewhere', corner, [ { left: 10, right: 100, top: 700, bottom: 740 } ], { x: 0, y: 0, height: 560 } ],
		[ 'is below a toolbar that leaves room enough', corner, [ toolbar ], { x: 0, y: 0, height: 560 } ],
		[ 'is less high below a toolbar in a low window', { ...corner, bottom: 576 }, [ toolbar ], { x: 0, y: 0, height: 366 } ],
		[ 'is above a button in the corner', corner, [ growthButton ], { x: 0, y: -56, height: 560 } ],
		[ 'is between the two', corner, [ toolbar, growthButton ], { x: 0, y: -56, height: 510 } ],
		[ 'keeps a little away from what is only near', corner, [ { left: 860, right: 910, top: 700, bottom: 720 } ], { x: 0, y: -84, height: 560 } ],
		[ 'is the other corner when there is no room in its own', corner, [ { ...growthButton, top: 300, bottom: 500 } ], { x: -888, y: 0, height: 560 } ],
		[
			'is the highest part of a window with too little room', { ...corner, bottom: 400 }, [ middleBar ],
			{ x: 0, y: 0, height: 190 }
		],
		[
			'is its corner when there is no room anywhere', { ...corner, bottom: 400 }, [ { ...middleBar, top: 100, bottom: 350 } ],
			{ x: 0, y: 0, height: 328 }
		]
	] )( '%s', ( _what, column, boxes, expected ) => {
		expect( findClearPlace( column, windowWidth, 560, boxes ) ).toEqual( expected );
	} );

	it( 'mirrors in a page from right to left', () => {
		const left: Box = { ...corner, left: 24, right: 368 };
		const button: Box = { left: 30, right: 60, top: 300, bottom: 500 };
		expect( findClearPlace( left, windowWidth, 560, [ button ] ) ).toEqual( { x: 888, y: 0, height: 560 } );
	} );

	it( 'of a minimised panel needs only the height of its header', () => {
		expect( findClearPlace( corner, windowWidth, 50, [ growthButton ] ) ).toEqual( { x: 0, y: -56, height: 50 } );
	} );
} );
