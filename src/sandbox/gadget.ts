import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildGadgets } from '../deploy/build.ts';
import { publishGadget } from '../deploy/publish.ts';
import type { HostSettings } from '../protocol/settings.ts';
import type { Progress } from './progress.ts';
import { panelSettings } from './wiki/panel-settings.ts';
import { statusPage } from './wiki/seed.ts';
import type { Wiki } from './wiki/start-wiki.ts';

const projectDir = path.resolve( import.meta.dirname, '../..' );

/** All that the bundles are made of. */
const inputs = [ 'src/gadget', 'src/protocol', 'src/matrix', 'src/deploy', 'vite.config.ts', 'package-lock.json' ];

/** Builds the gadget into `stateDir`, unless what is there was made of the same inputs; resolves with the folder of pages. */
export async function buildGadgetIfChanged( { stateDir, progress }: { stateDir: string; progress: Progress } ): Promise<string> {
	const outDir = path.join( stateDir, 'pages' );
	const stampFile = path.join( stateDir, 'built-inputs-hash' );
	const wanted = await hashOf( inputs );
	if ( existsSync( outDir ) && await readFile( stampFile, 'utf8' ).catch( () => '' ) === wanted ) {
		return outDir;
	}
	await progress.step( 'Building the gadget', async () => {
		await rm( stampFile, { force: true } );
		await mkdir( stateDir, { recursive: true } );
		await buildGadgets( { outDir } );
		await writeFile( stampFile, wanted );
	} );
	return outDir;
}

const configPage = 'MediaWiki:Gadget-AskForHelp-config.json';

/** The default settings, and with them what there is in the sandbox's wiki, teams and status page too; resolves with their folder. */
async function writeDefinitions( stateDir: string ): Promise<string> {
	const dir = path.join( stateDir, 'definitions' );
	await rm( dir, { recursive: true, force: true } );
	await cp( path.join( projectDir, 'gadget-definitions' ), dir, { recursive: true } );
	const file = path.join( dir, configPage );
	const settings = JSON.parse( await readFile( file, 'utf8' ) ) as Record<string, unknown>;
	await writeFile( file, `${ JSON.stringify( { ...settings, ...panelSettings, statusPage }, undefined, '\t' ) }\n` );
	return dir;
}

/** Publishes the built pages to the wiki as its interface admin, through the API; the wiki's own settings stay. */
export async function publishToWiki(
	{ wiki, distDir, stateDir, hosts, progress }:
	{ wiki: Pick<Wiki, 'apiUrl' | 'accounts'>; distDir: string; stateDir: string; hosts: HostSettings; progress: Progress }
): Promise<void> {
	const bot = wiki.accounts.find( ( { role } ) => role === 'interface admin' )?.botLogin;
	if ( !bot ) {
		throw new Error( 'The wiki has no interface admin with a login for programs.' );
	}
	await progress.step( 'Publishing the gadget to the wiki', async () => {
		await publishGadget( {
			apiUrl: wiki.apiUrl, user: bot.username, password: bot.password,
			distDir, definitionsDir: await writeDefinitions( stateDir ), hosts, commit: 'sandbox',
			log: ( line ) => {
				if ( !/^(unchanged|kept)/.test( line ) ) {
					progress.say( `  ${ line }` );
				}
			}
		} );
	} );
}

async function hashOf( names: readonly string[] ): Promise<string> {
	const hash = createHash( 'sha256' );
	for ( const name of names ) {
		const at = path.join( projectDir, name );
		const files = path.extname( name ) ? [ '' ] : ( await readdir( at, { recursive: true, withFileTypes: true } ) )
			.filter( ( entry ) => entry.isFile() )
			.map( ( entry ) => path.relative( at, path.join( entry.parentPath, entry.name ) ) )
			.sort();
		for ( const file of files ) {
			hash.update( `${ name }/${ file }\0` ).update( await readFile( path.join( at, file ) ) ).update( '\0' );
		}
	}
	return hash.digest( 'hex' );
}
