import sanitizeHtml from 'sanitize-html';
import { readFormattedBody } from '../../protocol/message.ts';

/** No tag: what is renamed to it goes, and its text stays. */
const NO_TAG = '';
const LINK_SCHEMES = [ 'https:', 'http:', 'mailto:', 'ftp:' ];
/** As it was sent; what is longer would not fit into an event together with its text. */
const LONGEST_HTML = 32_000;
/** What the specification allows ("m.room.message msgtypes") but what can show something else than its text: formulas, colours. */
const ALLOWED_TAGS = [
	'del', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'p', 'a', 'ul', 'ol', 'sup', 'sub', 'li', 'b', 'i', 'u', 'strong', 'em', 's',
	'code', 'hr', 'br', 'div', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'caption', 'pre', 'span', 'details', 'summary'
];

/** Where a link may lead: not into Matrix, as neither side is told the other's accounts and rooms, and nowhere by a relative address. */
function linkAddress( href: string | undefined ): string | undefined {
	const url = URL.parse( href ?? '' );
	return url && LINK_SCHEMES.includes( url.protocol ) && !/^(www\.)?matrix\.to$/.test( url.hostname ) ? url.href : undefined;
}

const RULES: sanitizeHtml.IOptions = {
	// Images only until their words are put in their place: the library would lose what comes after a tag that becomes text.
	allowedTags: [ ...ALLOWED_TAGS, 'img' ],
	allowedAttributes: { img: [ 'alt' ], a: [ 'href', 'rel' ], ol: [ 'start' ], span: [ 'data-mx-spoiler' ] },
	allowedClasses: { code: [ 'language-*' ] },
	allowedSchemes: LINK_SCHEMES.map( ( scheme ) => scheme.slice( 0, -1 ) ),
	allowProtocolRelative: false,
	nestingLimit: 100,
	nonTextTags: [ 'mx-reply', 'script', 'style', 'textarea', 'option', 'noscript', 'xmp', 'title', 'svg', 'math' ],
	transformTags: {
		strike: 's',
		a( tagName, { href } ) {
			const address = linkAddress( href );
			return address === undefined ? { tagName: NO_TAG, attribs: {} } : { tagName, attribs: { href: address, rel: 'noreferrer noopener' } };
		},
		img: ( tagName, { alt, title } ) => ( { tagName, attribs: { alt: alt || title || '' } } ),
		span: ( tagName, attribs ) => (
			'data-mx-spoiler' in attribs ? { tagName, attribs: { 'data-mx-spoiler': '' } } : { tagName: NO_TAG, attribs: {} }
		)
	}
};

/** What a reader sees of cleaned HTML. */
function textOf( html: string ): string {
	return html.replace( /<[^>]*>/g, ' ' ).replace( /&lt;/g, '<' ).replace( /&gt;/g, '>' ).replace( /&quot;/g, '"' ).replace( /&amp;/g, '&' );
}

const ADDRESS = /(?:https?|ftp):\/\/\S+|\bwww\.\S+|^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(?::\d+)?(?:[/?#]\S*)?$/giu;

/** Whether the words of a link look like an address of another host than it leads to. */
function isDisguised( href: string, words: string ): boolean {
	const hostOf = ( address: string ): string | undefined => URL.parse( address )?.hostname.replace( /^www\./, '' );
	const host = hostOf( href.replaceAll( '&amp;', '&' ) ) ?? '';
	const shown = words.replace( /\p{Cf}/gu, '' ).trim();
	return ( shown.match( ADDRESS ) ?? [] ).some( ( address ) => {
		const named = hostOf( /^\w+:\/\//.test( address ) ? address : `https://${ address }` );
		return named === undefined || ( named !== host && !host.endsWith( `.${ named }` ) );
	} );
}

/** Takes links out whose words are an address that they do not lead to; the words stay. */
function withoutDisguises( html: string ): string {
	return html.replace( /<a href="([^"]*)"[^>]*>([^]*?)<\/a>/g, ( link, href: string, words: string ) => (
		isDisguised( href, textOf( words.replace( /<[^>]*>/g, '' ) ) ) ? words : link
	) );
}

/** Whether a text says, in this order, all the words of another, whatever is between them. */
function says( text: string, words: string ): boolean {
	const fold = ( said: string ): string[] => said.normalize( 'NFKC' ).match( /[\p{L}\p{N}\p{So}]/gu ) ?? [];
	let at = 0;
	const said = fold( text );
	return fold( words ).every( ( character ) => {
		at = said.indexOf( character, at ) + 1;
		return at > 0;
	} );
}

/** A text without what clients turn into formatting ("[words](address)", numbers of lists, names of languages, tags). */
function withoutMarkup( text: string ): string {
	return text.replace( /\]\([^)\]]*\)|^[ \t>]*(\d+[.)]|```\S*)|<[^<>]*>|&#?\w+;/gm, ' ' );
}

/**
 * The formatted version of a message ("formatted_body") that says `text`, cleaned: harmless wherever it is put.
 *
 * @returns `undefined` when there is none, when it is not formatted, or when it says more or less than the text
 */
export function readFormatting( content: unknown, text: string ): string | undefined {
	const raw = readFormattedBody( content );
	if ( raw === undefined || raw.length > LONGEST_HTML ) {
		return undefined;
	}
	const html = withoutDisguises( sanitizeHtml( raw, RULES ).replace( /<img(?: alt(?:="([^"]*)")?)? \/>/g, '$1' ) ).trim();
	const shown = textOf( html );
	const isFormatted = /<(?!br )\w/.test( html );
	return isFormatted && shown.trim() !== '' && says( text, shown ) && says( shown, withoutMarkup( text ) ) ? html : undefined;
}

/** Cleaned HTML without the text at its beginning; `undefined` when it does not begin with it. */
export function withoutBeginning( html: string, beginning: string ): string | undefined {
	const [ opening = '' ] = /^(<p>)?/.exec( html ) ?? [];
	const escaped = beginning.trim().replace( /&/g, '&amp;' ).replace( /</g, '&lt;' ).replace( />/g, '&gt;' );
	const rest = html.slice( opening.length );
	const left = rest.slice( escaped.length ).replace( /^(\s|<br \/>)+/, '' );
	return rest.startsWith( escaped ) ? `${ opening }${ left }`.replace( /^<p><\/p>\s*/, '' ) : undefined;
}

/** Cleaned HTML behind something in the same line, where it begins with a line and not with a list, a quotation or the like. */
export function behind( before: string, html: string ): string {
	return html.startsWith( '<p>' ) ? `<p>${ before }${ html.slice( '<p>'.length ) }` : `${ before }${ html }`;
}

/** Puts a line of HTML below. */
export function withLine( html: string, line: string ): string {
	return /<\/(p|ul|ol|blockquote|pre|h[1-6]|table|div|details)>$/.test( html ) ? `${ html }<p>${ line }</p>` : `${ html }<br>${ line }`;
}
