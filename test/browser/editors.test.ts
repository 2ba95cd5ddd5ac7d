import type { Page } from '@playwright/test';
import { shownBody } from '../../src/sandbox/actors/matrix-helper.ts';
import type { OpenableEditor } from '../../src/sandbox/actors/editors.ts';
import { article, askAndLogIn, expect, nextContext, test, wikiHas } from './support/fixtures.ts';

type Case = {
	readonly kind: OpenableEditor;
	/** As the helper's card calls it. */
	readonly name: string;
	/** What has the keyboard's focus just before the button. */
	readonly before: string;
	/** What must be where it is without the gadget. */
	readonly fixed: string;
};

const mobileCases: readonly Case[] = [
	{ kind: 'mobile-source', name: 'mobile source editor', before: '.editor-overlay .overlay-header .cancel', fixed: '.editor-overlay .overlay-header, .editor-overlay .wikitext-editor' },
	{ kind: 'mobile-visual', name: 'mobile visual editor', before: '.ve-ui-toolbar-group-editMode .oo-ui-popupToolGroup-handle', fixed: '.ve-ui-toolbar .oo-ui-toolbar-bar, .ve-ui-surface' }
];

const cases: readonly Case[] = [
	{ kind: 'visualeditor', name: 'VisualEditor', before: '.ve-ui-toolbar-group-help .oo-ui-popupToolGroup-handle', fixed: '.ve-ui-toolbar .oo-ui-toolbar-bar, .ve-ui-surface' },
	{ kind: 'visualeditor-source', name: 'VisualEditor (source)', before: '.ve-ui-toolbar-group-help .oo-ui-popupToolGroup-handle', fixed: '.ve-ui-toolbar .oo-ui-toolbar-bar, .ve-ui-surface' },
	{ kind: 'wikieditor', name: 'WikiEditor', before: '.wikiEditor-ui-toolbar .tab-help a', fixed: '.wikiEditor-ui-toolbar, #wpTextbox1, #wpSave' },
	{ kind: 'textarea', name: 'plain editor', before: '#wpDiff', fixed: '#wpTextbox1, #wpSave, #wpPreview' },
	...wikiHas( 'MobileFrontend' ) ? mobileCases : []
];

function layout( page: Page, selector: string ): Promise<unknown> {
	return page.locator( selector ).evaluateAll( ( nodes ) => nodes.map( ( node ) => {
		const { x, y, width, height } = node.getBoundingClientRect();
		return [ x, y + window.scrollY, width, node.matches( '.ve-ui-surface' ) ? 0 : height ].map( Math.round );
	} ) );
}

for ( const { kind, name, before, fixed } of cases ) {
	test( `in ${ name }: a newcomer asks, is answered, answers back, saves, and goes on talking`, async ( { visit, helper, supportRoom, newPage } ) => {
		// So high that nothing has to be scrolled to reach the button.
		const newcomer = await visit( { context: { viewport: { width: 1280, height: 1200 } } } );
		const { page, launcher, panel } = newcomer;
		const { title, pageId, revision } = await newPage( `Goats in ${ name } ${ newcomer.name }` );

		await newcomer.openEditor( kind, title, { safemode: '1' } );
		const withoutGadget = await layout( page, fixed );
		const untouched = await newcomer.editorState();
		await newcomer.openEditor( kind, title );
		await expect( launcher ).toBeVisible();
		await expect( launcher ).toHaveCount( 1 );
		expect( await layout( page, fixed ), 'nothing moves and no toolbar wraps' ).toEqual( withoutGadget );
		expect( ( await newcomer.editorState() ).text ).toBe( untouched.text );

		await newcomer.typeInEditor( article.sectionText, ' It grew.' );
		const typed = await newcomer.editorState();
		await page.locator( before ).first().focus();
		for ( let presses = 0; presses < 5 && !await launcher.evaluate( ( node ) => node === document.activeElement ); presses++ ) {
			await page.keyboard.press( 'Tab' );
		}
		await expect( launcher ).toBeFocused();
		await page.keyboard.press( 'Enter' );
		await expect( newcomer.question ).toBeFocused();

		const question = `How do I save? ${ newcomer.name }`;
		const context = nextContext( page );
		await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
		expect( await context ).toMatchObject( { page: title, page_id: pageId, section: 'History', revision, editor: kind } );
		const card = await helper.waitForCard( supportRoom, question );
		for ( const part of [ newcomer.name, title, 'History', name ] ) {
			expect( shownBody( card ) ).toContain( part );
		}
		await helper.answer( supportRoom, card.getId()!, 'With the blue button.' );
		await newcomer.sees( 'With the blue button.' );
		await newcomer.write( 'I see it.' );
		await helper.waitFor( supportRoom, 'the answer', ( event ) => shownBody( event ).includes( 'I see it.' ) );
		const { text, history, selection, scrollY } = await newcomer.editorState();
		expect( { text, history, selection, scrollY } ).toEqual( {
			text: typed.text, history: typed.history, selection: typed.selection, scrollY: typed.scrollY
		} );

		await newcomer.typeInEditor( article.sectionText, ' And grew.' );
		await newcomer.save();
		await newcomer.sees( 'I see it.' );
		await expect( page.locator( '#mw-content-text' ) ).toContainText( 'It grew. And grew.' );
		await helper.answer( supportRoom, card.getId()!, 'It is saved.' );
		await newcomer.sees( 'It is saved.' );
		await expect( panel ).toBeVisible();
	} );
}

for ( const kind of [ 'wikieditor', 'textarea' ] as const ) {
	test( `the cursor, the scroll and undo of the ${ kind } are there again when the panel closes`, async ( { visit, newPage } ) => {
		// So high that nothing has to be scrolled for a click.
		const newcomer = await visit( { context: { viewport: { width: 1280, height: 1200 } } } );
		const { page } = newcomer;
		const { title } = await newPage( `Undo in ${ kind } ${ newcomer.name }` );
		await newcomer.openEditor( kind, title );
		const untouched = await newcomer.editorState();
		await newcomer.typeInEditor( article.sectionText, ' Typed.' );
		await page.keyboard.press( 'Shift+ArrowLeft' );
		const before = await newcomer.editorState();
		await newcomer.openPanel();
		await newcomer.question.fill( 'Half a quest' );
		await page.keyboard.press( 'Escape' );
		await expect( newcomer.panel ).toBeHidden();
		expect( await newcomer.editorState() ).toEqual( before );
		await expect( async () => {
			await page.keyboard.press( 'Control+z' );
			expect( ( await newcomer.editorState() ).text ).toBe( untouched.text );
		} ).toPass();
	} );
}

test( 'in a section edit, the card names that section; on a new page, no revision; on a new section, none', async ( { visit, newPage, problems } ) => {
	problems.allow( /404.*missing/ );
	const newcomer = await visit();
	const { page } = newcomer;
	const { title, pageId, revision } = await newPage( `Sections ${ newcomer.name }` );
	const contexts: unknown[] = [];
	const cases = [
		{ kind: 'textarea', title, query: { section: '2' }, expected: { page: title, page_id: pageId, section: '"Use" & <more>', revision, editor: 'textarea' } },
		{ kind: 'visualeditor', title, query: { section: '1' }, expected: { page: title, page_id: pageId, section: 'History', revision, editor: 'visualeditor' } },
		{ kind: 'textarea', title, query: { section: 'new' }, expected: { page: title, page_id: pageId, section: '', editor: 'textarea' } },
		{ kind: 'wikieditor', title: `${ title } missing`, query: {}, expected: { page: `${ title } missing`, page_id: 0, section: '', revision: 0, editor: 'wikieditor' } },
		{ kind: 'visualeditor', title: `${ title } missing`, query: {}, expected: { page: `${ title } missing`, page_id: 0, section: '', revision: 0, editor: 'visualeditor' } }
	] as const;
	for ( const { kind, title: at, query } of cases ) {
		await newcomer.openEditor( kind, at, query );
		await newcomer.openPanel();
		// What will be sent is what the panel keeps while it asks.
		await ( await newcomer.askAndGetLoginWindow( 'Where am I?' ) ).close();
		contexts.push( await page.evaluate( () => (
			Object.values( ( JSON.parse( sessionStorage.getItem( 'askforhelp-state' ) ?? '{}' ) as { context: object } ).context )[ 0 ] as unknown
		) ) );
		await newcomer.panel.locator( '.askforhelp-login-cancel' ).getByRole( 'button' ).click();
		await newcomer.question.fill( '' );
		await newcomer.panel.locator( '.askforhelp-close' ).getByRole( 'button' ).click();
	}
	expect( contexts ).toMatchObject( cases.map( ( { expected } ) => expected ) );
} );

const beginnings = [
	{ what: 'a section', isNew: false, kind: 'textarea', query: { section: '1' }, context: { section: 'History' } },
	{ what: 'a new page', isNew: true, kind: 'visualeditor', query: {}, context: { section: '', page_id: 0, revision: 0 } }
] as const;

for ( const { what, isNew, kind, query, context } of beginnings ) {
	test( `who asks while they edit ${ what } saves, and goes on talking`, async ( {
		visit, newPage, problems, helper, supportRoom
	} ) => {
		problems.allow( /404.*missing/ );
		const newcomer = await visit( { context: { viewport: { width: 1280, height: 1200 } } } );
		const { page } = newcomer;
		const title = `${ what } ${ newcomer.name }${ isNew ? ' missing' : '' }`.replace( /^./, ( letter ) => letter.toUpperCase() );
		const { pageId } = isNew ? { pageId: 0 } : await newPage( title );
		await newcomer.openEditor( kind, title, query );
		const question = `Where will it be? ${ newcomer.name }`;
		const asked = nextContext( page );
		await askAndLogIn( newcomer, question );
		expect( await asked ).toMatchObject( { page: title, page_id: pageId, editor: kind, ...context } );
		const card = await helper.waitForCard( supportRoom, question );

		await newcomer.typeInEditor( isNew ? '' : article.sectionText, ' It grew.' );
		await newcomer.save();
		await newcomer.sees( question );
		await expect( page.locator( '#mw-content-text' ) ).toContainText( 'It grew.' );
		await helper.answer( supportRoom, card.getId()!, 'On this page.' );
		await newcomer.sees( 'On this page.' );
		await newcomer.write( 'I see it.' );
		await helper.waitFor( supportRoom, 'the answer', ( event ) => shownBody( event ).includes( 'I see it.' ) );
	} );
}
