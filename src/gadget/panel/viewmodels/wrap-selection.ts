/** A text field's text and what is selected in it. */
export type Selection = { readonly text: string; readonly start: number; readonly end: number };

/** Puts a mark around what is selected, without blanks at its edges, or takes it away when it is there. */
export function wrapSelection( { text, start, end }: Selection, mark: string ): { readonly inserted: string } & Selection {
	const selected = text.slice( start, end );
	const [ , before = '', words = '', after = '' ] = /^(\s*)([^]*?)(\s*)$/.exec( selected ) ?? [];
	const isMarked = words.length >= 2 * mark.length && words.startsWith( mark ) && words.endsWith( mark );
	const next = isMarked ? words.slice( mark.length, words.length - mark.length ) : `${ mark }${ words }${ mark }`;
	const inserted = `${ before }${ next }${ after }`;
	const at = start + before.length + ( isMarked ? 0 : mark.length );
	const length = next.length - ( isMarked ? 0 : 2 * mark.length );
	return { inserted, text: text.slice( 0, start ) + inserted + text.slice( end ), start: at, end: at + length };
}
