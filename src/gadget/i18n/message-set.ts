/** A sign for which messages there are, by their keys in whatever order: the same for each page that has all of them. */
export function messageSet( messages: Readonly<Record<string, unknown>> ): number {
	return Object.keys( messages ).sort().join().split( '' ).reduce( ( sign, character ) => ( sign * 31 + character.charCodeAt( 0 ) ) % 1e9, 0 );
}
