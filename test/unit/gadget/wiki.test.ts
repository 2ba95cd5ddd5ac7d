import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { extraOnUse, gadgetOnUse, loadGadget, MODULE_TIMEOUT_MS } from '../../../src/gadget/wiki/gadget-modules.ts';
import { isLoginWindow, pageUrl } from '../../../src/gadget/wiki/launch-page.ts';
import { isStillLoggedIn } from '../../../src/gadget/wiki/panel-page.ts';
import { saveConsent, setGadgetPreference } from '../../../src/gadget/wiki/preference.ts';
import { readWikiPerson } from '../../../src/gadget/wiki/person.ts';
import { readEditorSelection } from '../../../src/gadget/wiki/selection.ts';
import { readQuestionContext } from '../../../src/gadget/wiki/question-context.ts';

/** As much of `mw` and of the page as these adapters ask for. */
function page(
	config: Record<string, unknown>,
	more: {
		ve?: unknown; modules?: Record<string, unknown>; elements?: string[]; fields?: Record<string, unknown>;
		hash?: string; windowName?: string; draw?: ( callback: () => void ) => void;
	} = {}
): void {
	vi.stubGlobal( 'mw', {
		config: { get: ( key: string ) => config[ key ] ?? null },
		log: { warn() {} },
		loader: {
			using( name: string ) {
				return more.modules && name in more.modules ? Promise.resolve( () => more.modules?.[ name ] ) : new Promise( () => {} );
			}
		}
	} );
	vi.stubGlobal( 'requestAnimationFrame', more.draw ?? ( () => 0 ) );
	vi.stubGlobal( 'window', { ve: more.ve, name: more.windowName ?? '' } );
	vi.stubGlobal( 'location', { hash: more.hash ?? '' } );
	vi.stubGlobal( 'document', {
		querySelector: ( selector: string ) => more.fields?.[ selector ] ?? ( more.elements?.includes( selector ) ? {} : null )
	} );
}

function visualEditor( { cursor = 0, mode = 'visual', section = null as number | null, active = true } = {} ) {
	type Start = { readonly start: number };
	const headings = [ { start: 10, end: 14, text: 'Size' }, { start: 30, end: 37, text: 'History' } ].map( ( { text, ...range } ) => (
		{ text, getRange: () => range, getType: () => 'mwHeading' }
	) );
	return { init: { target: {
		active, section, revid: 12,
		getSurface: () => ( {
			getMode: () => mode,
			getModel: () => ( {
				getSelection: () => ( { getCoveringRange: () => ( { start: cursor, end: cursor } ) } ),
				getDocument: () => ( {
					getNodesByType: () => headings,
					data: {
						getText: ( _: boolean, { start }: Start ) => headings.find( ( one ) => one.getRange().start === start )?.text
					}
				} )
			} )
		} )
	} } };
}

const config = {
	wgWikiID: 'testwiki', wgPageName: 'Talk:"A_b"_&_c/d_🐐', wgArticleId: 3, wgRevisionId: 11, wgUserLanguage: 'ar', wgUserId: 4, wgUserName: 'Goat',
	wgScript: '/w/index.php'
};

afterEach( () => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
} );

/** The wiki's API, as far as it is asked: each answer is an object, or the code of an error. */
function api( answer: object | string ): object[] {
	const asked: object[] = [];
	const ask = ( parameters: object ): Promise<object> => {
		asked.push( parameters );
		return typeof answer === 'string' ? Promise.reject( answer ) : Promise.resolve( answer );
	};
	page( config );
	Object.assign( mw, { Api: function () {
		return { get: ask, postWithToken: ( type: string, parameters: object ) => ask( { token: type, ...parameters } ) };
	} } );
	return asked;
}

describe( 'whether the same person is still logged in', () => {
	it.each( [
		[ 'the same', { query: { userinfo: { id: 4 } } }, true ], [ 'nobody', { query: { userinfo: { id: 0, anon: true } } }, false ],
		[ 'another one', { query: { userinfo: { id: 5 } } }, false ], [ 'nothing that we know', {}, true ], [ 'an error', 'readapidenied', true ]
	] )( 'follows the wiki, which says that it is %s', async ( _who, answer, isSame ) => {
		api( answer );
		expect( await isStillLoggedIn( 4 ) ).toBe( isSame );
	} );

	it( 'takes a wiki out of reach for no change', async () => {
		api( 'http' );
		expect( await isStillLoggedIn( 4 ) ).toBe( true );
	} );
} );

describe( 'a preference', () => {
	it( 'is changed for whom the page was loaded for, and nobody else', async () => {
		const asked = api( { options: 'success' } );
		expect( await setGadgetPreference( false ) ).toBe( 'done' );
		expect( asked ).toEqual( [
			{ token: 'csrf', action: 'options', assertuser: 'Goat', optionname: 'gadget-AskForHelp', optionvalue: '0' }
		] );
	} );

	it.each( [
		[ 'assertnameduserfailed', 'logged-out' ], [ 'assertuserfailed', 'logged-out' ], [ 'notloggedin', 'logged-out' ],
		[ 'badtoken', 'logged-out' ], [ 'http', 'unreachable' ], [ 'readonly', 'unreachable' ]
	] )( 'is not saved where the wiki says %s, which is told as %s', async ( code, outcome ) => {
		api( code );
		expect( await saveConsent( undefined ) ).toBe( outcome );
	} );
} );

describe( 'the context of a question', () => {
	it( 'names the page as people write it, and the revision that is edited', () => {
		page( config, { ve: visualEditor() } );
		expect( readQuestionContext() ).toEqual( {
			wiki: 'testwiki', page: 'Talk:"A b" & c/d 🐐', pageId: 3, section: '', revision: 12, editor: 'visualeditor', language: 'ar'
		} );
	} );

	it.each( [ [ 5, '' ], [ 12, 'Size' ], [ 29, 'Size' ], [ 100, 'History' ] ] )( 'with the cursor at %i names the section "%s"', ( cursor, section ) => {
		page( config, { ve: visualEditor( { cursor } ) } );
		expect( readQuestionContext().section ).toBe( section );
	} );

	it( 'names the section that is edited alone', () => {
		page( config, { ve: visualEditor( { cursor: 5, section: 1 } ) } );
		expect( readQuestionContext().section ).toBe( 'Size' );
	} );

	it( 'does without a section when VisualEditor is not as expected', () => {
		const target = { active: true, getSurface: () => ( { getMode: () => 'visual', getModel: () => ( {} ) } ) };
		page( config, { ve: { init: { target } } } );
		expect( readQuestionContext() ).toMatchObject( { section: '', page: 'Talk:"A b" & c/d 🐐' } );
	} );

	it.each( [
		[ 'visualeditor-source', { ve: visualEditor( { mode: 'source' } ) } ],
		[ 'wikieditor', { elements: [ '#wpTextbox1', '.wikiEditor-ui' ] } ],
		[ 'textarea', { elements: [ '#wpTextbox1' ] } ],
		[ 'mobile-visual', { ve: visualEditor(), elements: [ '.editor-overlay-ve' ] } ],
		[ 'mobile-source', { elements: [ '.editor-overlay textarea.wikitext-editor' ] } ],
		[ 'none', { ve: visualEditor( { active: false } ) } ]
	] )( 'tells %s', ( editor, more ) => {
		page( config, more );
		expect( readQuestionContext().editor ).toBe( editor );
	} );

	it.each<[ string, Record<string, string>, object ]>( [
		[ 'the whole page', { editRevId: '11', parentRevId: '10' }, { section: 'Use', revision: 11 } ],
		[ 'an old revision', { oldid: '7', editRevId: '11' }, { section: 'Use', revision: 7 } ],
		[ 'one section', { wpSection: '2', editRevId: '11' }, { section: 'Use', revision: 11 } ],
		[ 'a new page', { oldid: '0', editRevId: '0', parentRevId: '0' }, { revision: 0 } ],
		[ 'a new section', { wpSection: 'new', editRevId: '11' }, { section: 'A question', revision: 11 } ]
	] )( 'is read out of the edit form for %s', ( _what, inputs, expected ) => {
		const fields = Object.fromEntries( Object.entries( inputs ).map( ( [ name, value ] ) => [ `#editform [name="${ name }"]`, { value } ] ) );
		const wpTextbox1 = { value: '== Use ==\nMilk.', selectionStart: 12 };
		page( config, { elements: [ '#editform' ], fields: { ...fields, '#wpTextbox1': wpTextbox1, '#wpSummary': { value: ' A question ' } } } );
		expect( readQuestionContext() ).toMatchObject( { editor: 'textarea', ...expected } );
	} );

	it.each( [ [ '#/editor/2', 'Use' ], [ '#/editor/0', '' ], [ '#/editor/all', '' ], [ '', '' ] ] )( 'knows the section of the mobile editor at "%s"', ( hash, section ) => {
		page( config, { hash, fields: { '.editor-overlay textarea.wikitext-editor': { value: 'Text\n== Use ==\n', selectionStart: 0 } } } );
		expect( readQuestionContext() ).toMatchObject( { editor: 'mobile-source', section, revision: 11 } );
	} );

	it.each( [
		[ 'an old CodeMirror', { '.CodeMirror': { CodeMirror: { getValue: () => '== Use ==\n', getCursor: () => ( {} ), indexFromPos: () => 10, getSelection: () => '' } } }, 'Use' ],
		[ 'a new CodeMirror', { '.cm-content': { cmView: { view: { state: { doc: '== Use ==\n', selection: { main: { head: 10 } } } } } } }, 'Use' ],
		[ 'a CodeMirror of the future', { '.cm-content': {} }, 'Old' ]
	] )( 'reads the text that is shown, in %s', ( _what, shown, section ) => {
		page( config, { fields: { '#wpTextbox1': { value: '== Old ==\n', selectionStart: 10 }, ...shown } } );
		expect( readQuestionContext() ).toMatchObject( { section } );
	} );

	it( 'takes the wikitext of VisualEditor\'s source mode', () => {
		const ve = visualEditor( { mode: 'source', cursor: 3 } );
		const surface = ve.init.target.getSurface();
		const model = { ...surface.getModel(), getDom: () => '== Use ==\nMilk.', getSourceOffsetFromOffset: ( offset: number ) => offset - 1 };
		page( config, { ve: { init: { target: { ...ve.init.target, getSurface: () => ( { ...surface, getModel: () => model } ) } } } } );
		expect( readQuestionContext() ).toMatchObject( { section: 'Use', editor: 'visualeditor-source' } );
	} );

	it( 'does not take a closed overlay for an open editor', () => {
		const { init } = visualEditor();
		page( config, { ve: { init: { target: { ...init.target, $element: [ { isConnected: false } ] } } } } );
		expect( readQuestionContext().editor ).toBe( 'none' );
	} );

	it( 'is plain for a page that does not exist yet', () => {
		page( { ...config, wgArticleId: 0, wgRevisionId: 0 } );
		expect( readQuestionContext() ).toMatchObject( { pageId: 0, revision: 0 } );
	} );
} );

describe( 'what is selected in the editor', () => {
	const area = { value: 'The goat is\n41 cm tall.', selectionStart: 4, selectionEnd: 17 };

	it.each<[ string, Record<string, unknown>, string ]>( [
		[ 'a text area', { '#wpTextbox1': area }, 'goat is 41 cm' ],
		[ 'a text area where nothing is', { '#wpTextbox1': { ...area, selectionEnd: 4 } }, '' ],
		[ 'the mobile editor', { '.editor-overlay textarea.wikitext-editor': area }, 'goat is 41 cm' ],
		[ 'an old CodeMirror', {
			'#wpTextbox1': area, '.CodeMirror': { CodeMirror: { getValue: () => '', getCursor: () => ( {} ), indexFromPos: () => 0, getSelection: () => 'Milk' } }
		}, 'Milk' ],
		[ 'a new CodeMirror', {
			'#wpTextbox1': area, '.cm-content': { cmView: { view: { state: { doc: 'Milk and more', selection: { main: { head: 4, from: 0, to: 4 } } } } } }
		}, 'Milk' ],
		[ 'a page without an editor', {}, '' ],
		[ 'an editor that is not as expected', { '#wpTextbox1': {} }, '' ]
	] )( 'is read in %s', ( _where, fields, expected ) => {
		page( config, { fields } );
		expect( readEditorSelection() ).toBe( expected );
	} );

	it( 'is read in VisualEditor without its elements, and cut', () => {
		const { init } = visualEditor();
		const surface = init.target.getSurface();
		const model = {
			...surface.getModel(), getSelection: () => ( { getCoveringRange: () => ( { start: 1, end: 900 } ) } ),
			getDocument: () => ( { data: { getText: ( keepsOffsets: boolean, { end }: { end: number } ) => keepsOffsets ? `\nOne.\n\nTwo. ${ 'x'.repeat( end ) }` : '' } } )
		};
		page( config, { ve: { init: { target: { ...init.target, getSurface: () => ( { ...surface, getModel: () => model } ) } } } } );
		expect( readEditorSelection() ).toBe( `One. Two. ${ 'x'.repeat( 290 ) }` );
		const nothing = { ...model, getSelection: () => ( { getCoveringRange: () => null } ) };
		page( config, { ve: { init: { target: { ...init.target, getSurface: () => ( { ...surface, getModel: () => nothing } ) } } } } );
		expect( readEditorSelection() ).toBe( '' );
	} );
} );

describe( 'the person at the wiki', () => {
	it.each( [
		[ 'a named account', {}, { userId: 4, isNamed: true, storageOwner: 'testwiki:4' } ],
		[ 'a temporary account', { wgUserIsTemp: true }, { isNamed: false } ],
		[ 'nobody', { wgUserId: 0 }, { userId: 0, isNamed: false } ]
	] )( 'is %s', ( _who, change, expected ) => {
		page( { ...config, ...change } );
		expect( readWikiPerson() ).toMatchObject( expected );
	} );
} );

describe( 'the address of a page', () => {
	it( 'survives every character that a title may have', () => {
		page( config );
		const title = 'Help:"Quotes" & \'slashes\'/of a?page=1#x 🐐 مساعدة';
		expect( new URL( pageUrl( title ), 'https://wiki.example' ).searchParams.get( 'title' ) ).toBe( title );
	} );
} );

describe( 'the login window', () => {
	it.each( [
		[ 'by its name', config, 'askforhelp-login', true ],
		[ 'on the page to which the login returns', { ...config, wgCanonicalSpecialPageName: 'Blankpage' }, '', true ],
		[ 'not elsewhere', config, '', false ]
	] )( 'is known %s', ( _how, settings, windowName, expected ) => {
		page( settings, { windowName } );
		expect( isLoginWindow() ).toBe( expected );
	} );
} );

describe( 'loading another gadget', () => {
	beforeEach( () => {
		vi.useFakeTimers();
	} );

	it( 'gives what it exports', async () => {
		const exports = { openPanel() {} };
		page( config, { modules: { 'ext.gadget.AskForHelp-panel': exports } } );
		expect( await loadGadget( 'AskForHelp-panel' ) ).toBe( exports );
	} );

	it( 'fails when the wiki could not parse it, although the loader says that all is well', async () => {
		page( config, { modules: { 'ext.gadget.AskForHelp-panel': {} } } );
		await expect( loadGadget( 'AskForHelp-panel' ) ).rejects.toThrow( 'ext.gadget.AskForHelp-panel' );
	} );

	it( 'asks again for what the network has failed to bring, which the wiki\'s loader would not', async () => {
		page( config, { modules: { 'ext.gadget.AskForHelp-panel': { openPanel() {} } } } );
		const moduleRegistry = { a: { state: 'error' }, b: { state: 'ready' }, c: { state: 'missing' } };
		Object.assign( mw.loader, { moduleRegistry } );
		await loadGadget( 'AskForHelp-panel' );
		expect( moduleRegistry ).toEqual( { a: { state: 'registered' }, b: { state: 'ready' }, c: { state: 'missing' } } );
	} );

	it( 'fails after a time when the loader never settles', async () => {
		page( config );
		const loading = expect( loadGadget( 'AskForHelp-panel' ) ).rejects.toThrow();
		await vi.advanceTimersByTimeAsync( MODULE_TIMEOUT_MS );
		await loading;
	} );

	it( 'draws as long as it waits, and no longer', async () => {
		const frames: Array<() => void> = [];
		const nextFrame = (): void => frames.splice( 0 ).forEach( ( draw ) => draw() );
		page( config, { draw: ( callback ) => void frames.push( callback ) } );
		const loading = expect( loadGadget( 'AskForHelp-panel' ) ).rejects.toThrow();
		for ( let frame = 0; frame < 5; frame++ ) {
			expect( frames ).toHaveLength( 1 );
			nextFrame();
		}
		await vi.advanceTimersByTimeAsync( MODULE_TIMEOUT_MS );
		await loading;
		nextFrame();
		nextFrame();
		expect( frames ).toEqual( [] );

		page( config, { draw: ( callback ) => void frames.push( callback ), modules: { 'ext.gadget.AskForHelp-panel': { openPanel() {} } } } );
		await loadGadget( 'AskForHelp-panel' );
		nextFrame();
		nextFrame();
		expect( frames ).toEqual( [] );
	} );

	it( 'on use loads it once, and again only when it has failed', async () => {
		page( config, { modules: { 'ext.gadget.AskForHelp-matrix': {} } } );
		const load = gadgetOnUse( 'AskForHelp-matrix' );
		await expect( load() ).rejects.toThrow();
		const exports = { a() {} };
		page( config, { modules: { 'ext.gadget.AskForHelp-matrix': exports } } );
		expect( await load() ).toBe( exports );
		page( config );
		expect( await load() ).toBe( exports );
	} );

	it( 'on use ends in nothing when it is a part without which the chat goes on', async () => {
		page( config );
		const load = extraOnUse( 'media' );
		const loading = load();
		await vi.advanceTimersByTimeAsync( MODULE_TIMEOUT_MS );
		expect( await loading ).toBeUndefined();
		const exports = { a() {} };
		page( config, { modules: { 'ext.gadget.AskForHelp-media': exports } } );
		expect( await load() ).toBe( exports );
	} );
} );
