/** A text, or the name of what to do with the nodes after it. */
export type MessageNode = string | number | readonly [ string, ...MessageNode[] ];

const TOKENS = /(\{\{(?:PLURAL|GENDER):|\}\}|\||\$\d+)/i;

/**
 * Stands in for the parser of `banana-i18n`: reads `$1`, `{{PLURAL:…|…}}` and `{{GENDER:…|…}}`, one inside the other.
 * Anything else is text, and what is not closed ends with the message: a translator's slip never throws.
 */
export default function parseMessage( message: string ): MessageNode {
	const tokens = message.split( TOKENS );
	let next = 0;

	function sequence( isForm: boolean ): MessageNode {
		const nodes: MessageNode[] = [];
		while ( next < tokens.length && !( isForm && ( tokens[ next ] === '|' || tokens[ next ] === '}}' ) ) ) {
			const token = tokens[ next++ ]!;
			if ( /^\{\{\w+:$/.test( token ) ) {
				nodes.push( [ token.slice( 2, -1 ), ...forms() ] );
			} else {
				nodes.push( /^\$\d+$/.test( token ) ? [ 'REPLACE', Number( token.slice( 1 ) ) - 1 ] : token );
			}
		}
		return [ 'CONCAT', ...nodes ];
	}

	function forms(): MessageNode[] {
		const all: MessageNode[] = [];
		do {
			all.push( sequence( true ) );
		} while ( tokens[ next++ ] === '|' );
		return all;
	}

	return sequence( false );
}
