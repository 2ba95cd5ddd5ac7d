import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { article, askAndLogIn, expect, screen, test } from './support/fixtures.ts';

test( 'when requests are swallowed without an answer, the panel says so in time, keeps what is written, and sends it once', async ( {
	newcomer, sandbox, helper, supportRoom
} ) => {
	const { page, panel } = newcomer;
	const question = `Does anybody hear this? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	const pattern = `${ sandbox.homeserver.url }/**`;
	await page.route( pattern, () => {} );
	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await page.reload();
	await newcomer.write( 'Into the void.' );
	const swallowed = newcomer.messages.filter( { hasText: 'Into the void.' } );
	await expect( swallowed ).toContainText( 'Not sent' );
	await expect( panel ).toContainText( 'No connection. What you write is kept' );
	await expect( panel ).toContainText( 'A content blocker in your browser' );
	await expect( panel.getByRole( 'link', { name: 'Ask on the help page instead' } ) ).toBeVisible();

	await page.unroute( pattern );
	await expect( swallowed ).toContainText( '· Sent' );
	await helper.waitFor( supportRoom, 'what was swallowed', ( event ) => shownBody( event ).includes( 'Into the void.' ) );
	await helper.answer( supportRoom, card.getId()!, 'Now we do.' );
	await newcomer.sees( 'Now we do.' );
	await expect( panel ).not.toContainText( 'A content blocker' );
	await expect( newcomer.messages.locator( '.askforhelp-bubble' ) ).toHaveText( [ question, 'Into the void.', 'Now we do.' ] );
	expect( helper.events( supportRoom ).map( shownBody ).filter( ( body ) => body.includes( 'Into the void.' ) ) ).toHaveLength( 1 );
} );

test( 'when requests are swallowed at the login, the panel says that it did not finish, and the question is kept', async ( { newcomer, sandbox } ) => {
	const { page, panel } = newcomer;
	await newcomer.openPanel();
	// What the window of the login asks is no request of the page.
	await page.route( `${ sandbox.homeserver.url }/**`, () => {} );
	const question = `Am I in? ${ newcomer.name }`;
	await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
	await expect( screen( page, 'login' ) ).toContainText( 'the login did not finish' );
	await expect( panel.getByRole( 'link', { name: 'Ask on the help page instead' } ) ).toBeVisible();
	await panel.getByRole( 'button', { name: 'Cancel' } ).click();
	await expect( newcomer.question ).toHaveValue( question );
} );

test( 'when the wiki does not know the newcomer any more, the chat ends, says so, and keeps what is typed', async ( {
	newcomer, sandbox, helper, supportRoom
} ) => {
	const { page, panel } = newcomer;
	await page.context().addInitScript( () => {
		const { now } = Date;
		Object.assign( window, { passedMs: 0 } );
		Date.now = () => now() + ( window as unknown as { passedMs: number } ).passedMs;
	} );
	await newcomer.openEditor( 'textarea', article.title );
	const question = `Who am I? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	await helper.waitForCard( supportRoom, question );
	await newcomer.composer.fill( 'half a mess' );
	const { accessToken } = JSON.parse( ( await page.evaluate( () => sessionStorage.getItem( 'askforhelp-session' ) ) )! ) as { accessToken: string };
	// Their session is over, and no page has told this browser.
	await page.context().clearCookies();
	await page.evaluate( () => {
		Object.assign( window, { passedMs: 3_600_000 } );
		document.dispatchEvent( new Event( 'visibilitychange' ) );
	} );
	await expect( panel ).toContainText( 'You are logged out of the help chat.' );
	await expect( newcomer.composer ).toHaveValue( 'half a mess' );
	await expect.poll( async () => ( await fetch( `${ sandbox.homeserver.url }/_matrix/client/v3/account/whoami`, {
		headers: { Authorization: `Bearer ${ accessToken }` }
	} ) ).status ).toBe( 401 );
	const opened = page.waitForEvent( 'popup' );
	await panel.getByRole( 'button', { name: 'Log in again' } ).click();
	// The wiki asks who they are.
	await expect( ( await opened ).locator( '#wpName1' ) ).toBeVisible();
} );

test( 'an hour without a network costs nothing: what was written goes out once and in order, and what came is counted', async ( {
	visit, helper, supportRoom, problems
} ) => {
	problems.allow( /net::ERR_INTERNET_DISCONNECTED/ );
	const newcomer = await visit();
	const { page, panel, composer, messages } = newcomer;
	const { clock } = page.context();
	// Before any page has a timer.
	await clock.install();
	await newcomer.openEditor( 'textarea', article.title );
	const question = `Are you gone? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await helper.answer( supportRoom, card.getId()!, 'Before.' );
	await newcomer.sees( 'Before.' );

	await page.context().setOffline( true );
	await newcomer.write( 'Offline, first.' );
	await newcomer.write( 'Offline, second.' );
	await composer.fill( 'half a mess' );
	for ( let minutes = 0; minutes < 60; minutes += 5 ) {
		await clock.fastForward( '05:00' );
		await expect( panel ).toContainText( /[Nn]o connection\. What you write is kept/ );
	}
	for ( const text of [ 'Offline, first.', 'Offline, second.' ] ) {
		await expect( messages.filter( { hasText: text } ) ).toContainText( /Sending|Not sent/ );
	}
	await panel.getByRole( 'button', { name: 'Minimise', exact: true } ).click();
	await helper.answer( supportRoom, card.getId()!, 'Meanwhile, one.' );
	await helper.answer( supportRoom, card.getId()!, 'Meanwhile, two.' );
	await page.context().setOffline( false );

	const fromHere = ( body: string ): string[] => [ ...body.match( /Offline, (first|second)\./ ) ?? [] ].slice( 0, 1 );
	await helper.waitFor( supportRoom, 'the last that was written', ( event ) => shownBody( event ).includes( 'Offline, second.' ) );
	await expect( page ).toHaveTitle( /^\(2\) / );
	await newcomer.launcher.click();
	const bubbles = messages.locator( '.askforhelp-bubble' );
	await expect( bubbles ).toHaveCount( 6 );
	// When the helper's come to the newcomer's room, is the relay's affair: some may come after their own.
	const texts = await bubbles.allTextContents();
	expect( texts.slice( 0, 2 ) ).toEqual( [ question, 'Before.' ] );
	expect( texts.filter( ( text ) => text.startsWith( 'Meanwhile' ) ) ).toEqual( [ 'Meanwhile, one.', 'Meanwhile, two.' ] );
	expect( texts.filter( ( text ) => text.startsWith( 'Offline' ) ) ).toEqual( [ 'Offline, first.', 'Offline, second.' ] );
	await expect( page ).toHaveTitle( /^[^(]/ );
	await expect( panel ).not.toContainText( /no connection/i );
	await expect( composer ).toHaveValue( 'half a mess' );
	expect( helper.events( supportRoom ).map( shownBody ).flatMap( fromHere ) ).toEqual( [ 'Offline, first.', 'Offline, second.' ] );
} );
