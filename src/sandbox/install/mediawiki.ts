import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, ExecaError } from 'execa';
import type { Progress } from '../progress.ts';

/** The MediaWiki whose pages, database and extensions the sandbox knows; Debian 13 keeps it patched. */
const wantedSeries = '1.43.';
const debianRelease = 'trixie';
const debianPackages = [ 'mediawiki', 'mediawiki-classes' ];
const directoryName = 'mediawiki';

/**
 * Puts MediaWiki with its bundled extensions into `softwareDir`, unless it is there already.
 * It is Debian's package, fetched by apt through a root of its own, so that the machine's package state stays as it was.
 * A killed installation leaves only a directory that the next one removes.
 */
export async function installMediaWiki(
	{ softwareDir, progress }: { softwareDir: string; progress: Progress }
): Promise<{ dir: string; version: string }> {
	const dir = path.join( softwareDir, directoryName );
	if ( !existsSync( dir ) ) {
		await progress.step( 'Installing MediaWiki from Debian\'s packages', () => install( softwareDir, dir ) );
	}
	const version = await versionOf( dir );
	if ( !version.startsWith( wantedSeries ) ) {
		throw new Error( `${ dir } holds MediaWiki ${ version }, and the sandbox needs ${ wantedSeries }x: remove that directory, then start again.` );
	}
	return { dir, version };
}

async function install( softwareDir: string, dir: string ): Promise<void> {
	await mkdir( softwareDir, { recursive: true } );
	const prefix = `${ directoryName }.partial-`;
	const leftovers = ( await readdir( softwareDir ) ).filter( ( name ) => name.startsWith( prefix ) );
	await Promise.all( leftovers.map( ( name ) => rm( path.join( softwareDir, name ), { recursive: true, force: true } ) ) );
	const work = await mkdtemp( path.join( softwareDir, prefix ) );
	try {
		const archives = await download( path.join( work, 'apt' ) );
		const unpacked = path.join( work, 'root' );
		for ( const archive of archives ) {
			await run( 'dpkg', [ '-x', archive, unpacked ] );
		}
		const tree = await assemble( path.join( unpacked, 'usr/share/mediawiki' ), path.join( work, 'tree' ) );
		const version = await versionOf( tree );
		if ( !version.startsWith( wantedSeries ) ) {
			throw new Error( `Debian ${ debianRelease } offers MediaWiki ${ version }, and the sandbox needs ${ wantedSeries }x.` );
		}
		await rename( tree, dir );
	} finally {
		await rm( work, { recursive: true, force: true } );
	}
}

async function download( aptDir: string ): Promise<string[]> {
	const sources = path.join( aptDir, 'sources' );
	const archives = path.join( aptDir, 'archives' );
	await Promise.all( [ 'sources', 'archives', 'lists/partial', 'cache/archives/partial' ].map( ( name ) =>
		mkdir( path.join( aptDir, name ), { recursive: true } ) ) );
	await copySources( sources );
	const options = [
		'Dir::Etc::sourcelist=/dev/null',
		`Dir::Etc::sourceparts=${ sources }`,
		`Dir::State::lists=${ path.join( aptDir, 'lists' ) }`,
		`Dir::Cache=${ path.join( aptDir, 'cache' ) }`,
		// As its own user, apt could not write into a directory that only the caller may enter.
		'APT::Sandbox::User=root'
	].flatMap( ( option ) => [ '-o', option ] );
	// One source of several may fail; whether the packages come is what counts.
	const update = await execa( 'apt-get', [ ...options, '--quiet', 'update' ], { reject: false, stdin: 'ignore' } );
	try {
		await execa( 'apt-get', [ ...options, '--quiet', 'download', ...debianPackages ], { cwd: archives, stdin: 'ignore' } );
	} catch ( error ) {
		const reason = [ update.stderr, error instanceof ExecaError ? error.stderr : '' ]
			.flatMap( ( text ) => text?.trim().split( '\n' ) ?? [] ).find( ( line ) => line.startsWith( 'E:' ) ) ?? String( error );
		throw new Error( `MediaWiki could not be downloaded from Debian ${ debianRelease } (${ reason }): its mirror has to be reachable.`, { cause: error } );
	}
	return ( await readdir( archives ) ).filter( ( name ) => name.endsWith( '.deb' ) ).map( ( name ) => path.join( archives, name ) );
}

/** The machine's own Debian sources (mirror, proxy, keys as configured), with the name of the release exchanged. */
async function copySources( target: string ): Promise<void> {
	const release = /^VERSION_CODENAME=(.+)$/m.exec( await readFile( '/etc/os-release', 'utf8' ) )?.[ 1 ]?.replaceAll( '"', '' );
	const parts = '/etc/apt/sources.list.d';
	const files = [
		'/etc/apt/sources.list',
		...( existsSync( parts ) ? await readdir( parts ) : [] ).map( ( name ) => path.join( parts, name ) )
	].filter( ( file ) => /\.(?:list|sources)$/.test( file ) && existsSync( file ) );
	let copied = 0;
	for ( const file of files ) {
		const text = await readFile( file, 'utf8' );
		if ( release && text.includes( release ) && /\bmain\b/.test( text ) ) {
			await writeFile( path.join( target, path.basename( file ) ), text.replaceAll( release, debianRelease ) );
			copied++;
		}
	}
	if ( copied === 0 ) {
		throw new Error( 'No Debian package source was found in /etc/apt: the sandbox takes MediaWiki from Debian\'s packages.' );
	}
}

/** Debian spreads the tree over links to /etc and /var; the copy stands alone. */
async function assemble( source: string, target: string ): Promise<string> {
	const elsewhere = [ 'LocalSettings.php', 'config', 'extensions', 'images' ].map( ( name ) => path.join( source, name ) );
	await cp( source, target, { recursive: true, dereference: true, filter: ( file ) => !elsewhere.includes( file ) } );
	await rename( path.join( target, 'extensions-core' ), path.join( target, 'extensions' ) );
	await mkdir( path.join( target, 'images' ) );
	return target;
}

async function versionOf( dir: string ): Promise<string> {
	const text = await readFile( path.join( dir, 'includes/Defines.php' ), 'utf8' ).catch( () => '' );
	return /define\( 'MW_VERSION', '([^']+)' \)/.exec( text )?.[ 1 ] ?? 'of an unknown version';
}

async function run( command: string, args: string[] ): Promise<void> {
	try {
		await execa( command, args, { stdin: 'ignore' } );
	} catch ( error ) {
		throw new Error( `${ command } failed: ${ error instanceof ExecaError ? error.shortMessage : String( error ) }`, { cause: error } );
	}
}
