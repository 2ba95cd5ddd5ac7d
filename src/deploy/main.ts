import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readHostSettings } from '../protocol/settings.ts';
import { buildGadgets } from './build.ts';
import { publishGadget, verifyPublished } from './publish.ts';

const USAGE = `Publishes the gadget to a wiki, and verifies what the wiki serves.

  npm run deploy -- --api https://wiki.example/w/api.php --user NAME --hosts hosts.json [--dry-run] [--replace-settings]

  --api URL            api.php of the wiki
  --user NAME          an interface admin, or a bot password of one (NAME@purpose)
  --hosts FILE         JSON with homeserverUrl, bot and identityProvider
  --dry-run            says what would change, and changes nothing
  --replace-settings   puts the default settings in place of the wiki's own

The password is read from the environment variable ASK_FOR_HELP_WIKI_PASSWORD.`;

const projectDir = path.resolve( import.meta.dirname, '../..' );

function fail( message: string ): never {
	console.error( message );
	process.exit( 1 );
}

function readJson( file: string ): unknown {
	try {
		return JSON.parse( readFileSync( file, 'utf8' ) );
	} catch ( error ) {
		return fail( `${ file } cannot be read as JSON: ${ error instanceof Error ? error.message : String( error ) }` );
	}
}

function cleanCommit( isDryRun: boolean ): string {
	const git = ( ...args: string[] ): string => execFileSync( 'git', args, { cwd: projectDir, encoding: 'utf8' } ).trim();
	if ( !isDryRun && git( 'status', '--porcelain' ) !== '' ) {
		fail( 'The working tree has changes that are not committed: what is published must be what a commit names. Commit first.' );
	}
	return git( 'rev-parse', '--short=12', 'HEAD' );
}

async function main(): Promise<void> {
	const { values } = parseArgs( { options: {
		api: { type: 'string' }, user: { type: 'string' }, hosts: { type: 'string' },
		'dry-run': { type: 'boolean', default: false }, 'replace-settings': { type: 'boolean', default: false },
		help: { type: 'boolean', default: false }
	} } );
	if ( values.help ) {
		console.log( USAGE );
		return;
	}
	const { api, user, hosts: hostsFile } = values;
	const password = process.env.ASK_FOR_HELP_WIKI_PASSWORD;
	if ( !api || !user || !hostsFile || !password ) {
		fail( `${ USAGE }\n\n--api, --user, --hosts and the password are needed.` );
	}
	const hosts = readHostSettings( readJson( hostsFile ) );
	if ( !hosts ) {
		fail( `${ hostsFile } must hold homeserverUrl (https, no slash at its end), bot (@name:server) and identityProvider.` );
	}
	const commit = cleanCommit( values[ 'dry-run' ] );
	await buildGadgets();
	const published = await publishGadget( {
		apiUrl: api, user, password, hosts, commit,
		distDir: path.join( projectDir, 'dist/gadget' ),
		definitionsDir: path.join( projectDir, 'gadget-definitions' ),
		replaceSettings: values[ 'replace-settings' ],
		dryRun: values[ 'dry-run' ],
		log: console.log
	} );
	if ( values[ 'dry-run' ] ) {
		return;
	}
	const different = await verifyPublished( api, published );
	if ( different.length > 0 ) {
		fail( `The wiki does not serve what was published: ${ different.join( ', ' ) }` );
	}
	console.log( `The wiki serves ${ published.length } pages as published from ${ commit }.` );
}

await main().catch( ( error: unknown ) => fail( error instanceof Error ? error.message : String( error ) ) );
