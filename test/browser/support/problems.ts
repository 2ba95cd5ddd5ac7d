import type { BrowserContext, Page } from '@playwright/test';

/** What the pages of a test complained about. */
export interface Problems {
	watch( context: BrowserContext ): void;
	/** From now on, and for what was said already, these are no problem. */
	allow( ...patterns: readonly RegExp[] ): void;
	found(): string[];
}

/** What the wiki itself says, whether or not the gadget is there. */
const ofTheWiki: readonly RegExp[] = [];

/** Collects console errors and uncaught exceptions of all pages, popups among them. */
export function watchForProblems(): Problems {
	const said: string[] = [];
	const allowed = [ ...ofTheWiki ];
	const listen = ( page: Page ): void => {
		page.on( 'pageerror', ( error ) => said.push( `uncaught: ${ error.stack ?? error.message }` ) );
		page.on( 'console', ( message ) => {
			if ( message.type() === 'error' ) {
				said.push( `console: ${ message.text() } (${ message.location().url })` );
			}
		} );
	};
	return {
		watch: ( context ) => { context.on( 'page', listen ); },
		allow: ( ...patterns ) => { allowed.push( ...patterns ); },
		found: () => said.filter( ( text ) => !allowed.some( ( pattern ) => pattern.test( text ) ) )
	};
}
