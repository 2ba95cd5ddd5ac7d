import { article, askAndLogIn, expect, nextContext, test } from './support/fixtures.ts';
import { disallowedWord } from '../../src/sandbox/wiki/seed.ts';

/** The wiki refused to save; the button, the context and the conversation are as before, and what was written, too. */
test( 'after an edit filter, a preview, a captcha and an edit conflict the button is there, and the chat goes on', async ( {
	visit, newPage, admin, helper, supportRoom
} ) => {
	const newcomer = await visit();
	const { page, launcher, panel } = newcomer;
	const { title, pageId, revision } = await newPage( `Refused ${ newcomer.name }` );
	const text = page.locator( '#wpTextbox1' );
	await newcomer.openEditor( 'textarea', title );
	await newcomer.typeInEditor( article.sectionText, ` ${ disallowedWord }` );
	await newcomer.trySave();
	await expect( page.locator( '.cdx-message--error' ) ).toBeVisible();
	await expect( text ).toHaveValue( new RegExp( disallowedWord ) );
	await newcomer.typeInEditor( article.sectionText, ' Why?' );
	const question = `Why can I not save? ${ newcomer.name }`;
	const context = nextContext( page );
	await askAndLogIn( newcomer, question );
	expect( await context ).toMatchObject( { page: title, page_id: pageId, section: 'History', revision, editor: 'textarea' } );
	const card = await helper.waitForCard( supportRoom, question );
	const isStillThere = async ( what: string, sign: string ): Promise<void> => {
		await expect( page.locator( sign ).first(), what ).toBeVisible();
		await expect( launcher, what ).toHaveCount( 1 );
		await expect( launcher, what ).toBeVisible();
		await newcomer.sees( question );
		await helper.answer( supportRoom, card.getId()!, `I see: ${ what }` );
		await newcomer.sees( `I see: ${ what }` );
	};

	await text.fill( ( await text.inputValue() ).replace( disallowedWord, '' ) );
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
	const answer = await admin.api( { action: 'edit', title, text: 'Somebody else was faster.', token: await admin.token( 'csrf' ) } );
	expect( answer.edit, JSON.stringify( answer ) ).toMatchObject( { result: 'Success' } );
	await text.fill( 'Another text' );
	await page.locator( '#wpSave' ).click();
	await isStillThere( 'a conflict', '#wpTextbox2' );
	await expect( panel.locator( '.askforhelp-bubble' ) ).toHaveCount( 4 );
} );

test( 'when VisualEditor may not save, one can ask about it, and the chat and the button stay', async ( { visit, newPage, helper, supportRoom } ) => {
	const newcomer = await visit();
	const { page, launcher } = newcomer;
	const { title, pageId, revision } = await newPage( `Refused visually ${ newcomer.name }` );
	const dialog = page.locator( '.ve-ui-mwSaveDialog' );
	const isRefused = (): Promise<void> => expect( dialog.locator( '.oo-ui-processDialog-errors' ) ).toBeVisible();
	const goBack = async (): Promise<void> => {
		await dialog.locator( '.oo-ui-processDialog-errors-actions a' ).first().click();
		await dialog.locator( '.oo-ui-processDialog-actions-safe a' ).first().click();
		await expect( dialog ).toBeHidden();
		await expect( launcher ).toHaveCount( 1 );
		await expect( launcher ).toBeVisible();
	};
	await newcomer.openEditor( 'visualeditor', title );
	await newcomer.typeInEditor( article.sectionText, ` ${ disallowedWord }` );
	await newcomer.trySave();
	await isRefused();
	await goBack();
	const question = `Why does it refuse? ${ newcomer.name }`;
	const context = nextContext( page );
	await askAndLogIn( newcomer, question );
	expect( await context ).toMatchObject( { page: title, page_id: pageId, section: 'History', revision, editor: 'visualeditor' } );
	const card = await helper.waitForCard( supportRoom, question );

	await newcomer.trySave();
	await isRefused();
	await helper.answer( supportRoom, card.getId()!, 'Leave out that word.' );
	await newcomer.sees( 'Leave out that word.' );
	await goBack();
	await newcomer.write( 'Which one?' );
	await helper.waitFor( supportRoom, 'the answer', ( event ) => String( event.getContent().body ).includes( 'Which one?' ) );
	await expect( page.locator( '.ve-ce-documentNode' ) ).toContainText( disallowedWord );
} );
