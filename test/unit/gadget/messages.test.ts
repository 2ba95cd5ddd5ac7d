import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMessages, readLanguagePage } from '../../../src/gadget/i18n/messages.ts';

const gadgetDir = path.resolve( import.meta.dirname, '../../../src/gadget' );
const read = ( language: string ): Record<string, string> => {
	const all = Object.entries( JSON.parse( readFileSync( path.join( gadgetDir, 'i18n', `${ language }.json` ), 'utf8' ) ) as object );
	return Object.fromEntries( all.filter( ( [ key ] ) => key !== '@metadata' ) );
};
const languages = readdirSync( path.join( gadgetDir, 'i18n' ) )
	.filter( ( file ) => file.endsWith( '.json' ) ).map( ( file ) => path.basename( file, '.json' ) );
const english = read( 'en' );
const parameters = ( text: string ): string[] => [ ...new Set( text.match( /\$\d/g ) ?? [] ) ].sort();

const sources = readdirSync( gadgetDir, { recursive: true, encoding: 'utf8' } )
	.filter( ( file ) => file.endsWith( '.ts' ) )
	.map( ( file ) => readFileSync( path.join( gadgetDir, file ), 'utf8' ) )
	.concat( readFileSync( path.resolve( gadgetDir, '../../vite.config.ts' ), 'utf8' ) ).join( '\n' );

it.each( [ [ 'female', 'اطلبي المساعدة' ], [ 'male', 'اطلب المساعدة' ], [ 'unknown', 'اطلب المساعدة' ] ] )(
	'a newcomer whose preference is %s is spoken to so', ( gender, text ) => {
		const page = readLanguagePage( 'ar', { 'askforhelp-title': '{{GENDER:|اطلب|اطلبي}} المساعدة' } );
		expect( createMessages( [ page ], gender )( 'title' ) ).toBe( text );
	}
);

describe( 'the messages', () => {
	it( 'are all documented, and nothing else is', () => {
		expect( Object.keys( read( 'qqq' ) ).sort() ).toEqual( Object.keys( english ).sort() );
	} );

	it.each( languages.filter( ( language ) => ![ 'en', 'qqq' ].includes( language ) ) )( 'of %s have the keys and parameters of English', ( language ) => {
		for ( const [ key, text ] of Object.entries( read( language ) ) ) {
			expect( [ key, parameters( text ) ] ).toEqual( [ key, parameters( english[ key ] ?? '' ) ] );
		}
	} );

	it.each( [ 'ar', 'de', 'he', 'hu' ] )( 'of %s are complete', ( language ) => {
		expect( Object.keys( read( language ) ).sort() ).toEqual( Object.keys( english ).sort() );
	} );

	it.each( languages.filter( ( language ) => language !== 'qqq' ) )( 'of %s have the plural forms of their language', ( language ) => {
		const expected = new Intl.PluralRules( language ).resolvedOptions().pluralCategories.length;
		for ( const [ key, text ] of Object.entries( read( language ) ) ) {
			for ( const [ , forms ] of text.matchAll( /\{\{PLURAL:\$\d\|(.*?)\}\}/g ) ) {
				expect( [ key, forms!.split( '|' ).length ] ).toEqual( [ key, expected ] );
				// The library takes the number 0 alone for no form at all.
				expect( forms!.split( '|' ).filter( ( form ) => /^(\$\d)?$/.test( form ) ), key ).toEqual( [] );
			}
		}
	} );

	it.each( languages.filter( ( language ) => language !== 'qqq' ) )( 'of %s are plain text, and nothing in it turns its direction', ( language ) => {
		for ( const text of Object.values( read( language ) ) ) {
			expect( text.replace( /\{\{(PLURAL|GENDER):\$\d\|[^{}]*\}\}/g, '$1' ) ).not.toMatch( /[<>{}[\]\u202a-\u202e\u2066-\u2069]|^\s|\s$/ );
		}
	} );

	it.each( Object.keys( english ).map( ( key ) => key.replace( 'askforhelp-', '' ) ) )( '%s is used', ( key ) => {
		// Some keys end in a state: login-${ status }, problem-${ problem }.
		const [ , stem, state ] = /^(.+?)-(.+)$/.exec( key ) ?? [];
		expect( sources.includes( `'${ key }'` ) || ( sources.includes( `\`${ stem }-\${` ) && sources.includes( `'${ state }'` ) ) ).toBe( true );
	} );

	it( 'are documented by naming messages that there are', () => {
		for ( const text of Object.values( read( 'qqq' ) ) ) {
			for ( const [ , template, key ] of text.matchAll( /\{\{(.*?)\|(.*?)\}\}/g ) ) {
				expect( template === 'Identical' || ( template === 'msg-mw' && key! in english ), text ).toBe( true );
			}
		}
	} );

	it( 'document each of their parameters', () => {
		const qqq = read( 'qqq' );
		for ( const [ key, text ] of Object.entries( english ) ) {
			expect( [ key, parameters( qqq[ key ]! ) ] ).toEqual( [ key, parameters( text ) ] );
		}
	} );

	it.each( Object.values( english ) )( 'use no jargon: %s', ( text ) => {
		expect( text ).not.toMatch( /\b(matrix|room|token|homeserver|server|gadget|session)\b/i );
	} );
} );

describe( 'formatting a message', () => {
	const arabic = readLanguagePage( 'ar', read( 'ar' ) );
	const inEnglish = readLanguagePage( 'en', english );

	it.each( [ [ 1, 'One new answer' ], [ 2, '2 new answers' ] ] )( 'counts %i in English', ( count, expected ) => {
		expect( createMessages( [ inEnglish ] )( 'status-unread', count ) ).toBe( expected );
	} );

	it.each( [ [ 1, 'واحدة' ], [ 2, 'إجابتان' ], [ 3, '3 إجابات' ], [ 11, '11 إجابة' ] ] )( 'counts %i in Arabic', ( count, expected ) => {
		expect( createMessages( [ arabic ] )( 'status-unread', count ) ).toContain( expected );
	} );

	it( 'counts one character too many as one in Arabic', () => {
		expect( createMessages( [ arabic ] )( 'question-too-long', 1 ) ).toContain( 'بحرف واحد' );
	} );

	it( 'counts by the rules of the language that the text is in, not of the reader\'s', () => {
		// Arabic has a form of its own for two; the English text has none.
		const messages = createMessages( [ readLanguagePage( 'ar', {} ), inEnglish ] );
		expect( messages( 'status-unread', 2 ) ).toBe( '2 new answers' );
	} );

	it( 'takes the first language that has the message', () => {
		const messages = createMessages( [ readLanguagePage( 'arz', { 'askforhelp-title': 'arz' } ), arabic ] );
		expect( messages( 'title' ) ).toBe( 'arz' );
		expect( messages( 'close' ) ).toBe( 'إغلاق' );
	} );

	it( 'leaves what a parameter says alone', () => {
		expect( createMessages( [ inEnglish ] )( 'status-helper', '<b>{{PLURAL:1|x}} $1</b>' ) ).toContain( '<b>{{PLURAL:1|x}} $1</b>' );
	} );

	it.each( [ undefined, null, 3, [], { a: 1, b: { c: 2 } } ] )( 'reads no messages out of %j', ( raw ) => {
		expect( readLanguagePage( 'ar', raw ).messages ).toEqual( {} );
	} );
} );
