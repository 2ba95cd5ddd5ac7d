import type { BrowserContext, Locator, Page } from '@playwright/test';

export type WikiLogin = { readonly wikiUrl: string; readonly name: string; readonly password: string };

/** What VisualEditor holds, to be compared. */
export type EditorState = {
	readonly html: string;
	/** All that was done to the text since it was opened, as operations on the document. */
	readonly history: string;
	readonly selection: string;
	readonly scrollY: number;
	readonly hasFocus: boolean;
};

/** A newcomer at a browser: does what a person would do, by what a person sees. Used by the demo and by browser tests. */
export interface Newcomer {
	readonly page: Page;
	readonly name: string;
	readonly panel: Locator;
	readonly launcher: Locator;
	readonly question: Locator;
	readonly consent: Locator;
	readonly askButton: Locator;
	readonly composer: Locator;
	/** Messages in the panel, of the newcomer and of helpers. */
	readonly messages: Locator;
	logInToWiki(): Promise<void>;
	/** Makes the account on the wiki, which logs it in. */
	createAccountOnWiki(): Promise<void>;
	/** Opens a page in VisualEditor and waits until one can type. */
	openVisualEditor( title: string, query?: Readonly<Record<string, string>> ): Promise<void>;
	/** Waits until VisualEditor is there, for one that a reload brings back. */
	awaitVisualEditor(): Promise<void>;
	/** Types at the end of the first paragraph that begins with `start`. */
	typeInEditor( start: string, text: string ): Promise<void>;
	editorState(): Promise<EditorState>;
	/** Clicks the launcher and waits for what the panel shows then. */
	openPanel(): Promise<void>;
	/** Fills in the question, agrees and asks. */
	ask( question: string ): Promise<void>;
	/** The same, where a login is needed; resolves with its window. */
	askAndGetLoginWindow( question: string ): Promise<Page>;
	/** Agrees in the login window, and waits until it has closed itself. */
	approve( loginWindow: Page ): Promise<void>;
	/** Writes one more message in the conversation. */
	write( text: string ): Promise<void>;
	/** Waits until a message with this text is in the panel. */
	sees( text: string ): Promise<Locator>;
}

/** Only what is asked of VisualEditor here. */
type DocumentModel = { readonly completeHistory: { readonly transactions: readonly { readonly operations: unknown }[] } };
type Surface = {
	getModel(): { getDocument(): DocumentModel; getSelection(): { toJSON(): unknown } };
	getView(): { readonly $element: ArrayLike<HTMLElement> };
};
type VisualEditor = {
	readonly dm: { readonly converter: { getDomFromModel( model: DocumentModel ): Document } };
	readonly init: { readonly target: { getSurface(): Surface } };
};

/** Makes a newcomer with a window of their own in `context`. */
export async function createNewcomer( context: BrowserContext, login: WikiLogin ): Promise<Newcomer> {
	const page = await context.newPage();
	const panel = page.locator( '.askforhelp-panel' );
	const question = panel.locator( '.askforhelp-question textarea:not( [aria-hidden] )' );
	const composer = panel.locator( '.askforhelp-composer textarea:not( [aria-hidden] )' );
	const consent = panel.getByRole( 'checkbox' );
	const askButton = panel.locator( '.askforhelp-ask' ).getByRole( 'button' );
	const launcher = page.locator( '.askforhelp-launcher .oo-ui-tool-link' );
	const messages = panel.locator( '.askforhelp-message' );

	const wikiAddress = ( parameters: Readonly<Record<string, string>> ): string => (
		`${ login.wikiUrl }/index.php?${ new URLSearchParams( parameters ).toString() }`
	);

	async function awaitVisualEditor(): Promise<void> {
		// The first one on a new wiki takes long.
		await page.locator( '.ve-ce-documentNode[contenteditable=true]' ).waitFor( { timeout: 60_000 } );
		await launcher.waitFor();
	}

	async function isLoggedIn(): Promise<void> {
		await page.locator( '#pt-logout, #pt-logout-2' ).first().waitFor( { state: 'attached' } );
	}

	async function ask( text: string ): Promise<void> {
		await question.fill( text );
		await consent.check();
		await askButton.click();
	}

	return {
		page, panel, launcher, question, consent, askButton, composer, messages, name: login.name, awaitVisualEditor, ask,
		async logInToWiki() {
			await page.goto( wikiAddress( { title: 'Special:UserLogin' } ) );
			await page.locator( '#wpName1' ).fill( login.name );
			await page.locator( '#wpPassword1' ).fill( login.password );
			await page.locator( '#wpLoginAttempt' ).click();
			await isLoggedIn();
		},
		async createAccountOnWiki() {
			await page.goto( wikiAddress( { title: 'Special:CreateAccount' } ) );
			await page.locator( '#wpName2' ).fill( login.name );
			await page.locator( '#wpPassword2' ).fill( login.password );
			await page.locator( '#wpRetype' ).fill( login.password );
			await page.locator( '#wpCreateaccount' ).click();
			await isLoggedIn();
		},
		async openVisualEditor( title, query = {} ) {
			await page.goto( wikiAddress( { title, veaction: 'edit', ...query } ) );
			await awaitVisualEditor();
		},
		async typeInEditor( start, text ) {
			const paragraph = page.locator( '.ve-ce-documentNode .ve-ce-paragraphNode' ).filter( { hasText: start } ).first();
			const { width, height, isRtl } = await paragraph.evaluate( ( node ) => (
				{ width: node.clientWidth, height: node.clientHeight, isRtl: getComputedStyle( node ).direction === 'rtl' }
			) );
			const [ atStart, atEnd ] = isRtl ? [ width - 2, 2 ] : [ 2, width - 2 ];
			// The first click closes whatever VisualEditor has to say over the text.
			await paragraph.click( { position: { x: atStart, y: 8 } } );
			await paragraph.click( { position: { x: atEnd, y: height - 6 } } );
			await page.keyboard.type( text );
		},
		editorState() {
			return page.evaluate( () => {
				const { ve } = window as unknown as { ve: VisualEditor };
				const surface = ve.init.target.getSurface();
				const model = surface.getModel();
				const { transactions } = model.getDocument().completeHistory;
				return {
					html: ve.dm.converter.getDomFromModel( model.getDocument() ).body.innerHTML,
					history: JSON.stringify( transactions.map( ( { operations } ) => operations ) ),
					selection: JSON.stringify( model.getSelection().toJSON() ),
					scrollY: window.scrollY,
					hasFocus: surface.getView().$element[ 0 ]?.contains( document.activeElement ) ?? false
				};
			} );
		},
		async openPanel() {
			await launcher.click();
			await panel.locator( '.askforhelp-screen:not( .askforhelp-screen-starting )' ).waitFor();
		},
		async askAndGetLoginWindow( text ) {
			const opened = page.waitForEvent( 'popup' );
			await ask( text );
			return opened;
		},
		async approve( loginWindow ) {
			const closed = loginWindow.waitForEvent( 'close', { timeout: 60_000 } );
			await loginWindow.locator( '#mw-mwoauth-accept button' ).click();
			await closed;
		},
		async write( text ) {
			await composer.fill( text );
			await composer.press( 'Enter' );
		},
		async sees( text ) {
			const message = messages.filter( { hasText: text } ).first();
			await message.waitFor( { timeout: 60_000 } );
			return message;
		}
	};
}
