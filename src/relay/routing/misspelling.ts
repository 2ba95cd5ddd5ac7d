/** Number of changes of one letter, and of neighbours that change places, that lead from one text to the other. */
function changes( a: readonly string[], b: readonly string[] ): number {
	const rows: number[][] = [ Array.from( { length: b.length + 1 }, ( _, index ) => index ) ];
	for ( const [ i, letter ] of a.entries() ) {
		const row = [ i + 1 ];
		for ( const [ j, other ] of b.entries() ) {
			const isSwapped = letter === b[ j - 1 ] && other === a[ i - 1 ];
			row.push( Math.min(
				rows[ i ]![ j + 1 ]! + 1, row[ j ]! + 1, rows[ i ]![ j ]! + ( letter === other ? 0 : 1 ),
				isSwapped ? rows[ i - 1 ]![ j - 1 ]! + 1 : Infinity
			) );
		}
		rows.push( row );
	}
	return rows[ a.length ]![ b.length ]!;
}

/** Shorter names are near to too many ordinary words. */
const SHORTEST = 4;
const LONG = 8;

/** Whether somebody probably meant a name, and wrote it wrong: with one slip, or with two when it is long. */
export function isMisspelling( said: string, name: string ): boolean {
	const [ a, b ] = [ [ ...said ], [ ...name ] ];
	const most = b.length < SHORTEST ? 0 : b.length < LONG ? 1 : 2;
	return Math.abs( a.length - b.length ) <= most && changes( a, b ) <= most;
}
