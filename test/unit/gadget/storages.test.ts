import { afterEach, describe, expect, it, vi } from 'vitest';
import { storageOrNone } from '../../../src/gadget/wiki/storages.ts';
import { FakeStorage } from './fakes.ts';

afterEach( () => vi.unstubAllGlobals() );

describe( 'a storage of the browser', () => {
	it( 'is the browser\'s own', () => {
		const localStorage = new FakeStorage();
		vi.stubGlobal( 'window', { localStorage } );
		storageOrNone( 'localStorage' ).setItem( 'a', '1' );
		expect( localStorage.getItem( 'a' ) ).toBe( '1' );
	} );

	it.each( [
		[ 'is forbidden', Object.defineProperty( {}, 'localStorage', { get() {
			throw new Error( 'SecurityError' );
		} } ) ],
		[ 'is not there', { localStorage: null } ]
	] )( 'is empty and full where it %s', ( _what, window ) => {
		vi.stubGlobal( 'window', window );
		const storage = storageOrNone( 'localStorage' );
		expect( storage.getItem( 'a' ) ).toBeNull();
		expect( () => storage.setItem( 'a', '1' ) ).toThrow();
		expect( storage.getItem( 'a' ) ).toBeNull();
		expect( () => storage.removeItem( 'a' ) ).not.toThrow();
	} );
} );
