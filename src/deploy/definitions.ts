const HEADING = '== Ask for Help ==';
const ANY_HEADING = /^==+[^=].*==+\s*$/m;

/**
 * Puts our lines into the text of `MediaWiki:Gadgets-definition`, in a section of their own, and leaves every other
 * line as it was. The section stays where it is when there is one already; otherwise it comes last.
 *
 * @param current text of the page as the API gives it (without its last newline); empty when there is no page
 * @param lines the definition lines, one gadget each
 */
export function mergeDefinitions( current: string, lines: readonly string[] ): string {
	const section = [ HEADING, ...lines ].join( '\n' );
	const start = current.split( '\n' ).indexOf( HEADING );
	if ( start === -1 ) {
		return current.trim() === '' ? section : `${ current.trimEnd() }\n\n${ section }`;
	}
	const all = current.split( '\n' );
	const before = all.slice( 0, start );
	const after = all.slice( start + 1 );
	const next = after.findIndex( ( line ) => ANY_HEADING.test( line ) );
	const rest = next === -1 ? [] : [ '', ...after.slice( next ) ];
	return [ ...before, section, ...rest ].join( '\n' ).trimEnd();
}

/** The definition lines of a definitions file: its bullet points, comments and blank lines left out. */
export function readDefinitionLines( fileText: string ): string[] {
	return fileText.split( '\n' ).map( ( line ) => line.trimEnd() ).filter( ( line ) => line.startsWith( '* ' ) );
}
