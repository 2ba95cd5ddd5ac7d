/** Number of single-letter changes that lead from one word to the other (Levenshtein). */
function distance( a: string, b: string ): number {
	let row = Array.from( { length: b.length + 1 }, ( _, index ) => index );
	for ( const [ i, letter ] of [ ...a ].entries() ) {
		const next = [ i + 1 ];
		for ( const [ j, other ] of [ ...b ].entries() ) {
			next.push( Math.min( ( next[ j ] ?? 0 ) + 1, ( row[ j + 1 ] ?? 0 ) + 1, ( row[ j ] ?? 0 ) + ( letter === other ? 0 : 1 ) ) );
		}
		row = next;
	}
	return row[ b.length ] ?? 0;
}

const plain = ( word: string ): string => word.toLowerCase().replace( /[^a-z0-9]/g, '' );

/** The known word that was probably meant; `undefined` when none is near. */
export function nearMiss( word: string, known: readonly string[] ): string | undefined {
	return known
		.map( ( candidate ) => ( { candidate, changes: distance( plain( word ), plain( candidate ) ) } ) )
		.filter( ( { candidate, changes } ) => changes <= Math.max( 1, Math.floor( plain( candidate ).length / 3 ) ) )
		.sort( ( a, b ) => a.changes - b.changes )[ 0 ]?.candidate;
}
