/** A message as it is drawn: plain data, and nothing that is not in this list. Blocks and words may stand side by side. */
export type RichText = readonly RichNode[];

export type RichNode =
	{ readonly kind: 'text'; readonly text: string } |
	/** The address is absolute, and of a scheme that only opens a page or writes a mail. */
	{ readonly kind: 'link'; readonly href: string; readonly children: RichText } |
	{ readonly kind: 'mention'; readonly name: string } |
	{ readonly kind: 'break' } |
	{ readonly kind: 'bold' | 'italic' | 'strike' | 'paragraph' | 'quote'; readonly children: RichText } |
	{ readonly kind: 'code' | 'code-block'; readonly text: string } |
	{ readonly kind: 'list'; readonly isOrdered: boolean; readonly start: number; readonly items: readonly RichText[] };

/** Whether it begins and ends with a line of its own. */
export function isBlock( { kind }: RichNode ): boolean {
	return kind === 'paragraph' || kind === 'quote' || kind === 'list' || kind === 'code-block';
}

function textOf( node: RichNode ): string {
	switch ( node.kind ) {
		case 'break': return '\n';
		case 'mention': return `@${ node.name }`;
		case 'list': return node.items.map( ( item, index ) => (
			`${ node.isOrdered ? `${ node.start + index }.` : '•' } ${ plainText( item ) }`
		) ).join( '\n' );
		case 'text': case 'code': case 'code-block': return node.text;
		default: return plainText( node.children );
	}
}

/** The words alone, in lines: for what reads aloud, previews and notifications. */
export function plainText( nodes: RichText ): string {
	return nodes.map( ( node, index ) => {
		const before = nodes[ index - 1 ];
		return ( before && ( isBlock( node ) || isBlock( before ) ) ? '\n' : '' ) + textOf( node );
	} ).join( '' );
}
