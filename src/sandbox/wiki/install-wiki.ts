import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WikiFolders } from './php.ts';
import { localSettingsFile, phpSourcesDir, runMaintenance } from './php.ts';
import { installer, seedData } from './seed.ts';

const pagesDir = path.join( path.dirname( fileURLToPath( import.meta.url ) ), 'pages' );

/**
 * Makes a wiki with accounts and pages in `dataDir`, unless there is one.
 * It is made beside and moved there when it is complete, so a killed installation leaves nothing to stumble over.
 */
export async function installWiki( { mediaWikiDir, dataDir }: WikiFolders, url: string ): Promise<void> {
	if ( existsSync( dataDir ) ) {
		return;
	}
	const unfinished = `${ dataDir }.partial`;
	await rm( unfinished, { recursive: true, force: true } );
	const folders = { mediaWikiDir, dataDir: unfinished };
	const made = await Promise.all( [ 'database', 'cache', 'images', 'installer' ].map( async ( name ) => {
		const dir = path.join( unfinished, name );
		await mkdir( dir, { recursive: true } );
		return dir;
	} ) );
	const [ databaseDir, , , installerDir ] = made as [ string, string, string, string ];
	await runMaintenance( folders, 'install', [
		'--dbtype', 'sqlite', '--dbname', 'sandboxwiki', '--dbpath', databaseDir, '--confpath', installerDir,
		'--server', url, '--scriptpath', '', '--lang', 'en', '--pass', installer.password,
		'--with-extensions', 'Sandbox Wiki', installer.name
	], { configured: false } );
	await rm( installerDir, { recursive: true } );
	await writeFile( path.join( unfinished, 'secret-key' ), randomBytes( 32 ).toString( 'hex' ), { mode: 0o600 } );
	await writeLocalSettings( { dataDir: unfinished }, url );
	const seedFile = path.join( unfinished, 'seed.json' );
	await writeFile( seedFile, JSON.stringify( await seedData( ( file ) => readFile( path.join( pagesDir, file ), 'utf8' ) ) ) );
	await runMaintenance( folders, path.join( phpSourcesDir, 'seed.php' ), [ seedFile ] );
	await runMaintenance( folders, 'runJobs', [ '--quiet' ] );
	await rm( seedFile );
	await rename( unfinished, dataDir );
}

/** Written at every start, because the address may be another one this time. */
export async function writeLocalSettings( { dataDir }: Pick<WikiFolders, 'dataDir'>, url: string ): Promise<void> {
	const secretKey = await readFile( path.join( dataDir, 'secret-key' ), 'utf8' );
	await writeFile( localSettingsFile( { dataDir } ), [
		'<?php',
		`$sandbox = [ 'url' => ${ phpString( url ) }, 'stateDir' => __DIR__, 'secretKey' => ${ phpString( secretKey ) } ];`,
		`require ${ phpString( path.join( phpSourcesDir, 'settings.php' ) ) };`,
		''
	].join( '\n' ), { mode: 0o600 } );
}

function phpString( text: string ): string {
	return `'${ text.replaceAll( /[\\']/g, '\\$&' ) }'`;
}
