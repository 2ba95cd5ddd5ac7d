import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plainLibrary } from '../../../src/deploy/plain-library.ts';

const transform = plainLibrary( 'matrix-js-sdk' ).transform as ( code: string, id: string ) => string | undefined;
const file = ( name: string ): string => new URL( `../../../node_modules/matrix-js-sdk/lib/${ name }`, import.meta.url ).pathname;
const plain = ( name: string ): string => transform( readFileSync( file( name ), 'utf8' ), file( name ) )!;

describe( 'the plainer words of a library', () => {
	it( 'make an enumeration an object with the same names and values', () => {
		const { Method } = new Function( `${ plain( 'http-api/method.js' ).replace( 'export const Method', 'const Method' ) }\nreturn { Method };` )() as { Method: object };
		expect( Method ).toEqual( { Get: 'GET', Put: 'PUT', Post: 'POST', Delete: 'DELETE', Options: 'OPTIONS', Head: 'HEAD', Patch: 'PATCH' } );
	} );

	it( 'leave out fields without a value, and only those', () => {
		expect( readFileSync( file( 'http-api/fetch.js' ), 'utf8' ) ).toContain( '_defineProperty(this, "tokenManager", void 0);' );
		expect( plain( 'http-api/fetch.js' ) ).not.toContain( 'void 0);' );
		expect( plain( 'http-api/fetch.js' ) ).toContain( '_defineProperty(this, "abortController", new AbortController());' );
	} );

	it( 'let the bundler drop what is made by being called', () => {
		expect( plain( 'utils.js' ) ).toContain( 'DEFAULT_ALPHABET = /*#__PURE__*/ (() => {' );
	} );

	it( 'change nothing of our own', () => {
		expect( transform( '_defineProperty(this, "x", void 0);', '/project/src/matrix/client.ts' ) ).toBeUndefined();
	} );
} );
