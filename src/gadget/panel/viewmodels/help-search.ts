export type HelpSearchPorts = {
	/** Searches the wiki's help pages; titles, the best one first. It has a time limit of its own. */
	readonly search: ( words: readonly string[] ) => Promise<readonly string[]>;
	/** `undefined`: nothing was found, or there is nothing to search for. */
	readonly onChange: ( titles: readonly string[] | undefined ) => void;
	/** Calls back once. @returns a disposer */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
};

/** How long nobody must have typed before it searches. */
export const PAUSE_MS = 700;
/** So many words make a question. */
const LEAST_WORDS = 3;
/** Shorter ones say little, and would find everything. */
const LEAST_LENGTH = 3;
const MOST_LENGTH = 60;
const MOST_WORDS = 6;
/** What no word of any language has in it. */
const BETWEEN_WORDS = /[\s!-/:-@[-`{-~\u00a1-\u00bf\u060c\u061b\u061f\u2010-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]+/;

/** The words of a question that say most, the longest ones, in their order; none for what is no question yet. */
export function tellingWords( text: string ): string[] {
	const words = text.slice( 0, 2000 ).split( BETWEEN_WORDS ).filter( Boolean );
	// Some languages write without spaces.
	if ( words.length < LEAST_WORDS && text.trim().length < 12 ) {
		return [];
	}
	const long = [ ...new Set( words.map( ( word ) => word.toLowerCase() ) ) ]
		.filter( ( { length } ) => length >= LEAST_LENGTH && length <= MOST_LENGTH );
	const telling = [ ...long ].sort( ( one, other ) => other.length - one.length ).slice( 0, MOST_WORDS );
	return long.filter( ( word ) => telling.includes( word ) );
}

/**
 * Searches while a question is written: some time after the last key, for what is written then, once.
 *
 * @returns takes the text as it is now
 */
export function createHelpSearch( { search, onChange, after }: HelpSearchPorts ): ( text: string ) => void {
	let searched = '';
	let number = 0;
	let stopWaiting: ( () => void ) | undefined;
	return ( text ) => {
		stopWaiting?.();
		stopWaiting = after( PAUSE_MS, () => {
			const words = tellingWords( text );
			const key = words.join( ' ' );
			if ( key === searched ) {
				return;
			}
			searched = key;
			const own = ++number;
			const finish = ( titles: readonly string[] ): void => {
				// Another search may have begun, and ended, meanwhile.
				if ( own === number ) {
					onChange( titles.length > 0 ? titles : undefined );
				}
			};
			if ( words.length === 0 ) {
				finish( [] );
			} else {
				search( words ).then( finish, () => finish( [] ) );
			}
		} );
	};
}
