import type { Page } from '@playwright/test';
import type { EditorKind } from '../../protocol/question.ts';

/** What an editor holds, to be compared. */
export type EditorState = {
	/** HTML in visual editors, else wikitext. */
	readonly text: string;
	/** All that was done to the text since it was opened, where the editor says it: operations on the document. */
	readonly history: string;
	readonly selection: string;
	readonly scrollY: number;
	readonly hasFocus: boolean;
};

/** How one editor is opened and used. */
export type EditorActor = {
	/** Options of the account without which this editor does not come. */
	readonly preferences: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, string>>;
	/** After `#` in the address. */
	readonly fragment?: string;
	/** Resolves when one can type. */
	ready( page: Page ): Promise<void>;
	/** Types at the end of the first paragraph or line that begins with `start`. */
	type( page: Page, start: string, text: string ): Promise<void>;
	state( page: Page ): Promise<EditorState>;
	/** Presses all buttons that it takes to save; the wiki may refuse. */
	submit( page: Page ): Promise<void>;
	/** Resolves when the wiki has saved, and shows the page again. */
	saved( page: Page ): Promise<void>;
};

export type OpenableEditor = Exclude<EditorKind, 'none'>;

/** The first one on a new wiki takes long. */
const OPENING_TIMEOUT_MS = 60_000;

/** Only what is asked of VisualEditor here. */
type DocumentModel = { readonly completeHistory: { readonly transactions: readonly { readonly operations: unknown }[] } };
type Surface = {
	getModel(): { getDocument(): DocumentModel; getSelection(): { toJSON(): unknown }; getDom(): Document | string };
	getView(): { readonly $element: ArrayLike<HTMLElement> };
};
type VisualEditor = { readonly init: { readonly target: { getSurface(): Surface } } };

const visual: Omit<EditorActor, 'query' | 'preferences'> = {
	ready: ( page ) => page.locator( '.ve-active .ve-ce-documentNode[contenteditable=true]' ).waitFor( { timeout: OPENING_TIMEOUT_MS } ),
	async type( page, start, text ) {
		const paragraph = page.locator( '.ve-ce-documentNode .ve-ce-paragraphNode' ).filter( { hasText: start } ).first();
		const { width, height, isRtl } = await paragraph.evaluate( ( node ) => (
			{ width: node.clientWidth, height: node.clientHeight, isRtl: getComputedStyle( node ).direction === 'rtl' }
		) );
		const [ atStart, atEnd ] = isRtl ? [ width - 2, 2 ] : [ 2, width - 2 ];
		for ( let tries = 1; ; tries++ ) {
			// The first click closes whatever VisualEditor has to say over the text, unless the text moves away under it.
			await paragraph.click( { position: { x: atStart, y: 8 } } );
			try {
				await paragraph.click( { position: { x: atEnd, y: height - 6 }, timeout: 10_000 } );
				break;
			} catch ( error ) {
				if ( tries === 5 ) {
					throw error;
				}
			}
		}
		await page.keyboard.type( text );
	},
	state: ( page ) => page.evaluate( () => {
		const { ve } = window as unknown as { ve: VisualEditor };
		const surface = ve.init.target.getSurface();
		const model = surface.getModel();
		const dom = model.getDom();
		return {
			text: typeof dom === 'string' ? dom : dom.body.innerHTML,
			history: JSON.stringify( model.getDocument().completeHistory.transactions.map( ( { operations } ) => operations ) ),
			selection: JSON.stringify( model.getSelection().toJSON() ),
			scrollY: window.scrollY,
			hasFocus: surface.getView().$element[ 0 ]?.contains( document.activeElement ) ?? false
		};
	} ),
	async submit( page ) {
		await page.locator( '.ve-ui-toolbar-saveButton, .ve-ui-toolbar .oo-ui-tool-name-showSave' ).locator( 'a' ).first().click();
		await page.locator( '.ve-ui-mwSaveDialog .oo-ui-processDialog-actions-primary a' ).first().click();
	},
	saved: ( page ) => page.locator( '.ve-active' ).waitFor( { state: 'detached' } )
};

/** The edit form of the wiki, and what stands in for it on phones. */
function textEditor( selector: string ): Pick<EditorActor, 'type' | 'state'> {
	return {
		async type( page, start, text ) {
			const textarea = page.locator( selector );
			await textarea.focus();
			await textarea.evaluate( ( node, beginning ) => {
				const field = node as HTMLTextAreaElement;
				const from = field.value.indexOf( beginning );
				const end = field.value.indexOf( '\n', from );
				field.setSelectionRange( end < 0 ? field.value.length : end, end < 0 ? field.value.length : end );
			}, start );
			await page.keyboard.type( text );
		},
		state: ( page ) => page.locator( selector ).evaluate( ( node ) => {
			const field = node as HTMLTextAreaElement;
			return {
				text: field.value, history: '', selection: `${ field.selectionStart }–${ field.selectionEnd }, scrolled ${ field.scrollTop }`,
				scrollY: window.scrollY, hasFocus: document.activeElement === field
			};
		} )
	};
}

const form: Omit<EditorActor, 'preferences' | 'ready'> = {
	query: { action: 'edit' },
	...textEditor( '#wpTextbox1' ),
	submit: ( page ) => page.locator( '#wpSave' ).click(),
	saved: ( page ) => page.locator( '#wpTextbox1' ).waitFor( { state: 'detached' } )
};

const mobile = { 'mobile-editor': 'SourceEditor' };

/** How each editor is used that the gadget knows; the mobile ones need MobileFrontend on the wiki. */
export const editors: Readonly<Record<OpenableEditor, EditorActor>> = {
	visualeditor: { ...visual, preferences: {}, query: { veaction: 'edit' } },
	'visualeditor-source': { ...visual, preferences: { 'visualeditor-newwikitext': '1' }, query: { veaction: 'editsource' } },
	wikieditor: {
		...form,
		preferences: { usebetatoolbar: '1', 'visualeditor-newwikitext': '0' },
		ready: ( page ) => page.locator( '.wikiEditor-ui-toolbar .tab-help' ).waitFor( { timeout: OPENING_TIMEOUT_MS } )
	},
	textarea: {
		...form,
		preferences: { usebetatoolbar: '0', 'visualeditor-newwikitext': '0' },
		ready: ( page ) => page.locator( '#wpTextbox1' ).waitFor()
	},
	'mobile-source': {
		...textEditor( '.editor-overlay .wikitext-editor' ),
		preferences: mobile,
		query: { mobileaction: 'toggle_view_mobile' },
		fragment: '#/editor/all',
		ready: ( page ) => page.locator( '.editor-overlay .wikitext-editor' ).waitFor( { timeout: OPENING_TIMEOUT_MS } ),
		async submit( page ) {
			await page.locator( '.editor-overlay .continue' ).click();
			await page.locator( '.editor-overlay .submit' ).click();
		},
		saved: ( page ) => page.locator( '.editor-overlay' ).waitFor( { state: 'detached' } )
	},
	'mobile-visual': {
		...visual,
		preferences: { 'mobile-editor': 'VisualEditor' },
		query: { mobileaction: 'toggle_view_mobile' },
		fragment: '#/editor/all',
		ready: ( page ) => page.locator( '.editor-overlay-ve .ve-ce-documentNode[contenteditable=true]' ).waitFor( { timeout: OPENING_TIMEOUT_MS } )
	}
};
