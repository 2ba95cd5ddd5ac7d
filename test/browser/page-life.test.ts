import type { BrowserContext, Page } from '@playwright/test';
import { createNewcomer } from '../../src/sandbox/actors/newcomer.ts';
import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { article, askAndLogIn, expect, test } from './support/fixtures.ts';

/** How many requests of /sync are under way. */
function countSyncs( context: BrowserContext ): () => number {
	const open = new Set<object>();
	context.on( 'request', ( request ) => {
		if ( request.url().includes( '/v3/sync' ) && request.method() === 'GET' ) {
			open.add( request );
		}
	} );
	context.on( 'requestfinished', ( request ) => open.delete( request ) );
	context.on( 'requestfailed', ( request ) => open.delete( request ) );
	return () => open.size;
}

const tell = ( page: Page, type: 'pagehide' | 'pageshow' ): Promise<unknown> => page.evaluate( ( name ) => (
	window.dispatchEvent( new PageTransitionEvent( name, { persisted: true } ) )
), type );

test( 'a page that the browser has frozen and brings back goes on: one connection, what was missed, and nothing twice', async ( {
	newcomer, helper, supportRoom
} ) => {
	const { page, messages } = newcomer;
	const syncs = countSyncs( page.context() );
	const question = `Will you wait for me? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await helper.answer( supportRoom, card.getId()!, 'Before.' );
	await newcomer.sees( 'Before.' );
	await newcomer.composer.fill( 'half a mess' );
	await expect.poll( syncs ).toBe( 1 );

	const browser = await page.context().newCDPSession( page );
	await tell( page, 'pagehide' );
	await expect.poll( syncs ).toBe( 0 );
	await browser.send( 'Page.setWebLifecycleState', { state: 'frozen' } );
	await helper.answer( supportRoom, card.getId()!, 'Meanwhile, one.' );
	await helper.answer( supportRoom, card.getId()!, 'Meanwhile, two.' );
	await browser.send( 'Page.setWebLifecycleState', { state: 'active' } );
	await tell( page, 'pageshow' );

	await newcomer.sees( 'Meanwhile, two.' );
	await expect.poll( syncs ).toBe( 1 );
	await expect( newcomer.composer ).toHaveValue( 'half a mess' );
	await newcomer.write( 'After.' );
	await helper.waitFor( supportRoom, 'what was written afterwards', ( event ) => shownBody( event ).includes( 'After.' ) );
	await helper.answer( supportRoom, card.getId()!, 'At the end.' );
	await newcomer.sees( 'At the end.' );
	await expect( messages.locator( '.askforhelp-bubble' ) ).toHaveText( [
		question, 'Before.', 'Meanwhile, one.', 'Meanwhile, two.', 'After.', 'At the end.'
	] );
	// Between an answer and the next request there is none for a moment.
	await expect.poll( syncs ).toBe( 1 );
} );

test( 'the back button brings the conversation back, also where the browser keeps whole pages', async ( {
	playwright, sandbox, problems, newAccount, helper, supportRoom
} ) => {
	// Playwright switches the back/forward cache off.
	const browser = await playwright.chromium.launch( {
		executablePath: '/usr/bin/chromium', args: [ '--no-sandbox', '--disable-gpu' ], ignoreDefaultArgs: [ '--disable-back-forward-cache' ]
	} );
	try {
		const context = await browser.newContext( { viewport: { width: 1280, height: 800 } } );
		problems.watch( context );
		const account = await newAccount();
		const newcomer = await createNewcomer( context, { wikiUrl: sandbox.wiki.url, ...account } );
		const { page } = newcomer;
		const syncs = countSyncs( context );
		await newcomer.logInToWiki();
		await newcomer.openEditor( 'textarea', article.title );
		const question = `And back again? ${ newcomer.name }`;
		await askAndLogIn( newcomer, question );
		const card = await helper.waitForCard( supportRoom, question );
		await newcomer.read( 'Domestic goat' );
		await newcomer.sees( question );
		await helper.answer( supportRoom, card.getId()!, 'On the other page.' );
		await newcomer.sees( 'On the other page.' );
		await page.goBack();
		await newcomer.sees( 'On the other page.' );
		await helper.answer( supportRoom, card.getId()!, 'Back here.' );
		await newcomer.sees( 'Back here.' );
		await expect( newcomer.messages.locator( '.askforhelp-bubble' ) ).toHaveText( [ question, 'On the other page.', 'Back here.' ] );
		await expect.poll( syncs ).toBe( 1 );
	} finally {
		await browser.close();
	}
} );
