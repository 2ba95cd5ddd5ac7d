import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExtension, readExtensions } from '../../../src/sandbox/wiki/extensions.ts';
import { startWiki } from '../../../src/sandbox/wiki/start-wiki.ts';
import { softwareDir } from '../../support/homeserver.ts';
import { writeTinyExtension } from '../../support/tiny-extension.ts';
import type { ScratchWiki } from '../../support/wiki-scratch.ts';
import { scratchOptions, startScratchWiki } from '../../support/wiki-scratch.ts';

let dir: string;
let scratch: ScratchWiki;
beforeAll( async () => {
	dir = await mkdtemp( path.join( tmpdir(), 'ask-for-help-extensions-' ) );
	scratch = await startScratchWiki();
} );
afterAll( async () => {
	await scratch?.dispose();
	await rm( dir, { recursive: true, force: true } );
} );

const pageText = async ( address = '/wiki/Main_Page' ) => ( await fetch( scratch.wiki.url + address ) ).text();

test( 'an extension that is added to a wiki runs there with its table and its files, and a start without it runs without it', async () => {
	expect( await pageText() ).not.toContain( 'wgTinyGreeting' );
	const tiny = await readExtension( await writeTinyExtension( path.join( dir, 'a checkout' ), 'meh' ) );
	expect( tiny ).toEqual( { name: 'Tiny Extension', kind: 'extension', dir: path.join( dir, 'a checkout' ) } );
	const before = await readdir( path.join( softwareDir, 'mediawiki/extensions' ) );

	await scratch.restart( { extensions: [ tiny ] } );
	expect( await pageText() ).toContain( '"wgTinyGreeting":"meh0"' );
	expect( await pageText( '/load.php?modules=ext.tiny&lang=en&skin=vector-2022' ) ).toContain( 'mw.tiny' );
	expect( await pageText( '/api.php?action=query&meta=siteinfo&siprop=extensions&format=json' ) ).toContain( '"Tiny Extension"' );

	await scratch.restart( { extensions: [] } );
	expect( await pageText() ).not.toContain( 'wgTinyGreeting' );
	expect( await pageText( '/load.php?modules=ext.tiny&lang=en&skin=vector-2022' ) ).not.toContain( 'mw.tiny' );
	expect( ( await fetch( `${ scratch.wiki.url }/extensions/Tiny/resources/tiny.svg` ) ).status ).toBe( 404 );

	await scratch.restart( { extensions: [ tiny ] } );
	expect( await pageText() ).toContain( '"wgTinyGreeting":"meh0"' );
	expect( await readdir( path.join( softwareDir, 'mediawiki/extensions' ) ), 'the shared software is as it was' ).toEqual( before );
} );

test( 'its files are served where its own code believes them, its sources are not', async () => {
	await mkdir( path.join( dir, 'a checkout/.git' ), { recursive: true } );
	await writeFile( path.join( dir, 'a checkout/.git/config' ), 'private' );
	for ( const [ address, status, type ] of [
		[ '/extensions/Tiny/resources/tiny.svg', 200, 'image/svg+xml' ],
		[ '/extensions/TinyExtension/resources/tiny.js', 200, 'text/javascript;charset=UTF-8' ],
		[ '/extensions/Tiny/src/Hooks.php', 404, 'text/plain;charset=UTF-8' ],
		[ '/extensions/Tiny/.git/config', 404, 'text/plain;charset=UTF-8' ]
	] as const ) {
		const response = await fetch( scratch.wiki.url + address );
		expect( [ address, response.status, response.headers.get( 'content-type' ) ] ).toEqual( [ address, status, type ] );
	}
} );

test( 'an added extension takes the place of the bundled one with its name', async () => {
	const own = await readExtension( await writeTinyExtension( path.join( dir, 'Thanks' ), 'instead', { name: 'Thanks' } ) );
	await scratch.restart( { extensions: [ own ] } );
	expect( await pageText() ).toContain( '"wgTinyGreeting":"instead0"' );
} );

test( 'a skin can be added, too', async () => {
	const skinDir = path.join( dir, 'Plain' );
	await mkdir( skinDir );
	await writeFile( path.join( skinDir, 'skin.json' ), JSON.stringify( {
		name: 'Plain', manifest_version: 2, ValidSkinNames: { plain: { class: 'SkinMustache', args: [ { name: 'plain', templateDirectory: 'templates' } ] } }
	} ) );
	await mkdir( path.join( skinDir, 'templates' ) );
	await writeFile( path.join( skinDir, 'templates/skin.mustache' ), '<p>Plainly {{{html-body-content}}}</p>' );
	await scratch.restart( { extensions: [ await readExtension( skinDir ) ] } );
	expect( await pageText( '/index.php?title=Main_Page&useskin=plain' ) ).toContain( '<p>Plainly' );
} );

describe( 'the wiki says in one sentence, which names the directory, that it cannot run with', () => {
	test.each( [
		[ 'another MediaWiki than this', { requires: { MediaWiki: '>= 1.99' } }, /\(Tiny Extension is not compatible.*>= 1\.99\)/ ],
		[ 'an extension that is not there', { requires: { extensions: { CentralAuth: '*' } } }, /\(Tiny Extension requires CentralAuth to be installed\)/ ],
		[ 'an extension.json of an unknown kind', { manifest_version: 9 }, /extension\.json: unsupported manifest_version: 9\)/ ],
		[ 'a class that is not there', { AutoloadNamespaces: {} }, /TinyExtension\\\\?SchemaHooks/ ]
	] )( '%s', async ( _what, changes, reason ) => {
		const extensionDir = await writeTinyExtension( await mkdtemp( path.join( dir, 'refused-' ) ), 'no', changes );
		const options = { ...await scratchOptions(), extensions: [ await readExtension( extensionDir ) ] };
		const failure = await startWiki( options ).then( () => undefined, ( error: unknown ) => error as Error );
		expect( failure?.message ).toMatch( new RegExp( `^The wiki cannot run with ${ extensionDir } \\(.*\\): check out what fits` ) );
		expect( failure?.message ).toMatch( reason );
		await expect( fetch( `http://127.0.0.1:${ options.phpPort }/` ) ).rejects.toThrow();
		await rm( options.stateDir, { recursive: true } );
	} );

	test( 'an extension that breaks each page, though not its update', async () => {
		const extensionDir = await writeTinyExtension( await mkdtemp( path.join( dir, 'refused-' ) ), 'no', { callback: 'TinyExtension\\Registration::broken' } );
		await writeFile( path.join( extensionDir, 'src/Registration.php' ), [
			'<?php', 'namespace TinyExtension;', 'class Registration {',
			'	public static function broken() { if ( PHP_SAPI !== "cli" ) { throw new \\Exception( "no" ); } }', '}'
		].join( '\n' ) );
		const options = { ...await scratchOptions(), extensions: [ await readExtension( extensionDir ) ] };
		await expect( startWiki( options ) ).rejects.toThrow( `The wiki cannot run with ${ extensionDir } (Error: it answers with 500, and ${ options.stateDir }` );
		await rm( options.stateDir, { recursive: true } );
	} );
} );

test( 'what calls itself Extension:OAuth and is not is refused before anything runs', async () => {
	const extensionDir = await writeTinyExtension( await mkdtemp( path.join( dir, 'refused-' ) ), 'no', { name: 'OAuth' } );
	const options = { ...await scratchOptions(), oauthExtension: await readExtension( extensionDir ) };
	await expect( startWiki( options ) ).rejects.toThrow( `The wiki cannot run with ${ extensionDir } (` );
	await expect( fetch( `http://127.0.0.1:${ options.phpPort }/` ) ).rejects.toThrow();
	await rm( options.stateDir, { recursive: true } );
} );

describe( 'a folder is refused in one sentence that names it', () => {
	const folders = async () => {
		const base = await mkdtemp( path.join( dir, 'folders-' ) );
		const made = async ( name: string, files: Record<string, string> ) => {
			await mkdir( path.join( base, name ) );
			for ( const [ file, text ] of Object.entries( files ) ) {
				await writeFile( path.join( base, name, file ), text );
			}
			return path.join( base, name );
		};
		return { base, made };
	};

	test( 'when it is none', async () => {
		const { base, made } = await folders();
		const file = path.join( await made( 'empty', { 'extension.json': '{}' } ), 'extension.json' );
		for ( const none of [ path.join( base, 'missing' ), file ] ) {
			await expect( readExtension( none ) ).rejects.toThrow( `${ none } is not a directory: name the folder` );
		}
	} );

	test.each( [
		[ 'has no extension.json', { 'README.md': '' }, 'has no extension.json and no skin.json' ],
		[ 'has broken JSON', { 'extension.json': '{ "name": ' }, 'is not valid JSON (' ],
		[ 'says no name', { 'extension.json': '[]' }, 'says no "name"' ],
		[
			'needs libraries', {
				'extension.json': '{ "name": "Libraries", "load_composer_autoloader": true }', 'composer.json': '{ "require": { "ext-json": "*", "league/oauth2-server": "9" } }'
			}, 'run "composer install --no-dev" in that folder'
		]
	] )( 'when it %s', async ( _what, files, sentence ) => {
		const { made } = await folders();
		const folder = await made( 'Given', files );
		const failure = await readExtension( folder ).then( () => undefined, ( error: unknown ) => error as Error );
		expect( failure?.message ).toContain( folder );
		expect( failure?.message ).toContain( sentence );
	} );

	test( 'when it is given twice, or by the wrong option', async () => {
		const { base } = await folders();
		const [ one, two, oauth ] = await Promise.all( [ [ 'one', {} ], [ 'two', {} ], [ 'oauth', { name: 'OAuth' } ] ].map(
			( [ name, changes ] ) => writeTinyExtension( path.join( base, name as string ), '', changes as Record<string, unknown> )
		) ) as [ string, string, string ];
		await expect( readExtensions( [ one, two ] ) ).rejects.toThrow( `${ one } and ${ two } both hold the extension Tiny Extension` );
		await expect( readExtensions( [ oauth ] ) ).rejects.toThrow( `${ oauth } holds Extension:OAuth, for which the sandbox has a stand-in: give it with --oauth-extension.` );
		await expect( readExtensions( [], one ) ).rejects.toThrow( `${ one } holds the extension Tiny Extension: --oauth-extension takes Extension:OAuth` );
		expect( await readExtensions( [ one ], oauth ) ).toMatchObject( { extensions: [ { dir: one } ], oauthExtension: { dir: oauth } } );
	} );
} );
