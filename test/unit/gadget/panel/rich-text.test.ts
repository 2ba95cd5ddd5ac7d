import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../../src/gadget/panel/viewmodels/read-message.ts';
import type { RichText } from '../../../../src/gadget/panel/viewmodels/rich-text.ts';
import { plainText } from '../../../../src/gadget/panel/viewmodels/rich-text.ts';
import type { LinkPorts } from '../../../../src/gadget/panel/viewmodels/text-links.ts';

const ports: LinkPorts = {
	pageUrl: ( title ) => `https://wiki.example/${ encodeURIComponent( title ) }`, templateNamespace: 'Vorlage', page: 'Goat', names: [ 'Nita', 'Nita B.' ]
};

/** A short notation of what was read: `kind(children)`. */
function sketch( nodes: RichText ): string {
	return nodes.map( ( node ) => {
		switch ( node.kind ) {
			case 'text': return node.text;
			case 'break': return '⏎';
			case 'mention': return `mention(${ node.name })`;
			case 'code': case 'code-block': return `${ node.kind }(${ node.text })`;
			case 'list': return `${ node.isOrdered ? `list from ${ node.start }` : 'list' }(${ node.items.map( sketch ).join( '|' ) })`;
			case 'link': return `link<${ node.href }>(${ sketch( node.children ) })`;
			default: return `${ node.kind }(${ sketch( node.children ) })`;
		}
	} ).join( '' );
}

const html = ( formattedBody: string ): string => sketch( readMessage( { body: 'the body', formattedBody }, ports ) );
const plain = ( body: string ): string => sketch( readMessage( { body }, ports ) );

describe( 'a formatted message', () => {
	it.each( [
		[ 'bold, italics, struck', '<strong>a</strong> <b>b</b> <em>c</em> <i>d</i> <del>e</del> <s>f</s>', 'bold(a) bold(b) italic(c) italic(d) strike(e) strike(f)' ],
		[ 'paragraphs and lines', '<p>one<br/>\n two</p>\n\n<p>three</p>\n', 'paragraph(one⏎two)paragraph(three)' ],
		[ 'paragraphs that are not closed', '<p>one<p>two', 'paragraph(one)paragraph(two)' ],
		[ 'lists', '<ul>\n<li>a</li>\n<li><p>b</p></li>\n</ul><ol start="3"><li>c<li>d<ul><li>e</ul></ol>', 'list(a|paragraph(b))list from 3(c|dlist(e))' ],
		[ 'code', 'Write <code>[[a]]  b</code>.<pre><code class="language-x">\n  one\n  &lt;two&gt; https://x.example\n</code></pre>', 'Write code([[a]] b).code-block(  one\n  <two> https://x.example)' ],
		[ 'a quotation', '<blockquote><p>one</p>two</blockquote>three', 'quote(paragraph(one)two)three' ],
		[ 'a heading', '<h2>One</h2>two', 'paragraph(bold(One))two' ],
		[ 'links', '<a href="https://x.example/?a=b&amp;c">one</a> <a href=\'mailto:a@b.example\'>two</a>', 'link<https://x.example/?a=b&c>(one) link<mailto:a@b.example>(two)' ],
		[ 'a person', '<a href="https://matrix.to/#/@nita:hs.example">@Nita</a> look', 'mention(Nita) look' ],
		[ 'no answer and no name in front', '<mx-reply><blockquote>x</blockquote></mx-reply><strong data-mx-profile-fallback>Nita: <strong>x</strong></strong>one', 'one' ],
		[ 'an image by its words', 'See <img src="mxc://a/b" alt="a goat" onerror="x"> <img src="x"><img title="t">', 'See a goat t' ],
		[ 'a table in lines', '<table><thead><tr><th>a</th><th>b</th></tr></thead>\n<tbody><tr><td>c</td><td><b>d</b></td></tr></tbody></table>', 'paragraph(a | b)paragraph(c | bold(d))' ],
		[ 'details, spoilers, colours and what is unknown', '<details><summary>a</summary>b</details><span data-mx-spoiler="why">c</span><font color="red">d</font><x-y>e</x-y><constructor>f', 'paragraph(a)bcdef' ],
		[ 'nothing of scripts and styles', 'a<script>if (b<c) "</b>"</script><style>b{}</style><!-- c --><![CDATA[d]]><?e?>f', 'af' ],
		[ 'entities', '&lt;b&gt; &amp;amp; &#65;&#x42; &nbsp;&quot;&apos; &unknown; &#0;&#x202e;&#xd800; & &lt', '<b> &amp; AB \u00a0"\' &unknown; \ufffd & &lt' ],
		[ 'wrong nesting', '<b>a<i>b</b>c</i></p></div>d', 'bold(aitalic(b))cd' ],
		[ 'tags that do not end', 'a <b title="x', 'a' ],
		[ 'signs that are no tags', '1 < 2 <3 a<>b </>', '1 < 2 <3 a<>b' ],
		[ 'attributes of all kinds', '<a x y=1 href = https://x.example/a"b z=\'>\' href="https://y.example">one</a>', 'link<https://x.example/a%22b>(one)' ],
		[ 'links in words, not in links', 'see https://a.example, <b>[[B]]</b> <a href="https://c.example/">https://d.example</a> <i>@Nita B.</i>', 'see link<https://a.example/>(https://a.example), bold(link<https://wiki.example/B>([[B]])) link<https://c.example/>(https://d.example) italic(mention(Nita B.))' ],
		[ 'links in words that a tag without meaning divides', '[[<span>B</span>]]', 'link<https://wiki.example/B>([[B]])' ],
		[ 'at most one empty line', 'a<br><br><br><br>b<br>', 'a⏎⏎b' ],
		[ 'the body, when the formatting says nothing', '<p> </p><img><script>x</script><mx-reply>y', 'the body' ]
	] )( 'gives %s', ( _what, formattedBody, expected ) => {
		expect( html( formattedBody ) ).toBe( expected );
	} );

	it.each( [
		'javascript:alert(1)', ' java\nscript:alert(1)', '&#106;avascript:alert(1)', 'JAVASCRIPT:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd',
		'blob:https://x.example/y', 'ftp://x.example', 'intent://x', 'matrix:u/a:b', '/wiki/A', '//x.example', '#a', '', 'https://', 'https://me:secret@x.example',
		'https://wiki.example@x.example', `https://x.example/${ 'a'.repeat( 3000 ) }`
	] )( 'has no link to %s', ( href ) => {
		expect( html( `<a href="${ href }">words</a>` ) ).toBe( 'words' );
	} );

	it( 'is as deep as a page can bear', () => {
		const nested = sketch( readMessage( { body: '', formattedBody: '<blockquote>'.repeat( 5000 ) + 'x' }, ports ) );
		expect( nested.length ).toBeLessThan( 200 );
		expect( nested ).toContain( 'x' );
	} );
} );

describe( 'a plain message', () => {
	it.each( [
		[ 'its lines and blanks', ' \n a  b\n\n <b>c</b> &amp; \n', 'a  b\n\n <b>c</b> &amp;' ],
		[ 'at most two empty lines', 'a\n \n\n\n\n\nb', 'a\n\n\nb' ],
		[ 'addresses', 'https://a.example/b_(c), (https://d.example/?e=f&g). HTTP://H.example!', 'link<https://a.example/b_(c)>(https://a.example/b_(c)), (link<https://d.example/?e=f&g>(https://d.example/?e=f&g)). link<http://h.example/>(HTTP://H.example)!' ],
		[ 'addresses in wikitext', '[https://a.example/b the page] "https://c.example" xhttps://d.example 。https://e.example。', '[link<https://a.example/b>(https://a.example/b) the page] "link<https://c.example/>(https://c.example)" xhttps://d.example 。link<https://e.example/>(https://e.example)。' ],
		[ 'no link that hands over a password', 'https://a:b@c.example javascript:alert(1)', 'https://a:b@c.example javascript:alert(1)' ],
		[ 'pages', '[[Goat milk]], [[:Category:Goats|all]] [[de:Ziege]] [[A#Early use]]', 'link<https://wiki.example/Goat%20milk>([[Goat milk]]), link<https://wiki.example/Category%3AGoats>([[:Category:Goats|all]]) link<https://wiki.example/de%3AZiege>([[de:Ziege]]) link<https://wiki.example/A#Early_use>([[A#Early use]])' ],
		[ 'a section of the page', '[[#Early use]]', 'link<https://wiki.example/Goat#Early_use>([[#Early use]])' ],
		[ 'an address in the brackets of a page', '[[https://a.example]]', 'link<https://a.example/>([[https://a.example]])' ],
		[ 'templates', '{{Cite book|title=A}} {{tl|Infobox}} {{subst:x}} {{Vorlage:y}} {{template: z}}', 'link<https://wiki.example/Vorlage%3ACite%20book>({{Cite book|title=A}}) link<https://wiki.example/Vorlage%3AInfobox>({{tl|Infobox}}) link<https://wiki.example/Vorlage%3Ax>({{subst:x}}) link<https://wiki.example/Vorlage%3Ay>({{Vorlage:y}}) link<https://wiki.example/Vorlage%3Az>({{template: z}})' ],
		[ 'nothing that is no page', '[[]] [[ ]] [[a{b]] [[/sub]] [[#]] {{}} {{{1}}} {{#if:a}} {{lc:A}} {{tl|}} [[a\nb]]', '[[]] [[ ]] [[a{b]] [[/sub]] [[#]] {{}} {{{1}}} {{#if:a}} {{lc:A}} {{tl|}} [[a\nb]]' ],
		[ 'no links in code', '`[[a]]` ``` {{b}}\nhttps://c.example ``` [[d]]', '`[[a]]` ``` {{b}}\nhttps://c.example ``` link<https://wiki.example/d>([[d]])' ],
		[ 'people', '@Nita B. and @nita, me@Nita @Nitab @Bob', 'mention(Nita B.) and mention(nita), me@Nita @Nitab @Bob' ]
	] )( 'gives %s', ( _what, body, expected ) => {
		expect( plain( body ) ).toBe( expected );
	} );

	it( 'loses controls of direction, and what towers over its line', () => {
		expect( plain( 'a\u202eb\u2066c\u2069\u200e\u200f\u061c\u0007\u0000d\r\ne\ud800' ) ).toBe( 'abcd\ne\ufffd' );
		expect( plain( `Z${ '\u0301'.repeat( 500 ) }a` ) ).toBe( `Z${ '\u0301'.repeat( 5 ) }a` );
		expect( html( `Z${ '<b>\u0301\u0301</b>'.repeat( 9 ) }` ).match( /\u0301/g ) ).toHaveLength( 5 );
		const emoji = '👩‍❤️‍💋‍👨 🏴󠁧󠁢󠁳󠁣󠁴󠁿 שָׁ֑ می‌خواهم';
		expect( plain( emoji ) ).toBe( emoji );
	} );

	it( 'is shown as it was written, and never longer than an event', () => {
		const text = '[[A|b]] {{tl|c}} https://d.example/. @Nita `e` **f**';
		expect( plainText( readMessage( { body: text }, ports ) ) ).toBe( text );
		expect( plainText( readMessage( { body: 'x'.repeat( 200_000 ) }, ports ) ) ).toHaveLength( 65_536 );
	} );
} );

describe( 'plainText', () => {
	it( 'gives the words in lines', () => {
		expect( plainText( readMessage( { body: '', formattedBody: '<p>a <b>b</b></p>c<ol start=2><li>d</li><li>e</li></ol><ul><li>f</li></ul><pre>g</pre>h<br>@Nita' }, ports ) ) )
			.toBe( 'a b\nc\n2. d\n3. e\n• f\ng\nh\n@Nita' );
	} );
} );
