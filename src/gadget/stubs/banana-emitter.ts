import BananaLanguage from 'banana-i18n/src/languages/language.js';
import type { MessageNode } from './banana-ast.ts';

export function normalizeLocale( locale: string ): string {
	return locale.toLowerCase();
}

/**
 * Stands in for the emitter of `banana-i18n`, which brings tables of all characters that are written from left to
 * right, and the grammar of 13 languages. Our messages are plain text with plural and gender.
 */
export default class Emitter {
	private readonly language: BananaLanguage;

	constructor( locale: string ) {
		this.language = new BananaLanguage( locale );
	}

	emit( node: MessageNode, parameters: readonly ( string | number )[] ): string {
		if ( typeof node !== 'object' ) {
			return String( node );
		}
		const [ first = '', ...rest ] = node.slice( 1 ).map( ( part ) => this.emit( part, parameters ) );
		switch ( node[ 0 ].toUpperCase() ) {
			case 'REPLACE': return String( parameters[ Number( first ) ] ?? `$${ Number( first ) + 1 }` );
			case 'PLURAL': return this.language.convertPlural( parseFloat( first ), rest );
			case 'GENDER': return this.language.gender( first, rest );
			default: return first + rest.join( '' );
		}
	}
}
