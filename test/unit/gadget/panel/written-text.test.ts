import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../../../src/gadget/panel/viewmodels/clean-text.ts';
import { readMessage } from '../../../../src/gadget/panel/viewmodels/read-message.ts';
import type { RichText } from '../../../../src/gadget/panel/viewmodels/rich-text.ts';
import { plainText } from '../../../../src/gadget/panel/viewmodels/rich-text.ts';
import type { LinkPorts } from '../../../../src/gadget/panel/viewmodels/text-links.ts';
import { readWrittenText, writeFormatting } from '../../../../src/gadget/panel/viewmodels/written-text.ts';
import { readFormattedBody } from '../../../../src/protocol/message.ts';
import { readFormatting } from '../../../../src/relay/routing/formatting.ts';

const ports: LinkPorts = {
	pageUrl: ( title ) => `https://wiki.example/${ encodeURIComponent( title ) }`, templateNamespace: 'Template', page: 'Goat', names: [ 'Nita' ]
};
const html = ( text: string ): string | undefined => readFormattedBody( writeFormatting( text, ports ) );

describe( 'what a newcomer writes', () => {
	it.each( [
		[ '**bold** and \'\'\'bold\'\'\'', '<strong>bold</strong> and <strong>bold</strong>' ],
		[ '*it*, _it_ and \'\'it\'\'', '<em>it</em>, <em>it</em> and <em>it</em>' ],
		[ '***both*** \'\'\'\'\'both\'\'\'\'\' **a *b* c**', '<strong><em>both</em></strong> <strong><em>both</em></strong> <strong>a <em>b</em> c</strong>' ],
		[ '_a_ _b_ (_c d_) **e** **f**', '<em>a</em> <em>b</em> (<em>c d</em>) <strong>e</strong> <strong>f</strong>' ],
		[ 'one\n**two**\n\nthree', 'one<br><strong>two</strong><br><br>three' ],
		[ 'Is `<ref>&amp;[[a]] **b**` right?', 'Is <code>&lt;ref&gt;&amp;amp;[[a]] **b**</code> right?' ],
		[ 'See:\n```html\n<b>\n\n  "x" _y_ [[z]]\n```\nWhy?', 'See:<pre><code>&lt;b&gt;\n\n  &quot;x&quot; _y_ [[z]]</code></pre>Why?' ],
		[ 'this ```\n code``` and ```that```', 'this <pre><code> code</code></pre> and <code>that</code>' ],
		[ 'like ```a b\nc```', 'like <pre><code>a b\nc</code></pre>' ],
		[ '[[Goat|the goat]], {{tl|Cite}} & https://a.example/?b=_c_&d.', '<a href="https://wiki.example/Goat">[[Goat|the goat]]</a>, <a href="https://wiki.example/Template%3ACite">{{tl|Cite}}</a> &amp; <a href="https://a.example/?b=_c_&amp;d">https://a.example/?b=_c_&amp;d</a>.' ],
		[ '**see [[#Milk]]**', '<strong>see <a href="https://wiki.example/Goat#Milk">[[#Milk]]</a></strong>' ],
		[ '[[a_b_|*c*]] {{d_e_}}', '<a href="https://wiki.example/a_b_">[[a_b_|*c*]]</a> <a href="https://wiki.example/Template%3Ad_e_">{{d_e_}}</a>' ]
	] )( 'is formatted for other clients: %j', ( text, expected ) => {
		expect( html( text ) ).toBe( expected );
		expect( readFormatting( { ...writeFormatting( text, ports ), body: text }, text ), 'the relay passes it on' ).toBeDefined();
	} );

	it.each( [
		'nothing', '<b>no</b> & "so" on', '2*3*4 = 2 * 3 * 4', 'snake_case_name __init__', 'it\'s 5\'\' and 6\'\'', '** no ** * no *', '****', '\'\'\'\'\'\'', '```', '`` ` ``', '**a', '*a\nb*',
		'two\nlines', '@Nita look', 'a*b*', 'javascript:x [[]] {{#if:x}}', ''
	] )( 'has no formatting when there is nothing to format: %j', ( text ) => {
		expect( writeFormatting( text, ports ) ).toEqual( {} );
		expect( plainText( readWrittenText( text, ports ) ) ).toBe( text );
	} );
} );

describe( 'a text that is longer than anybody can write in the panel', () => {
	it.each( [ '[[', '{{', '_a b', '*a* ' ] )( 'is text, as of %j there may be too many', ( piece ) => {
		const text = piece.repeat( 65_000 / piece.length ).trim();
		expect( readWrittenText( text, ports ) ).toEqual( [ { kind: 'text', text } ] );
	} );
} );

describe( 'whatever is written', () => {
	const piece = fc.oneof(
		fc.constantFrom(
			'**', '*', '_', '__', '\'\'', '\'\'\'', '`', '```', '```js\n', '\n```\n', '\n', '\n\n', ' ', '[[', ']]', '|', '{{', '}}', '#', 'Goat', 'tl', 'https://a.example/', 'http://',
			'<b>', '</code></pre>', '<script>', '<!--', '&lt;', '&amp;amp;', '&', '<', '>', '"', '\'', '\\', '(', ')', '.', '@Nita', '\u202e', 'a', 'b c', '[[Goat|a]]', '{{a|b}}',
			'`<b>&amp;`', '**<i>&lt;**', '```\n</pre>&lt;\n```', '[["<&]]', 'https://a.example/?"<b>&amp;'
		),
		fc.string( { unit: 'grapheme', maxLength: 8 } ), fc.string( { unit: 'binary', maxLength: 4 } )
	);
	const written = fc.array( piece, { maxLength: 40 } ).map( ( parts ) => parts.join( '' ) );
	/** HTML keeps neither blanks beside each other nor at the ends of lines, and the panel at most one empty line. */
	const folded = ( text: string ): string => text.replace( /[ \t\n\f\v\u00a0]+/g, ' ' ).trim();
	const kinds = ( nodes: RichText ): string[] => nodes.flatMap( ( node ) => [ node.kind, ...'children' in node ? kinds( node.children ) : [] ] );
	const marks = ( nodes: RichText ): string[] => kinds( nodes ).filter( ( kind ) => !/^(text|break|link|mention)$/.test( kind ) );

	it( 'comes back out of the HTML as the same words and the same formatting', () => {
		fc.assert( fc.property( written, ( text ) => {
			const read = readWrittenText( text, ports );
			const formattedBody = html( text );
			if ( formattedBody === undefined ) {
				expect( marks( read ) ).toEqual( [] );
			} else {
				const again = readMessage( { body: '', formattedBody }, ports );
				expect( folded( plainText( again ) ) ).toBe( folded( plainText( read ) ) );
				expect( marks( again ) ).toEqual( marks( read ) );
			}
		} ), { seed: 11, numRuns: 3000 } );
	}, 60_000 );

	it( 'gets through the relay with its formatting, as it says no more and no less than its text', () => {
		const words = fc.array( fc.constantFrom(
			'**bold**', '*it*', '\'\'it\'\'', '`<ref>`', '```js\nx < y\n```', '\n```\n{{a}}\n```\n', '\n', '[[Goat]]', '[[Goat|the goat]]', '{{cite|a=b}}', '{{tl|x}}',
			'https://a.example/b?c=d&e', 'www.example.org', '<b>', '&amp;', '1. one', '> quote', '[a](https://b.example)', '[https://c.example d]', '½ ﬁ', '🐐', '@Nita', 'مرحبا'
		), { minLength: 1, maxLength: 6 } ).map( ( parts ) => parts.join( ' ' ).trim() );
		fc.assert( fc.property( words, ( text ) => {
			if ( html( text ) !== undefined ) {
				expect( readFormatting( { ...writeFormatting( text, ports ), body: text }, text ) ).toBeDefined();
			}
		} ), { seed: 13, numRuns: 1000 } );
	}, 60_000 );

	it( 'keeps all letters, and is no HTML of its own', () => {
		fc.assert( fc.property( written, ( text ) => {
			const letters = ( from: string ): string => ( cleanText( from ).match( /[\p{L}\p{N}]/gu ) ?? [] ).join( '' );
			const fences = text.replace( /```[\w-]*\n/g, '```\n' );
			expect( letters( plainText( readWrittenText( text, ports ) ) ).length ).toBeGreaterThanOrEqual( letters( fences ).length );
			const tags = ( html( text ) ?? '' ).match( /<[^>]*>/g ) ?? [];
			expect( tags.filter( ( tag ) => !/^<(\/?(strong|em|code|pre|a)|br|a href="https?:[^"<>]*")>$/.test( tag ) ) ).toEqual( [] );
		} ), { seed: 12, numRuns: 3000 } );
	}, 60_000 );

	it( 'is read in bounded depth and time at the greatest length that a message may have', () => {
		for ( const part of [ '*', '**a', '_a ', '\'\'\'a ', '**\'\'\'a', '`', '```\n', '[[', '{{a', 'https://a.example/', '*a_b', '** _' ] ) {
			for ( const text of [ part.repeat( 1000 ).slice( 0, 1000 ), part.repeat( 1000 ).slice( 0, 500 ) + [ ...part.repeat( 1000 ).slice( 0, 500 ) ].reverse().join( '' ) ] ) {
				expect( JSON.stringify( readWrittenText( text, ports ) ).split( 'children' ).length ).toBeLessThan( 1000 );
				expect( ( html( text ) ?? '' ).length ).toBeLessThan( 32_000 );
			}
		}
	} );
} );
