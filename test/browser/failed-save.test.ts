import { article, askAndLogIn, expect, test } from './support/fixtures.ts';
import { disallowedWord } from '../../src/sandbox/wiki/seed.ts';

/** The wiki refused to save; the button, the context and the conversation are as before, and what was written, too. */
test( 'after a preview, a captcha, an edit filter and an edit conflict the button is there, and the chat goes on', async ( {
	visit, newPage, admin, helper, supportRoom
} ) => {
	const newcomer = await visit();
	const { page, launcher, panel } = newcomer;
	const { title } = await newPage( `Refused ${ newcomer.name }` );
	const text = page.locator( '#wpTextbox1' );
	await newcomer.openEditor( 'textarea', title );
	const question = `Why can I not save? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	const isStillThere = async ( what: string, sign: string ): Promise<void> => {
		await expect( page.locator( sign ).first(), what ).toBeVisible();
		await expect( launcher, what ).toHaveCount( 1 );
		await expect( launcher, what ).toBeVisible();
		await newcomer.sees( question );
		await helper.answer( supportRoom, card.getId()!, `I see: ${ what }` );
		await newcomer.sees( `I see: ${ what }` );
	};

	await newcomer.typeInEditor( article.sectionText, ' See' );
	await page.locator( '#wpPreview' ).click();
	await isStillThere( 'a preview', '.previewnote' );
	await expect( text ).toHaveValue( / See/ );

	await newcomer.typeInEditor( article.sectionText, ' https://goats.example/book' );
	await page.locator( '#wpSave' ).click();
	await isStillThere( 'a captcha', '[name=wpCaptchaWord]' );
	await expect( text ).toHaveValue( /goats\.example/ );

	// The captcha must be filled in before this form can be sent again.
	page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await newcomer.openEditor( 'textarea', title );
	await text.fill( `A ${ disallowedWord } of goats` );
	await page.locator( '#wpSave' ).click();
	await isStillThere( 'a filter', '.cdx-message--error' );

	const answer = await admin.api( { action: 'edit', title, text: 'Somebody else was faster.', token: await admin.token( 'csrf' ) } );
	expect( answer.edit, JSON.stringify( answer ) ).toMatchObject( { result: 'Success' } );
	await text.fill( 'Another text' );
	await page.locator( '#wpSave' ).click();
	await isStillThere( 'a conflict', '#wpTextbox2' );
	await expect( panel.locator( '.askforhelp-bubble' ) ).toHaveCount( 5 );
} );
