/** What PostgreSQL says in other words than SQLite, in the statements of the migrations. */
const WORDS: readonly ( readonly [ RegExp, string ] )[] = [
	[ /\)\s*STRICT(\s*,\s*WITHOUT ROWID)?$/, ')' ],
	[ /\bINTEGER PRIMARY KEY( AUTOINCREMENT)?\b/g, 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY' ],
	[ /\bINTEGER\b/g, 'BIGINT' ]
];

/** Translates a statement of a migration from SQLite's words to PostgreSQL's. */
export function toPostgresWords( statement: string ): string {
	return WORDS.reduce( ( text, [ theirs, ours ] ) => text.replace( theirs, ours ), statement );
}

/** Numbers the places for values, as PostgreSQL wants them: `?` becomes `$1`, `$2` …; statements hold no other `?`. */
export function numberValues( statement: string ): string {
	let count = 0;
	return statement.replaceAll( '?', () => `$${ ++count }` );
}
