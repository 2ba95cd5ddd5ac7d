import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContextOptions } from '@playwright/test';
import type { Newcomer } from './actors/newcomer.ts';
import type { Look } from './actors/stories.ts';
import { contextOf, looks, openStories } from './actors/stories.ts';
import type { Stage } from './stage.ts';

/** How much of the page is seen around the panel, in px. */
const MARGIN_PX = 12;

function sheetPage( look: string, names: readonly string[] ): string {
	const figures = names.map( ( name ) => `<figure><figcaption>${ name }</figcaption><img src="${ look }/${ name }.png" alt=""></figure>` );
	return `<!doctype html><meta charset="utf-8"><title>Ask for Help: every state, ${ look }</title>
<style>body{font:13px sans-serif;background:#dadde3;display:flex;flex-wrap:wrap;align-items:flex-start;gap:12px}figure{margin:0}img{display:block}</style>
${ figures.join( '\n' ) }
`;
}

/** Takes a picture of each state of the panel in one look, and puts them on one sheet. */
async function takeLook( { browser }: Pick<Stage, 'browser'>, newcomer: Newcomer, look: Look, dir: string ): Promise<void> {
	const { page } = newcomer;
	mkdirSync( path.join( dir, look.name ), { recursive: true } );
	const stories = await openStories( newcomer, look );
	for ( const name of stories.names ) {
		await stories.show( name );
		const box = await page.locator( '.askforhelp-panel' ).boundingBox();
		// A closed panel is nowhere.
		if ( !box ) {
			continue;
		}
		const clip = { x: box.x - MARGIN_PX, y: box.y - MARGIN_PX, width: box.width + 2 * MARGIN_PX, height: box.height + 2 * MARGIN_PX };
		await page.screenshot( {
			path: path.join( dir, look.name, `${ name }.png` ), animations: 'disabled', scale: 'css', ...( look.isPhone ? {} : { clip } )
		} );
	}
	const sheet = path.join( dir, `${ look.name }.html` );
	writeFileSync( sheet, sheetPage( look.name, stories.names.filter( ( name ) => name !== 'closed' ) ) );
	const sheetWindow = await browser.newPage( { viewport: { width: 1900, height: 800 } } );
	await sheetWindow.goto( `file://${ sheet }` );
	await sheetWindow.screenshot( { path: path.join( dir, `${ look.name }.png` ), fullPage: true } );
	await sheetWindow.close();
}

/** Takes every state of the panel in every look, with a contact sheet for each look. */
export async function takeStoryPictures( stage: Stage, enter: ( context: BrowserContextOptions ) => Promise<Newcomer> ): Promise<void> {
	const dir = path.join( stage.picturesDir, 'states' );
	for ( const look of looks ) {
		await stage.progress.step( `Every state, ${ look.name }`, async () => {
			const newcomer = await enter( contextOf( look ) );
			await takeLook( stage, newcomer, look, dir );
			await newcomer.page.context().close();
		} );
	}
}
