import type { Locator } from '@playwright/test';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { png } from '../support/pictures.ts';
import { askAndLogIn, expect, screen, test } from './support/fixtures.ts';

const form = ( { panel }: Newcomer ): Locator => panel.getByRole( 'group', { name: 'Send a picture' } );

async function openFromMenu( { page, panel }: Newcomer, entry: string ): Promise<void> {
	await panel.getByRole( 'button', { name: 'More', exact: true } ).click();
	await page.getByRole( 'option', { name: entry } ).click();
}

test( 'what the menu opens comes before the conversation and leaves it as it is: a picture, its description, the place, and answers that come', async ( {
	newcomer, helper, supportRoom, problems
} ) => {
	problems.allow( /Failed to load resource/ );
	const { page, panel } = newcomer;
	const question = `May I look elsewhere? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = ( await helper.waitForCard( supportRoom, question ) ).getId()!;
	for ( let index = 1; index <= 12; index++ ) {
		await helper.answer( supportRoom, card, `line ${ index } of many` );
	}
	await newcomer.sees( 'line 12 of many' );
	const asked = page.waitForEvent( 'filechooser' );
	await panel.getByRole( 'button', { name: 'Send a picture' } ).click();
	await ( await asked ).setFiles( { name: 'Screenshot.png', mimeType: 'image/png', buffer: png( 1200, 800 ) } );
	const description = form( newcomer ).getByRole( 'textbox' );
	await description.fill( 'The Cte menu' );
	await description.press( 'Home' );
	for ( let step = 0; step < 5; step++ ) {
		await page.keyboard.press( 'ArrowRight' );
	}
	const scroller = panel.locator( '.askforhelp-scroller' );
	await scroller.evaluate( ( node ) => {
		node.scrollTop = 40;
	} );

	await openFromMenu( newcomer, 'Privacy' );
	const back = panel.getByRole( 'button', { name: 'Back', exact: true } );
	await expect( back ).toBeFocused();
	await expect( screen( page, 'conversation' ) ).toBeHidden();
	await helper.answer( supportRoom, card, 'Take your time.' );
	const log = page.getByRole( 'log' );
	await expect( log, 'it is read aloud all the same' ).toContainText( 'Take your time.' );
	for ( let step = 0; step < 12; step++ ) {
		await page.keyboard.press( step < 6 ? 'Tab' : 'Shift+Tab' );
		expect( await screen( page, 'conversation' ).evaluate( ( node ) => node.contains( document.activeElement ) ), 'nothing behind it is reached' ).toBe( false );
	}
	await expect( panel.getByRole( 'textbox' ) ).toHaveCount( 0 );
	await page.screenshot( { path: test.info().outputPath( 'privacy.png' ) } );
	await back.click();

	await expect( description ).toBeFocused();
	expect( await scroller.evaluate( ( node ) => node.scrollTop ) ).toBe( 40 );
	await page.keyboard.type( 'i' );
	await expect( description, 'the caret is where it was' ).toHaveValue( 'The Cite menu' );
	await expect( newcomer.messages.filter( { hasText: 'Take your time.' } ) ).toHaveCount( 1 );

	await openFromMenu( newcomer, 'Leave the chat' );
	await expect( screen( page, 'leave' ) ).toBeVisible();
	await back.click();
	await expect( form( newcomer ).getByRole( 'img' ) ).toBeVisible();
	await page.route( /api\.php/, ( route ) => route.abort() );
	await openFromMenu( newcomer, 'Hide this button' );
	await back.click();
	await page.unroute( /api\.php/ );
	await expect( form( newcomer ).getByRole( 'img' ) ).toBeVisible();
	await page.screenshot( { path: test.info().outputPath( 'back.png' ) } );
	await expect( description ).toHaveValue( 'The Cite menu' );
	await description.press( 'Enter' );
	await helper.waitFor( supportRoom, 'the picture', ( event ) => event.getContent().msgtype === 'm.image' && shownBody( event ).includes( 'The Cite menu' ) );
	await expect( form( newcomer ) ).toHaveCount( 0 );

	await openFromMenu( newcomer, 'Leave the chat' );
	await panel.getByRole( 'button', { name: 'Leave the chat' } ).click();
	await expect( screen( page, 'leave' ) ).toContainText( 'You have left the help chat.' );
	await expect( screen( page, 'conversation' ), 'what one has left is gone' ).toHaveCount( 0 );
} );
