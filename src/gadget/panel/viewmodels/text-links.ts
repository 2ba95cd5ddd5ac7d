import { safeAddress } from './clean-text.ts';
import type { RichNode } from './rich-text.ts';

/** What a text may name. */
export type LinkPorts = {
	/** Absolute address of a page of the wiki; interwiki prefixes are part of the title. */
	readonly pageUrl: ( title: string ) => string;
	/** The wiki's own name of the namespace of templates. */
	readonly templateNamespace: string;
	/** The page that is talked about, in which `[[#section]]` is. */
	readonly page?: string | undefined;
	/** Who can be mentioned with an `@`. */
	readonly names?: readonly string[] | undefined;
};

/** How many nodes may still be made: a text may hold as many links as it has room for. */
export type Allowance = { left: number };

/**
 * In this order: code, which holds no links; parameters of templates; `[[page]]` and `[[page|words]]`; `{{template}}` and
 * `{{template|…}}`; addresses.
 */
const LINKS = '```[^]*?```|`[^`\\n]+`|\\{{3,}|' +
	'\\[\\[([^[\\]{}|<>\\n]{1,255})(?:\\|[^[\\]\\n]{0,255})?\\]\\]|' +
	'\\{\\{([^{}|<>[\\]#\\n]{1,255})(?:\\|([^{}\\n]{0,500}))?\\}\\}|' +
	'\\b(https?://[^\\s<>"{}|\\\\^`[\\]。、，；：！？「」『』（）【】《》]+)';

/** Punctuation that belongs to the sentence around an address, as brackets do that are not opened in it. */
function withoutTail( address: string ): string {
	let surplus = address.split( ')' ).length - address.split( '(' ).length;
	for ( let end = address.length; end > 0; end-- ) {
		const last = address[ end - 1 ];
		if ( last === ')' && surplus > 0 ) {
			surplus--;
		} else if ( !/[.,:;!?'*…’”»]/.test( last ?? '' ) ) {
			return address.slice( 0, end );
		}
	}
	return '';
}

function titleAddress( named: string, { pageUrl, page = '' }: LinkPorts ): string | undefined {
	const [ , title = '', section = '' ] = /^\s*:?([^#]*)#?([^]*)$/.exec( named ) ?? [];
	if ( /^\s*https?:/i.test( named ) ) {
		return safeAddress( named );
	}
	const target = title.trim() || page;
	const anchor = section.trim().replace( /\s/g, '_' );
	// Subpages, as in [[/sub]], are named from a page that may be another one than ours.
	const isNamed = target !== '' && !/^[/.]/.test( target ) && title.trim() + anchor !== '';
	return isNamed ? safeAddress( pageUrl( target ) + ( anchor && `#${ encodeURIComponent( anchor ) }` ) ) : undefined;
}

function templateAddress( named: string, parameters: string, ports: LinkPorts ): string | undefined {
	const [ , called = '' ] = /^\s*(?:(?:safe)?subst:)?([^]*)$/i.exec( named ) ?? [];
	// {{tl|x}} only talks about the template x.
	const title = ( /^tl[a-z]?$/i.test( called.trim() ) ? parameters.split( '|' )[ 0 ]! : called ).trim();
	const [ , namespace = '', name ] = /^([^:]*):([^]*)$/.exec( title ) ?? [];
	const isPlain = name === undefined || [ 'template', ports.templateNamespace.toLowerCase() ].includes( namespace.toLowerCase() );
	// Anything else with a colon is a parser function, or a page that is no template.
	return title !== '' && isPlain ? titleAddress( `${ ports.templateNamespace }:${ ( name ?? title ).trim() }`, ports ) : undefined;
}

function namesPattern( names: readonly string[] ): string {
	const longestFirst = names.filter( ( name ) => name.trim() !== '' ).sort( ( a, b ) => b.length - a.length );
	const escaped = longestFirst.map( ( name ) => name.replace( /[\\^$.*+?()[\]{}|/]/g, '\\$&' ) );
	return escaped.length === 0 ? '' : `|(^|[^\\p{L}\\p{N}])@(${ escaped.join( '|' ) })(?![\\p{L}\\p{N}])`;
}

/** Finds what a text names, and keeps every character of it: a link's words are as they were written. */
export function findLinks( text: string, ports: LinkPorts, allowance: Allowance = { left: Infinity } ): RichNode[] {
	const nodes: RichNode[] = [];
	const pattern = new RegExp( LINKS + namesPattern( ports.names ?? [] ), 'giu' );
	let at = 0;
	const push = ( index: number, length: number, node: RichNode ): void => {
		if ( index > at ) {
			nodes.push( { kind: 'text', text: text.slice( at, index ) } );
		}
		nodes.push( node );
		at = index + length;
		allowance.left--;
	};
	for ( let found = pattern.exec( text ); found && allowance.left > 0; found = pattern.exec( text ) ) {
		const [ whole, page, template, parameters = '', address, before = '', name ] = found;
		if ( name !== undefined ) {
			push( found.index + before.length, whole.length - before.length, { kind: 'mention', name } );
			continue;
		}
		const words = address === undefined ? whole : withoutTail( address );
		const href = page !== undefined ? titleAddress( page, ports ) :
			template !== undefined ? templateAddress( template, parameters, ports ) :
				address && safeAddress( words );
		if ( href ) {
			push( found.index, words.length, { kind: 'link', href, children: [ { kind: 'text', text: words } ] } );
		}
	}
	if ( at < text.length ) {
		nodes.push( { kind: 'text', text: text.slice( at ) } );
	}
	return nodes;
}
