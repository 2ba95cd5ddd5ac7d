import { writeFormattedBody } from '../../../protocol/message.ts';
import { cleanText } from './clean-text.ts';
import type { RichNode, RichText } from './rich-text.ts';
import type { LinkPorts } from './text-links.ts';
import { findLinks } from './text-links.ts';

/** In the order in which they are tried at each place; the first two alternatives are code, the third is no formatting. */
const MARKS = '(\\n?)```([\\w-]*)\\n([^]+?)```\\n?|' +
	'```([^]+?)```|`([^`\\n]+)`|' +
	'\\[\\[[^\\n]*?\\]\\]|\\{\\{[^\\n]*?\\}\\}|https?://\\S+|' +
	'\\*\\*(\\S(?:[^\\n]*?\\S)??)\\*\\*(?![\\p{L}\\p{N}*])|\'\'\'(\\S(?:[^\\n]*?\\S)??)\'\'\'(?!\')|' +
	'\\*([^\\s*](?:[^\\n*]*?[^\\s*])??)\\*(?![\\p{L}\\p{N}*])|_([^\\s_](?:[^\\n]*?[^\\s_])??)_(?![\\p{L}\\p{N}_])|\'\'([^\\s\'](?:[^\\n]*?\\S)??)\'\'(?!\')';

/** The panel lets nobody write as much; what another client has sent is text beyond it, as looking for marks in it takes long. */
const LONGEST_TEXT = 4_000;
/** Nobody means more; what is deeper is text. */
const DEEPEST = 6;

function readMarks( text: string, ports: LinkPorts, depth: number ): RichNode[] {
	const nodes: RichNode[] = [];
	const pattern = new RegExp( MARKS, 'gu' );
	let at = 0;
	for ( let found = depth < DEEPEST ? pattern.exec( text ) : null; found; found = pattern.exec( text ) ) {
		const [ whole, newline, language = '', fenced, block, code, starBold, quoteBold, star, underscore, quote ] = found;
		const bold = starBold ?? quoteBold;
		const italic = star ?? underscore ?? quote;
		// A word_with_lines and 2*3*4 are what they are.
		const isInWord = /[*_]/.test( whole[ 0 ]! ) && /[\p{L}\p{N}*_]$/u.test( text.slice( Math.max( at, found.index - 2 ), found.index ) );
		// A language is named where a line begins.
		const words = fenced === undefined ? block ?? code : language === '' || newline !== '' || found.index === 0 ? fenced : `${ language }\n${ fenced }`;
		if ( isInWord || ( words ?? bold ?? italic ?? '' ).trim() === '' ) {
			if ( isInWord ) {
				pattern.lastIndex = found.index + 1;
			}
			continue;
		}
		nodes.push( ...findLinks( text.slice( at, found.index ), ports ) );
		at = found.index + whole.length;
		if ( words !== undefined ) {
			const isBlock = words.includes( '\n' ) || fenced !== undefined;
			nodes.push( isBlock ? { kind: 'code-block', text: words.replace( /^\n/, '' ).trimEnd() } : { kind: 'code', text: words } );
		} else {
			nodes.push( { kind: bold === undefined ? 'italic' : 'bold', children: readMarks( bold ?? italic!, ports, depth + 1 ) } );
		}
	}
	return nodes.concat( findLinks( text.slice( at ), ports ) );
}

/**
 * Reads what somebody types, with a little formatting as in chats or as in wikitext. The text in it is as it was typed,
 * without the marks.
 */
export function readWrittenText( text: string, ports: LinkPorts ): RichText {
	const clean = cleanText( text ).trim();
	return clean.length > LONGEST_TEXT ? [ { kind: 'text', text: clean } ] : readMarks( clean, ports, 0 );
}

function escape( text: string ): string {
	return text.replace( /&/g, '&amp;' ).replace( /</g, '&lt;' ).replace( />/g, '&gt;' ).replace( /"/g, '&quot;' );
}

/** HTML for other clients, of what `readWrittenText` gives. */
function toHtml( nodes: RichText ): string {
	return nodes.map( ( node ) => {
		switch ( node.kind ) {
			case 'text': return escape( node.text ).replace( /\n/g, '<br>' );
			case 'link': return `<a href="${ escape( node.href ) }">${ toHtml( node.children ) }</a>`;
			case 'bold': return `<strong>${ toHtml( node.children ) }</strong>`;
			case 'italic': return `<em>${ toHtml( node.children ) }</em>`;
			case 'code': return `<code>${ escape( node.text ) }</code>`;
			case 'code-block': return `<pre><code>${ escape( node.text ) }</code></pre>`;
			default: return '';
		}
	} ).join( '' );
}

/**
 * The formatting of what a newcomer wrote, in wire form, beside a body that is the text as typed; empty when there is
 * nothing to format. Links are whole addresses, so that they work in any client.
 */
export function writeFormatting( text: string, ports: LinkPorts ): Readonly<Record<string, unknown>> {
	// Who is mentioned, the relay reads out of the text.
	const nodes = readWrittenText( text, { ...ports, names: [] } );
	return nodes.every( ( { kind } ) => kind === 'text' ) ? {} : writeFormattedBody( toHtml( nodes ) );
}
