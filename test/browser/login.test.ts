import { article, expect, recordRequests, screen, test } from './support/fixtures.ts';

const question = 'Where do I find the button for a footnote?';

/** The homeserver's page for a login that failed, which leads back to the wiki, has the status that fits. */
const errorPage = /status of 400 .*_synapse\/client\/oidc\/callback/;

test( 'a login that is cancelled keeps the question, and another try leads to the conversation', async ( { newcomer, problems } ) => {
	const { page } = newcomer;
	problems.allow( errorPage );
	await newcomer.openPanel();
	const loginWindow = await newcomer.askAndGetLoginWindow( question );
	const closed = loginWindow.waitForEvent( 'close' );
	await loginWindow.getByRole( 'button', { name: 'Cancel' } ).click();
	await closed;
	await expect( screen( page, 'login' ) ).toContainText( 'The login was cancelled. Your question is kept' );

	await screen( page, 'login' ).getByRole( 'button', { name: 'Cancel' } ).click();
	await expect( newcomer.question ).toHaveValue( question );

	const again = page.waitForEvent( 'popup' );
	await newcomer.askButton.click();
	await newcomer.approve( await again );
	await newcomer.sees( question );
} );

test( 'when the browser blocks the login window, the panel says so, and its button opens it', async ( { newcomer } ) => {
	const { page } = newcomer;
	await newcomer.openPanel();
	await page.evaluate( () => {
		const openAsBefore = window.open.bind( window );
		window.open = () => {
			window.open = openAsBefore;
			return null;
		};
	} );
	await newcomer.ask( question );
	await expect( screen( page, 'login' ) ).toContainText( 'Your browser has not opened the login window. Your question is kept.' );

	const opened = page.waitForEvent( 'popup' );
	await screen( page, 'login' ).getByRole( 'button', { name: 'Open the login window' } ).click();
	await newcomer.approve( await opened );
	await newcomer.sees( question );
} );

test( 'when the login window is closed, the panel waits, and opens it again', async ( { newcomer } ) => {
	const { page } = newcomer;
	await newcomer.openPanel();
	const loginWindow = await newcomer.askAndGetLoginWindow( question );
	await loginWindow.locator( '#mw-mwoauth-accept button' ).waitFor();
	await loginWindow.close();
	await expect( screen( page, 'login' ) ).toContainText( 'Please log in, in the small window' );

	const opened = page.waitForEvent( 'popup' );
	await screen( page, 'login' ).getByRole( 'button', { name: 'Open the window again' } ).click();
	await newcomer.approve( await opened );
	await newcomer.sees( question );
} );

test( 'nothing is sent to the homeserver before the newcomer has agreed', async ( { visit, sandbox } ) => {
	const newcomer = await visit();
	const toHomeserver = recordRequests( newcomer.page.context(), sandbox.homeserver.url );
	await newcomer.openVisualEditor( article.title );
	await newcomer.openPanel();
	await newcomer.question.fill( question );
	await newcomer.askButton.click();
	await expect( newcomer.panel ).toContainText( 'Please tick the box first.' );
	expect( toHomeserver ).toEqual( [] );
	expect( newcomer.page.context().pages() ).toHaveLength( 1 );

	const opened = newcomer.page.waitForEvent( 'popup' );
	await newcomer.consent.check();
	await newcomer.askButton.click();
	await ( await opened ).locator( '#mw-mwoauth-accept button' ).waitFor();
	expect( toHomeserver, 'the recorder sees what it should see' ).not.toEqual( [] );
} );

test( 'a blocked newcomer is told that the chat is closed to them, and where else to ask', async ( { visit, sandbox, problems } ) => {
	problems.allow( errorPage );
	const account = sandbox.wiki.accounts.find( ( { role } ) => role === 'blocked newcomer' );
	const newcomer = await visit( account && { account } );
	// A blocked account may not edit, so its editor shows no button; the panel is called by the launcher's own way.
	await newcomer.page.goto( `${ sandbox.wiki.url }/wiki/Main_Page` );
	await newcomer.page.evaluate( async () => {
		const gadget = await mw.loader.using( 'ext.gadget.AskForHelp-panel' );
		gadget( 'ext.gadget.AskForHelp-panel' ).openPanel( true );
	} );
	const loginWindow = await newcomer.askAndGetLoginWindow( question );
	const closed = loginWindow.waitForEvent( 'close' );
	await loginWindow.locator( '#mw-mwoauth-accept button' ).click();
	await closed;
	const login = screen( newcomer.page, 'login' );
	await expect( login ).toContainText( 'This account cannot use the help chat at the moment. Your question is kept' );
	await expect( login.getByRole( 'link', { name: 'Ask on the help page instead' } ) ).toHaveAttribute( 'href', /Help_desk|Help%20desk/ );
	await login.getByRole( 'button', { name: 'Cancel' } ).click();
	await expect( newcomer.question ).toHaveValue( question );
} );

for ( const [ when, nonce ] of [ [ 'without a nonce', '' ], [ 'with a made-up nonce', '&nonce=00000000000000000000000000000000' ] ] ) {
	test( `a login token handed to the callback page ${ when } and no login in progress is refused, and leaves the address`, async ( { visit, sandbox } ) => {
		const newcomer = await visit();
		await newcomer.openVisualEditor( article.title );
		await newcomer.openPanel();
		const callback = await newcomer.page.context().newPage();
		const toHomeserver = recordRequests( newcomer.page.context(), sandbox.homeserver.url );
		await callback.goto( `${ sandbox.wiki.url }/index.php?title=Special:BlankPage/AskForHelp&withgadget=AskForHelp-callback&loginToken=stolen-token${ nonce }` );
		await expect( callback.locator( '.askforhelp-callback-refused' ) ).toContainText( 'No login to the help chat is in progress here' );
		expect( callback.url() ).not.toContain( 'stolen-token' );
		expect( await callback.evaluate( () => history.length ), 'no other entry of the history holds it' ).toBeLessThanOrEqual( 2 );
		expect( toHomeserver ).toEqual( [] );
		await expect( newcomer.askButton ).toBeVisible();
		const kept = await newcomer.page.evaluate( () => JSON.stringify( [ { ...sessionStorage }, { ...localStorage } ] ) );
		expect( kept ).not.toContain( 'stolen-token' );
	} );
}

test( 'a login token for another login than the one in progress is refused', async ( { newcomer, sandbox } ) => {
	await newcomer.openPanel();
	const loginWindow = await newcomer.askAndGetLoginWindow( question );
	const callback = await newcomer.page.context().newPage();
	await callback.goto( `${ sandbox.wiki.url }/index.php?title=Special:BlankPage/AskForHelp&withgadget=AskForHelp-callback&loginToken=stolen-token&nonce=0000` );
	await expect( callback.locator( '.askforhelp-callback-refused' ) ).toBeVisible();
	await callback.close();
	await expect( screen( newcomer.page, 'login' ) ).toContainText( 'Please log in, in the small window' );
	await newcomer.approve( loginWindow );
	await newcomer.sees( question );
} );
