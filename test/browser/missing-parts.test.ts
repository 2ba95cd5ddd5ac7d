import type { Locator } from '@playwright/test';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { png } from '../support/pictures.ts';
import { askAndLogIn, expect, test } from './support/fixtures.ts';

const picture = { name: 'Screenshot.png', mimeType: 'image/png', buffer: png( 1200, 800 ) };

/** What says that a part is missing, with the way that is there without it. */
const told = ( { panel }: Newcomer ): Locator => panel.getByRole( 'alert' ).filter( { hasText: 'could not be loaded' } )
	.filter( { has: panel.page().getByRole( 'link', { name: 'Ask on the help page instead' } ) } );

async function choosePicture( { page, panel }: Newcomer ): Promise<void> {
	const asked = page.waitForEvent( 'filechooser' );
	await panel.getByRole( 'button', { name: 'Send a picture' } ).click();
	await ( await asked ).setFiles( picture );
}

test( 'a part of the conversation that does not load is told of with the way on, whatever it was for, until it comes', async ( {
	newcomer, helper, supportRoom, problems
} ) => {
	problems.allow( /AskForHelp-(tools|emoji|media)/, /ERR_FAILED/ );
	const { page, panel, composer } = newcomer;
	const blocked = new Set( [ 'tools', 'emoji', 'media' ] );
	let held = Promise.resolve();
	await page.context().route( /load\.php.*AskForHelp-(tools|emoji|media)/, async ( route ) => {
		await held;
		await ( [ ...blocked ].some( ( part ) => route.request().url().includes( `AskForHelp-${ part }` ) ) ? route.abort() : route.continue() );
	} );
	const question = `What is missing? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = ( await helper.waitForCard( supportRoom, question ) ).getId()!;
	await helper.answer( supportRoom, card, 'Nothing.' );
	const answer = await newcomer.sees( 'Nothing.' );
	/** Tries again, and looks between: what was said goes with the try, and is said anew. */
	const tryAgain = async ( what: () => Promise<void> ): Promise<void> => {
		await expect( told( newcomer ) ).toBeVisible();
		let release = (): void => {};
		held = new Promise( ( resolve ) => {
			release = resolve;
		} );
		await what();
		await expect( told( newcomer ) ).toHaveCount( 0 );
		release();
		await expect( told( newcomer ) ).toBeVisible();
	};

	await test.step( 'names', async () => {
		await composer.pressSequentially( '@n' );
		await expect( told( newcomer ) ).toBeVisible();
		await page.screenshot( { path: test.info().outputPath( 'names.png' ) } );
	} );
	await test.step( 'marks', () => tryAgain( () => composer.press( 'Control+b' ) ) );
	await test.step( 'the menu of a message', async () => {
		await answer.focus();
		await expect( told( newcomer ), 'who only goes by hears nothing anew' ).toBeVisible();
		await tryAgain( () => page.keyboard.press( 'Enter' ) );
		blocked.delete( 'tools' );
		await page.keyboard.press( 'Enter' );
		await expect( page.getByRole( 'option', { name: 'Reply' } ) ).toBeVisible();
		await expect( told( newcomer ) ).toHaveCount( 0 );
		await page.keyboard.press( 'Escape' );
		await composer.pressSequentially( 'i' );
		await expect( page.getByRole( 'option', { name: 'Nita B.' } ) ).toBeVisible();
	} );
	await test.step( 'emoji', async () => {
		const button = panel.locator( '.askforhelp-composer' ).getByRole( 'button', { name: 'Choose an emoji' } );
		await button.click();
		await expect( told( newcomer ) ).toBeVisible();
		blocked.delete( 'emoji' );
		await button.click();
		await expect( panel.getByRole( 'dialog', { name: 'Choose an emoji' } ) ).toBeVisible();
		await expect( told( newcomer ) ).toHaveCount( 0 );
		await page.keyboard.press( 'Escape' );
	} );
	await test.step( 'a picture that comes, and one to send', async () => {
		const file = await fetch( `${ helper.client.baseUrl }/_matrix/media/v3/upload`, {
			method: 'POST', body: new Uint8Array( picture.buffer ),
			headers: { Authorization: `Bearer ${ helper.client.getAccessToken() }`, 'Content-Type': 'image/png' }
		} );
		const { content_uri: url } = await file.json() as { content_uri: string };
		await helper.client.sendEvent( supportRoom, 'm.room.message' as never, {
			msgtype: 'm.image', url, body: 'The Cite button', filename: 'cite.png', info: { mimetype: 'image/png', w: 1200, h: 800 },
			'm.relates_to': { rel_type: 'm.thread', event_id: card, is_falling_back: true, 'm.in_reply_to': { event_id: card } }
		} as never );
		await newcomer.sees( 'The Cite button' );
		await expect( told( newcomer ) ).toBeVisible();
		await page.screenshot( { path: test.info().outputPath( 'received.png' ) } );
		await tryAgain( () => choosePicture( newcomer ) );
		blocked.delete( 'media' );
		await panel.getByRole( 'button', { name: 'The Cite button' } ).press( 'Enter' );
		const enlarge = panel.getByRole( 'button', { name: 'Enlarge: The Cite button' } );
		await expect( enlarge.getByRole( 'img' ) ).toBeVisible();
		await expect( enlarge ).toBeFocused();
		await expect( told( newcomer ) ).toHaveCount( 0 );
		await choosePicture( newcomer );
		await expect( panel.getByRole( 'group', { name: 'Send a picture' } ).getByRole( 'img' ) ).toBeVisible();
	} );
} );
