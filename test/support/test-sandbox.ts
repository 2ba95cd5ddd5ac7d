import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { installMediaWiki } from '../../src/sandbox/install/mediawiki.ts';
import { installPostgresql } from '../../src/sandbox/install/postgresql.ts';
import { installSynapse } from '../../src/sandbox/install/synapse.ts';
import { browserPackages, ensureSystemPackages, homeserverPackages, wikiPackages } from '../../src/sandbox/install/system-packages.ts';
import type { Progress } from '../../src/sandbox/progress.ts';
import type { Sandbox } from '../../src/sandbox/start.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { statusFileOf } from '../../src/sandbox/status.ts';
import { freePort, softwareDir } from './homeserver.ts';

export type Say = ( line: string ) => void;

/** A sandbox for one run of the tests. */
export type TestSandbox = {
	/** How tests find it: `ASK_FOR_HELP_SANDBOX` is its status file, `ASK_FOR_HELP_CONTROL` takes `POST /<name of a control>`. */
	readonly env: Readonly<Record<string, string>>;
	stop(): Promise<void>;
};

/** What a test can do to the parts of the sandbox from another process. */
export const controls = [ 'killHomeserver', 'restartHomeserver', 'killRelay', 'restartRelay' ] as const;
export type Control = ( typeof controls )[ number ];

const dataDir = path.resolve( import.meta.dirname, '../../.sandbox/test' );

/** Installs what is missing of the software that integration and browser tests run on. */
export async function installSandboxSoftware( say: Say ): Promise<void> {
	const progress = progressOf( say );
	await ensureSystemPackages( progress, [ ...wikiPackages, ...homeserverPackages, ...browserPackages ] );
	await Promise.all( [ installMediaWiki, installSynapse, installPostgresql ].map( ( install ) => install( { softwareDir, progress } ) ) );
}

/** What the environment adds to the wiki of the browser tests, as `npm start` is told with `--extension` and `--oauth-extension`. */
export function extensionsOf(
	environment: Readonly<Record<string, string | undefined>>
): { extensionDirs: string[]; oauthExtensionDir?: string } {
	const absolute = ( dir: string ) => path.resolve( dir );
	const { ASK_FOR_HELP_EXTENSIONS: extensions, ASK_FOR_HELP_OAUTH_EXTENSION: oauth } = environment;
	return {
		extensionDirs: ( extensions ?? '' ).split( path.delimiter ).filter( Boolean ).map( absolute ),
		...( oauth && { oauthExtensionDir: absolute( oauth ) } )
	};
}

/** Starts a sandbox of the tests' own on free ports, from nothing but the installed software and what the environment adds. */
export async function startTestSandbox( say: Say ): Promise<TestSandbox> {
	await rm( path.join( dataDir, 'status.json' ), { force: true } );
	const sandbox = await startSandbox( {
		basePort: await freePort( 4 ), dataDir, softwareDir, reset: true, progress: progressOf( say ), ...extensionsOf( process.env )
	} );
	let isStopping = false;
	void sandbox.failed.then( ( sentence ) => {
		if ( !isStopping ) {
			say( sentence );
		}
	} );
	const server = await serveControls( sandbox );
	return {
		env: {
			ASK_FOR_HELP_SOFTWARE: softwareDir,
			ASK_FOR_HELP_SANDBOX: statusFileOf( dataDir ),
			ASK_FOR_HELP_CONTROL: `http://127.0.0.1:${ ( server.address() as AddressInfo ).port }`
		},
		async stop() {
			isStopping = true;
			server.close();
			server.closeAllConnections();
			await sandbox.stop();
		}
	};
}

async function serveControls( sandbox: Sandbox ): Promise<Server> {
	const server = createServer( ( request, response ) => {
		const control = controls.find( ( name ) => request.method === 'POST' && request.url === `/${ name }` );
		if ( !control ) {
			response.writeHead( 404 ).end();
			return;
		}
		sandbox[ control ]().then(
			() => response.writeHead( 204 ).end(),
			( error: unknown ) => response.writeHead( 500 ).end( String( error ) )
		);
	} );
	await new Promise<void>( ( resolve ) => { server.listen( 0, '127.0.0.1', resolve ); } );
	return server;
}

/** The lines get their time from whoever says them. */
function progressOf( say: Say ): Progress {
	return {
		say,
		async step( title, work ) {
			say( `${ title } …` );
			try {
				return await work();
			} catch ( error ) {
				say( `${ title }: failed` );
				throw error;
			}
		}
	};
}
