import type { OpenableEditor } from '../../src/sandbox/actors/editors.ts';
import { article, askAndLogIn, expect, test } from './support/fixtures.ts';

/** What editors do something with: formatting, history, windows, saving, help. */
const OF_EDITORS = [
	'Control+b', 'Control+i', 'Control+k', 'Control+m', 'Control+u', 'Control+,', 'Control+.', 'Control+1', 'Control+8', 'Control+]', 'Control+Shift+5',
	'Control+f', 'Control+g', 'F3', 'Control+/', 'Control+Shift+/', '?', 'Control+s', 'Control+Shift+p', 'Control+Shift+x', 'Control+Shift+Space',
	'Control+a', 'Delete', 'Backspace', 'Control+z', 'Control+Shift+z', 'Control+y', 'Shift+Enter', 'ArrowUp', 'Home', 'PageDown'
] as const;
/** VisualEditor's own, with the wiki's access keys. On the wiki's form those are the browser's, which asks no page. */
const OF_VISUAL_EDITOR = [ 'Alt+Shift+s', 'Alt+Shift+p', 'Alt+Shift+v' ] as const;

for ( const kind of [ 'visualeditor', 'visualeditor-source', 'wikieditor', 'textarea' ] as const satisfies readonly OpenableEditor[] ) {
	test( `shortcuts of the editor do nothing to it while one writes in the chat, in ${ kind }`, async ( { visit } ) => {
		const newcomer = await visit( { context: { viewport: { width: 1280, height: 1600 } } } );
		const { page, panel, composer } = newcomer;
		await newcomer.openEditor( kind, article.title );
		await newcomer.typeInEditor( article.sectionText, ' Grown.' );
		await page.keyboard.press( 'Shift+ArrowLeft' );
		const before = { ...await newcomer.editorState(), hasFocus: false };
		await newcomer.openPanel();
		const keys = kind.startsWith( 'visualeditor' ) ? [ ...OF_EDITORS, ...OF_VISUAL_EDITOR ] : OF_EDITORS;
		const pressAll = async (): Promise<void> => {
			for ( const key of keys ) {
				await page.keyboard.press( key );
			}
			expect( await newcomer.editorState() ).toEqual( before );
			await expect( page.locator( '.oo-ui-window-active, .oo-ui-window-setup, .ui-dialog:visible' ) ).toHaveCount( 0 );
			await expect( panel ).toBeVisible();
		};
		await newcomer.question.focus();
		await pressAll();
		await expect( newcomer.question ).toBeFocused();
		await newcomer.question.fill( '' );

		await newcomer.approve( await newcomer.askAndGetLoginWindow( `What do these keys do? ${ newcomer.name }` ) );
		await composer.focus();
		await composer.pressSequentially( 'one two' );
		await pressAll();
		await expect( composer ).toBeFocused();
	} );
}

test( 'VisualEditor\'s shortcuts open its windows beside the chat, and Escape there closes them and not the chat', async ( { newcomer } ) => {
	const { page, panel } = newcomer;
	await newcomer.typeInEditor( article.sectionText, ' Grown.' );
	await askAndLogIn( newcomer, `Do yours still work? ${ newcomer.name }` );
	for ( const [ key, opened ] of [
		[ 'Control+k', '.ve-ui-mwLinkAnnotationInspector.oo-ui-window-ready' ], [ 'Control+f', '.ve-ui-findAndReplaceDialog.oo-ui-window-ready' ],
		[ 'Control+/', '.oo-ui-window-ready:has( .ve-ui-commandHelpDialog-container )' ], [ 'Alt+Shift+s', '.ve-ui-mwSaveDialog.oo-ui-window-ready' ]
	] as const ) {
		const shown = page.locator( opened );
		await newcomer.typeInEditor( article.start, '' );
		await page.keyboard.press( key );
		await expect( shown, key ).toBeVisible();
		await page.keyboard.press( 'Escape' );
		await expect( shown, key ).toBeHidden();
		await expect( panel ).toBeVisible();
		await expect( panel.locator( '.askforhelp-status' ) ).not.toHaveText( 'Paused while that window is open' );
	}
	await expect( page.locator( '.ve-active .ve-ce-documentNode' ) ).toBeVisible();
	await newcomer.write( 'They do.' );
	await newcomer.sees( 'They do.' );
} );
