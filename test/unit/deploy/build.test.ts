import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GADGET_BUNDLES, messageSetOf } from '../../../vite.config.ts';
import type { BuildResult } from '../../../src/deploy/build.ts';
import { buildGadgets, buildPages } from '../../../src/deploy/build.ts';
import { BUDGETS, checkBudgets, sizeTable } from '../../../src/deploy/budgets.ts';
import { readDefinitionLines } from '../../../src/deploy/definitions.ts';
import { checkGadgetSyntax } from '../../../src/deploy/syntax.ts';
import english from '../../../src/gadget/i18n/en.json' with { type: 'json' };

describe( 'the syntax of a gadget page', () => {
	it.each( [
		[ 'an async function', 'async function f() {}' ],
		[ 'object spread', 'var a = { ...b };' ],
		[ 'a catch without a binding', 'try { a(); } catch { b(); }' ],
		[ 'optional chaining', 'a?.b;' ],
		[ 'nullish coalescing', 'a ?? b;' ],
		[ 'a BigInt', 'var a = 123n;' ],
		[ 'a numeric separator', 'var a = 1_000;' ],
		[ 'a class field', 'class A { b = 1; }' ],
		[ 'a dynamic import', 'import( "a" );' ],
		[ 'a module', 'export var a = 1;' ],
		[ 'a text that the wiki would normalise', 'var a = "e\u0301";' ],
		[ 'a control character', 'var a = "\u0001";' ],
		[ 'an end of nowiki in the middle', 'var a = "</nowiki>";\nvar b;\n' ]
	] )( 'refuses %s', ( _what, source ) => {
		expect( checkGadgetSyntax( source ) ).not.toEqual( [] );
	} );

	it( 'names the line', () => {
		expect( checkGadgetSyntax( 'var a;\nvar b;\na?.b;' ) ).toMatchObject( [ { line: 3 } ] );
	} );

	it( 'accepts ES2016', () => {
		expect( checkGadgetSyntax( 'class A extends B { c( ...d ) { return 2 ** 0x1F + `${ d }`; } }\nreturn [ 1 ].includes( 1 );' ) ).toEqual( [] );
	} );
} );

describe( 'the budgets', () => {
	// Text that does not compress.
	const noise = ( length: number ): string => Array.from( { length }, ( _, index ) => String.fromCharCode( 33 + ( index * index * 7919 + index * 31 ) % 90 ) ).join( '' );

	it( 'count a launcher\'s script and style together', () => {
		const half = noise( BUDGETS.launcherGzBytes );
		const pages = [ { title: 'MediaWiki:Gadget-AskForHelp.js', text: half }, { title: 'MediaWiki:Gadget-AskForHelp.css', text: '' } ];
		const { launcherGzBytes } = checkBudgets( pages );
		expect( launcherGzBytes ).toBeGreaterThan( 0 );
		expect( checkBudgets( [ pages[ 0 ]!, { ...pages[ 1 ]!, text: 'a{}' } ] ).launcherGzBytes ).toBeGreaterThan( launcherGzBytes );
	} );

	it( 'refuse a bundle that the module store would not keep', () => {
		const { problems } = checkBudgets( [ { title: 'MediaWiki:Gadget-AskForHelp-panel.js', text: 'a'.repeat( 100_001 ) } ] );
		expect( problems ).toEqual( [ expect.stringContaining( '100001 characters' ) ] );
	} );

	it( 'count only the largest language', () => {
		const language = ( code: string, text: string ) => ( { title: `MediaWiki:Gadget-AskForHelp-i18n-${ code }.json`, text, language: code } );
		const one = checkBudgets( [ language( 'ar', noise( 500 ) ) ] ).chatGzBytes;
		expect( checkBudgets( [ language( 'ar', noise( 500 ) ), language( 'de', noise( 300 ) ) ] ).chatGzBytes ).toBe( one );
	} );

	it( 'do not count what is loaded on use as needed to chat, but limit its length', () => {
		const panel = { title: 'MediaWiki:Gadget-AskForHelp-panel.js', text: noise( 500 ) };
		const part = { title: 'MediaWiki:Gadget-AskForHelp-part.js', text: noise( 100_001 ), isOnUse: true };
		const report = checkBudgets( [ panel, part ] );
		expect( report.chatGzBytes ).toBe( checkBudgets( [ panel ] ).chatGzBytes );
		expect( report.problems ).toEqual( [ expect.stringContaining( '100001 characters' ) ] );
		expect( sizeTable( report ).filter( ( line ) => line.endsWith( 'on use' ) ) ).toEqual( [ expect.stringContaining( part.title ) ] );
	} );
} );

describe( 'a build', () => {
	const outDir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-build-' ) );
	let result: BuildResult;
	const page = ( title: string ): string => readFileSync( path.join( outDir, `MediaWiki:Gadget-${ title }` ), 'utf8' );

	/** What a page's `require()` gives on the wiki. */
	function run( script: string ): Record<string, unknown> {
		const module = { exports: {} };
		new Function( 'module', 'require', script )( module, () => ( {} ) );
		return module.exports;
	}

	beforeAll( async () => {
		result = await buildGadgets( { outDir, commit: 'abc123' } );
	}, 60_000 );
	afterAll( () => rmSync( outDir, { recursive: true, force: true } ) );

	it( 'writes a file for each wiki page, named as the page', () => {
		expect( readdirSync( outDir ) ).toEqual( expect.arrayContaining( [
			...Object.keys( GADGET_BUNDLES ).map( ( name ) => `${ name }.js` ), 'AskForHelp.css', 'AskForHelp-panel.css', 'AskForHelp-i18n-ar.json'
		].map( ( name ) => `MediaWiki:Gadget-${ name }` ) ) );
	} );

	it( 'makes a part that is loaded on use of each file among the extras, with its style', async () => {
		const moreExtrasDir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-extras-' ) );
		try {
			writeFileSync( path.join( moreExtrasDir, 'tiny.ts' ), 'export const draw = ( name?: string ): string => name ?? "nobody";' );
			writeFileSync( path.join( moreExtrasDir, 'tiny.css' ), '.askforhelp-tiny { color: red; }' );
			const { pages, report } = await buildPages( { moreExtrasDir, commit: 'abc123' } );
			const ofTiny = pages.filter( ( { title } ) => title.includes( '-tiny.' ) );
			expect( ofTiny.map( ( { title, isOnUse } ) => [ title, isOnUse ] ) )
				.toEqual( [ [ 'MediaWiki:Gadget-AskForHelp-tiny.js', true ], [ 'MediaWiki:Gadget-AskForHelp-tiny.css', true ] ] );
			expect( ofTiny[ 1 ]!.text ).toContain( '.askforhelp-tiny' );
			expect( ( run( ofTiny[ 0 ]!.text ).draw as () => string )() ).toBe( 'nobody' );
			expect( report.chatGzBytes ).toBe( result.report.chatGzBytes );
			expect( report.pages.filter( ( { title, isOnUse } ) => isOnUse && title.endsWith( '-matrix.js' ) ) ).toEqual( [] );
		} finally {
			rmSync( moreExtrasDir, { recursive: true, force: true } );
		}
	}, 60_000 );

	it( 'stays within the budgets, and shows every page in its table', () => {
		expect( result.report.problems ).toEqual( [] );
		const table = sizeTable( result.report ).join( '\n' );
		readdirSync( outDir ).forEach( ( file ) => expect( table ).toContain( file ) );
	} );

	it( 'names version, commit and licence on each script and style', () => {
		for ( const file of readdirSync( outDir ).filter( ( name ) => !name.endsWith( '.json' ) ) ) {
			expect( readFileSync( path.join( outDir, file ), 'utf8' ).slice( 0, 200 ) ).toMatch( /Ask for Help \d+\.\d+\.\d+, commit abc123.*MIT/ );
		}
	} );

	it( 'gives the same bytes again', async () => {
		const again = mkdtempSync( path.join( tmpdir(), 'ask-for-help-build-' ) );
		try {
			await buildGadgets( { outDir: again, commit: 'abc123' } );
			for ( const file of readdirSync( outDir ) ) {
				expect( readFileSync( path.join( again, file ), 'utf8' ) ).toBe( readFileSync( path.join( outDir, file ), 'utf8' ) );
			}
		} finally {
			rmSync( again, { recursive: true, force: true } );
		}
	}, 60_000 );

	it( 'hands over what is over its budget, and does not write it', async () => {
		const budgets = { ...BUDGETS, launcherGzBytes: 100 };
		const { report, problems } = await buildPages( { budgets } );
		expect( problems ).toEqual( [ `The launcher has ${ report.launcherGzBytes } bytes gz; the budget is 100.` ] );
		expect( report.pages ).toHaveLength( readdirSync( outDir ).length );
		const unwritten = path.join( outDir, 'unwritten' );
		await expect( buildGadgets( { outDir: unwritten, budgets } ) ).rejects.toThrow( problems[ 0 ] );
		expect( existsSync( unwritten ) ).toBe( false );
	}, 60_000 );

	it( 'counts a script with its style, as the module store of the wiki does', () => {
		const style = '.a {\n\tcolor: red;\n}\n'.repeat( 2_000 );
		const pages = [ { title: 'x.js', text: 'a'.repeat( 60_000 ) }, { title: 'x.css', text: style }, { title: 'y.css', text: style } ];
		expect( checkBudgets( pages, { ...BUDGETS, bundleCharacters: 90_000 } ).problems ).toEqual( [] );
		expect( checkBudgets( pages, { ...BUDGETS, bundleCharacters: 80_000 } ).problems ).toEqual( [ expect.stringMatching( /^x\.js has 8\d{4} characters/ ) ] );
	} );

	it( 'makes packages that export what the others call', () => {
		expect( run( page( 'AskForHelp-panel.js' ) ) ).toHaveProperty( 'openPanel' );
		expect( Object.keys( run( page( 'AskForHelp-matrix.js' ) ) ) )
			.toEqual( expect.arrayContaining( [ 'createMatrixClient', 'loginWithToken', 'openConversation', 'createConversationView' ] ) );
	} );

	it( 'keeps the Matrix client out of the panel, and OOUI out of everything', () => {
		expect( page( 'AskForHelp-panel.js' ) ).not.toMatch( /M_UNKNOWN_TOKEN|FetchHttpApi/ );
		expect( page( 'AskForHelp.js' ) ).not.toMatch( /\bOO\.|_matrix|fetch\(/ );
	} );

	it( 'says on the page of a language whether it has all messages, and keeps its authors to itself', () => {
		const text = page( 'AskForHelp-i18n-ar.json' );
		expect( JSON.parse( text ) ).toMatchObject( { '@metadata': { set: messageSetOf() } } );
		expect( text ).not.toContain( 'authors' );
		expect( text.normalize( 'NFC' ) ).toBe( text );
		expect( page( 'AskForHelp-panel.js' ) ).toContain( String( messageSetOf() ) );
	} );

	it( 'counts English as one language more, and leaves it out of the panel', () => {
		expect( page( 'AskForHelp-panel.js' ) ).not.toContain( english[ 'askforhelp-question-label' ] );
		expect( run( page( 'AskForHelp-english.js' ) ) ).toMatchObject( { messages: { 'askforhelp-title': english[ 'askforhelp-title' ] } } );
		expect( result.report.pages.find( ( { title } ) => title.includes( 'english' ) ) ).toMatchObject( { isOnUse: false } );
	} );

	describe( 'and the definition lines', () => {
		const definitions = path.resolve( import.meta.dirname, '../../../gadget-definitions' );
		const lines = readDefinitionLines( readFileSync( path.join( definitions, 'definitions.txt' ), 'utf8' ) );
		const named = lines.flatMap( ( line ) => line.slice( line.indexOf( ']' ) + 2 ).split( '|' ) );

		it( 'which name only pages that there are', () => {
			for ( const name of named.filter( ( one ) => one !== 'AskForHelp-hosts.js' ) ) {
				const file = `MediaWiki:Gadget-${ name }`;
				const isThere = [ outDir, definitions ].some( ( dir ) => existsSync( path.join( dir, file ) ) );
				expect( [ name, isThere ] ).toEqual( [ name, true ] );
			}
		} );

		it( 'which name every script and style, each in the line of its gadget', () => {
			for ( const file of readdirSync( outDir ).filter( ( name ) => !name.endsWith( '.json' ) ) ) {
				const name = file.replace( 'MediaWiki:Gadget-', '' );
				const gadget = name.replace( /\.\w+$/, '' );
				expect( lines.filter( ( line ) => line.startsWith( `* ${ gadget }[` ) && line.split( '|' ).includes( name ) ), name ).toHaveLength( 1 );
			}
		} );

		it( 'which show readers only the launcher among their preferences', () => {
			expect( lines.filter( ( line ) => !/[[|]hidden[|\]]/.test( line ) ) ).toEqual( [ expect.stringContaining( '* AskForHelp[' ) ] );
		} );
	} );
} );
