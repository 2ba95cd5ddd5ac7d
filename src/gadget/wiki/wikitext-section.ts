const HEADING = /^(={1,6})(.+?)\1[ \t]*$/gm;

/**
 * The heading of the section in which a cursor is, as the wikitext has it.
 *
 * @param isSection the text is one section alone, whose own heading comes first
 * @returns empty for the lead
 */
export function textSection( text: string, cursor: number, isSection: boolean ): string {
	const headings = [ ...text.matchAll( HEADING ) ];
	const above = headings.filter( ( { index } ) => index <= cursor ).pop() ?? ( isSection ? headings[ 0 ] : undefined );
	return above?.[ 2 ]?.trim() ?? '';
}
