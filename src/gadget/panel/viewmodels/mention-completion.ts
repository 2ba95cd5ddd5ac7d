/** Names that go on with what stands behind an `@`, the best first, and where the `@` is. */
export type MentionCompletion = { readonly start: number; readonly candidates: readonly string[] };

const MOST_CANDIDATES = 5;

/** Without case and accents, as nobody types those to find somebody. */
function fold( text: string ): string {
	return text.normalize( 'NFD' ).replace( /\p{M}/gu, '' ).toLowerCase();
}

/** What may be meant by the `@` before the cursor; `undefined` when there is none, or nobody is called so. */
export function completeMention( text: string, cursor: number, names: readonly string[] ): MentionCompletion | undefined {
	const start = text.lastIndexOf( '@', cursor - 1 );
	// As in addresses of mail.
	const isInWord = /[\p{L}\p{N}]$/u.test( text.slice( Math.max( 0, start - 2 ), Math.max( 0, start ) ) );
	if ( start === -1 || cursor === 0 || isInWord ) {
		return undefined;
	}
	const typed = fold( text.slice( start + 1, cursor ) );
	const beginsAt = ( name: string ): number => ` ${ fold( name ) }`.indexOf( ` ${ typed }` );
	const best = names.filter( ( name, index ) => names.indexOf( name ) === index && beginsAt( name ) !== -1 )
		.sort( ( a, b ) => Math.sign( beginsAt( a ) ) - Math.sign( beginsAt( b ) ) ).slice( 0, MOST_CANDIDATES );
	const isDone = best.length === 1 && fold( best[ 0 ]! ) === typed;
	return best.length === 0 || isDone ? undefined : { start, candidates: best };
}

/** The text with a candidate in the place of what was typed, and where the cursor goes. */
export function applyMention( text: string, cursor: number, start: number, name: string ): { text: string; cursor: number } {
	const before = `${ text.slice( 0, start ) }@${ name } `;
	return { text: before + text.slice( cursor ).replace( /^ /, '' ), cursor: before.length };
}
