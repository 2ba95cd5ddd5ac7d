import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';

/** The limits of the built gadget. Raising one needs a reason in its commit. */
export const BUDGETS = {
	/** The launcher, script and style together: every targeted reader of the wiki loads it. */
	launcherGzBytes: 2_560,
	/** Any other bundle, script and style as they are sent, so that the wiki's module store in the browser keeps it (`mw.loader.store`). */
	bundleCharacters: 100_000,
	/** All that a newcomer downloads to chat: scripts, styles and one language; not what is loaded on use. */
	chatGzBytes: 60 * 1024
} as const;

export type Budgets = { readonly [ name in keyof typeof BUDGETS ]: number };

/** One built page. `language` is set for the messages of one language, `isOnUse` for a part that one can chat without. */
export type BuiltPage = { readonly title: string; readonly text: string; readonly language?: string; readonly isOnUse?: boolean };

export type PageSize = { readonly title: string; readonly characters: number; readonly gzBytes: number; readonly isOnUse: boolean };

export type BudgetReport = {
	readonly pages: readonly PageSize[];
	readonly launcherGzBytes: number;
	readonly chatGzBytes: number;
	/** A sentence for each limit that is passed; empty when all is well. */
	readonly problems: readonly string[];
};

const LAUNCHER = /^MediaWiki:Gadget-AskForHelp\.(js|css)$/;

/** What ResourceLoader sends of a style (`CSSMin::minify()` of MediaWiki): no comments, and few spaces. */
function sentStyle( text: string ): string {
	return text.replace( /\s+/g, ' ' ).replace( /\/\*.*?\*\//g, '' )
		.replace( /([;:,{}([]) /g, '$1' ).replace( / ([{)\]])/g, '$1' ).replace( /;}/g, '}' ).trim();
}

/** What it sends of a script that is minified already: all but the comments, which are header and footer only. */
function sentScript( text: string ): string {
	return text.replace( /^\/\*[\s\S]*?\*\/|\/\*[^*]*\*\/\s*$/g, '' );
}

/** A page as a wiki would send it. */
function asSent( { title, text }: BuiltPage ): string {
	return title.endsWith( '.css' ) ? sentStyle( text ) : title.endsWith( '.js' ) ? sentScript( text ) : text;
}

/** Size of a page as a wiki would send it. */
export function gzBytes( page: BuiltPage ): number {
	return gzipSync( Buffer.from( asSent( page ), 'utf8' ), { level: 9 } ).length;
}

/** Measures built pages against the budgets. */
export function checkBudgets( pages: readonly BuiltPage[], budgets: Budgets = BUDGETS ): BudgetReport {
	const sizes = pages.map( ( page ) => ( { ...page, characters: page.text.length, gzBytes: gzBytes( page ) } ) );
	const sum = ( some: typeof sizes ): number => some.reduce( ( total, page ) => total + page.gzBytes, 0 );
	const launcherGzBytes = sum( sizes.filter( ( page ) => LAUNCHER.test( page.title ) ) );
	const largestLanguage = Math.max( 0, ...sizes.filter( ( page ) => page.language !== undefined ).map( ( page ) => page.gzBytes ) );
	const chatGzBytes = sum( sizes.filter( ( page ) => page.language === undefined && !page.isOnUse ) ) + largestLanguage;

	const problems: string[] = [];
	if ( launcherGzBytes > budgets.launcherGzBytes ) {
		problems.push( `The launcher has ${ launcherGzBytes } bytes gz; the budget is ${ budgets.launcherGzBytes }.` );
	}
	for ( const { title } of sizes.filter( ( page ) => page.title.endsWith( '.js' ) ) ) {
		const parts = pages.filter( ( page ) => page.title === title || page.title === title.replace( /js$/, 'css' ) );
		const characters = parts.reduce( ( total, page ) => total + asSent( page ).length, 0 );
		if ( characters > budgets.bundleCharacters ) {
			problems.push( `${ title } has ${ characters } characters with its style; the budget is ${ budgets.bundleCharacters }.` );
		}
	}
	if ( chatGzBytes > budgets.chatGzBytes ) {
		problems.push( `Chatting downloads ${ chatGzBytes } bytes gz; the budget is ${ budgets.chatGzBytes }.` );
	}
	return {
		pages: sizes.map( ( page ) => ( {
			title: page.title, characters: page.characters, gzBytes: page.gzBytes, isOnUse: page.isOnUse ?? false
		} ) ),
		launcherGzBytes, chatGzBytes, problems
	};
}

/** The report as lines of text, one page each, with the budgets below. */
export function sizeTable( report: BudgetReport, budgets: Budgets = BUDGETS ): string[] {
	const row = ( title: string, characters: string, bytes: string, sign = '' ): string => (
		`${ title.padEnd( 44 ) }${ characters.padStart( 11 ) }${ bytes.padStart( 9 ) }${ sign }`
	);
	const kb = ( bytes: number ): string => `${ ( bytes / 1024 ).toFixed( 1 ) } KB`;
	return [
		row( 'page', 'characters', 'gz' ),
		...report.pages.map( ( page ) => row( page.title, String( page.characters ), String( page.gzBytes ), page.isOnUse ? '  on use' : '' ) ),
		`launcher ${ kb( report.launcherGzBytes ) } gz of ${ kb( budgets.launcherGzBytes ) }; all to chat, one language, ${ kb( report.chatGzBytes ) } gz of ${ kb( budgets.chatGzBytes ) }`
	];
}
