import type { Browser, BrowserContext, Page, PlaywrightWorkerArgs } from '@playwright/test';
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

/** Playwright switches the back/forward cache off. */
const launchWithPageCache = ( { chromium }: PlaywrightWorkerArgs[ 'playwright' ] ): Promise<Browser> => chromium.launch( {
	executablePath: '/usr/bin/chromium', args: [ '--no-sandbox', '--disable-gpu' ], ignoreDefaultArgs: [ '--disable-back-forward-cache' ]
} );

/** Whether the page has come whole out of the cache, and what was in the way otherwise. */
async function goBackIntoCache( page: Page ): Promise<void> {
	const address = page.url();
	await page.evaluate( () => setTimeout( () => history.back() ) );
	await expect( page ).not.toHaveURL( address );
	await expect.poll( () => page.evaluate( () => {
		const [ navigation ] = performance.getEntriesByType( 'navigation' ) as ( PerformanceNavigationTiming & { notRestoredReasons?: unknown } )[];
		return ( window as { cameBack?: boolean } ).cameBack ?? `not kept: ${ JSON.stringify( navigation?.notRestoredReasons ) }`;
	} ) ).toBe( true );
}

const noteComingBack = ( context: BrowserContext ): Promise<unknown> => context.addInitScript( () => {
	window.addEventListener( 'pageshow', ( { persisted } ) => persisted && Object.assign( window, { cameBack: true } ) );
} );

test( 'the back button brings the conversation back, also where the browser keeps whole pages', async ( {
	playwright, sandbox, problems, newAccount, helper, supportRoom
} ) => {
	const browser = await launchWithPageCache( playwright );
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

test( 'a page that comes whole out of the cache knows what was typed, sent and answered on the page after it', async ( {
	playwright, sandbox, problems, newAccount, helper, supportRoom
} ) => {
	problems.allow( /net::ERR_INTERNET_DISCONNECTED/ );
	const browser = await launchWithPageCache( playwright );
	try {
		const context = await browser.newContext( { viewport: { width: 1280, height: 800 } } );
		problems.watch( context );
		await noteComingBack( context );
		// What tabs tell each other takes a page out of the cache; without locks, as on a wiki without https, they tell nothing.
		await context.addInitScript( () => Object.defineProperty( Navigator.prototype, 'locks', { value: undefined } ) );
		const newcomer = await createNewcomer( context, { wikiUrl: sandbox.wiki.url, ...await newAccount() } );
		const { page, composer } = newcomer;
		await newcomer.logInToWiki();
		await newcomer.openEditor( 'textarea', article.title );
		const question = `Who knows what I typed? ${ newcomer.name }`;
		await askAndLogIn( newcomer, question );
		const card = await helper.waitForCard( supportRoom, question );
		await newcomer.read( article.title );
		await newcomer.sees( question );
		await composer.fill( 'half on the first' );

		await newcomer.read( 'Domestic goat' );
		await newcomer.sees( question );
		await expect( composer ).toHaveValue( 'half on the first' );
		await newcomer.write( 'Sent on the second.' );
		await helper.waitFor( supportRoom, 'what was sent on the second', ( event ) => shownBody( event ).includes( 'Sent on the second.' ) );
		await helper.answer( supportRoom, card.getId()!, 'Answered on the second.' );
		await newcomer.sees( 'Answered on the second.' );
		await context.setOffline( true );
		await newcomer.write( 'Written on the second.' );
		await expect( newcomer.messages.filter( { hasText: 'Written on the second.' } ) ).toContainText( /Sending|Not sent/ );
		await composer.fill( 'half on the second' );

		await goBackIntoCache( page );
		await expect( composer ).toHaveValue( 'half on the second' );
		await newcomer.sees( 'Written on the second.' );
		await context.setOffline( false );
		await expect( newcomer.messages.filter( { hasText: 'Written on the second.' } ) ).toContainText( '· Sent' );
		await helper.waitFor( supportRoom, 'what was written on the second', ( event ) => shownBody( event ).includes( 'Written on the second.' ) );
		await helper.answer( supportRoom, card.getId()!, 'Back on the first.' );
		await newcomer.sees( 'Back on the first.' );
		await expect( newcomer.messages.locator( '.askforhelp-bubble' ) ).toHaveText( [
			question, 'Sent on the second.', 'Answered on the second.', 'Written on the second.', 'Back on the first.'
		] );
		for ( const text of [ 'Sent on the second.', 'Written on the second.' ] ) {
			expect( helper.events( supportRoom ).map( shownBody ).filter( ( body ) => body.includes( text ) ) ).toHaveLength( 1 );
		}
	} finally {
		await browser.close();
	}
} );
