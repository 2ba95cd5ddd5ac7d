import { execa, ExecaError } from 'execa';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningProcess } from '../processes.ts';
import { startProcess } from '../processes.ts';

/** Where one wiki lies: the shared MediaWiki tree, and the data of this wiki. */
export type WikiFolders = { mediaWikiDir: string; dataDir: string };

export const phpSourcesDir = path.join( path.dirname( fileURLToPath( import.meta.url ) ), 'php' );

/** The file that makes the shared MediaWiki tree this wiki; see php/settings.php. */
export function localSettingsFile( { dataDir }: Pick<WikiFolders, 'dataDir'> ): string {
	return path.join( dataDir, 'LocalSettings.php' );
}

/** A maintenance script failed; the message carries its last words. */
export class MaintenanceError extends Error {
	override readonly name = 'MaintenanceError';
	/** All that it said. */
	readonly output: string;

	constructor( script: string, output: string, cause: unknown ) {
		super( `MediaWiki's maintenance script ${ path.basename( script ) } failed: ${ output.split( '\n' ).slice( -5 ).join( '\n' ) || String( cause ) }`, { cause } );
		this.output = output;
	}
}

/** Runs a maintenance script (a name, or the path of a file of ours); resolves with its output, rejects with a {@link MaintenanceError}. */
export async function runMaintenance( folders: WikiFolders, script: string, args: string[], { configured = true } = {} ): Promise<string> {
	try {
		const { stdout } = await execa( 'php', [ path.join( folders.mediaWikiDir, 'maintenance/run.php' ), script, ...args ], {
			cwd: folders.mediaWikiDir, stdin: 'ignore',
			env: configured ? { MW_CONFIG_FILE: localSettingsFile( folders ) } : {}
		} );
		return stdout;
	} catch ( error ) {
		throw new MaintenanceError( script, error instanceof ExecaError ? `${ error.stdout }\n${ error.stderr }`.trim() : '', error );
	}
}

/** Serves the wiki on 127.0.0.1 with PHP's own web server, which leaves out what the front adds. */
export function startPhpServer(
	{ folders, port, logFile, pidFile }: { folders: WikiFolders; port: number; logFile: string; pidFile: string }
): RunningProcess {
	return startProcess( {
		name: 'The wiki (php)',
		command: 'php',
		args: [
			...phpSettings.flatMap( ( setting ) => [ '-d', setting ] ),
			'-S', `127.0.0.1:${ port }`, '-t', folders.mediaWikiDir, path.join( phpSourcesDir, 'router.php' )
		],
		env: { MW_CONFIG_FILE: localSettingsFile( folders ), PHP_CLI_SERVER_WORKERS: '4' },
		cwd: folders.mediaWikiDir,
		logFile,
		pidFile,
		// Nothing is lost: each request's writes are committed before its answer is complete.
		graceMs: 1000
	} );
}

const phpSettings = [
	'opcache.enable=1', 'opcache.enable_cli=1', 'opcache.memory_consumption=256', 'opcache.max_accelerated_files=20000',
	'opcache.revalidate_freq=60', 'apc.enabled=1', 'apc.enable_cli=1', 'apc.shm_size=256M',
	'memory_limit=512M', 'max_execution_time=120', 'display_errors=0', 'log_errors=1', 'output_buffering=4096'
];
