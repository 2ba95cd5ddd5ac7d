import type { Token } from 'acorn';
import { parse } from 'acorn';

/** What is wrong with a gadget's script, and where. */
export type SyntaxProblem = { readonly line: number; readonly message: string };

/** What a wiki's pre-save transform would replace in the text of a script page, outside `<nowiki>`. */
const CLOSES_NOWIKI = /<\/nowiki/i;

function hasUnsafeNumber( token: Token, source: string ): boolean {
	return token.type.label === 'num' && /[n_]/.test( source.slice( token.start, token.end ).replace( /^0[xob]/i, '' ) );
}

/**
 * Checks the final text of a gadget page as strictly as MediaWiki's ResourceLoader does: a script (no module) in
 * ES2016. Also refuses what ResourceLoader's minifier corrupts, and what would end the `<nowiki>` around the code.
 *
 * @param source the whole page
 */
export function checkGadgetSyntax( source: string ): SyntaxProblem[] {
	const problems: SyntaxProblem[] = [];
	const lineOf = ( index: number ): number => source.slice( 0, index ).split( '\n' ).length;
	try {
		parse( source, {
			ecmaVersion: 7,
			sourceType: 'script',
			// ResourceLoader wraps each file into a function.
			allowReturnOutsideFunction: true,
			onToken( token ) {
				if ( hasUnsafeNumber( token, source ) ) {
					problems.push( { line: lineOf( token.start ), message: `the minifier of ResourceLoader corrupts ${ source.slice( token.start, token.end ) }` } );
				}
			}
		} );
	} catch ( error ) {
		if ( !( error instanceof SyntaxError ) ) {
			throw error;
		}
		const at = 'pos' in error && typeof error.pos === 'number' ? error.pos : 0;
		problems.push( { line: lineOf( at ), message: `no ES2016: ${ error.message }` } );
	}
	const control = [ ...source ].findIndex( ( character ) => character < ' ' && !/[\t\r\n]/.test( character ) );
	if ( control !== -1 || source.normalize( 'NFC' ) !== source ) {
		problems.push( { line: 1, message: 'the wiki would normalise this text when it is saved (NFC, no control characters)' } );
	}
	const end = source.search( CLOSES_NOWIKI );
	if ( end !== -1 && end < source.trimEnd().lastIndexOf( '\n' ) ) {
		problems.push( { line: lineOf( end ), message: '"</nowiki" inside the code: the wiki would transform what follows when it is saved' } );
	}
	return problems;
}
