import fc from 'fast-check';
import sanitizeHtml from 'sanitize-html';
import { describe, expect, it } from 'vitest';
import type { EventId, RoomId } from '../../../../src/protocol/ids.ts';
import { behind, readFormatting, withLine, withoutBeginning } from '../../../../src/relay/routing/formatting.ts';
import type { Speech } from '../../../../src/relay/routing/mirror-content.ts';
import { answerContent, editContent, threadContent } from '../../../../src/relay/routing/mirror-content.ts';

const formatted = ( html: unknown, more: Record<string, unknown> = {} ): Record<string, unknown> => (
	{ msgtype: 'm.text', body: 'unused', format: 'org.matrix.custom.html', formatted_body: html, ...more }
);
/** Reads the HTML of somebody who says what of "one two three" is in it. */
const clean = ( html: string, text?: string ): string | undefined => (
	readFormatting( formatted( html ), text ?? [ 'one', 'two', 'three' ].filter( ( word ) => html.includes( word ) ).join( ' ' ) )
);

describe( 'a link whose words are an address', () => {
	const link = ( href: string, words: string ): string | undefined => {
		const text = words.replace( /<[^>]*>/g, '' );
		return readFormatting( formatted( `<b>see</b> <a href="${ href }">${ words }</a>` ), `see ${ text }` );
	};
	it.each( [
		[ 'https://evil.example/', 'https://en.wikipedia.org/wiki/A' ],
		[ 'https://evil.example/', 'en.wikipedia.org' ],
		[ 'https://evil.example/', 'www.wikipedia.org/wiki/A' ],
		[ 'https://evil.example/', 'look: https://en.wikipedia.org' ],
		[ 'https://evil.example/', 'https://en.wiki<b>pedia.org</b>' ],
		[ 'https://en.wikipedia.org.evil.example/', 'https://en.wikipedia.org' ],
		[ 'https://en.wikipedia.org@evil.example/', 'https://en.wikipedia.org/' ]
	] )( 'of another host than %s is none: %s', ( href, words ) => {
		expect( link( href, words ) ).toBe( `<b>see</b> ${ words }` );
	} );

	it.each( [
		[ 'https://en.wikipedia.org/wiki/A?b=c', 'https://en.wikipedia.org/wiki/A' ],
		[ 'https://en.wikipedia.org/wiki/A', 'wikipedia.org' ],
		[ 'https://www.wikidata.org/', 'wikidata.org' ],
		[ 'https://bücher.example/', 'https://bücher.example' ],
		[ 'https://en.wikipedia.org/wiki/Node.js', 'what Node.js is' ],
		[ 'https://en.wikipedia.org/wiki/A', 'this page' ]
	] )( 'leads to it: %s for %s', ( href, words ) => {
		expect( link( href, words ) ).toContain( `>${ words }</a>` );
	} );
} );

describe( 'readFormatting', () => {
	it.each( [
		[ 'bold and italics', '<strong>one</strong> <em>two</em>', '<strong>one</strong> <em>two</em>' ],
		[ 'paragraphs and lines', '<p>one<br>two</p>\n<p>three</p>\n', '<p>one<br />two</p>\n<p>three</p>' ],
		[ 'a list with a beginning', '<ol start="3"><li>one</li></ol>', '<ol start="3"><li>one</li></ol>' ],
		[ 'code and its language alone', '<pre><code class="language-html big" id="x">one</code></pre>', '<pre><code class="language-html">one</code></pre>' ],
		[ 'a table', '<table><thead><tr><th>one</th></tr></thead></table>', '<table><thead><tr><th>one</th></tr></thead></table>' ],
		[ 'a spoiler without its reason', '<span data-mx-spoiler="other">one</span>', '<span data-mx-spoiler>one</span>' ],
		[ 'no colours', '<b><span data-mx-color="#fff" data-mx-bg-color="#fff">one</span> <font color="white">two</font></b>', '<b>one two</b>' ],
		[ 'what was struck in older ways', '<strike>one</strike>', '<s>one</s>' ],
		[ 'a link', '<a href="https://wiki.example/wiki/A?b=c&amp;d" target="_top" title="x">one</a>', '<a href="https://wiki.example/wiki/A?b=c&amp;d" rel="noreferrer noopener">one</a>' ],
		[ 'a link for mail', '<a href="mailto:a@b.example">one</a>', '<a href="mailto:a@b.example" rel="noreferrer noopener">one</a>' ],
		[ 'no quotation of what is answered', '<mx-reply><blockquote>secret <b>other</b></blockquote></mx-reply><b>one</b>', '<b>one</b>' ],
		[ 'no images, but their words', '<b>one</b> <img src="mxc://a/b" alt="two" onerror="alert(1)"> &amp; <img src="x" title="three"><img>', '<b>one</b> two &amp; three' ],
		[ 'no scripts and styles', '<b>one</b><script>alert(1)</script><style>b{}</style>', '<b>one</b>' ],
		[ 'no handlers, styles, classes and ids', '<b onclick="alert(1)" style="position:fixed" class="x" id="y">one</b>', '<b>one</b>' ],
		[ 'no frames and forms', '<b>one</b><iframe src="https://evil.example"></iframe><form action="x"><input value="y"></form>', '<b>one</b>' ],
		[ 'no foreign parts', '<b>one</b><svg><script>alert(1)</script></svg><math><mi href="javascript:x">y</mi></math>', '<b>one</b>' ],
		[ 'no claim that the sender\'s words are a name', '<strong data-mx-profile-fallback="">one: </strong>two', '<strong>one: </strong>two' ],
		[ 'tags that are not closed', '<b>one <i>two', '<b>one <i>two</i></b>' ],
		[ 'tags that are closed in the wrong order', '<b><i>one</b></i> two</div></p>', '<b><i>one</i></b> two<p></p>' ],
		[ 'a broken tag', '<b>one</b> <a href="x" onclick=', '<b>one</b>' ],
		[ 'entities', '<b>one</b> &#60;two&#62; &amp; "', '<b>one</b> &lt;two&gt; &amp; "' ],
		[ 'comments', '<b>one</b><!-- <script>alert(1)</script> -->', '<b>one</b>' ],
		[ 'nothing without formatting', 'one<br>two', undefined ],
		[ 'nothing', '', undefined ],
		[ 'tags without text', '<b> </b>', undefined ],
		[ 'nothing that is cleaned away', '<mx-reply>one', undefined ],
		[ 'nothing of which words are cleaned away', '<b>one</b> <title> two', undefined ]
	] )( 'keeps %s', ( _what, html, expected ) => {
		expect( clean( html ) ).toBe( expected );
	} );

	it.each( [
		'javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' javascript:alert(1)', 'java\tscript:alert(1)', 'java&#10;script:alert(1)', '&#x6a;avascript:alert(1)',
		'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'blob:https://wiki.example/x', '//evil.example', '/wiki/X', 'X', '#x', 'mxc://a/b', '',
		'https://matrix.to/#/@nita:example.org', 'https://MATRIX.TO/#/!room:example.org', 'matrix:u/nita:example.org', 'https://'
	] )( 'takes the link to %j away, and leaves its text', ( href ) => {
		expect( clean( `<b>one</b> <a href="${ href }">two</a>` ) ).toBe( '<b>one</b> two' );
	} );

	it.each( [
		[ 'fewer words', '<b>thank</b>', 'thank you' ],
		[ 'other words', '<b>give me your password</b>', 'thank you' ],
		[ 'more words', '<b>thank you</b>, now give me your password', 'thank you' ],
		[ 'words in another order', '<b>you</b> thank', 'thank you' ],
		[ 'words of an image', '<b>thank you</b><img alt="other">', 'thank you' ],
		[ 'other signs', '<b>👎</b>', '👍' ]
	] )( 'does not believe HTML with %s', ( _what, html, text ) => {
		expect( clean( html, text ) ).toBeUndefined();
	} );

	it.each( [
		[ '**one** _two_ `three`', '<strong>one</strong> <em>two</em> <code>three</code>' ],
		[ '1. one\n2. two', '<ol>\n<li>one</li>\n<li>two</li>\n</ol>' ],
		[ '[one](https://wiki.example/a%20b)', '<a href="https://wiki.example/a%20b">one</a>' ],
		[ 'see https://wiki.example, *Zoë*', 'see <a href="https://wiki.example">https://wiki.example</a>, <em>Zoe\u0308</em>' ],
		[ '```html\n<b>one</b>\n```', '<pre><code class="language-html">&lt;b&gt;one&lt;/b&gt;\n</code></pre>' ],
		[ '<u>one</u> &nbsp;two', '<u>one</u> \u00a0two' ],
		[ '[Nita](https://matrix.to/#/@nita:example.org): **one**', '<a href="https://matrix.to/#/@nita:example.org">Nita</a>: <strong>one</strong>' ],
		[ 'انظر **هنا**', 'انظر <strong>هنا</strong>' ]
	] )( 'believes what clients make of %j', ( text, html ) => {
		expect( clean( html, text ) ).toBeDefined();
	} );

	it( 'keeps direction marks where they are, as in the text', () => {
		expect( clean( '<b>\u202eone</b>\u2066 two', '**\u202eone**\u2066 two' ) ).toBe( '<b>\u202eone</b>\u2066 two' );
	} );

	it( 'keeps 100 tags in one another, and the text of 10,000', () => {
		const html = clean( `${ '<div>'.repeat( 5_000 ) }one` );
		expect( html ).toBe( `${ '<div>'.repeat( 100 ) }one${ '</div>'.repeat( 100 ) }` );
		expect( clean( `${ '<b><div>'.repeat( 3_000 ) }one<mx-reply>x` )?.match( /<div>/g ) ).toHaveLength( 50 );
	} );

	it.each( [ '<', '](', '&', '\n', '\n>', '1.', '<a href="', '<!--', '<b>', '</b>', '<mx-reply>', '<iframe>', '<noscript></b>' ] )( 'reads as much of %j as an event can hold', ( piece ) => {
		const text = piece.repeat( 31_000 / piece.length );
		expect( clean( `${ text }<b>one</b>`, `${ text }${ text }one` )?.length ?? 0 ).toBeLessThan( 200_000 );
	}, 1_000 );

	it.each( [
		[ 'no HTML', { format: undefined } ], [ 'another format', { format: 'org.example.markdown' } ], [ 'no text', { formatted_body: [ '<b>one</b>' ] } ],
		[ 'too much of it', { formatted_body: `<b>one</b>${ '<b></b>'.repeat( 5_000 ) }` } ]
	] )( 'finds none in %s', ( _what, changes ) => {
		expect( readFormatting( { ...formatted( '<b>one</b>' ), ...changes }, 'one' ) ).toBeUndefined();
	} );

	it( 'leaves nothing in any text but the tags and attributes that it knows', () => {
		const piece = fc.constantFrom(
			'<', '>', '"', '\'', '=', '/', '&lt;', '&#60;', '<!--', '-->', '<![CDATA[', ']]>', '<b', '<p>', '</p>', '<a href="', 'javascript:', 'https://x.example',
			' onclick=x', ' style="x"', ' data-mx-profile-fallback', '<script>', '</script', '<textarea>', '<noscript>', '<svg>', '<mx-reply>', '<span data-mx-spoiler=', 'x', ' ', '\n', '\0'
		);
		const tag = /<\/?(del|h\d|blockquote|p|a|ul|ol|su[pb]|li|[bius]|strong|em|code|pre|div|table|thead|tbody|t[rhd]|caption|span|details|summary|hr|br)( \/| data-mx-spoiler| href="https?:[^"<>]*" rel="noreferrer noopener")?>/g;
		let believed = 0;
		fc.assert( fc.property( fc.array( piece, { maxLength: 20 } ), ( pieces ) => {
			const raw = `<b>👍</b>${ pieces.join( '' ) }`;
			// Whatever it shows, it is believed to be said.
			const html = readFormatting( formatted( raw ), sanitizeHtml( raw, { allowedTags: [] } ) ) ?? '';
			believed += html === '' ? 0 : 1;
			expect( html.replace( tag, '' ) ).not.toMatch( /[<>]/ );
		} ) );
		expect( believed ).toBeGreaterThan( 10 );
	} );
} );

describe( 'what is put before and behind formatted words', () => {
	it.each( [
		[ '<b>one</b>', 'N: <b>one</b>' ], [ '<p>one</p><p>two</p>', '<p>N: one</p><p>two</p>' ],
		[ '<ul><li>one</li></ul>', 'N: <ul><li>one</li></ul>' ], [ '<pre><code>one</code></pre>', 'N: <pre><code>one</code></pre>' ]
	] )( 'puts a name before %s', ( html, expected ) => {
		expect( behind( 'N: ', html ) ).toBe( expected );
	} );

	it( 'puts a line of its own below', () => {
		expect( withLine( 'a <b>b</b>', 'c' ) ).toBe( 'a <b>b</b><br>c' );
		expect( withLine( '<p>a</p>', 'c' ) ).toBe( '<p>a</p><p>c</p>' );
	} );

	it.each( [
		[ '#42 <b>one</b>', '#42 ', '<b>one</b>' ], [ '<p>#42: one</p>', '#42: ', '<p>one</p>' ], [ '<p>#42</p>\n<p>one</p>', '#42\n', '<p>one</p>' ],
		[ 'A &amp; B: <b>one</b>', 'A & B: ', '<b>one</b>' ], [ 'A:<br /><b>one</b>', 'A: ', '<b>one</b>' ],
		[ '<b>#42</b> one', '#42 ', undefined ], [ '<ul><li>#42 one</li></ul>', '#42 ', undefined ]
	] )( 'takes the beginning of %s off', ( html, beginning, expected ) => {
		expect( withoutBeginning( html, beginning ) ).toBe( expected );
	} );
} );

describe( 'an event', () => {
	const speech = ( text: string, html: string ): Speech => ( {
		marker: { source: { roomId: '!a:b' as RoomId, eventId: '$a' as EventId }, name: 'Nita', role: 'helper', saidAtMs: 1, text }, html, profileId: 'x'
	} );
	const text = 'x'.repeat( 15_000 );
	const html = `<b>${ text }</b>${ '<i></i>'.repeat( 3_000 ) }`;
	const where = { root: '$r' as EventId, latest: '$r' as EventId };

	it.each( [
		[ 'a message', answerContent( speech( text, html ) ), answerContent( speech( text.slice( 0, 9_000 ), html ) ) ],
		[ 'a thread message', threadContent( speech( text, html ), where ), threadContent( speech( text.slice( 0, 9_000 ), html ), where ) ],
		[
			'an edit',
			editContent( speech( text.slice( 0, 9_000 ), html ), '$m' as EventId )[ 'm.new_content' ],
			editContent( speech( text.slice( 0, 4_000 ), html ), '$m' as EventId )[ 'm.new_content' ]
		]
	] )( 'that is %s has its formatting only where it is not too long with it', ( _what, tooLong, fits ) => {
		expect( tooLong ).toMatchObject( { formatted_body: expect.not.stringContaining( '<b>' ) as string } );
		expect( fits ).toMatchObject( { formatted_body: expect.stringContaining( '<b>' ) as string } );
	} );
} );
