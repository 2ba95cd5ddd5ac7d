import { readFileSync } from 'node:fs';
import type { BrowserContext, BrowserContextOptions, Locator, Page } from '@playwright/test';
import { expect, test as base } from '@playwright/test';
import type { MatrixHelper } from '../../../src/sandbox/actors/matrix-helper.ts';
import { startMatrixHelper } from '../../../src/sandbox/actors/matrix-helper.ts';
import type { Newcomer } from '../../../src/sandbox/actors/newcomer.ts';
import { createNewcomer } from '../../../src/sandbox/actors/newcomer.ts';
import { CONTEXT_KEY } from '../../../src/protocol/question.ts';
import type { SandboxStatus } from '../../../src/sandbox/status.ts';
import type { Control } from '../../support/test-sandbox.ts';
import { WikiBrowser } from '../../support/wiki-browser.ts';
import { watchForProblems } from './problems.ts';
import type { Problems } from './problems.ts';

export type Account = { readonly name: string; readonly password: string };

type Options = {
	/** An account of the sandbox's wiki, or a new one for this visit. */
	readonly account?: Account;
	readonly context?: BrowserContextOptions;
};

type TestFixtures = {
	/** Replaces a settings page of the gadget (`launch.json`, `hosts.js`); what was there comes back after the test. */
	readonly setSettingsPage: ( name: string, text: string ) => Promise<void>;
	/** Replaces the wiki's launch settings, until the end of the test. */
	readonly setLaunchPage: ( settings: Readonly<Record<string, unknown>> ) => Promise<void>;
	/** Fails the test on errors of the page that it did not announce. */
	readonly problems: Problems;
	/** Opens a browser of its own and logs a person in to the wiki there. */
	readonly visit: ( options?: Options ) => Promise<Newcomer>;
	/** A newcomer with a new account, at the article on goats in VisualEditor. */
	readonly newcomer: Newcomer;
};

export type WikiPage = { readonly title: string; readonly pageId: number; readonly revision: number };

type WorkerFixtures = {
	/** The wiki's interface admin, at its API. */
	readonly admin: WikiBrowser;
	/** Makes a page of its own for a test, with a text like the article's. */
	readonly newPage: ( title: string ) => Promise<WikiPage>;
	readonly sandbox: SandboxStatus;
	/** Kills or restarts a part of the sandbox. */
	readonly control: ( name: Control ) => Promise<void>;
	readonly helper: MatrixHelper;
	readonly otherHelper: MatrixHelper;
	readonly supportRoom: string;
	readonly newAccount: () => Promise<Account>;
};

/** The article that newcomers edit here, and how its first paragraph begins. */
export const article = { title: 'American Pygmy', start: 'The American Pygmy', section: 'History', sectionText: 'The first herds' } as const;

/** Of pages that tests make for themselves. */
const pageText = 'The goat stands here.\n\n== History ==\nThe first herds came early.\n\n== "Use" & <more> ==\nThere is milk.\n';

const password = 'a goat on every hill';
const names = [ 'Ada', 'Bao', 'Chidi', 'Dilnoza', 'Eun', 'Farah', 'Goran', 'Hana', 'Ines', 'Jun', 'Kofi', 'Lena', 'Mina', 'Noor', 'Ola', 'Pia' ];

function required( name: string ): string {
	const value = process.env[ name ];
	if ( !value ) {
		throw new Error( `${ name } is not set: run the tests with "npm run test:browser".` );
	}
	return value;
}

function readSandbox(): SandboxStatus {
	return JSON.parse( readFileSync( required( 'ASK_FOR_HELP_SANDBOX' ), 'utf8' ) ) as SandboxStatus;
}

/** Whether an extension runs on the wiki that the sandbox does not bring itself, see docs/contributors.md. */
export function wikiHas( extension: string ): boolean {
	return readSandbox().wiki.extensions.some( ( { name } ) => name === extension );
}

async function logIn( sandbox: SandboxStatus, index: number ): Promise<MatrixHelper> {
	const account = sandbox.homeserver.accounts[ index ];
	if ( !account ) {
		throw new Error( `The sandbox has no helper number ${ index }.` );
	}
	return startMatrixHelper( { homeserverUrl: sandbox.homeserver.url, user: account.name, password: account.password } );
}

export const test = base.extend<TestFixtures, WorkerFixtures>( {
	sandbox: [ async ( {}, use ) => {
		await use( readSandbox() );
	}, { scope: 'worker' } ],

	control: [ async ( {}, use ) => {
		await use( async ( name ) => {
			const answer = await fetch( `${ required( 'ASK_FOR_HELP_CONTROL' ) }/${ name }`, { method: 'POST' } );
			expect( answer.status, await answer.text() ).toBe( 204 );
		} );
	}, { scope: 'worker' } ],

	helper: [ async ( { sandbox }, use ) => {
		const helper = await logIn( sandbox, 0 );
		await use( helper );
		helper.stop();
	}, { scope: 'worker', timeout: 60_000 } ],

	otherHelper: [ async ( { sandbox }, use ) => {
		const helper = await logIn( sandbox, 1 );
		await use( helper );
		helper.stop();
	}, { scope: 'worker', timeout: 60_000 } ],

	supportRoom: [ async ( { sandbox }, use ) => {
		await use( sandbox.supportRooms.general );
	}, { scope: 'worker' } ],

	admin: [ async ( { sandbox }, use ) => {
		const account = sandbox.wiki.accounts.find( ( { role } ) => role === 'interface admin' );
		const browser = new WikiBrowser( sandbox.wiki.url );
		expect( await browser.logIn( account?.name ?? '', account?.password ?? '' ) ).toBe( 'PASS' );
		await use( browser );
	}, { scope: 'worker' } ],

	newPage: [ async ( { admin }, use ) => {
		await use( async ( title ) => {
			const answer = await admin.api( { action: 'edit', title, text: pageText, token: await admin.token( 'csrf' ) } ) as {
				edit?: { result: string; pageid: number; newrevid: number };
			};
			expect( answer.edit?.result, JSON.stringify( answer ) ).toBe( 'Success' );
			return { title, pageId: answer.edit!.pageid, revision: answer.edit!.newrevid };
		} );
	}, { scope: 'worker' } ],

	newAccount: [ async ( { sandbox, admin: browser }, use ) => {
		let count = 0;
		await use( async () => {
			const name = `${ names[ count % names.length ] } ${ Date.now().toString( 36 ) }${ count++ }`;
			const answer = await browser.api( {
				action: 'createaccount', username: name, password, retype: password, createreturnurl: sandbox.wiki.url,
				createtoken: await browser.token( 'createaccount' )
			} ) as { createaccount?: { status: string } };
			expect( answer.createaccount?.status, JSON.stringify( answer ) ).toBe( 'PASS' );
			return { name, password };
		} );
	}, { scope: 'worker' } ],

	setSettingsPage: async ( { admin, sandbox }, use ) => {
		const save = async ( title: string, text: string ): Promise<void> => {
			const answer = await admin.api( { action: 'edit', title, text, token: await admin.token( 'csrf' ) } ) as { edit?: { result: string } };
			expect( answer.edit?.result, JSON.stringify( answer ) ).toBe( 'Success' );
		};
		const before = new Map<string, string>();
		const served = async (): Promise<string> => (
			( await fetch( `${ sandbox.wiki.url }/load.php?modules=ext.gadget.AskForHelp|ext.gadget.AskForHelp-panel&${ Date.now() }` ) ).text()
		);
		await use( async ( name, text ) => {
			const title = `MediaWiki:Gadget-AskForHelp-${ name }`;
			if ( !before.has( title ) ) {
				before.set( title, await ( await admin.open( `/index.php?${ new URLSearchParams( { title, action: 'raw' } ).toString() }` ) ).text() );
			}
			const old = await served();
			await save( title, text );
			await expect.poll( served ).not.toBe( old );
		} );
		for ( const [ title, text ] of before ) {
			await save( title, text );
		}
	},

	setLaunchPage: ( { setSettingsPage }, use ) => use( ( settings ) => (
		// Unknown keys mean nothing; this one makes each version another one.
		setSettingsPage( 'launch.json', JSON.stringify( { ...settings, version: Date.now() } ) )
	) ),

	problems: async ( {}, use ) => {
		const problems = watchForProblems();
		await use( problems );
		expect( problems.found(), 'errors of the page that the test did not expect' ).toEqual( [] );
	},

	visit: async ( { browser, sandbox, problems, newAccount }, use ) => {
		const contexts: BrowserContext[] = [];
		await use( async ( options = {} ) => {
			const { name, password } = options.account ?? await newAccount();
			const context = await browser.newContext( { viewport: { width: 1280, height: 800 }, ...options.context } );
			contexts.push( context );
			problems.watch( context );
			const newcomer = await createNewcomer( context, { wikiUrl: sandbox.wiki.url, name, password } );
			await newcomer.logInToWiki();
			return newcomer;
		} );
		for ( const context of contexts ) {
			await context.close();
		}
	},

	newcomer: async ( { visit }, use ) => {
		const newcomer = await visit();
		await newcomer.openVisualEditor( article.title );
		await use( newcomer );
	}
} );

export { expect };

/** Asks with all that belongs to it, until the conversation is there. */
export async function askAndLogIn( newcomer: Newcomer, question: string ): Promise<void> {
	await newcomer.openPanel();
	await newcomer.approve( await newcomer.askAndGetLoginWindow( question ) );
	await newcomer.sees( question );
}

/** Addresses of all requests to `origin`, from now on, of all windows. */
export function recordRequests( context: BrowserContext, origin: string ): string[] {
	const addresses: string[] = [];
	context.on( 'request', ( request ) => {
		if ( request.url().startsWith( origin ) ) {
			addresses.push( request.url() );
		}
	} );
	return addresses;
}

/** The shown part of the panel. */
export function screen( page: Page, name: string ) {
	return page.locator( `.askforhelp-panel .askforhelp-screen-${ name }` );
}

type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Whether something on the page is covered by something else. */
export async function overlap( one: Locator, other: Locator ): Promise<boolean> {
	const [ a, b ] = await Promise.all( [ one.boundingBox(), other.boundingBox() ] ) as [ Rectangle, Rectangle ];
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** What the newcomer's next message to the helpers says about where they are; to be called before they send it. */
export async function nextContext( page: Page ): Promise<unknown> {
	const request = await page.waitForRequest( ( asked ) => (
		asked.method() === 'PUT' && asked.url().includes( '/send/m.room.message/' )
	) );
	return ( request.postDataJSON() as Record<string, unknown> )[ CONTEXT_KEY ];
}

/** Waits until the launcher has had its say on this page, whatever that is. */
export async function launcherIsDone( page: Page ): Promise<void> {
	await page.waitForFunction( () => mw.loader.getState( 'ext.gadget.AskForHelp' ) === 'ready' && document.readyState === 'complete' );
	// Timers of the same delay end in the order in which they began.
	await page.evaluate( () => new Promise( ( resolve ) => { setTimeout( resolve ); } ) );
}
