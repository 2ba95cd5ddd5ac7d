import type { BrowserContext, Page } from '@playwright/test';
import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { article, askAndLogIn, expect, screen, test } from './support/fixtures.ts';

/** Requests of /sync that are under way, by the page that makes them. */
function watchSyncs( context: BrowserContext ): () => Page[] {
	const open = new Map<object, Page>();
	context.on( 'request', ( request ) => {
		if ( request.url().includes( '/v3/sync' ) && request.method() === 'GET' ) {
			open.set( request, request.frame().page() );
		}
	} );
	const close = ( request: object ): void => void open.delete( request );
	context.on( 'requestfinished', close );
	context.on( 'requestfailed', close );
	return () => [ ...open.values() ].filter( ( page ) => !page.isClosed() );
}

const bubbles = ( page: Page ) => page.locator( '.askforhelp-panel .askforhelp-bubble' );

async function openSecond( page: Page ): Promise<Page> {
	const second = await page.context().newPage();
	await second.goto( new URL( `/index.php?title=${ encodeURIComponent( article.title ) }&veaction=edit`, page.url() ).href );
	await second.locator( '.askforhelp-launcher' ).click( { timeout: 60_000 } );
	await screen( second, 'conversation' ).waitFor();
	return second;
}

test( 'two tabs have one connection and one conversation, and when one closes the other goes on without loss or doubling', async ( {
	newcomer, helper, supportRoom
} ) => {
	const { page } = newcomer;
	const syncs = watchSyncs( page.context() );
	const question = `In two tabs at once? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	const second = await openSecond( page );
	await expect( bubbles( second ) ).toHaveText( [ question ] );

	await helper.answer( supportRoom, card.getId()!, 'To both of you.' );
	for ( const tab of [ page, second ] ) {
		await expect( bubbles( tab ) ).toHaveText( [ question, 'To both of you.' ] );
	}
	await expect.poll( syncs ).toEqual( [ page ] );

	// Written in the tab that does not receive.
	await second.locator( '.askforhelp-composer textarea:not( [aria-hidden] )' ).fill( 'From the second.' );
	await second.keyboard.press( 'Enter' );
	await helper.waitFor( supportRoom, 'what the second tab wrote', ( event ) => shownBody( event ).includes( 'From the second.' ) );
	for ( const tab of [ page, second ] ) {
		await expect( bubbles( tab ) ).toHaveText( [ question, 'To both of you.', 'From the second.' ] );
	}

	await page.close();
	await expect.poll( syncs ).toEqual( [ second ] );
	await helper.answer( supportRoom, card.getId()!, 'To the one that is left.' );
	await expect( bubbles( second ) ).toHaveText( [ question, 'To both of you.', 'From the second.', 'To the one that is left.' ] );
} );

test( 'a tab that crashes while it receives is followed by the other one', async ( { newcomer, helper, supportRoom, problems } ) => {
	problems.allow( /crash/i );
	const { page } = newcomer;
	const syncs = watchSyncs( page.context() );
	const question = `What if it crashes? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	const second = await openSecond( page );
	await expect( bubbles( second ) ).toHaveText( [ question ] );

	const crashed = page.waitForEvent( 'crash' );
	void page.goto( 'chrome://crash' ).catch( () => {} );
	await crashed;
	await expect.poll( () => syncs().includes( second ) ).toBe( true );
	await helper.answer( supportRoom, card.getId()!, 'After the crash.' );
	await expect( bubbles( second ) ).toHaveText( [ question, 'After the crash.' ] );
} );

test( 'what is half written in one tab is there in another one that opens later, and goes when it is sent', async ( { newcomer } ) => {
	const { page } = newcomer;
	await askAndLogIn( newcomer, `Is half enough? ${ newcomer.name }` );
	await newcomer.composer.fill( 'half a mess' );
	const second = await openSecond( page );
	const there = second.locator( '.askforhelp-composer textarea:not( [aria-hidden] )' );
	await expect( there ).toHaveValue( 'half a mess' );
	await there.pressSequentially( 'age' );
	await expect( newcomer.composer ).toHaveValue( 'half a message' );
	await there.press( 'Enter' );
	await expect( newcomer.composer ).toHaveValue( '' );
	await newcomer.sees( 'half a message' );
} );

test( 'what a tab could not send is sent once by the other one when it is closed', async ( { newcomer, helper, supportRoom, problems } ) => {
	problems.allow( /net::ERR_/ );
	const { page } = newcomer;
	const question = `Who sends it? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const second = await openSecond( page );
	await second.route( '**/send/m.room.message/**', ( route ) => route.abort() );
	await second.locator( '.askforhelp-composer textarea:not( [aria-hidden] )' ).fill( 'Left behind.' );
	await second.keyboard.press( 'Enter' );
	await expect( screen( second, 'conversation' ) ).toContainText( 'Not sent' );
	await second.close();
	await newcomer.sees( 'Left behind.' );
	await helper.waitFor( supportRoom, 'what was left behind', ( event ) => shownBody( event ).includes( 'Left behind.' ) );
	await newcomer.write( 'The end.' );
	await helper.waitFor( supportRoom, 'the end', ( event ) => shownBody( event ).includes( 'The end.' ) );
	expect( helper.events( supportRoom ).map( shownBody ).filter( ( body ) => body.includes( 'Left behind.' ) ) ).toHaveLength( 1 );
} );

test( 'another device begins to count where this one has read', async ( { newcomer, helper, supportRoom, visit } ) => {
	const { page } = newcomer;
	const question = `On three devices? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	const receipt = page.waitForRequest( ( request ) => request.url().includes( '/receipt/m.read.private/' ) && request.method() === 'POST' );
	await helper.answer( supportRoom, card.getId()!, 'Read here.' );
	await newcomer.sees( 'Read here.' );
	await ( await receipt ).response();
	await newcomer.panel.getByRole( 'button', { name: 'Minimise' } ).click();
	await helper.answer( supportRoom, card.getId()!, 'Not read yet.' );
	await expect( newcomer.panel ).toContainText( 'One new answer' );

	const elsewhere = await visit( { account: { name: newcomer.name, password: 'a goat on every hill' } } );
	await elsewhere.openVisualEditor( article.title );
	await elsewhere.openPanel();
	// Without a new question: the account knows that they have agreed.
	const popup = elsewhere.page.waitForEvent( 'popup' );
	await elsewhere.panel.getByRole( 'button', { name: 'Open the conversation' } ).click();
	await elsewhere.approve( await popup );
	await elsewhere.sees( 'Not read yet.' );
	// There, it is read under the newcomer's eyes; so it is on the first device.
	await expect( newcomer.panel ).not.toContainText( 'One new answer' );
} );
