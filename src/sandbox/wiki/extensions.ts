import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isRecord } from '../../protocol/ids.ts';
import type { WikiFolders } from './php.ts';
import { MaintenanceError, runMaintenance } from './php.ts';

/** A checkout of a MediaWiki extension or skin that is added to the wiki for one start. */
export type AddedExtension = {
	/** As its extension.json or skin.json says it. */
	readonly name: string;
	readonly kind: 'extension' | 'skin';
	/** Absolute. */
	readonly dir: string;
};

/** Keys of MediaWiki's own format that this reads: https://www.mediawiki.org/wiki/Manual:Extension.json/Schema */
type Definition = Readonly<Record<string, unknown>>;

const oauthName = 'OAuth';
const definitionFiles = [ [ 'extension', 'extension.json' ], [ 'skin', 'skin.json' ] ] as const;

/** Reads which extension or skin `dir` holds; throws one sentence that names the directory and what to do. */
export async function readExtension( dir: string ): Promise<AddedExtension> {
	if ( !( await stat( dir ).catch( () => undefined ) )?.isDirectory() ) {
		throw new Error( `${ dir } is not a directory: name the folder with a checkout of a MediaWiki extension, the one that holds its extension.json.` );
	}
	const [ kind, definitionFile ] = definitionFiles.find( ( [ , file ] ) => existsSync( path.join( dir, file ) ) ) ?? [];
	if ( !kind || !definitionFile ) {
		throw new Error( `${ dir } has no extension.json and no skin.json: name the folder of the extension itself, with all of its files.` );
	}
	const definition = parse( await readFile( path.join( dir, definitionFile ), 'utf8' ) );
	if ( definition instanceof Error ) {
		throw new Error( `${ path.join( dir, definitionFile ) } is not valid JSON (${ definition.message }): mend that file, or check the extension out again.` );
	}
	if ( !isRecord( definition ) || typeof definition.name !== 'string' || definition.name === '' ) {
		throw new Error( `${ path.join( dir, definitionFile ) } says no "name": name the folder of a MediaWiki extension.` );
	}
	if ( definition.load_composer_autoloader === true && !existsSync( path.join( dir, 'vendor/autoload.php' ) ) && await needsLibraries( dir ) ) {
		throw new Error( `The extension in ${ dir } needs PHP libraries that are not there: run "composer install --no-dev" in that folder, then start again.` );
	}
	return { name: definition.name, kind, dir };
}

/** All that a start adds; the real Extension:OAuth apart, because it takes the place of the stand-in. */
export type AddedExtensions = { readonly extensions: readonly AddedExtension[]; readonly oauthExtension?: AddedExtension };

/** Reads all; throws as {@link readExtension}, and when one is given twice or by the wrong option. */
export async function readExtensions( dirs: readonly string[], oauthDir?: string ): Promise<AddedExtensions> {
	const extensions: AddedExtension[] = [];
	for ( const dir of dirs ) {
		const extension = await readExtension( dir );
		const same = extensions.find( ( { name, kind } ) => name === extension.name && kind === extension.kind );
		if ( same ) {
			throw new Error( `${ same.dir } and ${ dir } both hold the ${ extension.kind } ${ extension.name }: name one of them.` );
		}
		if ( extension.name === oauthName ) {
			throw new Error( `${ dir } holds Extension:OAuth, for which the sandbox has a stand-in: give it with --oauth-extension.` );
		}
		extensions.push( extension );
	}
	if ( oauthDir === undefined ) {
		return { extensions };
	}
	const oauthExtension = await readExtension( oauthDir );
	if ( oauthExtension.name !== oauthName ) {
		throw new Error( `${ oauthDir } holds the ${ oauthExtension.kind } ${ oauthExtension.name }: --oauth-extension takes Extension:OAuth, and --extension all others.` );
	}
	return { extensions, oauthExtension };
}

/** Keys for Extension:OAuth, which it reads as PEM. */
export type OAuthKeyFiles = { readonly privateKeyFile: string; readonly publicKeyFile: string };

/** Tells php/settings.php and php/router.php what to load and serve from elsewhere; at every start, so that it holds for this one only. */
export async function writeAddedExtensions(
	{ dataDir }: Pick<WikiFolders, 'dataDir'>, extensions: readonly AddedExtension[], oauthKeys?: OAuthKeyFiles
): Promise<void> {
	const assets: Record<string, string> = {};
	const load: { name: string; kind: string; file: string }[] = [];
	for ( const { name, kind, dir } of extensions ) {
		const file = path.join( dir, `${ kind }.json` );
		load.push( { name, kind, file } );
		for ( const folder of foldersOf( parse( await readFile( file, 'utf8' ) ), name, dir ) ) {
			assets[ `${ kind }s/${ folder }` ] = dir;
		}
	}
	await writeFile( path.join( dataDir, 'added-extensions.json' ), JSON.stringify( { load, assets, oauthKeys: oauthKeys ?? null } ) );
}

/** Lets MediaWiki load what was added and bring its database up to date; a refusal is one sentence that names the directory. */
export async function updateForExtensions( folders: WikiFolders, extensions: readonly AddedExtension[] ): Promise<void> {
	try {
		await runMaintenance( folders, 'update', [ '--quick', '--quiet' ] );
	} catch ( error ) {
		throw error instanceof MaintenanceError ? refusal( extensions, error ) : error;
	}
}

/** What MediaWiki says when it cannot do with `extensions`. */
export function refusal( extensions: readonly AddedExtension[], failure: Pick<MaintenanceError, 'output'> ): Error {
	const said = failure.output.split( '\n' ).map( ( line ) => line.trim() );
	const reason = reasonOf( said );
	const guilty = extensions.filter( ( { name, dir } ) => reason.includes( name ) || failure.output.includes( `${ dir }/` ) );
	const dirs = ( guilty.length > 0 ? guilty : extensions ).map( ( { dir } ) => dir ).join( ', ' );
	return new Error(
		`The wiki cannot run with ${ dirs } (${ reason }): check out what fits its MediaWiki 1.43 (branch REL1_43) and what that needs ` +
		'(other extensions with --extension, PHP libraries with "composer install --no-dev"), or leave it out.',
		{ cause: failure }
	);
}

function reasonOf( lines: readonly string[] ): string {
	const isAboutCode = /^#\d|^from |^Stack trace:|^$/;
	const telling = lines.findIndex( ( line ) => /is not compatible|requires:|requires |Error:|Exception|[Ee]rror from line|Fatal/.test( line ) );
	const rest = lines.slice( telling < 0 ? 0 : telling ).filter( ( line ) => !isAboutCode.test( line ) );
	// An exception's heading ends where its message begins on the next line.
	const message = ( rest[ 0 ] ?? '' ).endsWith( ':' ) ? rest.slice( 0, 2 ) : rest.slice( 0, 1 );
	return message.join( ' ' )
		.replace( /^PHP Fatal error:\s+Uncaught (?:[\w\\]+: )?|^\[[0-9a-f]+\] (?:\[no req\]\s*)?/, '' )
		.replace( / in \/\S+:\d+$|\.$/, '' ) || 'it does not say why';
}

/** The folders below `extensions/` at which the extension's own code believes it is. */
function foldersOf( definition: unknown, name: string, dir: string ): Set<string> {
	const folders = new Set( [ name.replaceAll( ' ', '' ), path.basename( dir ) ] );
	if ( isRecord( definition ) ) {
		const modules = isRecord( definition.ResourceModules ) ? Object.values( definition.ResourceModules ) : [];
		for ( const paths of [ definition.ResourceFileModulePaths, ...modules ] ) {
			for ( const key of [ 'remoteExtPath', 'remoteSkinPath' ] ) {
				const remote = isRecord( paths ) ? paths[ key ] : undefined;
				if ( typeof remote === 'string' ) {
					folders.add( remote.split( '/' )[ 0 ] ?? '' );
				}
			}
		}
	}
	folders.delete( '' );
	return folders;
}

async function needsLibraries( dir: string ): Promise<boolean> {
	const composer = parse( await readFile( path.join( dir, 'composer.json' ), 'utf8' ).catch( () => '{}' ) );
	const required = isRecord( composer ) && isRecord( composer.require ) ? Object.keys( composer.require ) : [];
	return required.some( ( name ) => name !== 'php' && name !== 'composer/installers' && !name.startsWith( 'ext-' ) );
}

function parse( text: string ): Definition | Error {
	try {
		return JSON.parse( text ) as Definition;
	} catch ( error ) {
		return error as Error;
	}
}
