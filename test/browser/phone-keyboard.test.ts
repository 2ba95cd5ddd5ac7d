import type { Locator } from '@playwright/test';
import { contextOf, looks } from '../../src/sandbox/actors/stories.ts';
import { png } from '../support/pictures.ts';
import { article, expect, test, wikiHas } from './support/fixtures.ts';

/** A small phone, of which the software keyboard has taken the rest. */
const phone = { ...contextOf( looks.find( ( { isPhone } ) => isPhone )! ), viewport: { width: 360, height: 300 } };

/** All of it is within the window, and nothing lies over its middle. */
function isInReach( control: Locator ): Promise<boolean> {
	return control.evaluate( ( node ) => {
		const { left, top, right, bottom } = node.getBoundingClientRect();
		const isWithin = left >= 0 && top >= 0 && right <= window.innerWidth && bottom <= window.innerHeight;
		return isWithin && node.contains( document.elementFromPoint( ( left + right ) / 2, ( top + bottom ) / 2 ) );
	} );
}

async function inReach( controls: Readonly<Record<string, Locator>> ): Promise<void> {
	for ( const [ name, control ] of Object.entries( controls ) ) {
		await expect.poll( () => isInReach( control ), `${ name } is in sight and can be hit` ).toBe( true );
	}
}

const kinds = [ 'textarea', ...wikiHas( 'MobileFrontend' ) ? [ 'mobile-source', 'mobile-visual' ] as const : [] ] as const;

for ( const kind of kinds ) {
	test( `above the keyboard of a small phone (${ kind }), the field that one types in and its button are always in reach`, async ( { visit, helper, supportRoom } ) => {
		const newcomer = await visit( { context: phone } );
		const { page, panel, question, askButton, consent, composer } = newcomer;
		const button = ( name: string ): Locator => panel.getByRole( 'button', { name, exact: true } );
		await newcomer.setPreferences( { skin: 'minerva' } );
		await newcomer.openEditor( kind, article.title );
		await newcomer.typeInEditor( article.start, ' It grew.' );
		const typed = await newcomer.editorState();
		await newcomer.openPanel();
		expect( await panel.boundingBox(), 'it has all that is left' ).toEqual( { x: 0, y: 0, width: 360, height: 300 } );

		await question.tap();
		await inReach( { question, askButton } );
		const words = `Where is the button? ${ newcomer.name }`;
		await page.keyboard.type( words );
		await inReach( { question, askButton } );
		await askButton.tap();
		await expect( consent ).toBeFocused();
		await inReach( { problem: panel.getByText( 'Please tick the box first.' ), askButton } );
		await consent.locator( '..' ).tap();
		await expect( consent ).toBeChecked();
		await inReach( { consent: consent.locator( '..' ), askButton } );
		const opened = page.waitForEvent( 'popup' );
		await askButton.tap();
		const login = await opened;
		await inReach( { again: button( 'Open the window again' ), cancel: button( 'Cancel' ) } );
		await newcomer.approve( login );

		const send = panel.locator( '.askforhelp-send a' );
		const field = { composer, send };
		await newcomer.sees( words );
		await composer.tap();
		await inReach( field );
		await page.keyboard.type( 'I have looked in the menu, and above the text, and below the text, and under the sofa.' );
		await inReach( field );
		await send.tap();
		await newcomer.sees( 'under the sofa' );
		const card = await helper.waitForCard( supportRoom, words );
		await helper.answer( supportRoom, card.getId()!, 'It is above the text. Can you show me what you see?' );
		const answer = await newcomer.sees( 'It is above the text.' );
		await inReach( { ...field, answer: answer.locator( '.askforhelp-words' ) } );

		await composer.tap();
		await page.keyboard.type( 'These are three lines of thanks, of which the emoji takes nothing away.' );
		await button( 'Choose an emoji' ).tap();
		const picker = panel.getByRole( 'dialog', { name: 'Choose an emoji' } );
		await inReach( { ...field, close: button( 'Close' ), emoji: picker.getByRole( 'gridcell' ).first().getByRole( 'button' ) } );
		await picker.getByRole( 'button', { name: '🐐' } ).tap();
		await expect( composer ).toHaveValue( /away\.🐐$/ );
		await expect( picker ).toBeHidden();
		await inReach( field );

		await answer.tap();
		await answer.getByRole( 'button', { name: 'What to do with this message' } ).tap();
		for ( const option of await panel.locator( '.askforhelp-message-menu' ).getByRole( 'option' ).all() ) {
			await option.scrollIntoViewIfNeeded();
			await inReach( { [ await option.innerText() ]: option } );
		}
		await page.getByRole( 'option', { name: 'Reply' } ).tap();
		await inReach( { ...field, leave: panel.locator( '.askforhelp-writing' ).getByRole( 'button' ) } );
		await send.tap();
		await newcomer.sees( '🐐' );

		const asked = page.waitForEvent( 'filechooser' );
		await button( 'Send a picture' ).tap();
		await ( await asked ).setFiles( { name: 'Screenshot.png', mimeType: 'image/png', buffer: png( 1200, 800 ) } );
		const form = panel.getByRole( 'group', { name: 'Send a picture' } );
		const picture = { alternative: form.getByRole( 'textbox' ), sendPicture: button( 'Send the picture' ), cancel: button( 'Cancel' ) };
		await inReach( picture );
		await inReach( { warning: form.locator( '.askforhelp-notice-warning' ) } );
		for ( const above of [ form.getByRole( 'img' ), form.locator( '.askforhelp-notice-warning' ) ] ) {
			await above.evaluate( ( node ) => node.scrollIntoView( { block: 'start' } ) );
			await inReach( picture );
		}
		await picture.alternative.tap();
		await page.keyboard.type( 'My screen' );
		await inReach( picture );
		await picture.sendPicture.tap();
		await expect( form ).toBeHidden();
		await expect( newcomer.messages.getByRole( 'button', { name: 'Enlarge: My screen' } ) ).toBeVisible();
		await inReach( field );
		await button( 'Close' ).tap();
		await expect( panel ).toBeHidden();
		const { text, history } = await newcomer.editorState();
		expect( { text, history }, 'the edit is as it was' ).toEqual( { text: typed.text, history: typed.history } );
		await newcomer.launcher.scrollIntoViewIfNeeded();
		await inReach( { launcher: newcomer.launcher } );
		await newcomer.typeInEditor( article.start, ' More.' );
		expect( ( await newcomer.editorState() ).text ).toContain( 'It grew. More.' );
	} );
}
