import { article, askAndLogIn, expect, screen, test } from './support/fixtures.ts';

test( 'a question that is being written is there again after a reload', async ( { newcomer } ) => {
	const { page } = newcomer;
	await newcomer.openPanel();
	await newcomer.question.fill( 'I am not done wri' );
	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await page.reload();
	await expect( newcomer.question ).toHaveValue( 'I am not done wri' );
} );

test( 'the conversation goes on after a reload and on the next page, each message once', async ( { newcomer, helper, supportRoom } ) => {
	const { page, messages } = newcomer;
	const question = `Will you still be there? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await helper.answer( supportRoom, card.getId()!, 'Always.' );
	await newcomer.sees( 'Always.' );
	await newcomer.composer.fill( 'half a mess' );

	await page.reload();
	await newcomer.sees( 'Always.' );
	await expect( newcomer.composer ).toHaveValue( 'half a mess' );
	await newcomer.composer.fill( '' );
	await newcomer.write( 'After the reload.' );
	await helper.waitFor( supportRoom, 'the message after the reload', ( event ) => String( event.getContent().body ).includes( 'After the reload.' ) );

	await page.goto( new URL( '/wiki/Domestic_goat', page.url() ).href );
	await newcomer.sees( 'After the reload.' );
	await helper.answer( supportRoom, card.getId()!, 'On this page, too.' );
	await newcomer.sees( 'On this page, too.' );
	await expect( messages.locator( '.askforhelp-bubble' ) ).toHaveText( [ question, 'Always.', 'After the reload.', 'On this page, too.' ] );
	// The helper may have seen it by then.
	await expect( newcomer.page.locator( '.askforhelp-state' ).last() ).toContainText( /Sent|Seen/ );
} );

test( 'a panel that was closed stays closed on the next page, and its conversation is behind the button', async ( { newcomer } ) => {
	const question = `Where did it go? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	await newcomer.panel.getByRole( 'button', { name: 'Close', exact: true } ).click();
	await expect( newcomer.panel ).toBeHidden();

	await newcomer.openVisualEditor( 'Domestic goat' );
	await expect( newcomer.panel ).toBeHidden();
	await newcomer.openPanel();
	await newcomer.sees( question );
} );

test( 'in a new browser window, without a new login, the conversation is shared', async ( { newcomer } ) => {
	const question = `In two windows? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const second = await newcomer.page.context().newPage();
	await second.goto( new URL( `/index.php?title=${ encodeURIComponent( article.title ) }&veaction=edit`, newcomer.page.url() ).href );
	await second.locator( '.askforhelp-launcher' ).click( { timeout: 60_000 } );
	await expect( screen( second, 'conversation' ) ).toContainText( question );
} );

test( 'logging out of the wiki in one window ends the chat in the other ones', async ( { newcomer } ) => {
	const { page } = newcomer;
	const question = `In all windows? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const second = await page.context().newPage();
	await second.goto( new URL( '/index.php?title=Special:UserLogout', page.url() ).href );
	await second.locator( '#mw-content-text' ).getByRole( 'button' ).click();
	await second.locator( '#pt-login, #pt-login-2' ).first().waitFor( { state: 'attached' } );
	await expect( newcomer.panel ).toHaveAttribute( 'data-connection', 'logged-out' );
	expect( await page.evaluate( () => sessionStorage.getItem( 'askforhelp-session' ) ) ).toBe( null );
} );

test( 'a login counts in a window that had the panel open already', async ( { newcomer } ) => {
	const { page } = newcomer;
	const second = await page.context().newPage();
	await second.goto( new URL( `/index.php?title=${ encodeURIComponent( article.title ) }&veaction=edit`, page.url() ).href );
	await second.locator( '.askforhelp-launcher' ).click( { timeout: 60_000 } );
	await expect( screen( second, 'question' ) ).toBeVisible();
	await page.bringToFront();
	await askAndLogIn( newcomer, `One login? ${ newcomer.name }` );
	await expect.poll( () => second.evaluate( () => sessionStorage.getItem( 'askforhelp-session' ) ) ).not.toBe( null );
} );

test( 'logging out of the wiki ends the chat in this browser, and the next person finds nothing of it', async ( { newcomer, newAccount } ) => {
	const { page } = newcomer;
	const question = `Is this private? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await page.goto( new URL( '/index.php?title=Special:UserLogout', page.url() ).href );
	await page.locator( '#mw-content-text' ).getByRole( 'button' ).click();
	await page.locator( '#pt-login, #pt-login-2' ).first().waitFor( { state: 'attached' } );
	// The launcher runs a little after the page is there.
	await expect.poll( () => page.evaluate( () => sessionStorage.getItem( 'askforhelp-session' ) ) ).toBe( null );

	const next = await newAccount();
	await page.goto( new URL( '/index.php?title=Special:UserLogin', page.url() ).href );
	await page.locator( '#wpName1' ).fill( next.name );
	await page.locator( '#wpPassword1' ).fill( next.password );
	await page.locator( '#wpLoginAttempt' ).click();
	await page.locator( '#pt-logout, #pt-logout-2' ).first().waitFor( { state: 'attached' } );
	await newcomer.openVisualEditor( article.title );
	await newcomer.openPanel();
	await expect( newcomer.question ).toBeVisible();
	await expect( newcomer.panel ).not.toContainText( question );
} );
