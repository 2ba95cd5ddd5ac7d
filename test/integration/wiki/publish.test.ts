import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildGadgets } from '../../../src/deploy/build.ts';
import type { PublishedPage } from '../../../src/deploy/publish.ts';
import { publishGadget, verifyPublished } from '../../../src/deploy/publish.ts';
import type { UserId } from '../../../src/protocol/ids.ts';
import { WikiBrowser } from '../../support/wiki-browser.ts';
import type { ScratchWiki } from '../../support/wiki-scratch.ts';
import { startScratchWiki } from '../../support/wiki-scratch.ts';

const LAUNCH_PAGE = 'MediaWiki:Gadget-AskForHelp-launch.json';

let scratch: ScratchWiki;
let distDir: string;
let admin: WikiBrowser;
beforeAll( async () => {
	distDir = await mkdtemp( path.join( tmpdir(), 'ask-for-help-publish-' ) );
	await buildGadgets( { outDir: distDir } );
	scratch = await startScratchWiki();
	const account = scratch.wiki.accounts.find( ( { role } ) => role === 'interface admin' )!;
	admin = new WikiBrowser( scratch.wiki.url );
	await admin.logIn( account.name, account.password );
} );
afterAll( async () => {
	await scratch?.dispose();
	await rm( distDir, { recursive: true, force: true } );
} );

function publish( options: { readonly replaceSettings?: boolean } = {} ): Promise<PublishedPage[]> {
	const { username, password } = scratch.wiki.accounts.find( ( { role } ) => role === 'interface admin' )!.botLogin!;
	return publishGadget( {
		apiUrl: scratch.wiki.apiUrl, user: username, password, distDir, definitionsDir: path.resolve( import.meta.dirname, '../../../gadget-definitions' ),
		hosts: { homeserverUrl: 'https://help.example', bot: '@bot:help.example' as UserId, identityProvider: 'oidc-wiki' }, commit: 'test', log: () => {},
		...options
	} );
}

const outcomes = ( published: readonly PublishedPage[] ): string[] => [ ...new Set( published.map( ( { outcome } ) => outcome ) ) ];
const launchOutcome = ( published: readonly PublishedPage[] ): string => published.find( ( { title } ) => title === LAUNCH_PAGE )!.outcome;

async function launchPage(): Promise<unknown> {
	return ( await admin.open( `/index.php?${ new URLSearchParams( { title: LAUNCH_PAGE, action: 'raw', random: String( Math.random() ) } ).toString() }` ) ).json();
}

async function saveLaunchPage( settings: unknown ): Promise<void> {
	const answer = await admin.api( { action: 'edit', title: LAUNCH_PAGE, text: JSON.stringify( settings ), token: await admin.token( 'csrf' ) } );
	expect( answer ).toMatchObject( { edit: { result: 'Success' } } );
}

test( 'a wiki gets all pages, serves them as published, and is not edited again for nothing', async () => {
	const first = await publish();
	expect( await verifyPublished( scratch.wiki.apiUrl, first ) ).toEqual( [] );
	const texts = { label: 'اطلب المساعدة', failed: expect.any( String ) as string };
	expect( await launchPage() ).toMatchObject( { enabled: true, texts: { ar: texts } } );
	const again = await publish();
	expect( outcomes( again ).sort() ).toEqual( [ 'kept', 'unchanged' ] );
	expect( await verifyPublished( scratch.wiki.apiUrl, again ) ).toEqual( [] );
} );

test( 'what admins have set stays, and gets what the launcher says only where there is nothing of it', async () => {
	const before = { enabled: false, maxEdits: 7 };
	await saveLaunchPage( before );
	const published = await publish();
	expect( launchOutcome( published ) ).toBe( 'changed' );
	expect( await launchPage() ).toMatchObject( { ...before, texts: { ar: { label: 'اطلب المساعدة' } } } );

	const own = { ...before, texts: { ar: { label: 'مساعدة' } } };
	await saveLaunchPage( own );
	expect( launchOutcome( await publish() ) ).toBe( 'kept' );
	expect( await launchPage() ).toEqual( own );

	expect( launchOutcome( await publish( { replaceSettings: true } ) ) ).toBe( 'changed' );
	expect( await launchPage() ).toMatchObject( { enabled: true, texts: { ar: { label: 'اطلب المساعدة' } } } );
} );
