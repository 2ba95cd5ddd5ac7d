import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { article, askAndLogIn, expect, test } from './support/fixtures.ts';

async function undoAll( { page }: Newcomer ): Promise<void> {
	const undo = page.locator( '.ve-ui-toolbar .oo-ui-tool-name-undo' );
	await page.locator( '.ve-ce-documentNode' ).focus();
	await expect( async () => {
		if ( await undo.evaluate( ( tool ) => !tool.classList.contains( 'oo-ui-widget-disabled' ) ) ) {
			await undo.locator( 'a' ).click();
		}
		expect( await undo.evaluate( ( tool ) => tool.classList.contains( 'oo-ui-widget-disabled' ) ) ).toBe( true );
	} ).toPass();
}

test( 'the same edit comes out the same with and without the chat, and undo leads back to the same beginning', async ( {
	visit, helper, supportRoom
} ) => {
	const outcomes = [];
	for ( const withChat of [ false, true ] ) {
		const newcomer = await visit();
		await newcomer.openVisualEditor( article.title );
		const { text: before } = await newcomer.editorState();
		await newcomer.typeInEditor( article.sectionText, ' First.' );
		if ( withChat ) {
			const question = `May I write this? ${ newcomer.name }`;
			await askAndLogIn( newcomer, question );
			const card = await helper.waitForCard( supportRoom, question );
			await helper.answer( supportRoom, card.getId()!, 'You may.' );
			await newcomer.sees( 'You may.' );
			await newcomer.write( 'Thanks!' );
			await newcomer.sees( 'Thanks!' );
		}
		await newcomer.typeInEditor( article.start, ' Second.' );
		const { text: after } = await newcomer.editorState();
		await undoAll( newcomer );
		const { text: undone } = await newcomer.editorState();
		expect( undone ).toBe( before );
		outcomes.push( { before, after } );
	}
	expect( outcomes[ 1 ] ).toEqual( outcomes[ 0 ] );
	expect( outcomes[ 0 ]?.after ).toContain( ' First.' );
	expect( outcomes[ 0 ]?.after ).toContain( ' Second.' );
} );

test( 'text, history, selection, focus and scroll stay while answers come, and closing the panel gives the cursor back', async ( {
	newcomer, helper, supportRoom
} ) => {
	const { page, panel } = newcomer;
	const question = `Does anything move? ${ newcomer.name }`;
	await newcomer.typeInEditor( article.sectionText, ' Grown.' );
	const before = await newcomer.editorState();
	await askAndLogIn( newcomer, question );
	const whileChatting = await newcomer.editorState();
	expect( whileChatting ).toEqual( { ...before, hasFocus: false } );

	await page.keyboard.press( 'Escape' );
	await expect( panel ).toBeHidden();
	expect( await newcomer.editorState() ).toEqual( before );
	await page.keyboard.type( ' On.' );
	await newcomer.openPanel();
	await newcomer.sees( question );

	// Back in the text with a click, the panel open beside it.
	await newcomer.typeInEditor( article.start, ' Up here.' );
	await page.keyboard.press( 'Shift+Home' );
	const selected = await newcomer.editorState();
	const card = await helper.waitForCard( supportRoom, question );
	for ( const text of [ 'One.', 'Two.', 'A long third one. '.repeat( 40 ) ] ) {
		await helper.answer( supportRoom, card.getId()!, text );
		await newcomer.sees( text.trim() );
	}
	expect( await newcomer.editorState() ).toEqual( selected );
	expect( selected.hasFocus ).toBe( true );
	expect( selected.text ).toContain( ' Grown. On.' );
} );
