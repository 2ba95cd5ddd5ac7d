import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';

type Messages = Readonly<Record<string, string>>;

export const LANGUAGES = [ 'en', 'ar', 'de', 'he', 'hu' ] as const;

/** The messages of a language, as translators have written them. */
export function messagesOf( language: string ): Messages {
	const file = path.resolve( import.meta.dirname, '../../../src/gadget/i18n', `${ language }.json` );
	return JSON.parse( readFileSync( file, 'utf8' ) ) as Messages;
}

const escaped = ( text: string ): string => text.replace( /[.*+?^${}()|[\]\\]/g, '\\$&' );

/** Matches what a message becomes, whatever its parameters are; `undefined` when it has hardly a word of its own. */
function patternOf( message: string ): RegExp | undefined {
	const parts = message.split( /(\{\{PLURAL:\$\d\|.*?\}\}|\$\d)/ );
	const letters = message.replace( /\{\{PLURAL:\$\d\|/g, '' ).replace( /\$\d|[^A-Za-z]/g, '' ).length;
	if ( letters < 3 ) {
		return undefined;
	}
	const source = parts.map( ( part ) => {
		const forms = /^\{\{PLURAL:\$\d\|(.*)\}\}$/.exec( part )?.[ 1 ];
		const one = ( text: string ): string => escaped( text ).replace( /\\\$\d/g, '.+' );
		return forms === undefined ? one( part ) : `(${ forms.split( '|' ).map( one ).join( '|' ) })`;
	} ).join( '' );
	// A short one may be in what people say.
	return new RegExp( letters < 12 ? `^${ source }$` : source );
}

/** All texts and names in the panel, also what only screen readers read. */
export function textsOfPanel( page: Page ): Promise<string[]> {
	return page.evaluate( () => [ ...document.querySelectorAll( '.askforhelp-panel, .askforhelp-panel *' ) ].flatMap( ( node ) => [
		...[ 'aria-label', 'title', 'placeholder', 'alt' ].map( ( name ) => node.getAttribute( name ) ?? '' ),
		...[ ...node.childNodes ].filter( ( child ) => child.nodeType === Node.TEXT_NODE ).flatMap( ( child ) => child.textContent!.split( ' · ' ) )
	] ).map( ( text ) => text.trim() ).filter( Boolean ) );
}

/** Those of the texts that are English messages of ours, where `language` has words of its own. */
export function englishAmong( texts: readonly string[], language: string ): string[] {
	const english = messagesOf( 'en' );
	const own = messagesOf( language );
	const patterns = Object.keys( english ).filter( ( key ) => key !== '@metadata' && own[ key ] !== english[ key ] )
		.flatMap( ( key ) => patternOf( english[ key ]! ) ?? [] );
	return [ ...new Set( texts ) ].filter( ( text ) => patterns.some( ( pattern ) => pattern.test( text ) ) );
}
