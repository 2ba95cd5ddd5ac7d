import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions } from '@playwright/test';
import { chromium, expect } from '@playwright/test';
import { drawThread } from './actors/helper-picture.ts';
import type { MatrixHelper } from './actors/matrix-helper.ts';
import { shownBody, startMatrixHelper } from './actors/matrix-helper.ts';
import type { Newcomer } from './actors/newcomer.ts';
import { createNewcomer } from './actors/newcomer.ts';
import { browserPackages, ensureSystemPackages } from './install/system-packages.ts';
import { OptionError, readOptions } from './options.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { startSandbox } from './start.ts';
import type { SandboxStatus } from './status.ts';
import { statusFileOf } from './status.ts';

const projectDir = path.resolve( import.meta.dirname, '../..' );
const password = 'ask-for-help-demo';

const usage = `Plays the whole story in Chromium, and leaves pictures of it in .sandbox/demo/.

  npm run demo -- [options]

  --data DIR    the folder of the sandbox (now: .sandbox); one that runs there is used, else one is started and stopped
  --port N      first of four ports for a sandbox that is started
  --help        says this
`;

type Stage = {
	readonly status: SandboxStatus;
	readonly browser: Browser;
	readonly helper: MatrixHelper;
	readonly progress: Progress;
	readonly picturesDir: string;
};

type Role = {
	/** Of a new account, with a number when it is taken. */
	readonly name: string;
	readonly page: string;
	/** Beginning of the paragraph that is edited. */
	readonly paragraph: string;
	readonly edit: string;
	readonly query?: Readonly<Record<string, string>>;
	readonly question: string;
	readonly talk: readonly { readonly by: 'helper' | 'newcomer'; readonly text: string }[];
};

const goatKeeper: Role = {
	name: 'Goat Keeper',
	page: 'American Pygmy',
	paragraph: 'An American Pygmy stands',
	edit: ' Kids are as small as a cat.',
	question: 'How do I add a reference to the height of the goat? I have a book.',
	talk: [
		{ by: 'helper', text: 'Welcome! Put the cursor after the sentence, then click Cite, Manual, Book.' },
		{ by: 'newcomer', text: 'Found it. Does it need the page number?' },
		{ by: 'helper', text: 'Yes please, so that others can look it up.' }
	]
};

const arabicGoatKeeper: Role = {
	name: 'محبة الماعز',
	page: 'الماعز القزم',
	paragraph: 'الماعز القزم',
	edit: ' وهو صغير.',
	query: { uselang: 'ar' },
	question: 'كيف أضيف مرجعا؟ عندي كتاب.',
	talk: [
		{ by: 'helper', text: 'أهلا بك! انقر على «استشهد» ثم «يدوي» ثم «كتاب».' },
		{ by: 'newcomer', text: 'وجدته، شكرا!' }
	]
};

const goatWalker: Role = { ...goatKeeper, name: 'Goat Walker', question: 'Can I add a reference on my phone?', talk: [
	{ by: 'helper', text: 'You can: tap Cite, then Manual, then Book.' },
	{ by: 'newcomer', text: 'That works, thanks.' }
] };

async function freeName( { wiki }: SandboxStatus, name: string ): Promise<string> {
	const names = Array.from( { length: 50 }, ( _, index ) => index === 0 ? name : `${ name } ${ index + 1 }` );
	const query = new URLSearchParams( { action: 'query', list: 'users', ususers: names.join( '|' ), format: 'json', formatversion: '2' } );
	const answer = await ( await fetch( `${ wiki.apiUrl }?${ query.toString() }` ) ).json() as {
		query: { users: { name: string; missing?: boolean }[] };
	};
	const free = answer.query.users.find( ( { missing } ) => missing );
	if ( !free ) {
		throw new Error( `All accounts named "${ name }" are in use: start the sandbox with --reset.` );
	}
	return free.name;
}

/** Plays one newcomer's story, with pictures named after `picture`; resolves with the newcomer, the panel still open, and the card. */
async function play(
	stage: Stage, role: Role, picture: string, options: BrowserContextOptions
): Promise<{ newcomer: Newcomer; cardId: string }> {
	const { status, browser, helper, progress } = stage;
	const keepPicture = ( name: string ): Promise<unknown> => newcomer.page.screenshot( { path: path.join( stage.picturesDir, `${ name }.png` ) } );
	const room = status.supportRooms.general;
	const name = await freeName( status, role.name );
	const context = await browser.newContext( options );
	const newcomer = await createNewcomer( context, { wikiUrl: status.wiki.url, name, password } );
	await progress.step( `${ name } makes an account on the wiki`, () => newcomer.createAccountOnWiki() );
	await progress.step( `${ name } edits "${ role.page }" in VisualEditor`, async () => {
		await newcomer.openVisualEditor( role.page, role.query );
		await newcomer.typeInEditor( role.paragraph, role.edit );
	} );
	const { text: edited } = await newcomer.editorState();
	const loginWindow = await progress.step( `${ name } asks: ${ role.question }`, async () => {
		await newcomer.openPanel();
		await newcomer.question.fill( role.question );
		await keepPicture( `${ picture }-asking` );
		return newcomer.askAndGetLoginWindow( role.question );
	} );
	await progress.step( `${ name } allows the login, in the small window`, () => newcomer.approve( loginWindow ) );
	await newcomer.sees( role.question );
	const card = await progress.step( 'The card appears in the Support room', () => helper.waitFor( room, `the card of ${ name }`, ( event ) => (
		shownBody( event ).includes( name ) && shownBody( event ).includes( role.question )
	) ) );
	const cardId = card.getId()!;
	for ( const { by, text } of role.talk ) {
		if ( by === 'helper' ) {
			await progress.step( `A helper answers in the thread: ${ text }`, async () => {
				await helper.answer( room, cardId, text );
				await newcomer.sees( text );
			} );
		} else {
			await progress.step( `${ name } writes: ${ text }`, async () => {
				await newcomer.write( text );
				await helper.waitFor( room, text, ( event ) => shownBody( event ).includes( text ) && event.getTs() >= card.getTs() );
			} );
		}
	}
	await progress.step( 'Every message is there, and the edit is as it was', async () => {
		await expect( newcomer.messages.locator( '.askforhelp-bubble' ) ).toHaveText( [ role.question, ...role.talk.map( ( { text } ) => text ) ] );
		await expect( newcomer.messages.last() ).not.toContainText( /Sending|Not sent/ );
		expect( ( await newcomer.editorState() ).text ).toBe( edited );
	} );
	await keepPicture( picture );
	return { newcomer, cardId };
}

async function playAll( stage: Stage ): Promise<void> {
	const { status, browser, helper, progress, picturesDir } = stage;
	const desktop = { viewport: { width: 1280, height: 800 } };
	const helperPage = await browser.newPage( { viewport: { width: 800, height: 520 }, javaScriptEnabled: false } );
	const keepHelperPicture = ( name: string, cardId: string ): Promise<void> => (
		progress.step( "The helper's side is drawn from what a Matrix client received", async () => {
			await drawThread( helperPage, helper, status.supportRooms.general, cardId );
			await helperPage.screenshot( { path: path.join( picturesDir, `${ name }.png` ) } );
		} )
	);

	const first = await play( stage, goatKeeper, 'newcomer', desktop );
	await keepHelperPicture( 'helper', first.cardId );
	await progress.step( 'After a reload, the conversation is there again', async () => {
		first.newcomer.page.on( 'dialog', ( dialog ) => void dialog.accept() );
		await first.newcomer.page.reload();
		await first.newcomer.sees( goatKeeper.talk.at( -1 )!.text );
	} );
	await play( stage, goatWalker, 'newcomer-400px', { viewport: { width: 400, height: 800 } } );
	const arabic = await play( stage, arabicGoatKeeper, 'newcomer-arabic', desktop );
	await keepHelperPicture( 'helper-arabic', arabic.cardId );
	progress.say( `Pictures: ${ picturesDir }` );
}

/** The sandbox that runs in this folder. */
function runningSandbox( dataDir: string ): SandboxStatus | undefined {
	const file = statusFileOf( dataDir );
	if ( !existsSync( file ) ) {
		return undefined;
	}
	const status = JSON.parse( readFileSync( file, 'utf8' ) ) as SandboxStatus;
	try {
		process.kill( status.pid, 0 );
		return status;
	} catch {
		// It was killed, and could not remove its file.
		return undefined;
	}
}

async function run( args: readonly string[] ): Promise<void> {
	const command = readOptions( args, path.join( projectDir, '.sandbox' ), process.env );
	if ( command.kind === 'help' ) {
		process.stdout.write( usage );
		return;
	}
	const progress = createProgress( { now: () => performance.now() }, ( line ) => { process.stdout.write( line ); } );
	await ensureSystemPackages( progress, browserPackages );
	const interruption = new AbortController();
	for ( const signal of [ 'SIGINT', 'SIGTERM' ] as const ) {
		process.on( signal, () => interruption.abort( new Error( `Stopped by ${ signal }.` ) ) );
	}
	const interrupted = new Promise<never>( ( _resolve, reject ) => {
		interruption.signal.addEventListener( 'abort', () => reject( interruption.signal.reason as Error ), { once: true } );
	} );
	const running = runningSandbox( command.dataDir );
	const own = running ? undefined : await startSandbox( { ...command, progress, signal: interruption.signal } );
	const status = running ?? own!.status;
	const picturesDir = path.join( command.dataDir, 'demo' );
	rmSync( picturesDir, { recursive: true, force: true } );
	mkdirSync( picturesDir, { recursive: true } );
	try {
		progress.say( `${ running ? 'Uses the sandbox that runs' : 'Uses a sandbox of its own' }: ${ status.wiki.url }` );
		await Promise.race( [ interrupted, perform( status, progress, picturesDir ) ] );
	} finally {
		await own?.stop();
	}
	progress.say( 'Every step passed.' );
}

async function perform( status: SandboxStatus, progress: Progress, picturesDir: string ): Promise<void> {
	const account = status.homeserver.accounts[ 0 ]!;
	const browser = await chromium.launch( {
		executablePath: '/usr/bin/chromium', handleSIGINT: false, handleSIGTERM: false,
		args: [ '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync' ]
	} );
	try {
		const helper = await progress.step( `${ account.displayName } opens a Matrix client`, () => (
			startMatrixHelper( { homeserverUrl: status.homeserver.url, user: account.name, password: account.password } )
		) );
		try {
			await playAll( { status, browser, helper, progress, picturesDir } );
		} finally {
			helper.stop();
		}
	} finally {
		await browser.close();
	}
}

run( process.argv.slice( 2 ) ).then( () => process.exit( 0 ), ( error: unknown ) => {
	process.stderr.write( `${ error instanceof OptionError ? error.message : error instanceof Error ? error.stack : String( error ) }\n` );
	process.exit( 1 );
} );
