import type { Browser, BrowserContext } from '@playwright/test';
import type { WikiLogin } from '../../src/sandbox/actors/newcomer.ts';
import { createNewcomer } from '../../src/sandbox/actors/newcomer.ts';
import type { Sandbox } from '../../src/sandbox/start.ts';
import { WikiBrowser } from '../support/wiki-browser.ts';

/** One person's cookies; each context that is made with them has an empty cache. */
export type Visitor = WikiLogin & { readonly cookies: Awaited<ReturnType<BrowserContext[ 'storageState' ]>> };

/** The page that is looked at and edited. */
export const ARTICLE = 'American Pygmy';
const PASSWORD = 'a goat on every hill';

/** Makes an account with these preferences, and logs it in. */
export async function prepareVisitor(
	browser: Browser, { status: { wiki } }: Sandbox, name: string, preferences: Readonly<Record<string, string>> = {}
): Promise<Visitor> {
	const visitor = new WikiBrowser( wiki.url );
	const made = await visitor.api( {
		action: 'createaccount', username: name, password: PASSWORD, retype: PASSWORD, createreturnurl: wiki.url,
		createtoken: await visitor.token( 'createaccount' )
	} ) as { createaccount?: { status: string } };
	if ( made.createaccount?.status !== 'PASS' ) {
		throw new Error( `The wiki makes no account for ${ name }: ${ JSON.stringify( made ) }` );
	}
	await visitor.logIn( name, PASSWORD );
	for ( const [ optionname, optionvalue ] of Object.entries( preferences ) ) {
		await visitor.api( { action: 'options', optionname, optionvalue, token: await visitor.token( 'csrf' ) } );
	}
	const context = await browser.newContext();
	const login = { wikiUrl: wiki.url, name, password: PASSWORD };
	const newcomer = await createNewcomer( context, login );
	await newcomer.logInToWiki();
	// Whatever the wiki makes at the first view of a page is made now.
	await newcomer.page.goto( `${ wiki.url }/index.php?title=${ ARTICLE }`, { waitUntil: 'networkidle' } );
	const hasGadget = await newcomer.page.evaluate( () => mw.loader.getState( 'ext.gadget.AskForHelp' ) === 'ready' );
	if ( hasGadget !== ( preferences[ 'gadget-AskForHelp' ] !== '0' ) ) {
		throw new Error( `The gadget is ${ hasGadget ? '' : 'not ' }there for ${ name }.` );
	}
	const cookies = await context.storageState();
	await context.close();
	return { ...login, cookies: { ...cookies, origins: [] } };
}
