import type { Page } from '@playwright/test';
import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { article, askAndLogIn, expect, screen, test } from './support/fixtures.ts';

/** What the browser itself logs of requests that fail. */
const failedRequest = /net::ERR_|Failed to load resource|status of 401/;

async function accessToken( page: Page ): Promise<string> {
	const session = await page.evaluate( () => sessionStorage.getItem( 'askforhelp-session' ) );
	return ( JSON.parse( session! ) as { accessToken: string } ).accessToken;
}

test( 'what is written without a network is kept, and sent once, in order, when it is back', async ( { newcomer, helper, supportRoom, problems } ) => {
	problems.allow( failedRequest );
	const { page } = newcomer;
	const question = `Before the tunnel? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await page.context().setOffline( true );
	const texts = [ 'In the tunnel, one.', 'In the tunnel, two.', 'In the tunnel, three.' ];
	for ( const text of texts ) {
		await newcomer.write( text );
	}
	await expect( newcomer.panel ).toContainText( 'No connection' );
	await helper.answer( supportRoom, card.getId()!, 'Meanwhile outside.' );
	await page.context().setOffline( false );
	await newcomer.sees( 'Meanwhile outside.' );
	await expect( newcomer.messages.filter( { hasText: 'In the tunnel, three.' } ) ).toContainText( '· Sent' );
	await helper.waitFor( supportRoom, 'the last message', ( event ) => shownBody( event ).includes( texts[ 2 ]! ) );
	const arrived = helper.events( supportRoom ).map( shownBody ).flatMap( ( body ) => texts.filter( ( text ) => body.includes( text ) ) );
	expect( arrived ).toEqual( texts );
	await expect( newcomer.panel ).not.toContainText( 'No connection' );
} );

test( 'a machine that was asleep receives as soon as it is awake, though its old connection is dead', async ( { newcomer, helper, supportRoom } ) => {
	const { page } = newcomer;
	const question = `Still awake? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	let isAsleep = false;
	let hanging = 0;
	await page.route( '**/v3/sync**', async ( route ) => {
		if ( isAsleep ) {
			// Never answered.
			hanging += 1;
			return;
		}
		const response = await route.fetch( { timeout: 60_000 } );
		const body = await response.text();
		isAsleep = body.includes( 'Good night.' );
		await route.fulfill( { response, body } );
	} );
	// The request that was open already brings this, and the next one goes the way above.
	await helper.answer( supportRoom, card.getId()!, 'Good evening.' );
	await newcomer.sees( 'Good evening.' );
	await helper.answer( supportRoom, card.getId()!, 'Good night.' );
	await newcomer.sees( 'Good night.' );
	await expect.poll( () => hanging ).toBe( 1 );
	await page.unroute( '**/v3/sync**' );
	await helper.answer( supportRoom, card.getId()!, 'Good morning.' );
	const again = page.waitForRequest( ( request ) => request.url().includes( '/v3/sync' ) );
	await page.evaluate( () => {
		const { now } = Date;
		Date.now = () => now() + 3_600_000;
		document.dispatchEvent( new Event( 'visibilitychange' ) );
	} );
	await again;
	await newcomer.sees( 'Good morning.' );
	await expect( newcomer.messages.filter( { hasText: 'Good night.' } ) ).toHaveCount( 1 );
} );

test( 'when the homeserver has logged the device out, the panel says so, keeps what is typed, and goes on after a new login', async ( {
	newcomer, sandbox, helper, supportRoom, problems
} ) => {
	problems.allow( failedRequest );
	const { page, panel } = newcomer;
	const question = `Who threw me out? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	await helper.waitForCard( supportRoom, question );
	await newcomer.composer.fill( 'half a mess' );
	await fetch( `${ sandbox.homeserver.url }/_matrix/client/v3/logout`, {
		method: 'POST', headers: { Authorization: `Bearer ${ await accessToken( page ) }` }
	} );
	await expect( panel ).toContainText( 'You are logged out of the help chat.' );
	await expect( newcomer.composer ).toHaveValue( 'half a mess' );
	await newcomer.composer.press( 'End' );
	await page.keyboard.type( 'age' );
	await page.keyboard.press( 'Enter' );
	const opened = page.waitForEvent( 'popup' );
	await panel.getByRole( 'button', { name: 'Log in again' } ).click();
	await newcomer.approve( await opened );
	await helper.waitFor( supportRoom, 'what was half written', ( event ) => shownBody( event ).includes( 'half a message' ) );
	await expect( newcomer.messages.filter( { hasText: 'half a message' } ) ).toHaveCount( 1 );
} );

test( 'when something in the browser swallows the requests, the panel says what may be in the way and where else to ask', async ( {
	newcomer, sandbox, problems
} ) => {
	problems.allow( failedRequest );
	const { page, panel } = newcomer;
	const question = `What swallows this? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const pattern = `${ sandbox.homeserver.url }/**`;
	await page.route( pattern, ( route ) => route.abort( 'blockedbyclient' ) );
	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await page.reload();
	await newcomer.write( 'Into the void.' );
	await expect( panel ).toContainText( 'A content blocker in your browser' );
	await expect( panel.getByRole( 'link', { name: 'Ask on the help page instead' } ) ).toBeVisible();
	await page.unroute( pattern );
	await expect( newcomer.messages.filter( { hasText: 'Into the void.' } ) ).toContainText( '· Sent' );
	await expect( panel ).not.toContainText( 'A content blocker' );
} );

test( 'without a localStorage, and with a full sessionStorage, one can ask and talk as long as the page stays', async ( {
	newcomer, helper, supportRoom
} ) => {
	const { page } = newcomer;
	await page.context().addInitScript( () => {
		Object.defineProperty( window, 'localStorage', { get() {
			throw new DOMException( 'forbidden', 'SecurityError' );
		} } );
		Storage.prototype.setItem = () => {
			throw new DOMException( 'full', 'QuotaExceededError' );
		};
	} );
	await newcomer.openVisualEditor( article.title );
	const question = `Will you remember me? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await helper.answer( supportRoom, card.getId()!, 'Not on the next page.' );
	await newcomer.sees( 'Not on the next page.' );
} );

test( 'when a part of the chat does not load, the panel says so, names the help page, and tries again', async ( { newcomer, problems } ) => {
	problems.allow( failedRequest );
	const { page } = newcomer;
	const pattern = /load\.php.*AskForHelp-matrix/;
	await page.route( pattern, ( route ) => route.abort() );
	await newcomer.openPanel();
	const question = `Is it all there? ${ newcomer.name }`;
	await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
	const shown = newcomer.panel;
	await expect( shown ).toContainText( 'Your question is kept.' );
	await expect( shown.getByRole( 'link', { name: 'Ask on the help page instead' } ) ).toBeVisible();
	await page.unroute( pattern );
	const again = page.waitForEvent( 'popup' );
	await screen( page, 'login' ).getByRole( 'button', { name: 'Try again' } ).click();
	await newcomer.approve( await again );
	await newcomer.sees( question );
} );
