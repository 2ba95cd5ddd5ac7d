import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Banana from 'banana-i18n';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessages, readLanguagePage } from '../../../src/gadget/i18n/messages.ts';

const i18nDir = path.resolve( import.meta.dirname, '../../../src/gadget/i18n' );
const languages = readdirSync( i18nDir ).filter( ( file ) => file.endsWith( '.json' ) && file !== 'qqq.json' ).map( ( file ) => path.basename( file, '.json' ) );

function textsOf( language: string ): string[] {
	const page = JSON.parse( readFileSync( path.join( i18nDir, `${ language }.json` ), 'utf8' ) ) as Record<string, unknown>;
	return Object.values( page ).filter( ( text ) => typeof text === 'string' );
}

/** One message of ours, in a language, as the panel formats it. */
function format( language: string, text: string, ...parameters: ( string | number )[] ): string {
	return createMessages( [ readLanguagePage( language, { 'askforhelp-title': text } ) ] )( 'title', ...parameters );
}

/** The same as the whole library formats it. */
function formatByLibrary( language: string, text: string, ...parameters: ( string | number )[] ): string {
	return new Banana( language, { messages: { text } } ).i18n( 'text', ...parameters );
}

describe( 'what stands in for parts of the message library', () => {
	it.each( languages )( 'formats every message of %s as the library does', ( language ) => {
		for ( const text of textsOf( language ) ) {
			for ( const count of [ 0, 1, 2, 3, 5, 11, 21, 100, 103 ] ) {
				expect( format( language, text, count, 'Nita' ) ).toBe( formatByLibrary( language, text, count, 'Nita' ) );
			}
		}
	} );

	it.each( [
		[ 'ru', '{{PLURAL:$1|$1 ответ|$1 ответа|$1 ответов}}' ],
		[ 'ar', '{{PLURAL:$1|a|b|c|d|e|f}} x {{PLURAL:$2|g|h}}' ],
		[ 'en', '{{plural:$1|0=nobody|one|$1}}' ],
		[ 'fi', '{{PLURAL:$1|{{GENDER:$2|he|she|they}}|$1 of them}}' ],
		[ 'de', '$3 {{GENDER:$2|er|sie}} $2$1' ],
		[ 'pl', '{{PLURAL:$1|one}}' ],
		[ 'xx', '{{PLURAL:$1||more}}' ]
	] )( 'knows plural and gender of %s as the library does: %s', ( language, text ) => {
		for ( const count of [ 0, 1, 2, 3, 5, 6, 11, 22, 105 ] ) {
			for ( const gender of [ 'male', 'female', 'unknown', '' ] ) {
				expect( format( language, text, count, gender ) ).toBe( formatByLibrary( language, text, count, gender ) );
			}
		}
	} );

	it( 'never throws, whatever a translator has written', () => {
		const piece = fc.constantFrom( '{{', '}}', '{{PLURAL:', '{{GENDER:', '{{GRAMMAR:x|y}}', '|', '$1', '$', '<b>', '[[', '\\', 'text', ' ' );
		fc.assert( fc.property( fc.array( piece, { maxLength: 12 } ), fc.integer(), ( pieces, count ) => {
			expect( typeof format( 'ar', pieces.join( '' ), count ) ).toBe( 'string' );
		} ) );
	} );

	it( 'leaves markup and what it does not know as text', () => {
		expect( format( 'en', '<b>$1</b> {{PLURAL:$1|one|[[more]]}} {{x|y}}', 2 ) ).toBe( '<b>2</b> [[more]] {{x|y}}' );
	} );

	it( 'is enough: no message asks for more than plural and gender', () => {
		for ( const text of languages.flatMap( textsOf ) ) {
			expect( text.match( /\{\{(?!(PLURAL|GENDER):)[^}]*|<\w|\[\[|\\/ ) ).toBeNull();
		}
	} );
} );
