import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const projectDir = path.resolve( import.meta.dirname, '../..' );
const documents = execFileSync( 'git', [ 'ls-files', '--cached', '--others', '--exclude-standard', '*.md' ], { cwd: projectDir, encoding: 'utf8' } )
	.split( '\n' ).filter( ( file ) => file !== '' && existsSync( path.join( projectDir, file ) ) );
const scripts = Object.keys( ( JSON.parse( readFileSync( path.join( projectDir, 'package.json' ), 'utf8' ) ) as { scripts: object } ).scripts );

/** Paths that a document names: links, and code that begins with a folder of the project. */
function namedPaths( document: string, text: string ): string[] {
	const links = [ ...text.matchAll( /\]\(([^)\s]+)\)/g ) ].map( ( match ) => match[ 1 ] ?? '' )
		.filter( ( target ) => !/^([a-z]+:|#)/.test( target ) )
		.map( ( target ) => path.join( path.dirname( document ), target.replace( /#.*/, '' ) ) );
	const code = [ ...text.matchAll( /`((?:src|test|docs|gadget-definitions|\.ci)\/[^`\s]*)`/g ) ].map( ( match ) => match[ 1 ] ?? '' )
		.filter( ( target ) => !/[*{<…]/.test( target ) );
	return [ ...links, ...code ];
}

/** `npm run NAME` in a text, without `npm start` and `npm test`, which npm knows by itself. */
function namedScripts( text: string ): string[] {
	return [ ...text.matchAll( /npm run ([a-z][a-z:-]*)/g ) ].map( ( match ) => match[ 1 ] ?? '' );
}

describe.each( documents )( '%s', ( document ) => {
	const text = readFileSync( path.join( projectDir, document ), 'utf8' );

	it( 'names only files that are there', () => {
		expect( namedPaths( document, text ).filter( ( target ) => !existsSync( path.join( projectDir, target ) ) ) ).toEqual( [] );
	} );

	it( 'names only scripts that are there', () => {
		expect( namedScripts( text ).filter( ( name ) => !scripts.includes( name ) ) ).toEqual( [] );
	} );
} );
