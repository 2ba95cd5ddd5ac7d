/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function createRandom( seed: number ): () => number {
	let state = seed;
	return () => {
		state = ( state + 0x6d2b79f5 ) | 0;
		let mixed = Math.imul( state ^ ( state >>> 15 ), 1 | state );
		mixed = ( mixed + Math.imul( mixed ^ ( mixed >>> 7 ), 61 | mixed ) ) ^ mixed;
		return ( ( mixed ^ ( mixed >>> 14 ) ) >>> 0 ) / 4_294_967_296;
	};
}

/** A seed of its own for each part of a run, so that none depends on how often another one asks (FNV-1a). */
export function seedOf( seed: number, part: string ): number {
	return [ ...`${ seed } ${ part }` ].reduce( ( hash, character ) => Math.imul( hash ^ character.codePointAt( 0 )!, 0x01000193 ), 0x811c9dc5 );
}

/** The same values in another order. */
export function shuffled<Value>( values: readonly Value[], random: () => number ): Value[] {
	return values.map( ( value ) => ( { value, at: random() } ) ).sort( ( a, b ) => a.at - b.at ).map( ( { value } ) => value );
}
