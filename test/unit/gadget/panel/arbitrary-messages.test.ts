import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHtmlPieces } from '../../../../src/gadget/panel/viewmodels/html-tags.ts';
import { readMessage } from '../../../../src/gadget/panel/viewmodels/read-message.ts';
import type { RichText } from '../../../../src/gadget/panel/viewmodels/rich-text.ts';
import { plainText } from '../../../../src/gadget/panel/viewmodels/rich-text.ts';
import type { LinkPorts } from '../../../../src/gadget/panel/viewmodels/text-links.ts';

const LONGEST = 65_536;
/** Two thousand elements and links, the words in each, and the text after each. */
const MOST_NODES = 6_010;
/** A heading is two. */
const DEEPEST = 40;

/** What each kind may hold, and nothing else. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
	text: [ 'text' ], code: [ 'text' ], 'code-block': [ 'text' ], break: [], mention: [ 'name' ], link: [ 'href', 'children' ],
	list: [ 'isOrdered', 'start', 'items' ], bold: [ 'children' ], italic: [ 'children' ], strike: [ 'children' ], paragraph: [ 'children' ], quote: [ 'children' ]
};

let asked = 0;
const ports: LinkPorts = {
	pageUrl: ( title ) => {
		asked++;
		return `https://wiki.example/${ encodeURIComponent( title ) }`;
	},
	templateNamespace: 'Template', page: 'Goat', names: [ 'Nita', 'Nita B.' ]
};

/** Goes through all that was read. Comparing each of thousands of nodes by `expect` would take seconds. @returns how many there are */
function check( nodes: RichText, depth: number, isInLink: boolean ): number {
	const demand = ( isRight: boolean, what: string ): void => {
		if ( !isRight ) {
			expect.fail( `${ what }: ${ JSON.stringify( nodes ).slice( 0, 500 ) }` );
		}
	};
	demand( depth < DEEPEST, 'too deep' );
	let count = nodes.length;
	for ( const node of nodes ) {
		demand( Object.keys( node ).sort().join() === [ 'kind', ...KEYS[ node.kind ] ?? [ 'no such kind' ] ].sort().join(), 'a kind or key that is not in the list' );
		const texts = [ 'text', 'name', 'href' ].map( ( key ) => ( node as Record<string, unknown> )[ key ] );
		demand( texts.every( ( text ) => text === undefined || typeof text === 'string' ), 'no text' );
		if ( node.kind === 'link' ) {
			demand( !isInLink, 'a link in a link' );
			const { protocol, username, password } = new URL( node.href );
			demand( /^(https?|mailto):$/.test( protocol ) && node.href.startsWith( protocol ) && username + password === '', 'a scheme that is not in the list' );
		}
		if ( node.kind === 'list' ) {
			demand( node.start > 0, 'a number below one' );
			count += node.items.reduce( ( sum, item ) => sum + check( item, depth + 1, isInLink ), 0 );
		} else if ( 'children' in node ) {
			demand( node.children.length > 0, 'an empty part' );
			count += check( node.children, depth + 1, isInLink || node.kind === 'link' );
		}
	}
	return count;
}

function checkMessage( body: string, formattedBody?: string ): void {
	asked = 0;
	const nodes = readMessage( { body, formattedBody }, ports );
	expect( check( nodes, 0, false ) ).toBeLessThan( MOST_NODES );
	expect( asked ).toBeLessThan( MOST_NODES );
	const text = plainText( nodes );
	// Marks and numbers of lists, and bars between cells, are added to what was written.
	expect( text.length ).toBeLessThan( 2 * LONGEST );
	expect( text ).not.toMatch( /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u0000]/ ); // eslint-disable-line no-control-regex -- none is left
	expect( text ).not.toMatch( /\p{M}{6}/u );
	expect( text ).not.toMatch( /[\ud800-\udfff]/u );
	if ( formattedBody !== undefined ) {
		let pieces = 0;
		readHtmlPieces( formattedBody, () => {
			pieces++;
		} );
		expect( pieces ).toBeLessThanOrEqual( formattedBody.length );
	}
}

const tag = fc.constantFrom(
	'a', 'b', 'i', 's', 'p', 'ul', 'ol', 'li', 'pre', 'code', 'blockquote', 'h1', 'table', 'tr', 'td', 'br', 'hr', 'img', 'span', 'div', 'details', 'mx-reply',
	'script', 'style', 'svg', 'math', 'iframe', 'object', 'embed', 'form', 'input', 'textarea', 'template', 'base', 'link', 'meta', 'constructor', '__proto__',
	'annotation-xml', 'noscript', 'title', 'xmp', 'plaintext', 'A', 'sCript'
);
const scheme = fc.constantFrom(
	'javascript:', 'JaVaScRiPt:', ' javascript:', 'java\tscript:', 'java&#10;script:', '&#x6A;avascript:', 'data:text/html,', 'vbscript:', 'blob:', 'file:///', 'mxc://',
	'https://', 'http://', 'mailto:', '//', '/', 'https://matrix.to/#/@', 'https://me:secret@', 'view-source:', 'about:', 'filesystem:', 'https:', 'http:\\\\'
);
const address = fc.tuple( scheme, fc.string( { maxLength: 12 } ) ).map( ( [ start, rest ] ) => start + rest );
const text = fc.oneof(
	fc.string( { unit: 'grapheme', maxLength: 20 } ), fc.string( { unit: 'binary', maxLength: 20 } ), address,
	fc.constantFrom( '[[', ']]', '[[a|b]]', '{{', '}}', '{{tl|a}}', '`', '```', '@Nita', '\u202e', '\u2067', 'a\u0301\u0301\u0301\u0301\u0301\u0301\u0301', '\ud800', '\n', ' ' ),
	fc.constantFrom( '&lt;script&gt;', '&amp;lt;', '&#60;', '&#x3C;', '&#x202e;', '&#xd800;', '&#99999999;', '&', '&#', '&nbsp;', '<', '>', '"', '\'', '<!--', '-->', '<![CDATA[', ']]>', '<?', '</' )
);
const attribute = fc.tuple(
	fc.constantFrom( 'href', 'src', 'onerror', 'onclick', 'style', 'class', 'id', 'alt', 'title', 'start', 'data-mx-spoiler', 'data-mx-profile-fallback', 'xlink:href', 'HREF', '__proto__', '' ),
	fc.constantFrom( '="', '=\'', '=', ' = "', '' ), fc.oneof( address, text ), fc.constantFrom( '"', '\'', '', ' ' )
).map( ( parts ) => parts.join( '' ) );
const opening = fc.tuple( tag, fc.array( attribute, { maxLength: 3 } ), fc.constantFrom( '>', '/>', ' >', '' ) )
	.map( ( [ name, attributes, end ] ) => `<${ [ name, ...attributes ].join( ' ' ) }${ end }` );
/** Whole, as what is broken in all places at once hides most of it. */
const link = fc.tuple( address, fc.oneof( text, fc.constantFrom( 'words', '<a href="https://a.example">in</a>', 'a<b>b' ) ) ).map( ( [ href, words ] ) => `<a href="${ href }">${ words }</a>` );
const marks = fc.tuple( tag, fc.nat( 6 ) ).map( ( [ name, count ] ) => `<${ name }>${ '\u0301'.repeat( count ) }</${ name }>` );
const html = fc.array( fc.oneof( opening, link, marks, tag.map( ( name ) => `</${ name }>` ), text ), { maxLength: 40 } )
	.map( ( parts ) => parts.join( '' ) );

describe( 'reading any message', () => {
	it( 'never fails, and never gives a kind, key or scheme that is not in the list', () => {
		fc.assert( fc.property( html, text, ( formatted, body ) => checkMessage( body, formatted ) ), { seed: 7, numRuns: 1500 } );
	}, 60_000 );

	it( 'never fails without formatting', () => {
		fc.assert( fc.property( fc.array( text, { maxLength: 30 } ), ( parts ) => checkMessage( parts.join( '' ) ) ), { seed: 8, numRuns: 1000 } );
	}, 60_000 );

	it( 'is bounded when a message repeats anything to its full length', () => {
		fc.assert( fc.property( html.filter( ( part ) => part !== '' ), fc.oneof( fc.constant( '' ), html ), ( part, end ) => {
			const long = part.repeat( Math.ceil( LONGEST / part.length ) ).slice( 0, LONGEST - end.length ) + end;
			checkMessage( '', long );
			checkMessage( long );
		} ), { seed: 9, numRuns: 40 } );
	}, 60_000 );

	it.each( [
		'<', '<a ', '<a x="', '<!--', '<b>', '<b>x', '<b>x</b>', '<p>', '<b></i>', '<ul><li>', '<b><i><s><p>', '<table><tr><td>', '<br>', '&#x41;', '<pre> ', '<blockquote>', '<span>[[a]]</span>',
		' ', '\n', '\n ', '[[', '[[a', '[[a|', '[[a]]', '{{a|', '{{{', '`', '```', '`` ', 'http://', 'https://a.b ', 'https://a.b/))', '@Nita ', 'a\u0301', '\u202e', '\ud800'
	] )( 'is bounded when it is nothing but %j', ( part ) => {
		for ( const [ start, end ] of [ [ '', '' ], [ 'https://a.b/', 'x' ], [ '<pre>', '>' ], [ '<a href="', '"' ] ] as const ) {
			const long = ( start + part.repeat( LONGEST ) ).slice( 0, LONGEST - end.length ) + end;
			checkMessage( '', long );
			checkMessage( long );
		}
	}, 60_000 );
} );
