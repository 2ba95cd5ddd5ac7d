import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../progress.ts';
import { fetchDebianPackages, inWorkFolder, unpack } from './debian-packages.ts';

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
	await inWorkFolder( softwareDir, directoryName, async ( work ) => {
		const archives = await fetchDebianPackages( path.join( work, 'apt' ), { title: 'MediaWiki', names: debianPackages, release: debianRelease } );
		const unpacked = path.join( work, 'root' );
		await unpack( archives, unpacked );
		const tree = await assemble( path.join( unpacked, 'usr/share/mediawiki' ), path.join( work, 'tree' ) );
		const version = await versionOf( tree );
		if ( !version.startsWith( wantedSeries ) ) {
			throw new Error( `Debian ${ debianRelease } offers MediaWiki ${ version }, and the sandbox needs ${ wantedSeries }x.` );
		}
		await rename( tree, dir );
	} );
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
