import type { BrowserContext, Locator, Page } from '@playwright/test';
import type { EditorState, OpenableEditor } from './editors.ts';
import { editors } from './editors.ts';

export type WikiLogin = { readonly wikiUrl: string; readonly name: string; readonly password: string };

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
	/** Opens a page of the wiki. */
	read( title: string, query?: Readonly<Record<string, string>> ): Promise<void>;
	/** Sets options of the account. */
	setPreferences( preferences: Readonly<Record<string, string>> ): Promise<void>;
	/** Opens a page in an editor, with the account's options that it needs, and waits until one can type. */
	openEditor( kind: OpenableEditor, title: string, query?: Readonly<Record<string, string>> ): Promise<void>;
	/** Opens a page in VisualEditor, and waits for the launcher too. */
	openVisualEditor( title: string, query?: Readonly<Record<string, string>> ): Promise<void>;
	/** Waits until VisualEditor is there, for one that a reload brings back. */
	awaitVisualEditor(): Promise<void>;
	/** Types at the end of the first paragraph that begins with `start`, in the editor that was opened last. */
	typeInEditor( start: string, text: string ): Promise<void>;
	editorState(): Promise<EditorState>;
	/** Saves the edit. */
	save(): Promise<void>;
	/** Presses the buttons to save, whatever comes of it. */
	trySave(): Promise<void>;
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

/** Makes a newcomer with a window of their own in `context`. */
export async function createNewcomer( context: BrowserContext, login: WikiLogin ): Promise<Newcomer> {
	const page = await context.newPage();
	const panel = page.locator( '.askforhelp-panel' );
	const question = panel.locator( '.askforhelp-question textarea:not( [aria-hidden] )' );
	const composer = panel.locator( '.askforhelp-composer textarea:not( [aria-hidden] )' );
	const consent = panel.getByRole( 'checkbox' );
	const askButton = panel.locator( '.askforhelp-ask' ).getByRole( 'button' );
	const launcher = page.locator( '.askforhelp-launcher' );
	const messages = panel.locator( '.askforhelp-message' );

	const wikiAddress = ( parameters: Readonly<Record<string, string>> ): string => (
		`${ login.wikiUrl }/index.php?${ new URLSearchParams( parameters ).toString() }`
	);

	let editor: OpenableEditor = 'visualeditor';
	const savedPreferences = new Map<string, string>();

	async function awaitVisualEditor(): Promise<void> {
		editor = 'visualeditor';
		await editors.visualeditor.ready( page );
		await launcher.waitFor();
	}

	async function setPreferences( preferences: Readonly<Record<string, string>> ): Promise<void> {
		const api = `${ login.wikiUrl }/api.php`;
		const ask = async ( form: Readonly<Record<string, string>> ): Promise<Record<string, unknown>> => (
			// The wiki may have closed the connection that is there yet.
			await ( await page.request.post( api, {
				form: { format: 'json', formatversion: '2', ...form }, maxRetries: 2
			} ) ).json() as Record<string, unknown>
		);
		const wanted = Object.entries( preferences ).filter( ( [ name, value ] ) => savedPreferences.get( name ) !== value );
		if ( wanted.length === 0 ) {
			return;
		}
		const { query } = await ask( { action: 'query', meta: 'tokens' } ) as { query: { tokens: { csrftoken: string } } };
		// One by one, because a value may hold what separates several.
		for ( const [ optionname, optionvalue ] of wanted ) {
			const answer = await ask( { action: 'options', optionname, optionvalue, token: query.tokens.csrftoken } );
			if ( answer.options !== 'success' ) {
				throw new Error( `The preference ${ optionname } was not saved: ${ JSON.stringify( answer ) }` );
			}
			savedPreferences.set( optionname, optionvalue );
		}
	}

	async function isLoggedIn(): Promise<void> {
		await page.locator( '#pt-logout, #pt-logout-2' ).first().waitFor( { state: 'attached' } );
	}

	async function ask( text: string ): Promise<void> {
		await question.fill( text );
		// Who has agreed before is not asked again.
		if ( await consent.isVisible() ) {
			await consent.check();
		}
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
		async read( title, query = {} ) {
			await page.goto( wikiAddress( { title, ...query } ) );
		},
		setPreferences,
		async openEditor( kind, title, query = {} ) {
			editor = kind;
			const actor = editors[ kind ];
			await setPreferences( actor.preferences );
			if ( actor.fragment ) {
				// Where only this part of the address differs, the page would stay.
				await page.goto( 'about:blank' );
			}
			await page.goto( `${ wikiAddress( { title, ...actor.query, ...query } ) }${ actor.fragment ?? '' }` );
			await actor.ready( page );
		},
		async openVisualEditor( title, query = {} ) {
			await page.goto( wikiAddress( { title, veaction: 'edit', ...query } ) );
			await awaitVisualEditor();
		},
		typeInEditor: ( start, text ) => editors[ editor ].type( page, start, text ),
		editorState: () => editors[ editor ].state( page ),
		async save() {
			await editors[ editor ].submit( page );
			await editors[ editor ].saved( page );
		},
		trySave: () => editors[ editor ].submit( page ),
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
