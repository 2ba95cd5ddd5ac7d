import { article, askAndLogIn, expect, launcherIsDone, test } from './support/fixtures.ts';

test( 'a newcomer hides the button for good, and finds it again in the preferences', async ( { newcomer } ) => {
	const { page, panel, launcher } = newcomer;
	await askAndLogIn( newcomer, `May I be alone? ${ newcomer.name }` );
	const menu = panel.locator( '.askforhelp-menu' ).getByRole( 'button' );
	await menu.focus();
	await page.keyboard.press( 'Enter' );
	await expect( menu ).toHaveAttribute( 'aria-expanded', 'true' );
	await page.keyboard.press( 'Escape' );
	await expect( menu ).toHaveAttribute( 'aria-expanded', 'false' );
	await expect( panel, 'Escape closes the menu first' ).toBeVisible();
	await page.keyboard.press( 'Enter' );
	const hide = panel.getByRole( 'option', { name: 'Hide this button' } );
	for ( let presses = 0; presses < 6 && !/highlighted/.test( await hide.getAttribute( 'class' ) ?? '' ); presses++ ) {
		await page.keyboard.press( 'ArrowDown' );
	}
	await page.keyboard.press( 'Enter' );
	await expect( panel.getByRole( 'status' ).first() ).toContainText( 'is hidden now' );
	await expect( launcher ).toBeHidden();
	expect( await panel.evaluate( ( node ) => node.contains( document.activeElement ) ) ).toBe( true );
	expect( await page.evaluate( () => sessionStorage.getItem( 'askforhelp-session' ) ) ).toBe( null );

	await panel.getByRole( 'button', { name: 'Undo' } ).click();
	await expect( launcher ).toBeVisible();
	await expect( panel ).toHaveAttribute( 'data-connection', 'logged-out' );

	await menu.click();
	await hide.click();
	await expect( panel.getByRole( 'button', { name: 'Undo' } ) ).toBeVisible();
	const preferences = await panel.getByRole( 'link', { name: /preferences/ } ).getAttribute( 'href' );
	await page.goto( new URL( '/index.php?title=Domestic_goat&action=edit', page.url() ).href );
	await page.locator( '#wpTextbox1' ).waitFor();
	await page.waitForFunction( () => document.readyState === 'complete' );
	expect( await page.evaluate( () => mw.loader.getState( 'ext.gadget.AskForHelp' ) ), 'it is not even loaded' ).toBe( 'registered' );
	await expect( launcher ).toHaveCount( 0 );

	await page.goto( new URL( preferences ?? '', page.url() ).href );
	await page.locator( '#mw-input-wpgadget-AskForHelp input' ).check();
	await page.locator( '#prefcontrol button' ).click();
	await expect( page.locator( '.mw-preferences-messagebox, .mw-notification' ).first() ).toContainText( 'saved' );
	await newcomer.openVisualEditor( article.title );
	await expect( launcher ).toBeVisible();
} );

test( 'when the wiki does not answer, or somebody else is logged in, nothing is hidden and the panel says why', async ( { newcomer, problems } ) => {
	problems.allow( /Failed to load resource/ );
	const { page, panel, launcher } = newcomer;
	const hide = async (): Promise<void> => {
		await panel.locator( '.askforhelp-menu' ).getByRole( 'button' ).click();
		await panel.getByRole( 'option', { name: 'Hide this button' } ).click();
	};
	await newcomer.openPanel();
	await newcomer.question.fill( 'Not done yet' );
	await page.route( /api\.php/, ( route ) => route.abort() );
	await hide();
	await expect( panel.getByRole( 'status' ).first() ).toContainText( 'does not answer' );
	await page.unroute( /api\.php/ );
	await page.context().clearCookies();
	await panel.getByRole( 'button', { name: 'Try again' } ).click();
	await expect( panel.getByRole( 'status' ).first() ).toContainText( 'not logged in' );
	await panel.getByRole( 'button', { name: 'Back' } ).click();
	await expect( newcomer.question ).toHaveValue( 'Not done yet' );
	await expect( launcher ).toBeVisible();
	await launcherIsDone( page );
} );
