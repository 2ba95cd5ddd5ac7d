import { describe, expect, it } from 'vitest';
import { plainLine, plainText } from '../../../src/helper/state/plain-text.ts';

describe( 'text for the terminal', () => {
	it.each( [
		[ 'an escape sequence', 'a\u001b[31mb', 'a\ufffd[31mb' ],
		[ 'a title sequence', '\u001b]0;x\u0007', '\ufffd]0;x\ufffd' ],
		[ 'the eight-bit form of an escape sequence', '\u009b2J\u009d0;x\u009c', '\ufffd2J\ufffd0;x\ufffd' ],
		[ 'null, backspace and delete', 'a\u0000\u0008\u007fb', 'a\ufffd\ufffd\ufffdb' ],
		[ 'marks that turn the direction', '\u202ea\u202c\u2066b\u2069\u200f\u061c', 'ab' ],
		[ 'characters that nobody sees', 'a\u200bb\u00adc\ufeffd\u2060e', 'abcde' ],
		[ 'words hidden in tags', 'a\u{e0041}\u{e0042}', 'a' ],
		[ 'half a character', 'a\ud800b', 'a\ufffdb' ],
		[ 'what has a private meaning, such as the marks of this program', '\ue000x\ue001\ue002', '\ufffdx\ufffd\ufffd' ],
		[ 'line ends of all kinds', 'a\r\nb\rc\u2028d\u0085e', 'a\nb\nc\nd\ne' ],
		[ 'tabs', 'a\tb', 'a    b' ],
		[ 'accents, joined emoji and joined letters, which stay', 'e\u0301 👩‍👩‍👧 ❤️ می\u200cخواهم', 'e\u0301 👩‍👩‍👧 ❤️ می\u200cخواهم' ],
		[ 'wide and right-to-left characters, which stay', '漢字 عربي', '漢字 عربي' ]
	] )( 'holds no danger: %s', ( _, text, expected ) => {
		expect( plainText( text ) ).toBe( expected );
	} );

	it( 'piles no more than eight marks on a letter', () => {
		expect( plainText( `a${ '\u0335'.repeat( 500 ) }b` ) ).toBe( `a${ '\u0335'.repeat( 8 ) }b` );
	} );

	it( 'is one line where it has to be', () => {
		expect( plainLine( '  a\n\r\n b\t\u2028c ' ) ).toBe( 'a b c' );
	} );
} );
