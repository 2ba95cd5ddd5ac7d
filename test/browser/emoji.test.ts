import { AxeBuilder } from '@axe-core/playwright';
import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import { askAndLogIn, expect, test } from './support/fixtures.ts';

test( 'with the keyboard alone, an emoji is put where the cursor is; Escape closes the choice alone', async ( { newcomer, helper, supportRoom } ) => {
	const { page, panel, composer } = newcomer;
	await askAndLogIn( newcomer, `Any goats? ${ newcomer.name }` );
	const button = panel.locator( '.askforhelp-composer' ).getByRole( 'button', { name: 'Choose an emoji' } );
	const picker = panel.getByRole( 'dialog', { name: 'Choose an emoji' } );
	const first = picker.getByRole( 'gridcell' ).first().getByRole( 'button' );
	await composer.fill( 'ab' );
	await composer.press( 'ArrowLeft' );
	await page.keyboard.press( 'Tab' );
	await expect( button ).toBeFocused();
	await page.keyboard.press( 'Enter' );
	await expect( first ).toBeFocused();
	await expect( button ).toHaveAttribute( 'aria-expanded', 'true' );
	const { violations } = await new AxeBuilder( { page } ).include( '.askforhelp-panel' ).analyze();
	expect( violations.map( ( { id, nodes } ) => [ id, ...nodes.map( ( { html } ) => html ) ] ) ).toEqual( [] );

	await page.keyboard.press( 'Escape' );
	await expect( picker ).toBeHidden();
	await expect( panel, 'only the choice has closed' ).toBeVisible();
	await expect( composer ).toBeFocused();
	await expect( button ).toHaveAttribute( 'aria-expanded', 'false' );

	await page.keyboard.press( 'Tab' );
	await page.keyboard.press( 'Enter' );
	await expect( first ).toBeFocused();
	const isGoat = (): Promise<boolean> => page.evaluate( () => document.activeElement!.textContent === '🐐' );
	for ( let step = 0; step < 20 && !await isGoat(); step++ ) {
		await page.keyboard.press( 'ArrowDown' );
	}
	await page.keyboard.press( 'Enter' );
	await expect( picker ).toBeHidden();
	await expect( composer ).toBeFocused();
	await expect( composer ).toHaveValue( 'a🐐b' );
	await page.keyboard.press( 'Control+z' );
	await expect( composer, 'it can be undone like what is typed' ).toHaveValue( 'ab' );
	await page.keyboard.press( 'Control+Shift+z' );
	await expect( composer ).toHaveValue( 'a🐐b' );
	await page.keyboard.press( 'Enter' );
	await helper.waitFor( supportRoom, 'the goat', ( event ) => shownBody( event ).includes( 'a🐐b' ) );
} );

test( 'with the mouse, an emoji takes the place of what is selected; the button closes the choice, too', async ( { newcomer } ) => {
	const { page, panel, composer } = newcomer;
	await askAndLogIn( newcomer, `More goats? ${ newcomer.name }` );
	const button = panel.locator( '.askforhelp-composer' ).getByRole( 'button', { name: 'Choose an emoji' } );
	const picker = panel.getByRole( 'dialog', { name: 'Choose an emoji' } );
	await button.click();
	await picker.getByRole( 'button', { name: '👍' } ).click();
	await expect( composer ).toHaveValue( '👍' );
	await composer.press( 'Control+a' );
	await button.click();
	await expect( picker.getByRole( 'gridcell' ).first(), 'the last one comes first' ).toHaveText( '👍' );
	await picker.getByRole( 'button', { name: '🐐' } ).click();
	await expect( composer ).toHaveValue( '🐐' );
	await expect( composer ).toBeFocused();

	await button.click();
	await expect( picker ).toBeVisible();
	await button.click();
	await expect( picker ).toBeHidden();
	await expect( composer ).toBeFocused();
	await button.click();
	await panel.locator( '.askforhelp-header' ).click( { position: { x: 20, y: 10 } } );
	await expect( picker ).toBeHidden();

	await button.click();
	await expect( picker ).toBeVisible();
	const box = ( await panel.boundingBox() )!;
	const { x, y, width, height } = ( await picker.boundingBox() )!;
	expect( x >= box.x && x + width <= box.x + box.width && y >= box.y && y + height <= box.y + box.height, 'it is within the panel' ).toBe( true );
	await page.keyboard.press( 'Escape' );
} );

test( 'any emoji can be put under a message, by the keyboard alone', async ( { newcomer, helper, supportRoom } ) => {
	const { page, panel, composer } = newcomer;
	const question = `Which sign? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = ( await helper.waitForCard( supportRoom, question ) ).getId()!;
	const answer = await helper.answer( supportRoom, card, 'Any sign.' );
	await newcomer.sees( 'Any sign.' );
	await composer.focus();
	await page.keyboard.press( 'Shift+Tab' );
	for ( let presses = 0; presses < 4 && !await page.evaluate( () => document.activeElement!.matches( '.askforhelp-message' ) ); presses++ ) {
		await page.keyboard.press( 'Shift+Tab' );
	}
	await page.keyboard.press( 'Enter' );
	const more = panel.getByRole( 'option', { name: '…' } );
	await expect( more ).toBeVisible();
	for ( let presses = 0; presses < 8 && !/highlighted/.test( await more.getAttribute( 'class' ) ?? '' ); presses++ ) {
		await page.keyboard.press( 'ArrowDown' );
	}
	await page.keyboard.press( 'Enter' );
	const picker = panel.getByRole( 'dialog', { name: 'Choose an emoji' } );
	await picker.getByRole( 'button', { name: '🐐' } ).focus();
	await page.keyboard.press( 'Enter' );
	await expect( picker ).toBeHidden();
	const sign = newcomer.messages.filter( { hasText: 'Any sign.' } ).locator( '.askforhelp-sign' );
	await expect( sign ).toHaveAttribute( 'aria-pressed', 'true' );
	await expect( sign ).toContainText( '🐐' );
	await expect( composer, 'nothing was typed' ).toHaveValue( '' );
	await helper.waitFor( supportRoom, 'the sign', ( event ) => {
		const relation = event.getWireContent()[ 'm.relates_to' ] as { event_id?: string; key?: string } | undefined;
		return event.getType() === 'm.reaction' && relation?.event_id === answer && relation.key === '🐐';
	} );
} );

test( 'an emoji part that does not load is told of, and one can write on', async ( { newcomer, problems } ) => {
	const { page, panel, composer } = newcomer;
	problems.allow( /AskForHelp-emoji/, /ERR_FAILED/ );
	await page.context().route( /load\.php\?.*AskForHelp-emoji/, ( route ) => route.abort() );
	await askAndLogIn( newcomer, `No emoji? ${ newcomer.name }` );
	await panel.locator( '.askforhelp-composer' ).getByRole( 'button', { name: 'Choose an emoji' } ).click();
	await expect( panel.getByRole( 'alert' ).filter( { hasText: 'could not be loaded' } ) ).toBeVisible();
	await newcomer.write( 'Then in words.' );
	await newcomer.sees( 'Then in words.' );
	await expect( composer ).toHaveValue( '' );
} );
