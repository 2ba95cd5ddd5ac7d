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
	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	const blocked = new Set( [ 'tools', 'emoji', 'media' ] );
	await page.context().route( /load\.php.*AskForHelp-(tools|emoji|media)/, ( route ) => (
		[ ...blocked ].some( ( part ) => route.request().url().includes( `AskForHelp-${ part }` ) ) ? route.abort() : route.continue()
	) );
	const question = `What is missing? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = ( await helper.waitForCard( supportRoom, question ) ).getId()!;
	await helper.answer( supportRoom, card, 'Nothing.' );
	const answer = await newcomer.sees( 'Nothing.' );
	/** Each brings a part and takes away what was said of it. */
	const come = async ( part: string ): Promise<void> => {
		blocked.delete( part );
		await expect( told( newcomer ) ).toHaveCount( 1 );
	};

	await test.step( 'the menu of a message', async () => {
		await answer.focus();
		await page.keyboard.press( 'Enter' );
		await expect( told( newcomer ) ).toBeVisible();
	} );
	await test.step( 'marks', async () => {
		await composer.fill( 'word' );
		await composer.press( 'Control+a' );
		await expect( told( newcomer ), 'writing takes nothing away' ).toBeVisible();
		const gone = told( newcomer ).waitFor( { state: 'detached' } );
		await composer.press( 'Control+b' );
		await gone;
		await expect( told( newcomer ) ).toBeVisible();
		await composer.fill( '' );
	} );
	await test.step( 'names', async () => {
		await page.reload();
		await newcomer.sees( 'Nothing.' );
		await expect( told( newcomer ) ).toHaveCount( 0 );
		await composer.pressSequentially( '@n' );
		await expect( told( newcomer ) ).toBeVisible();
		await page.screenshot( { path: test.info().outputPath( 'names.png' ) } );
		await come( 'tools' );
		await composer.pressSequentially( 'i' );
		await expect( page.getByRole( 'option', { name: 'Nita B.' } ) ).toBeVisible();
		await expect( told( newcomer ) ).toHaveCount( 0 );
		await composer.fill( '' );
	} );
	await test.step( 'emoji', async () => {
		const button = panel.locator( '.askforhelp-composer' ).getByRole( 'button', { name: 'Choose an emoji' } );
		await button.click();
		await expect( told( newcomer ) ).toBeVisible();
		await come( 'emoji' );
		await button.click();
		await expect( panel.getByRole( 'dialog', { name: 'Choose an emoji' } ) ).toBeVisible();
		await expect( told( newcomer ) ).toHaveCount( 0 );
		await page.keyboard.press( 'Escape' );
	} );
	await test.step( 'a picture to send', async () => {
		await choosePicture( newcomer );
		await expect( told( newcomer ) ).toBeVisible();
	} );
	await test.step( 'a picture that comes', async () => {
		const file = await fetch( `${ helper.client.baseUrl }/_matrix/media/v3/upload`, {
			method: 'POST', body: new Uint8Array( picture.buffer ),
			headers: { Authorization: `Bearer ${ helper.client.getAccessToken() }`, 'Content-Type': 'image/png' }
		} );
		const { content_uri: url } = await file.json() as { content_uri: string };
		await helper.client.sendEvent( supportRoom, 'm.room.message' as never, {
			msgtype: 'm.image', url, body: 'The Cite button', filename: 'cite.png', info: { mimetype: 'image/png', w: 1200, h: 800 },
			'm.relates_to': { rel_type: 'm.thread', event_id: card, is_falling_back: true, 'm.in_reply_to': { event_id: card } }
		} as never );
		await page.reload();
		await newcomer.sees( 'The Cite button' );
		await expect( told( newcomer ) ).toBeVisible();
		await page.screenshot( { path: test.info().outputPath( 'received.png' ) } );
		await come( 'media' );
		await panel.getByRole( 'button', { name: 'The Cite button' } ).press( 'Enter' );
		const enlarge = panel.getByRole( 'button', { name: 'Enlarge: The Cite button' } );
		await expect( enlarge.getByRole( 'img' ) ).toBeVisible();
		await expect( enlarge ).toBeFocused();
		await expect( told( newcomer ) ).toHaveCount( 0 );
		await choosePicture( newcomer );
		await expect( panel.getByRole( 'group', { name: 'Send a picture' } ).getByRole( 'img' ) ).toBeVisible();
	} );
} );
