import type { Page } from '@playwright/test';
import { askAndLogIn, expect, test } from './support/fixtures.ts';

/** All that is read aloud from now on. */
async function recordAnnouncements( page: Page ): Promise<() => Promise<string>> {
	await page.locator( '.askforhelp-announcer' ).evaluate( ( announcer ) => {
		const heard: string[] = [];
		Object.assign( window, { heard } );
		new MutationObserver( () => heard.push( announcer.textContent ) ).observe( announcer, { childList: true, subtree: true } );
	} );
	return () => page.evaluate( () => ( window as unknown as { heard: string[] } ).heard.join( '\n' ) );
}

test( 'who is muted is folded, not read aloud and not counted, on the next page, too, until they are shown again', async ( {
	newcomer, helper, otherHelper, sandbox, supportRoom
} ) => {
	const { page, panel, launcher, messages } = newcomer;
	const other = sandbox.homeserver.accounts[ 1 ]!.displayName;
	const question = `May I have some peace? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = ( await helper.waitForCard( supportRoom, question ) ).getId()!;
	await otherHelper.waitForCard( supportRoom, question );
	await helper.answer( supportRoom, card, 'Not from me.' );
	await otherHelper.answer( supportRoom, card, 'From me, yes.' );
	await newcomer.sees( 'From me, yes.' );
	const folded = messages.filter( { hasText: /Nita B\..* is muted\./ } );

	await ( await newcomer.sees( 'Not from me.' ) ).hover();
	await panel.getByRole( 'button', { name: 'What to do with this message' } ).click();
	await page.getByRole( 'option', { name: /Mute .*Nita B\./ } ).click();
	await expect( folded ).toHaveCount( 1 );
	await expect( panel ).not.toContainText( 'Not from me.' );
	await newcomer.sees( 'From me, yes.' );

	const heard = await recordAnnouncements( page );
	await helper.answer( supportRoom, card, 'Still not.' );
	await expect( folded ).toHaveCount( 2 );
	await otherHelper.answer( supportRoom, card, 'Still yes.' );
	await newcomer.sees( 'Still yes.' );
	await expect.poll( heard ).toMatch( new RegExp( `${ other }.*Still yes` ) );
	expect( await heard() ).not.toContain( 'Still not.' );
	await expect( panel ).not.toContainText( 'Still not.' );

	await panel.getByRole( 'button', { name: 'Close', exact: true } ).click();
	await helper.answer( supportRoom, card, 'Nor now.' );
	await expect( folded ).toHaveCount( 3 );
	await expect( page ).toHaveTitle( /^[^(]/ );
	await expect( launcher ).toHaveAccessibleName( 'Ask for help' );
	await otherHelper.answer( supportRoom, card, 'Now, too.' );
	await expect( page ).toHaveTitle( /^\(1\) / );
	await expect( launcher ).toHaveAccessibleName( 'Ask for help, one new answer' );

	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await page.reload();
	await newcomer.awaitVisualEditor();
	await expect( page ).toHaveTitle( /^\(1\) / );
	await newcomer.openPanel();
	await newcomer.sees( 'Now, too.' );
	await expect( folded ).toHaveCount( 3 );
	await expect( panel.locator( '.askforhelp-unread-line + .askforhelp-message' ) ).toContainText( 'Now, too.' );
	await expect( panel ).not.toContainText( 'Nor now.' );

	await folded.first().getByRole( 'button', { name: 'Show again' } ).click();
	for ( const text of [ 'Not from me.', 'Still not.', 'Nor now.' ] ) {
		await expect( messages.filter( { hasText: text } ) ).toHaveCount( 1 );
	}
	await expect( folded ).toHaveCount( 0 );
	expect( await page.evaluate( () => document.activeElement?.closest( '.askforhelp-panel' ) !== null ), 'the focus is in the panel' ).toBe( true );
	await helper.answer( supportRoom, card, 'Hello again.' );
	await newcomer.sees( 'Hello again.' );
	await expect( page.locator( '.askforhelp-announcer' ) ).toContainText( 'Hello again.' );
} );
