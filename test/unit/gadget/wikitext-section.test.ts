import { describe, expect, it } from 'vitest';
import { textSection } from '../../../src/gadget/wiki/wikitext-section.ts';

const page = 'Lead.\n\n== Size ==\nSmall.\n=== Horns = ears ===  \nCurved.\na == b ==\n== Use==\nMilk.';

describe( 'the section in a wikitext', () => {
	it.each( [
		[ 'in the lead', 'Lead.', '' ], [ 'on a heading', '== Size', 'Size' ], [ 'below a heading', 'Small', 'Size' ],
		[ 'below one of a deeper level', 'Curved', 'Horns = ears' ], [ 'after signs inside a line', 'a == b', 'Horns = ears' ], [ 'at the end', 'Milk', 'Use' ]
	] )( 'is, with the cursor %s, the last heading above', ( _where, at, heading ) => {
		expect( textSection( page, page.indexOf( at ), false ) ).toBe( heading );
	} );

	it( 'is its own heading where one section is edited alone, also when something stands above it', () => {
		expect( textSection( '== Use ==\nMilk.', 0, true ) ).toBe( 'Use' );
		expect( textSection( '<!-- note -->\n== Use ==\nMilk.', 0, true ) ).toBe( 'Use' );
		expect( textSection( 'No heading any more.', 3, true ) ).toBe( '' );
	} );

	it( 'is found at once in a long line of signs that are no heading', () => {
		const began = performance.now();
		expect( textSection( `${ '='.repeat( 2_000_000 ) }x`, 5, false ) ).toBe( '' );
		expect( performance.now() - began ).toBeLessThan( 20_000 );
	} );
} );
