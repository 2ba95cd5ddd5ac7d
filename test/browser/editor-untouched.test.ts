import type { EditorState, OpenableEditor } from '../../src/sandbox/actors/editors.ts';
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

/** What is compared: the editor after each step of an edit. */
type Step = EditorState & { readonly step: string };

async function edit( newcomer: Newcomer, kind: OpenableEditor, chat: ( step: 'open' | 'talk' | 'close' ) => Promise<void> ): Promise<Step[]> {
	const { page } = newcomer;
	const steps: Step[] = [];
	const note = async ( step: string ): Promise<void> => void steps.push( { step, ...await newcomer.editorState() } );
	await newcomer.openEditor( kind, article.title );
	await newcomer.typeInEditor( article.sectionText, ' First.' );
	await note( 'typed' );
	await chat( 'open' );
	await newcomer.typeInEditor( kind === 'visualeditor' ? article.start : 'The \'\'\'American Pygmy', ' Second.' );
	await note( 'typed elsewhere' );
	await page.keyboard.press( 'Shift+ArrowLeft' );
	await page.keyboard.press( 'Shift+ArrowLeft' );
	await chat( 'talk' );
	await note( 'selected' );
	await page.keyboard.press( 'Control+b' );
	await note( 'after the shortcut for bold' );
	await page.keyboard.type( 'X' );
	// Whoever goes away and comes back begins another step of undo.
	await page.keyboard.press( 'ArrowLeft' );
	await page.keyboard.press( 'ArrowRight' );
	await chat( 'close' );
	await page.keyboard.type( 'Y' );
	await note( 'typed over the selection' );
	const [ typed, , selected ] = steps as [ Step, Step, Step ];
	const last = steps[ steps.length - 1 ]!;
	for ( const [ key, goal ] of [ [ 'Control+z', selected ], [ 'Control+Shift+z', last ], [ 'Control+z', typed ] ] as const ) {
		// Editors make a step of undo out of what was typed in a moment, so there may be more of them.
		for ( let presses = 0; presses < 12 && ( await newcomer.editorState() ).text !== goal.text; presses++ ) {
			await page.keyboard.press( key );
		}
		await note( `${ key } to ${ goal.step }` );
		expect( steps[ steps.length - 1 ]!.text ).toBe( goal.text );
	}
	if ( kind === 'visualeditor' ) {
		await undoAll( newcomer );
		await note( 'all undone' );
		await page.keyboard.press( 'Escape' );
		await page.locator( '.ve-active' ).waitFor( { state: 'detached' } );
	}
	return steps;
}

for ( const kind of [ 'visualeditor', 'visualeditor-source', 'wikieditor', 'textarea' ] as const ) {
	test( `the same edit is the same at each step with and without the chat, in ${ kind }`, async ( { visit, helper, supportRoom } ) => {
		// So high that a click needs no scrolling, which depends on where the chat is.
		const context = { viewport: { width: 1280, height: 1600 } };
		const without = await edit( await visit( { context } ), kind, () => Promise.resolve() );
		const newcomer = await visit( { context } );
		const question = `May I write this, in ${ kind }? ${ newcomer.name }`;
		let card = '';
		const withChat = await edit( newcomer, kind, async ( step ) => {
			if ( step === 'open' ) {
				await askAndLogIn( newcomer, question );
				card = ( await helper.waitForCard( supportRoom, question ) ).getId()!;
				await newcomer.write( 'Thanks, I think.' );
				await newcomer.sees( 'Thanks, I think.' );
			} else if ( step === 'talk' ) {
				await helper.answer( supportRoom, card, 'You may.' );
				await newcomer.sees( 'You may.' );
			} else {
				// Into the chat by its button, and out again by the keyboard.
				await newcomer.openPanel();
				await newcomer.page.keyboard.press( 'Escape' );
				await expect( newcomer.panel ).toBeHidden();
			}
		} );
		expect( withChat ).toEqual( without );
		expect( without[ 1 ]!.text ).toContain( ' Second.' );
	} );
}

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

test( 'VisualEditor keeps its selection when it looks for the cursor just as the chat gets the focus', async ( { newcomer } ) => {
	const { page } = newcomer;
	await newcomer.typeInEditor( article.start, '' );
	await page.keyboard.press( 'Shift+Home' );
	const before = await newcomer.editorState();
	// It does so four times a second, and hears of the new focus one task later.
	await page.evaluate( () => addEventListener( 'focusin', () => {
		type Observed = { getView(): { surfaceObserver: { pollOnce(): void } } };
		const { ve } = window as unknown as { ve: { init: { target: { getSurface(): Observed } } } };
		ve.init.target.getSurface().getView().surfaceObserver.pollOnce();
	} ) );
	await newcomer.openPanel();
	await newcomer.question.pressSequentially( 'How?' );
	await expect( newcomer.question ).toHaveValue( 'How?' );
	expect( await newcomer.editorState() ).toEqual( { ...before, hasFocus: false } );
	await page.keyboard.press( 'Escape' );
	expect( await newcomer.editorState() ).toEqual( before );
} );
