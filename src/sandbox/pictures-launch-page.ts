import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { Mwn } from 'mwn';
import type { SandboxStatus } from './status.ts';

const LAUNCH_PAGE = 'MediaWiki:Gadget-AskForHelp-launch.json';

/** Lets the wiki's launch settings mean reading and special pages too while `page` is at work; what was there comes back. */
export async function withButtonEverywhere( { wiki }: SandboxStatus, page: Page, work: () => Promise<void> ): Promise<void> {
	const login = wiki.accounts.find( ( { role } ) => role === 'interface admin' )!.botLogin!;
	const bot = await Mwn.init( { apiUrl: wiki.apiUrl, ...login, userAgent: 'AskForHelp-sandbox/0.1 (takes pictures)', silent: true } );
	const before = ( await bot.read( LAUNCH_PAGE ) ).revisions![ 0 ]!.content!;
	// Unknown keys mean nothing; this one tells when the wiki serves this version.
	const version = `of the pictures, ${ Date.now() }`;
	const settings = { ...JSON.parse( before ) as object, enabled: true, actions: [ 'edit', 'view', 'special' ], version };
	await bot.save( LAUNCH_PAGE, JSON.stringify( settings ), 'For pictures' );
	try {
		for ( let count = 0; !( await ( await fetch( `${ wiki.url }/load.php?modules=ext.gadget.AskForHelp&${ count }` ) ).text() ).includes( version ); count++ ) {
			await delay( 200 );
		}
		// Browsers keep for some minutes what the settings were; one that is listened to keeps nothing.
		await page.route( /load\.php/, ( route ) => route.continue() );
		await work();
		await page.unrouteAll();
	} finally {
		await bot.save( LAUNCH_PAGE, before, 'The pictures are taken' );
	}
}
