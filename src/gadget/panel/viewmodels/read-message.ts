import { cleanText, safeAddress } from './clean-text.ts';
import { readHtmlPieces } from './html-tags.ts';
import type { RichNode, RichText } from './rich-text.ts';
import { isBlock, plainText } from './rich-text.ts';
import type { Allowance, LinkPorts } from './text-links.ts';
import { findLinks } from './text-links.ts';

/** As much as an event can hold. */
const LONGEST_MESSAGE = 65_536;
const MOST_NODES = 2_000;
const DEEPEST = 20;

type Wrap = 'bold' | 'italic' | 'strike' | 'paragraph' | 'quote' | 'heading' | 'item' | 'list' | 'code' | 'code-block' | 'link';

const TAGS: ReadonlyMap<string, Wrap> = new Map( ( [
	[ 'bold', 'b strong' ], [ 'italic', 'i em' ], [ 'strike', 's del strike' ], [ 'heading', 'h1 h2 h3 h4 h5 h6' ], [ 'quote', 'blockquote' ],
	[ 'paragraph', 'p div tr table caption details summary section' ], [ 'list', 'ul ol' ], [ 'item', 'li' ], [ 'code', 'code' ],
	[ 'code-block', 'pre' ], [ 'link', 'a' ]
] as [ Wrap, string ][] ).flatMap( ( [ wrap, tags ] ) => tags.split( ' ' ).map( ( tag ): [ string, Wrap ] => [ tag, wrap ] ) ) );

/** What they hold is nothing that anybody said; `mx-reply` repeats what is answered. */
const DROPPED = /^(mx-reply|script|style|template|textarea|title|head|noscript|iframe|object|option|svg|math)$/;

/** An element that is not closed yet. Items of a list stand among its children until it is closed. */
type Open = { readonly tag: string; readonly wrap: Wrap; readonly attributes: ReadonlyMap<string, string>; readonly children: Draft[] };
type Draft = RichNode | { readonly kind: 'item'; readonly children: RichText };

/** Leaves out what is empty, blanks at the edges of blocks, and a paragraph around other blocks. */
function tidy( drafts: readonly RichNode[], isWhole: boolean ): RichNode[] {
	const flat = drafts.flatMap( ( node ): readonly RichNode[] => node.kind === 'paragraph' && node.children.some( isBlock ) ? node.children : [ node ] );
	const isEdge = ( node: RichNode | undefined ): boolean => node === undefined ? isWhole : isBlock( node ) || node.kind === 'break';
	const result: RichNode[] = [];
	const dropBreaks = (): void => {
		while ( result[ result.length - 1 ]?.kind === 'break' ) {
			result.pop();
		}
	};
	flat.forEach( ( node, index ) => {
		const last = result[ result.length - 1 ];
		if ( node.kind === 'text' ) {
			const trimmed = node.text.slice( isEdge( last ) && node.text.startsWith( ' ' ) ? 1 : 0 );
			const text = isEdge( flat[ index + 1 ] ) ? trimmed.replace( / $/, '' ) : trimmed;
			if ( text !== '' ) {
				result.push( { kind: 'text', text } );
			}
		} else if ( node.kind === 'break' ) {
			// One empty line is enough.
			if ( !( last ? isBlock( last ) : isWhole ) && !( last?.kind === 'break' && result[ result.length - 2 ]?.kind === 'break' ) ) {
				result.push( node );
			}
		} else {
			if ( isBlock( node ) ) {
				dropBreaks();
			}
			result.push( node );
		}
	} );
	if ( isWhole ) {
		dropBreaks();
	}
	return result;
}

function readHtml( html: string, ports: LinkPorts ): RichText {
	const allowance: Allowance = { left: MOST_NODES };
	const root: Open = { tag: '', wrap: 'paragraph', attributes: new Map(), children: [] };
	const stack = [ root ];
	const isIn = ( wrap: Wrap ): boolean => stack.some( ( open ) => open.wrap === wrap );
	let dropped = '';
	let droppedDepth = 0;
	/** The end of what was said, as marks of a text also stand on the text before. */
	let tail = '';

	function addText( text: string ): void {
		const { children } = stack[ stack.length - 1 ]!;
		const before = children[ children.length - 1 ];
		const clean = cleanText( tail + ( isIn( 'code-block' ) ? text : text.replace( /[ \t\r\n\f]+/g, ' ' ) ) ).slice( tail.length );
		tail = ( tail + clean ).slice( -10 );
		if ( before?.kind === 'text' ) {
			children[ children.length - 1 ] = { kind: 'text', text: before.text + clean };
		} else if ( clean !== '' ) {
			children.push( { kind: 'text', text: clean } );
		}
	}

	function finish( { children, wrap }: Open, isWhole: boolean ): RichText {
		const hasLinks = !isIn( 'link' ) && !isIn( 'code' ) && !isIn( 'code-block' ) && wrap !== 'link' && wrap !== 'code' && wrap !== 'code-block';
		const nodes = children.map( ( node ): RichNode => node.kind === 'item' ? { kind: 'paragraph', children: node.children } : node );
		const tidied = isIn( 'code-block' ) || wrap === 'code-block' ? nodes : tidy( nodes, isWhole );
		return hasLinks ? tidied.flatMap( ( node ) => node.kind === 'text' ? findLinks( node.text, ports, allowance ) : [ node ] ) : tidied;
	}

	function toNodes( open: Open ): Draft[] {
		const { wrap, attributes } = open;
		if ( wrap === 'list' ) {
			const items = open.children.map( ( node ) => node.kind === 'item' ? node.children : tidy( [ node ], true ) ).filter( ( item ) => item.length > 0 );
			const start = Number( attributes.get( 'start' ) );
			return items.length === 0 ? [] : [ { kind: 'list', isOrdered: open.tag === 'ol', start: Number.isSafeInteger( start ) && start > 0 ? start : 1, items } ];
		}
		const children = finish( open, wrap !== 'bold' && wrap !== 'italic' && wrap !== 'strike' && wrap !== 'link' && wrap !== 'code' );
		const text = plainText( children );
		if ( text.trim() === '' ) {
			return children.length > 0 && !children.some( isBlock ) && !/^(paragraph|heading|item|quote|code-block)$/.test( wrap ) ? [ ...children ] : [];
		}
		switch ( wrap ) {
			case 'heading': return [ { kind: 'paragraph', children: [ { kind: 'bold', children } ] } ];
			case 'code': return isIn( 'code-block' ) ? [ { kind: 'text', text } ] : [ { kind: 'code', text } ];
			case 'code-block': return [ { kind: 'code-block', text: text.replace( /^\n/, '' ).trimEnd() } ];
			case 'link': {
				const href = attributes.get( 'href' ) ?? '';
				if ( /^https:\/\/matrix\.to\/#\/(@|%40)/i.test( href ) ) {
					return [ { kind: 'mention', name: text.replace( /^@/, '' ) } ];
				}
				const address = safeAddress( href );
				return address === undefined ? [ ...children ] : [ { kind: 'link', href: address, children } ];
			}
			default: return [ { kind: wrap, children } ];
		}
	}

	function close( tag: string ): void {
		if ( stack.some( ( open, index ) => index > 0 && open.tag === tag ) ) {
			let closed;
			do {
				closed = stack.pop()!;
				stack[ stack.length - 1 ]!.children.push( ...toNodes( closed ) );
			} while ( closed.tag !== tag );
		}
	}

	function open( tag: string, attributes: ReadonlyMap<string, string> ): void {
		const { children, tag: within } = stack[ stack.length - 1 ]!;
		const wrap = TAGS.get( tag );
		if ( tag === 'br' || tag === 'hr' ) {
			if ( isIn( 'code-block' ) ) {
				addText( '\n' );
			} else if ( allowance.left-- > 0 ) {
				children.push( { kind: 'break' } );
			}
		} else if ( tag === 'img' ) {
			addText( attributes.get( 'alt' ) || attributes.get( 'title' ) || '' );
		} else if ( DROPPED.test( tag ) || attributes.has( 'data-mx-profile-fallback' ) ) {
			dropped = tag;
			droppedDepth = 1;
		} else if ( ( tag === 'td' || tag === 'th' ) && children.length > 0 ) {
			addText( ' | ' );
		} else if ( wrap && !( wrap === 'link' && isIn( 'link' ) ) ) {
			// Their end may be left out.
			if ( ( wrap === 'paragraph' && within === 'p' ) || ( wrap === 'item' && within === 'li' ) ) {
				close( within );
			}
			if ( stack.length < DEEPEST && allowance.left-- > 0 ) {
				stack.push( { tag, wrap, attributes, children: [] } );
			}
		}
	}

	readHtmlPieces( html, ( piece ) => {
		if ( dropped !== '' ) {
			if ( piece.kind !== 'text' && piece.tag === dropped ) {
				droppedDepth += piece.kind === 'open' ? 1 : -1;
				dropped = droppedDepth === 0 ? '' : dropped;
			}
		} else if ( piece.kind === 'text' ) {
			addText( piece.text );
		} else if ( piece.kind === 'open' ) {
			open( piece.tag, piece.attributes );
		} else {
			close( piece.tag );
		}
	} );
	while ( stack.length > 1 ) {
		close( stack[ stack.length - 1 ]!.tag );
	}
	return finish( root, true );
}

/** Text without formatting; its lines stay inside the text. */
function readPlain( text: string, ports: LinkPorts ): RichText {
	// One or two empty lines are enough.
	return findLinks( cleanText( text ).replace( /\n(?:[ \t]*\n){3,}/g, '\n\n\n' ).trim(), ports, { left: MOST_NODES } );
}

/** A message's words: its text and, where there is one, its "formatted_body", whatever that holds. */
export type MessageWords = { readonly body: string; readonly formattedBody?: string | undefined };

/**
 * Reads a message ("m.room.message msgtypes", HTML that clients should show). Never throws; the result is of bounded
 * size and depth.
 */
export function readMessage( { body, formattedBody }: MessageWords, ports: LinkPorts ): RichText {
	const formatted = formattedBody === undefined ? [] : readHtml( formattedBody.slice( 0, LONGEST_MESSAGE ), ports );
	return plainText( formatted ).trim() === '' ? readPlain( body.slice( 0, LONGEST_MESSAGE ), ports ) : formatted;
}
