import type { RichNode, RichText } from '../viewmodels/rich-text.ts';
import { element, outsideLink } from './dom.ts';

const TAGS = { bold: 'strong', italic: 'em', strike: 's', paragraph: 'p', quote: 'blockquote' } as const;

/** Lets a part have the direction of its own words. */
function directed<Kind extends HTMLElement>( node: Kind ): Kind {
	node.dir = 'auto';
	return node;
}

function drawNode( node: RichNode ): Node {
	switch ( node.kind ) {
		case 'text': return document.createTextNode( node.text );
		case 'break': return document.createElement( 'br' );
		case 'mention': return element( 'bdi', 'askforhelp-mention', `@${ node.name }` );
		case 'code': return directed( element( 'code', '', node.text ) );
		case 'code-block': {
			const block = directed( element( 'pre', '', node.text ) );
			// It scrolls by itself, with the keyboard too.
			block.tabIndex = 0;
			return block;
		}
		case 'link': {
			const link = directed( outsideLink( '', node.href ) );
			link.rel = 'noopener noreferrer';
			link.append( drawRichText( node.children ) );
			return link;
		}
		case 'list': {
			// As a whole, so that each marker is beside its words.
			const list = directed( document.createElement( node.isOrdered ? 'ol' : 'ul' ) );
			if ( list instanceof HTMLOListElement && node.start !== 1 ) {
				list.start = node.start;
			}
			list.append( ...node.items.map( ( item ) => {
				const line = document.createElement( 'li' );
				line.append( drawRichText( item ) );
				return line;
			} ) );
			return list;
		}
		default: {
			const part = document.createElement( TAGS[ node.kind ] );
			part.append( drawRichText( node.children ) );
			return node.kind === 'paragraph' || node.kind === 'quote' ? directed( part ) : part;
		}
	}
}

/** Draws what a message says; only of elements that are named here, and of text. To be put into a `.askforhelp-bubble`. */
export function drawRichText( nodes: RichText ): DocumentFragment {
	const fragment = document.createDocumentFragment();
	fragment.append( ...nodes.map( drawNode ) );
	return fragment;
}
