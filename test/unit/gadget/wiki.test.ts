import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadGadget, MODULE_TIMEOUT_MS } from '../../../src/gadget/wiki/gadget-modules.ts';
import { isLoginWindow, pageUrl } from '../../../src/gadget/wiki/launch-page.ts';
import { isStillLoggedIn } from '../../../src/gadget/wiki/panel-page.ts';
import { readWikiPerson } from '../../../src/gadget/wiki/person.ts';
import { readQuestionContext } from '../../../src/gadget/wiki/question-context.ts';

/** As much of `mw` and of the page as these adapters ask for. */
function page(
	config: Record<string, unknown>,
	more: { ve?: unknown; modules?: Record<string, unknown>; elements?: string[]; windowName?: string } = {}
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
	vi.stubGlobal( 'window', { ve: more.ve, name: more.windowName ?? '' } );
	vi.stubGlobal( 'document', { querySelector: ( selector: string ) => more.elements?.includes( selector ) ? {} : null } );
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
	wgWikiID: 'testwiki', wgPageName: 'Talk:"A_b"_&_c/d_🐐', wgArticleId: 3, wgRevisionId: 11, wgUserLanguage: 'ar', wgUserId: 4, wgScript: '/w/index.php'
};

afterEach( () => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
} );

describe( 'whether the same person is still logged in', () => {
	it.each( [
		[ 'the same', { query: { userinfo: { id: 4 } } }, true ], [ 'nobody', { query: { userinfo: { id: 0, anon: '' } } }, false ],
		[ 'another one', { query: { userinfo: { id: 5 } } }, false ], [ 'nothing that we know', { error: {} }, true ]
	] )( 'follows the wiki, which says that it is %s', async ( _who, answer, isSame ) => {
		page( config );
		vi.stubGlobal( 'fetch', () => Promise.resolve( new Response( JSON.stringify( answer ) ) ) );
		expect( await isStillLoggedIn( 4 ) ).toBe( isSame );
	} );

	it( 'takes a wiki out of reach for no change', async () => {
		page( config );
		vi.stubGlobal( 'fetch', () => Promise.reject( new TypeError( 'offline' ) ) );
		expect( await isStillLoggedIn( 4 ) ).toBe( true );
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
		[ 'none', { ve: visualEditor( { active: false } ) } ]
	] )( 'tells %s', ( editor, more ) => {
		page( config, more );
		expect( readQuestionContext().editor ).toBe( editor );
	} );

	it( 'is plain for a page that does not exist yet', () => {
		page( { ...config, wgArticleId: 0, wgRevisionId: 0 } );
		expect( readQuestionContext() ).toMatchObject( { pageId: 0, revision: 0 } );
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

	it( 'fails after a time when the loader never settles', async () => {
		page( config );
		const loading = expect( loadGadget( 'AskForHelp-panel' ) ).rejects.toThrow();
		await vi.advanceTimersByTimeAsync( MODULE_TIMEOUT_MS );
		await loading;
	} );
} );
