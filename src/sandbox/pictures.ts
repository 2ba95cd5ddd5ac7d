import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContextOptions, Page } from '@playwright/test';
import type { Newcomer } from './actors/newcomer.ts';
import { createNewcomer } from './actors/newcomer.ts';
import type { Shot } from './picture-list.ts';
import { shots } from './picture-list.ts';
import { withButtonEverywhere } from './pictures-launch-page.ts';
import type { Stage } from './stage.ts';
import { freeName, playOnSandbox, stagePassword } from './stage.ts';
import { takeStoryPictures } from './story-pictures.ts';
import { disallowedWord } from './wiki/seed.ts';

const usage = `Takes a picture of the button and the panel in every editor and skin, into .sandbox/pictures/,
and of every state of the panel into .sandbox/pictures/states/.

  npm run pictures -- [options]

  --data DIR    the folder of the sandbox (now: .sandbox); one that runs there is used, else one is started and stopped
  --port N      first of four ports for a sandbox that is started
  --help        says this
`;

const QUESTION = 'How do I add a reference to the height of the goat? I have a book.';
const ANSWER = 'Welcome! Put the cursor after the sentence, then click Cite, Manual, Book.';

async function enter(
	{ browser, status }: Stage, name: string, options: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }
): Promise<Newcomer> {
	const context = await browser.newContext( options );
	const account = { name: await freeName( status, name ), password: stagePassword };
	const newcomer = await createNewcomer( context, { wikiUrl: status.wiki.url, ...account } );
	// The machine may have other things to do.
	newcomer.page.setDefaultTimeout( 120_000 );
	newcomer.page.on( 'dialog', ( dialog ) => void dialog.accept() );
	await newcomer.createAccountOnWiki();
	return newcomer;
}

/** One newcomer who only looks at the panel, and one whose conversation comes back on every page. */
async function enterBoth( stage: Stage ): Promise<Record<Shot[ 'panel' ], Newcomer>> {
	const { helper, status, progress } = stage;
	const room = status.supportRooms.general;
	const reader = await progress.step( 'A newcomer makes an account', () => enter( stage, 'Goat Reader' ) );
	const asker = await progress.step( 'Another one asks, and is answered', async () => {
		const newcomer = await enter( stage, 'Goat Asker' );
		await newcomer.openVisualEditor( 'American Pygmy' );
		await newcomer.openPanel();
		await newcomer.approve( await newcomer.askAndGetLoginWindow( QUESTION ) );
		const card = await helper.waitForCard( room, newcomer.name );
		await helper.answer( room, card.getId()!, ANSWER );
		await newcomer.sees( ANSWER );
		await newcomer.write( 'Found it. Does it need the page number?' );
		return newcomer;
	} );
	return { none: reader, question: reader, hidden: reader, conversation: asker };
}

const attempts = {
	preview: { text: ' Preview this.', sign: '.previewnote' },
	captcha: { text: ' https://goats.example/book', sign: '[name=wpCaptchaWord]' },
	filter: { text: ` ${ disallowedWord }`, sign: '.cdx-message--error, .ve-ui-mwSaveDialog .oo-ui-processDialog-errors:not( .oo-ui-element-hidden )' }
} as const;

async function make( attempt: NonNullable<Shot[ 'attempt' ]>, newcomer: Newcomer ): Promise<void> {
	const { text, sign } = attempts[ attempt ];
	const start = 'The American Pygmy is';
	await newcomer.typeInEditor( start, text );
	await ( attempt === 'preview' ? newcomer.page.locator( '#wpPreview' ).click() : newcomer.trySave() );
	await newcomer.page.locator( sign ).first().waitFor();
}

/** A help button as GrowthExperiments draws it. */
function drawOtherHelp( page: Page ): Promise<void> {
	return page.evaluate( () => {
		const button = Object.assign( document.createElement( 'div' ), { className: 'mw-ge-help-panel-cta', textContent: '?' } );
		button.style.cssText = 'position:fixed;z-index:2;right:24px;bottom:24px;width:48px;height:48px;border-radius:50%;' +
			'background:#36c;color:#fff;font:bold 24px/48px sans-serif;text-align:center';
		document.body.append( button );
	} );
}

async function take( newcomer: Newcomer, shot: Shot, file: string ): Promise<void> {
	const { page } = newcomer;
	const [ width, height ] = shot.size ?? [ 1280, 800 ];
	await page.setViewportSize( { width, height } );
	await page.emulateMedia( { colorScheme: shot.isSystemDark ? 'dark' : 'light' } );
	await newcomer.setPreferences( { skin: shot.skin, 'vector-theme': shot.theme ?? 'day', 'minerva-theme': shot.theme ?? 'day' } );
	const query = { ...( shot.isRtl ? { uselang: 'ar' } : {} ), ...shot.query };
	const title = shot.title ?? ( shot.isRtl ? 'الماعز القزم' : 'American Pygmy' );
	if ( shot.editor === 'none' ) {
		await newcomer.read( title, query );
	} else {
		await newcomer.openEditor( shot.editor, title, query );
	}
	if ( shot.attempt ) {
		await make( shot.attempt, newcomer );
	}
	if ( shot.hasOtherHelp ) {
		await drawOtherHelp( page );
	}
	if ( shot.panel === 'conversation' ) {
		await newcomer.sees( ANSWER );
	} else if ( shot.editor !== 'none' || shot.isEverywhere ) {
		await newcomer.launcher.waitFor();
	}
	if ( shot.panel === 'question' || shot.panel === 'hidden' ) {
		await newcomer.openPanel();
		await newcomer.question.fill( shot.panel === 'question' ? QUESTION : '' );
	}
	const undo = newcomer.panel.locator( '.askforhelp-hide-undo' ).getByRole( 'button' );
	if ( shot.panel === 'hidden' ) {
		await newcomer.panel.locator( '.askforhelp-menu' ).getByRole( 'button' ).click();
		await newcomer.panel.getByRole( 'option', { name: 'Hide this button' } ).click();
		await undo.waitFor();
	}
	if ( shot.panel === 'none' ) {
		await newcomer.launcher.scrollIntoViewIfNeeded();
	}
	if ( shot.isScrolledDown ) {
		await page.evaluate( () => window.scrollTo( 0, document.documentElement.scrollHeight ) );
	}
	await page.screenshot( { path: file, animations: 'disabled' } );
	if ( shot.panel === 'hidden' ) {
		await undo.click();
		await newcomer.question.waitFor();
	}
	if ( shot.panel === 'question' || shot.panel === 'hidden' ) {
		// Or it would come back on the next page.
		await newcomer.question.fill( '' );
		await newcomer.panel.locator( '.askforhelp-close a' ).click();
	}
}

function indexPage( taken: readonly Shot[] ): string {
	const figures = taken.map( ( { name } ) => (
		`<figure><a href="${ name }.png"><img src="${ name }.png" alt=""></a><figcaption>${ name }</figcaption></figure>`
	) );
	return `<!doctype html><meta charset="utf-8"><title>Ask for Help in every editor and skin</title>
<style>body{font:13px sans-serif;background:#dadde3;display:flex;flex-wrap:wrap;gap:12px}figure{margin:0}img{height:300px;display:block}</style>
${ figures.join( '\n' ) }
`;
}

playOnSandbox( {
	usage, picturesFolder: 'pictures',
	async perform( stage ) {
		await takeStoryPictures( stage, ( options ) => enter( stage, 'Goat Watcher', options ) );
		const newcomers = await enterBoth( stage );
		const extensions = stage.status.wiki.extensions.map( ( { name } ) => name );
		const possible = shots.filter( ( { needs } ) => needs === undefined || extensions.includes( needs ) );
		const takeAll = async ( some: readonly Shot[] ): Promise<void> => {
			for ( const shot of some ) {
				const file = path.join( stage.picturesDir, `${ shot.name }.png` );
				await stage.progress.step( shot.name, () => take( newcomers[ shot.panel ], shot, file ) );
			}
		};
		await withButtonEverywhere( stage.status, newcomers.none.page, () => (
			takeAll( possible.filter( ( { isEverywhere } ) => isEverywhere ) )
		) );
		await takeAll( possible.filter( ( { isEverywhere } ) => !isEverywhere ) );
		await stage.progress.step( 'An index page and a contact sheet', async () => {
			const index = path.join( stage.picturesDir, 'index.html' );
			writeFileSync( index, indexPage( possible ) );
			const page = await stage.browser.newPage( { viewport: { width: 1600, height: 800 } } );
			await page.goto( `file://${ index }` );
			await page.screenshot( { path: path.join( stage.picturesDir, 'contact-sheet.png' ), fullPage: true } );
		} );
	}
} );
