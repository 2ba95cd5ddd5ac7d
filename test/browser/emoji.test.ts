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
