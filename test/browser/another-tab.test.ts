import type { Page } from '@playwright/test';
import { article, askAndLogIn, expect, launcherIsDone, test } from './support/fixtures.ts';

const panelState = ( page: Page ): Promise<string | null> => page.evaluate( () => mw.loader.getState( 'ext.gadget.AskForHelp-panel' ) );

test( 'a page opened in another tab while the chat is open tells of answers by itself, and stays as it was', async ( {
	newcomer, helper, supportRoom
} ) => {
	const { page, panel } = newcomer;
	const question = `Also over there? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await panel.getByRole( 'button', { name: 'Close', exact: true } ).click();

	const opened = page.context().waitForEvent( 'page' );
	await page.locator( '#p-logo a, a.mw-logo' ).first().click( { modifiers: [ 'Control' ] } );
	const reading = await opened;
	await expect( reading.locator( 'body.page-Main_Page' ) ).toBeAttached();
	await expect.poll( () => panelState( reading ) ).toBe( 'ready' );
	const editing = await page.context().newPage();
	await editing.goto( new URL( `/index.php?title=${ encodeURIComponent( article.title ) }&action=edit`, page.url() ).href );
	await helper.answer( supportRoom, card.getId()!, 'In all of them.' );
	for ( const tab of [ page, reading, editing ] ) {
		await expect( tab ).toHaveTitle( /^\(1\) / );
	}
	const launcher = editing.locator( '.askforhelp-launcher' );
	await expect( launcher ).toHaveAccessibleName( 'Ask for help, one new answer' );
	for ( const tab of [ reading, editing ] ) {
		await expect( tab.locator( '.askforhelp-panel' ) ).toBeHidden();
	}

	await launcher.click();
	await expect( editing.locator( '.askforhelp-panel .askforhelp-bubble' ) ).toHaveText( [ question, 'In all of them.' ] );
	for ( const tab of [ page, reading, editing ] ) {
		await expect( tab ).toHaveTitle( /^[^(]/ );
	}
} );

test( 'another tab loads no panel for whoever has none open, and once for whoever has had one', async ( { newcomer } ) => {
	const { page } = newcomer;
	const wikiUrl = page.url();
	const visit = async (): Promise<Page> => {
		const tab = await page.context().newPage();
		await tab.goto( new URL( '/wiki/Main_Page', wikiUrl ).href );
		await launcherIsDone( tab );
		return tab;
	};
	expect( await panelState( await visit() ) ).toBe( 'registered' );

	await askAndLogIn( newcomer, `And now? ${ newcomer.name }` );
	// As when the browser is closed: the tabs have forgotten, and nobody has logged out.
	await page.evaluate( () => sessionStorage.clear() );
	await page.goto( 'about:blank' );
	const next = await visit();
	await expect.poll( () => panelState( next ) ).toBe( 'ready' );
	await expect.poll( () => next.evaluate( () => localStorage.getItem( 'askforhelp-owner' ) ) ).toBe( null );
	await expect( next.locator( '.askforhelp-panel' ) ).toBeHidden();
	expect( await panelState( await visit() ) ).toBe( 'registered' );
} );
