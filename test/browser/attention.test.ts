import type { Page } from '@playwright/test';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { article, askAndLogIn, expect, screen, test } from './support/fixtures.ts';

/** What the browser was told to show; it is not shown here. */
type Shown = { readonly title: string; readonly body: string; readonly tag: string; onclick: () => void };

const badge = ( page: Page ): Promise<string> => page.locator( '.askforhelp-launcher' ).first().evaluate( ( button ) => (
	JSON.parse( getComputedStyle( button, '::after' ).content.replace( /^none$/, '""' ) ) as string
) );

async function watchNotifications( { page }: Newcomer ): Promise<() => Promise<Shown[]>> {
	const record = (): void => {
		const shown: Shown[] = [];
		function Recorded( this: Shown, title: string, options: { body: string; tag: string } ): void {
			shown.push( Object.assign( this, { title, onclick() {}, close() {} }, options ) );
		}
		Object.assign( Recorded, { permission: 'granted', requestPermission: () => Promise.resolve( 'granted' ) } );
		Object.assign( window, { Notification: Recorded, shownNotifications: shown } );
	};
	await page.addInitScript( record );
	await page.evaluate( record );
	return () => page.evaluate( () => {
		const { shownNotifications } = window as unknown as { shownNotifications: Shown[] };
		return shownNotifications.map( ( { title, body, tag } ) => ( { title, body, tag } as Shown ) );
	} );
}

test( 'a closed chat tells of answers on the button and in the title, also on the next page, until they are read', async ( {
	newcomer, helper, supportRoom
} ) => {
	const { page, launcher, panel } = newcomer;
	const question = `Will I notice? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await panel.getByRole( 'button', { name: 'Close', exact: true } ).click();
	const title = await page.title();
	const height = await page.locator( '.ve-ui-targetToolbar' ).first().evaluate( ( toolbar ) => toolbar.clientHeight );
	await helper.answer( supportRoom, card.getId()!, 'You will.' );
	await expect( page ).toHaveTitle( `(1) ${ title }` );
	await expect( page.getByRole( 'log' ), 'it is read aloud, too' ).toContainText( 'You will.' );
	expect( await badge( page ) ).toBe( '1' );
	await expect( launcher ).toHaveAccessibleName( 'Ask for help, one new answer' );
	expect( await page.locator( '.ve-ui-targetToolbar' ).first().evaluate( ( toolbar ) => toolbar.clientHeight ) ).toBe( height );

	// Others change the title, too.
	await page.evaluate( () => { document.title = 'Something else'; } );
	await expect( page ).toHaveTitle( '(1) Something else' );

	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await newcomer.openVisualEditor( 'Domestic goat' );
	await expect( panel ).toBeHidden();
	await expect( page ).toHaveTitle( /^\(1\) / );
	await helper.answer( supportRoom, card.getId()!, 'On every page.' );
	await expect( page ).toHaveTitle( /^\(2\) / );
	await expect( launcher ).toHaveAccessibleName( 'Ask for help, 2 new answers' );
	expect( await badge( page ) ).toBe( '2' );

	await newcomer.openPanel();
	await newcomer.sees( 'On every page.' );
	await expect( page ).toHaveTitle( /^[^(]/ );
	await expect( launcher ).toHaveAccessibleName( 'Ask for help' );
	expect( await badge( page ) ).toBe( '' );
} );

test( 'an answer that comes while nobody sees the page is unread until somebody does', async ( { newcomer, helper, supportRoom } ) => {
	const { page } = newcomer;
	const question = `And behind another window? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	const setVisibility = ( state: string ): Promise<void> => page.evaluate( ( visibilityState ) => {
		Object.defineProperty( document, 'visibilityState', { configurable: true, get: () => visibilityState } );
		document.dispatchEvent( new Event( 'visibilitychange' ) );
	}, state );
	await setVisibility( 'hidden' );
	await helper.answer( supportRoom, card.getId()!, 'There, too.' );
	await newcomer.sees( 'There, too.' );
	await expect( page ).toHaveTitle( /^\(1\) / );
	await setVisibility( 'visible' );
	await expect( page ).toHaveTitle( /^[^(]/ );
} );

for ( const [ where, hasOther ] of [ [ '', false ], [ ', also where another tab receives', true ] ] as const ) {
	test( `what was answered between two pages is read aloud on the next one, once${ where }`, async ( {
		newcomer, sandbox, helper, supportRoom
	} ) => {
		const { page } = newcomer;
		const announcer = page.locator( '.askforhelp-announcer' );
		const question = `And while I save? ${ newcomer.name }`;
		await askAndLogIn( newcomer, question );
		const card = await helper.waitForCard( supportRoom, question );
		const noted = (): Promise<unknown> => page.context().waitForEvent( 'response', ( answer ) => (
			answer.url().includes( '/receipt/m.read.private/' ) && answer.request().method() === 'POST'
		) );
		let isNoted = noted();
		await helper.answer( supportRoom, card.getId()!, 'Before.' );
		await newcomer.sees( 'Before.' );
		await isNoted;
		const [ session, state ] = await page.evaluate( () => [ 'askforhelp-session', 'askforhelp-state' ].map( ( key ) => sessionStorage.getItem( key ) ) );
		const { accessToken } = JSON.parse( session! ) as { accessToken: string };
		const { roomId } = JSON.parse( state! ) as { roomId: string };
		const { href } = new URL( page.url() );
		if ( hasOther ) {
			const other = await page.context().newPage();
			await other.goto( href );
			await other.waitForFunction( () => sessionStorage.getItem( 'askforhelp-session' ) );
			await page.bringToFront();
		}
		await page.goto( 'about:blank' );
		await helper.answer( supportRoom, card.getId()!, 'Between.' );
		await expect.poll( async () => ( await fetch(
			`${ sandbox.homeserver.url }/_matrix/client/v3/rooms/${ encodeURIComponent( roomId ) }/messages?dir=b&limit=5`,
			{ headers: { Authorization: `Bearer ${ accessToken }` } }
		) ).text() ).toContain( 'Between.' );
		isNoted = noted();
		await page.goto( href );
		await newcomer.sees( 'Between.' );
		await expect( announcer ).toHaveText( /^[^:]* says: Between\.$/ );
		await isNoted;
		await page.reload();
		await newcomer.sees( 'Between.' );
		await expect( announcer ).toHaveText( '' );
	} );
}

test( 'the browser tells of an answer, without its words, when one has asked for it, and a click opens the chat', async ( {
	newcomer, helper, supportRoom
} ) => {
	const { page, panel } = newcomer;
	const shown = await watchNotifications( newcomer );
	const question = `Can you call me? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await panel.getByRole( 'button', { name: 'Notify me on this device' } ).click();
	await expect( panel ).toContainText( 'Your browser will tell you' );
	await panel.getByRole( 'button', { name: 'Close', exact: true } ).click();
	await newcomer.read( 'Domestic goat' );
	await helper.answer( supportRoom, card.getId()!, 'A secret word.' );
	await expect.poll( async () => ( await shown() ).map( ( { title } ) => title ) ).toEqual( [ 'Ask for help' ] );
	expect( ( await shown() )[ 0 ]!.body ).toMatch( /^There is an answer to your question on / );
	expect( JSON.stringify( await shown() ) ).not.toContain( 'secret' );
	await page.evaluate( () => ( window as unknown as { shownNotifications: Shown[] } ).shownNotifications[ 0 ]!.onclick() );
	await newcomer.sees( 'A secret word.' );
	await expect( panel ).toBeVisible();
} );

test( 'when the browser refuses notifications, the panel says so', async ( { newcomer } ) => {
	const { panel } = newcomer;
	await askAndLogIn( newcomer, `May I be called? ${ newcomer.name }` );
	await panel.getByRole( 'button', { name: 'Notify me on this device' } ).click();
	await expect( panel ).toContainText( 'Your browser does not let this site notify you.' );
} );

test( 'whoever leaves the chat is logged out of it, says nothing more here, and can ask again', async ( {
	newcomer, sandbox, helper, supportRoom
} ) => {
	const { page, panel } = newcomer;
	const question = `How do I leave? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	await helper.waitForCard( supportRoom, question );
	const { accessToken } = JSON.parse( ( await page.evaluate( () => sessionStorage.getItem( 'askforhelp-session' ) ) )! ) as { accessToken: string };
	const leave = async (): Promise<void> => {
		await panel.getByRole( 'button', { name: 'More' } ).click();
		await panel.getByRole( 'option', { name: 'Leave the chat' } ).click();
	};
	await leave();
	await screen( page, 'leave' ).getByRole( 'button', { name: 'Back' } ).click();
	await newcomer.sees( question );
	await leave();
	await screen( page, 'leave' ).getByRole( 'button', { name: 'Leave the chat' } ).click();
	await expect( panel ).toContainText( 'You have left the help chat.' );
	await expect.poll( async () => ( await fetch( `${ sandbox.homeserver.url }/_matrix/client/v3/account/whoami`, {
		headers: { Authorization: `Bearer ${ accessToken }` }
	} ) ).status ).toBe( 401 );
	const keys = await page.evaluate( () => [ ...Object.keys( sessionStorage ), ...Object.keys( localStorage ) ] );
	expect( keys.filter( ( key ) => key.startsWith( 'askforhelp' ) ) ).toEqual( [] );

	await panel.getByRole( 'button', { name: 'Ask again' } ).click();
	await newcomer.approve( await newcomer.askAndGetLoginWindow( `I am back. ${ newcomer.name }` ) );
	await newcomer.sees( question );
	await newcomer.sees( 'I am back.' );
} );

test( 'Escape closes first a menu of the panel, then the panel, and never the editor', async ( { newcomer } ) => {
	const { page, panel } = newcomer;
	await newcomer.openPanel();
	await panel.getByRole( 'button', { name: 'More' } ).focus();
	await page.keyboard.press( 'Enter' );
	await expect( panel.getByRole( 'option', { name: 'Hide this button' } ) ).toBeVisible();
	await page.keyboard.press( 'Escape' );
	await expect( panel.getByRole( 'option', { name: 'Hide this button' } ) ).toBeHidden();
	await expect( panel ).toBeVisible();
	await page.keyboard.press( 'Escape' );
	await expect( panel ).toBeHidden();
	await expect( page.locator( '.ve-active .ve-ce-documentNode' ) ).toBeVisible();
} );

test( 'while a window of the wiki is open the chat is paused, goes on receiving, and comes back as it was', async ( {
	newcomer, helper, supportRoom
} ) => {
	const { page, panel, composer } = newcomer;
	const question = `And while I save? ${ newcomer.name }`;
	await newcomer.typeInEditor( article.start, ' Saved?' );
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await composer.fill( 'half a mess' );
	await composer.evaluate( ( field ) => ( field as HTMLTextAreaElement ).setSelectionRange( 2, 4 ) );
	// Opened by a script, so that the focus stays in the chat until the window takes it.
	await page.evaluate( () => {
		const { ve } = window as unknown as { ve: { init: { target: { showSaveDialog(): void } } } };
		ve.init.target.showSaveDialog();
	} );
	const cancel = page.locator( '.ve-ui-mwSaveDialog .oo-ui-processDialog-actions-safe a' ).first();
	await cancel.waitFor();
	await expect( panel.locator( '.askforhelp-status' ) ).toHaveText( 'Paused while that window is open' );
	await helper.answer( supportRoom, card.getId()!, 'It comes all the same.' );
	await newcomer.sees( 'It comes all the same.' );
	await expect( page ).toHaveTitle( /^\(1\) / );
	await helper.answer( supportRoom, card.getId()!, 'And another one.' );
	await newcomer.sees( 'And another one.' );
	const announced = page.locator( '.askforhelp-announcer' );
	await expect( announced, 'what cannot be heard now is kept' ).not.toContainText( 'says:' );
	// What is under the panel can be clicked.
	await cancel.click();
	await expect( announced, 'it is read aloud afterwards' )
		.toHaveText( /Nita B\. says: It comes all the same\.\s*Nita B\. says: And another one\.$/ );
	await expect( panel.locator( '.askforhelp-status' ) ).toHaveText( /is helping you/ );
	await expect( page ).toHaveTitle( /^[^(]/ );
	await expect( composer ).toHaveValue( 'half a mess' );
	expect( await composer.evaluate( ( field ) => {
		const { selectionStart, selectionEnd } = field as HTMLTextAreaElement;
		return [ selectionStart, selectionEnd ];
	} ) ).toEqual( [ 2, 4 ] );
	await composer.focus();
	await page.keyboard.press( 'Escape' );
	await expect( panel ).toBeHidden();
} );
