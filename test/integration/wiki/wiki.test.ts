import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Mwn } from 'mwn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wikiAccounts, wikiPageTitles } from '../../../src/sandbox/wiki/seed.ts';
import { WikiBrowser } from '../../support/wiki-browser.ts';
import type { ScratchWiki } from '../../support/wiki-scratch.ts';
import { startScratchWiki } from '../../support/wiki-scratch.ts';

let scratch: ScratchWiki;
beforeAll( async () => {
	scratch = await startScratchWiki();
} );
afterAll( () => scratch?.dispose() );

type Query = Record<string, unknown>;
async function query( browser: WikiBrowser, parameters: Record<string, string> ): Promise<Query> {
	const answer = await browser.api( { action: 'query', ...parameters } );
	expect( answer.error ).toBeUndefined();
	return answer.query as Query;
}

function reader(): WikiBrowser {
	return new WikiBrowser( scratch.wiki.url );
}

describe( 'the wiki', () => {
	test( 'is MediaWiki 1.43 with the extensions and skins that newcomers meet on big wikis', async () => {
		const { general, extensions, skins } = await query( reader(), { meta: 'siteinfo', siprop: 'general|extensions|skins' } ) as {
			general: Query; extensions: { name: string }[]; skins: { code: string }[];
		};
		expect( general ).toMatchObject( {
			generator: expect.stringMatching( /^MediaWiki 1\.43\.\d+$/ ), wikiid: 'sandboxwiki', server: scratch.wiki.url,
			scriptpath: '', articlepath: '/wiki/$1'
		} );
		const names = extensions.map( ( { name } ) => name );
		expect( names ).toEqual( expect.arrayContaining( [
			'VisualEditor', 'WikiEditor', 'Gadgets', 'Echo', 'Abuse Filter', 'SpamBlacklist', 'DiscussionTools', 'Thanks', 'Cite', 'TemplateData', 'ConfirmEdit'
		] ) );
		expect( skins.map( ( { code } ) => code ) ).toEqual( expect.arrayContaining( [ 'vector-2022', 'vector', 'minerva', 'timeless', 'monobook' ] ) );
	} );

	test( 'has its pages, the article in sections and with a reference', async () => {
		const { pages } = await query( reader(), { titles: wikiPageTitles.join( '|' ) } ) as { pages: { missing?: boolean; title: string }[] };
		expect( pages ).toHaveLength( wikiPageTitles.length );
		expect( pages.filter( ( { missing } ) => missing ) ).toEqual( [] );

		const article = await ( await reader().open( '/wiki/American_Pygmy' ) ).text();
		expect( article ).toContain( 'id="Temperament"' );
		expect( article ).toContain( 'id="cite_note-1"' );
	} );

	test( 'serves titles with quotes, slashes, emoji and right-to-left letters at their short address', async () => {
		for ( const title of wikiPageTitles.filter( ( name ) => /[^\w: -]/.test( name ) ) ) {
			const response = await reader().open( `/wiki/${ encodeURIComponent( title.replaceAll( ' ', '_' ) ) }` );
			expect( response.status ).toBe( 200 );
			expect( await response.text() ).toContain( '"wgArticleId":' );
		}
	} );

	test.each( wikiAccounts )( 'lets "$name" log in', async ( { name, password } ) => {
		const browser = reader();
		expect( await browser.logIn( name, password ) ).toBe( 'PASS' );
		const { userinfo } = await query( browser, { meta: 'userinfo' } );
		expect( userinfo ).toMatchObject( { name } );
	} );

	test( 'refuses a wrong password, also many times, and still lets the right one in', async () => {
		const browser = reader();
		for ( let attempt = 0; attempt < 7; attempt++ ) {
			expect( await browser.logIn( 'Pygmy Fan', 'not the password' ) ).toBe( 'FAIL' );
		}
		expect( await browser.logIn( 'Pygmy Fan', wikiAccounts.find( ( { name } ) => name === 'Pygmy Fan' )!.password ) ).toBe( 'PASS' );
	} );

	test( 'opens VisualEditor for everyone who is logged in, and has its document at once', async () => {
		const browser = reader();
		await browser.logIn( wikiAccounts[ 2 ]!.name, wikiAccounts[ 2 ]!.password );
		const { userinfo } = await query( browser, { meta: 'userinfo', uiprop: 'options' } ) as { userinfo: { options: Query } };
		expect( Number( userinfo.options[ 'visualeditor-enable' ] ) ).toBe( 1 );
		const { visualeditor } = await browser.api( { action: 'visualeditor', paction: 'parse', page: 'American Pygmy' } ) as { visualeditor?: Query };
		expect( visualeditor ).toMatchObject( { result: 'success', content: expect.stringContaining( 'Temperament' ) } );
	} );

	test( 'gives the right that gadgets ask for to accounts, and not to readers or temporary accounts', async () => {
		const rightsOf = async ( browser: WikiBrowser ) =>
			( await query( browser, { meta: 'userinfo', uiprop: 'rights' } ) as { userinfo: { rights: string[] } } ).userinfo.rights;
		const newcomer = reader();
		await newcomer.logIn( wikiAccounts[ 2 ]!.name, wikiAccounts[ 2 ]!.password );
		expect( await rightsOf( newcomer ) ).toContain( 'mwoauthmanagemygrants' );

		const passerBy = reader();
		expect( await rightsOf( passerBy ) ).not.toContain( 'mwoauthmanagemygrants' );
		const edit = await passerBy.api( { action: 'edit', title: 'Domestic goat', appendtext: ' They do.', token: await passerBy.token( 'csrf' ) } );
		expect( edit ).toMatchObject( { edit: { result: 'Success', tempusercreated: true } } );
		expect( await query( passerBy, { meta: 'userinfo' } ) ).toMatchObject( { userinfo: { temp: true } } );
		expect( await rightsOf( passerBy ) ).not.toContain( 'mwoauthmanagemygrants' );
	} );

	test( 'hides the suppressed account from everyone, and tells of the block of the blocked one', async () => {
		const { users } = await query( reader(), { list: 'users', ususers: 'Suppressed Newcomer|Blocked Newcomer', usprop: 'blockinfo' } );
		expect( users ).toEqual( [
			{ name: 'Suppressed Newcomer', missing: true },
			expect.objectContaining( { name: 'Blocked Newcomer', blockexpiry: 'infinite' } )
		] );
	} );

	test( 'lets a program publish a gadget as the interface admin, which readers are then given', async () => {
		const login = wikiAccounts.find( ( { role } ) => role === 'interface admin' )?.botLogin;
		const bot = new Mwn( { apiUrl: scratch.wiki.apiUrl, ...login, silent: true } );
		await bot.login();
		await bot.save( 'MediaWiki:Gadget-Greeting.js', 'mw.greeting = 1;', 'test' );
		await bot.save( 'MediaWiki:Gadget-Greeting.json', '{}', 'test' );
		await bot.save( 'MediaWiki:Gadget-Greeting.css', '.greeting { color: red; }', 'test' );
		await bot.save( 'MediaWiki:Gadgets-definition', '* Greeting[ResourceLoader|default|rights=mwoauthmanagemygrants]|Greeting.js', 'test' );

		const newcomer = reader();
		await newcomer.logIn( wikiAccounts[ 2 ]!.name, wikiAccounts[ 2 ]!.password );
		expect( await ( await newcomer.open( '/wiki/Main_Page' ) ).text() ).toContain( 'ext.gadget.Greeting' );
		expect( await ( await newcomer.open( '/load.php?modules=ext.gadget.Greeting&lang=en&skin=vector-2022' ) ).text() ).toContain( 'mw.greeting' );
		expect( await ( await reader().open( '/wiki/Main_Page' ) ).text() ).not.toContain( 'ext.gadget.Greeting' );
	} );

	test.each( [
		'/wiki/Main_Page', '/api.php?action=query&meta=siteinfo&format=json', '/load.php?lang=en&modules=startup&only=scripts&raw=1',
		'/rest.php/v1/page/Main_Page', '/resources/assets/change-your-logo.svg', '/wiki/No_such_page', '/rest.php/oauth2/resource/profile'
	] )( 'says how long its answer to %s is, and keeps the connection', async ( address ) => {
		const response = await new Promise<IncomingMessage>( ( resolve, reject ) => {
			get( scratch.wiki.url + address, { headers: { connection: 'keep-alive' } }, resolve ).on( 'error', reject );
		} );
		response.resume();
		const { headers } = response;
		expect( headers[ 'content-length' ] !== undefined || headers[ 'transfer-encoding' ] === 'chunked' ).toBe( true );
		expect( headers.connection ).toBe( 'keep-alive' );
	} );

	test.each( [ '/maintenance/install.php', '/composer.json', '/includes/Defines.php', '/mw-config/index.php', '/resources/../composer.json',
		'/extensions/VisualEditor/VisualEditor.i18n.alias.php' ] )( 'does not serve %s', async ( address ) => {
		const status = await new Promise( ( resolve, reject ) => {
			get( { ...addressOf( scratch.wiki.url ), path: address }, ( response ) => resolve( response.resume().statusCode ) ).on( 'error', reject );
		} );
		expect( status ).toBe( 404 );
	} );
} );

/** `URL` would resolve the dots in a path. */
function addressOf( url: string ): { host: string; port: string } {
	const { hostname, port } = new URL( url );
	return { host: hostname, port };
}
