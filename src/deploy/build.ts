import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { bundleConfig, extraBundles, EXTRAS_DIR, GADGET_BUNDLES, messageSetOf } from '../../vite.config.ts';
import type { BudgetReport, Budgets, BuiltPage } from './budgets.ts';
import { checkBudgets, sizeTable } from './budgets.ts';
import { namesInOtherBundles } from './internal-names.ts';
import { checkGadgetSyntax } from './syntax.ts';

const projectDir = path.resolve( import.meta.dirname, '../..' );
const PAGE_PREFIX = 'MediaWiki:Gadget-';

/** Styles, one after the other where they are several, by the page that they become; what comes later counts more. */
const STYLES: Readonly<Record<string, readonly string[]>> = {
	AskForHelp: [ 'src/gadget/launcher/launcher.css' ],
	'AskForHelp-panel': [ 'panel', 'question', 'conversation', 'adaptations' ].map( ( part ) => `src/gadget/panel/views/${ part }.css` )
};

/** Extra parts that nobody can chat without. */
const NEEDED_TO_CHAT: readonly string[] = [ 'AskForHelp-matrix' ];

/** A language like any other, but a script: it comes in one request with the panel. */
const ENGLISH = 'AskForHelp-english';

/** Libraries inside a bundle, whose licences ask to be named. */
const CREDITS: Readonly<Record<string, string>> = {
	'AskForHelp-matrix': 'Contains parts of matrix-js-sdk, Apache-2.0, © The Matrix.org Foundation C.I.C. and contributors.',
	'AskForHelp-panel': 'Contains banana-i18n, MIT or GPL-2.0-or-later, © its authors.'
};

export type PageOptions = {
	/** Named in the header of each page; asked from git unless told. */
	readonly commit?: string;
	/** `BUDGETS` unless told. */
	readonly budgets?: Budgets;
	/** Folder of parts that are built besides the project's own. */
	readonly moreExtrasDir?: string;
};

export type BuildOptions = PageOptions & {
	/** Where the pages are written, each file named as the wiki page that it becomes; `dist/gadget` unless told. */
	readonly outDir?: string;
};

/** `problems`: a sentence for each reason not to publish the pages; empty when all is well. */
export type BuiltPages = { readonly pages: readonly BuiltPage[]; readonly report: BudgetReport; readonly problems: readonly string[] };

export type BuildResult = { readonly outDir: string; readonly pages: readonly BuiltPage[]; readonly report: BudgetReport };

function currentCommit(): string {
	try {
		return execFileSync( 'git', [ 'rev-parse', '--short=12', 'HEAD' ], { cwd: projectDir, encoding: 'utf8', stdio: [ 'ignore', 'pipe', 'ignore' ] } ).trim();
	} catch {
		// Built from an archive without its history.
		return 'unknown';
	}
}

/** Builds one bundle: an IIFE in ES2016. */
export async function bundleCode( name: string, entry: string ): Promise<string> {
	const output = await build( { ...bundleConfig( name, entry ), configFile: false } );
	const chunks = [ output ].flat().flatMap( ( part ) => 'output' in part ? part.output : [] ).filter( ( part ) => part.type === 'chunk' );
	const code = chunks[ 0 ]?.code;
	if ( code === undefined || chunks.length !== 1 ) {
		throw new Error( `${ name }: expected one bundle, got ${ chunks.length }` );
	}
	return code;
}

/** What the bundler assigns to a variable becomes what the wiki's `require()` returns. */
function asPackage( name: string, code: string ): string {
	const body = /^(?:var askForHelp\s*=\s*)?(\((?:function\(|\(?[\w,]*\)?=>)[\s\S]*)$/.exec( code.trim() )?.[ 1 ];
	if ( body === undefined ) {
		throw new Error( `${ name }: the bundle does not begin as an IIFE: ${ code.slice( 0, 80 ) }` );
	}
	// Bundlers have a meaning of their own for the wiki's name.
	return `${ name === 'AskForHelp' ? '' : 'module.exports=' }${ escapeForWiki( body.replace( /;?\s*$/, '' ) ).replace( /\bownFile\b/g, 'require' ) };`;
}

/**
 * A wiki normalises the text of a page (NFC, no control characters), which would change what regular expressions and
 * strings mean. So whatever is no plain letter, number or punctuation mark becomes an escape of JavaScript.
 */
function escapeForWiki( code: string ): string {
	return code.replace( /[^\n\t\x20-\x7e]/gu, ( character ) => {
		const isSafe = /[\p{L}\p{N}\p{P}]/u.test( character ) && character.length === 1 && character.normalize( 'NFC' ) === character;
		return isSafe ? character : [ ...Array( character.length ).keys() ]
			.map( ( index ) => `\\u${ character.charCodeAt( index ).toString( 16 ).padStart( 4, '0' ) }` ).join( '' );
	} );
}

/** The wiki transforms `~~~~` and the like when it saves a script or a style, except inside nowiki. */
function withHeader( header: readonly string[], body: string ): string {
	return [ '/*!', ...header.map( ( line ) => ` * ${ line }` ), ' * <nowiki>', ' */', body.trim(), '/* </nowiki> */', '' ].join( '\n' );
}

/** A part that is loaded on use may have a style beside its script. */
function stylesOf( extras: Readonly<Record<string, string>> ): Record<string, string[]> {
	const styles = Object.entries( extras ).map( ( [ name, entry ] ): [ string, string[] ] => [ name, [ entry.replace( /\.ts$/, '.css' ) ] ] );
	return Object.fromEntries( styles.filter( ( [ , [ file = '' ] ] ) => existsSync( path.join( projectDir, file ) ) ) );
}

/** English is a part loaded on use, and qqq is for translators. */
function languagePages(): BuiltPage[] {
	const dir = path.join( projectDir, 'src/gadget/i18n' );
	return readdirSync( dir )
		.filter( ( file ) => file.endsWith( '.json' ) && file !== 'en.json' && file !== 'qqq.json' )
		.map( ( file ) => {
			const messages = JSON.parse( readFileSync( path.join( dir, file ), 'utf8' ) ) as Record<string, unknown>;
			const set = messageSetOf( messages );
			return {
				title: `${ PAGE_PREFIX }AskForHelp-i18n-${ file }`,
				text: `${ JSON.stringify( { ...messages, '@metadata': set === messageSetOf() ? { set } : undefined }, null, '\t' ) }\n`.normalize( 'NFC' ),
				language: path.basename( file, '.json' )
			};
		} );
}

/** Builds all gadget pages and checks their syntax and their sizes; writes nothing. */
export async function buildPages( options: PageOptions = {} ): Promise<BuiltPages> {
	const { version } = JSON.parse( readFileSync( path.join( projectDir, 'package.json' ), 'utf8' ) ) as { version: string };
	const header = ( source: string, credit?: string ): string[] => [
		`Ask for Help ${ version }, commit ${ options.commit ?? currentCommit() }. SPDX-License-Identifier: MIT`,
		`Built from ${ source }: change it there, not on this page.`,
		...( credit === undefined ? [] : [ credit ] )
	];

	const moreExtras = options.moreExtrasDir === undefined ? {} : extraBundles( options.moreExtrasDir );
	const extras = { ...extraBundles( EXTRAS_DIR ), ...moreExtras };
	const isOnUse = ( name: string ): boolean => name in extras && !NEEDED_TO_CHAT.includes( name );
	const pages: BuiltPage[] = [];
	const codes: Record<string, string> = {};
	for ( const [ name, entry ] of Object.entries( { ...GADGET_BUNDLES, ...moreExtras } ) ) {
		const code = await bundleCode( name, entry );
		if ( name in GADGET_BUNDLES ) {
			codes[ name ] = code;
		}
		const text = withHeader( header( entry, CREDITS[ name ] ), asPackage( name, code ) );
		pages.push( Object.assign(
			{ title: `${ PAGE_PREFIX }${ name }.js`, text, isOnUse: isOnUse( name ) }, name === ENGLISH && { language: 'en', isOnUse: false }
		) );
	}
	for ( const [ name, files ] of Object.entries( { ...STYLES, ...stylesOf( extras ) } ) ) {
		const source = files.length > 1 ? path.dirname( files[ 0 ]! ) : files[ 0 ]!;
		const text = withHeader( header( source ), files.map( ( file ) => readFileSync( path.join( projectDir, file ), 'utf8' ) ).join( '\n' ) );
		pages.push( { title: `${ PAGE_PREFIX }${ name }.css`, text, isOnUse: isOnUse( name ) } );
	}
	pages.push( ...languagePages() );

	const report = checkBudgets( pages, options.budgets );
	const syntaxProblems = pages.filter( ( page ) => page.title.endsWith( '.js' ) ).flatMap( ( page ) => (
		checkGadgetSyntax( page.text ).map( ( problem ) => `${ page.title }:${ problem.line } ${ problem.message }` )
	) );
	return { pages, report, problems: [ ...syntaxProblems, ...namesInOtherBundles( codes ), ...report.problems ] };
}

/**
 * Builds all gadget pages and writes them.
 *
 * @throws Error with a line for each violation of syntax or budget; nothing is written then
 */
export async function buildGadgets( options: BuildOptions = {} ): Promise<BuildResult> {
	const outDir = options.outDir ?? path.join( projectDir, 'dist/gadget' );
	const { pages, report, problems } = await buildPages( options );
	if ( problems.length > 0 ) {
		throw new Error( [ 'The gadget cannot be published as it is:', ...problems, ...sizeTable( report, options.budgets ) ].join( '\n' ) );
	}
	rmSync( outDir, { recursive: true, force: true } );
	mkdirSync( outDir, { recursive: true } );
	for ( const page of pages ) {
		writeFileSync( path.join( outDir, page.title ), page.text );
	}
	return { outDir, pages, report };
}

if ( process.argv[ 1 ] !== undefined && import.meta.url === pathToFileURL( process.argv[ 1 ] ).href ) {
	try {
		const { outDir, report } = await buildGadgets();
		console.log( [ ...sizeTable( report ), `Written to ${ path.relative( process.cwd(), outDir ) || outDir }` ].join( '\n' ) );
	} catch ( error ) {
		console.error( error instanceof Error ? error.message : error );
		process.exitCode = 1;
	}
}
