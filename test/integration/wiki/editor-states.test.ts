import { afterAll, beforeAll, expect, test } from 'vitest';
import { disallowedWord, wikiAccounts } from '../../../src/sandbox/wiki/seed.ts';
import { WikiBrowser } from '../../support/wiki-browser.ts';
import type { ScratchWiki } from '../../support/wiki-scratch.ts';
import { startScratchWiki } from '../../support/wiki-scratch.ts';

let scratch: ScratchWiki;
beforeAll( async () => {
	scratch = await startScratchWiki();
} );
afterAll( () => scratch?.dispose() );

async function loggedIn( role: string ): Promise<WikiBrowser> {
	const { name, password } = wikiAccounts.find( ( account ) => account.role === role )!;
	const browser = new WikiBrowser( scratch.wiki.url );
	expect( await browser.logIn( name, password ) ).toBe( 'PASS' );
	return browser;
}

async function append( browser: WikiBrowser, text: string, more: Record<string, string> = {} ) {
	return browser.api( { action: 'edit', title: 'Domestic goat', appendtext: `\n\n${ text }`, ...more, token: await browser.token( 'csrf' ) } );
}

async function prefer( browser: WikiBrowser, change: string ): Promise<void> {
	expect( await browser.api( { action: 'options', change, token: await browser.token( 'csrf' ) } ) ).toMatchObject( { options: 'success' } );
}

test( 'a newcomer who adds a link to another site is asked for a captcha, and its answer saves the edit', async () => {
	const newcomer = await loggedIn( 'newcomer' );
	const asked = await append( newcomer, 'See https://goats.example/.' ) as { edit?: { result: string; captcha?: { id: string; question: string } } };
	expect( asked.edit ).toMatchObject( { result: 'Failure', captcha: { type: 'question', question: expect.stringContaining( 'Which animal' ) } } );
	const answered = await append( newcomer, 'See https://goats.example/.', { captchaid: asked.edit!.captcha!.id, captchaword: 'goat' } );
	expect( answered ).toMatchObject( { edit: { result: 'Success' } } );
	expect( await append( newcomer, 'No link here.' ) ).toMatchObject( { edit: { result: 'Success' } } );
} );

test.each( [ 'experienced editor', 'interface admin' ] )( 'the %s adds links without a captcha', async ( role ) => {
	expect( await append( await loggedIn( role ), `See https://goats.example/${ encodeURIComponent( role ) }.` ) ).toMatchObject( { edit: { result: 'Success' } } );
} );

test( 'the edit filter lets nobody save its word', async () => {
	for ( const role of [ 'newcomer', 'experienced editor' ] ) {
		const answer = await append( await loggedIn( role ), `This is ${ disallowedWord }.` );
		expect( answer ).toMatchObject( { error: { code: 'abusefilter-disallowed' } } );
	}
} );

test.each( [
	[ 'skin=vector-2022|vector-theme=night', 'skin-theme-clientpref-night' ],
	[ 'skin=vector-2022|vector-theme=os', 'skin-theme-clientpref-os' ],
	[ 'skin=vector-2022|vector-theme=day', 'skin-theme-clientpref-day' ],
	[ 'skin=vector', 'skin-vector-legacy' ],
	[ 'skin=minerva', 'skin-minerva' ],
	[ 'skin=timeless', 'skin-timeless' ],
	[ 'skin=monobook', 'skin-monobook' ]
] )( 'the preferences %s show the article with the class %s', async ( change, className ) => {
	const newcomer = await loggedIn( 'newcomer' );
	await prefer( newcomer, change );
	expect( await ( await newcomer.open( '/wiki/American_Pygmy' ) ).text() ).toContain( className );
} );

test( 'Minerva has a night mode', async () => {
	const page = await ( await new WikiBrowser( scratch.wiki.url ).open( '/index.php?title=American_Pygmy&useskin=minerva&minervanightmode=1' ) ).text();
	expect( page ).toContain( 'skin-theme-clientpref-night' );
} );

test( 'VisualEditor\'s source mode is there for those who prefer it', async () => {
	const newcomer = await loggedIn( 'newcomer' );
	await prefer( newcomer, 'visualeditor-newwikitext=1' );
	const page = await ( await newcomer.open( '/wiki/American_Pygmy' ) ).text();
	expect( page ).toMatch( /"visualeditor-newwikitext":\s*"?1/ );
	const { visualeditor } = await newcomer.api( { action: 'visualeditor', paction: 'wikitext', page: 'American Pygmy' } ) as { visualeditor?: object };
	expect( visualeditor ).toMatchObject( { result: 'success', content: expect.stringContaining( '==' ) } );
} );
