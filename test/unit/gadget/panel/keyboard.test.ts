import { afterEach, expect, it, vi } from 'vitest';
import { fitAboveKeyboard } from '../../../../src/gadget/panel/views/keyboard.ts';

/** A phone of 360 × 640 px, on which the keyboard takes what `hidden` says. */
function phone() {
	const viewport = Object.assign( new EventTarget(), { height: 640, offsetTop: 0 } );
	const field = {};
	const document = Object.assign( new EventTarget(), { activeElement: undefined as unknown } );
	vi.stubGlobal( 'document', document );
	vi.stubGlobal( 'window', { visualViewport: viewport, innerHeight: 640, matchMedia: () => ( { matches: true } ) } );
	const style = { blockSize: '', insetBlockEnd: '' };
	fitAboveKeyboard( { style, contains: ( node: unknown ) => node === field } as unknown as HTMLElement );
	return {
		style,
		field,
		raise( hidden: number ) {
			viewport.height = 640 - hidden;
			viewport.dispatchEvent( new Event( 'resize' ) );
		},
		focus( node: unknown ) {
			document.activeElement = node;
			document.dispatchEvent( new Event( 'focusin' ) );
		}
	};
}

afterEach( () => {
	vi.unstubAllGlobals();
} );

it( 'the panel fits above a keyboard that comes after the focus', () => {
	const { style, field, raise, focus } = phone();
	focus( field );
	expect( style ).toEqual( { blockSize: '', insetBlockEnd: '' } );
	raise( 300 );
	expect( style ).toEqual( { blockSize: '340px', insetBlockEnd: '300px' } );
	raise( 0 );
	expect( style ).toEqual( { blockSize: '', insetBlockEnd: '' } );
} );

it( 'the panel fits above a keyboard that is up for the editor already, and lets go when the editor has the focus again', () => {
	const { style, field, raise, focus } = phone();
	raise( 300 );
	expect( style.blockSize ).toBe( '' );
	focus( field );
	expect( style ).toEqual( { blockSize: '340px', insetBlockEnd: '300px' } );
	focus( {} );
	expect( style ).toEqual( { blockSize: '', insetBlockEnd: '' } );
} );
