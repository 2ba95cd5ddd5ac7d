import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, ExecaError } from 'execa';
import type { Progress } from '../progress.ts';
import { ensureSystemPackages, homeserverPackages } from './system-packages.ts';

const requirementsFile = path.join( import.meta.dirname, 'synapse-requirements.txt' );

/** Debian's, whatever else the search path has: the package above brings it and its venv. */
const basePython = '/usr/bin/python3';

/**
 * Puts Synapse into a virtual environment in `softwareDir`, unless these very versions are there already.
 * The stamp is written last, so an installation that was killed is begun anew.
 */
export async function installSynapse(
	{ softwareDir, progress }: { softwareDir: string; progress: Progress }
): Promise<{ python: string }> {
	const dir = path.join( softwareDir, 'synapse' );
	const python = path.join( dir, 'bin/python' );
	const stampFile = path.join( dir, 'installed-requirements-hash' );
	const wanted = createHash( 'sha256' ).update( await readFile( requirementsFile ) ).digest( 'hex' );
	if ( await readFile( stampFile, 'utf8' ).catch( () => '' ) === wanted ) {
		return { python };
	}
	await ensureSystemPackages( progress, homeserverPackages );
	await progress.step( 'Installing Synapse from PyPI', async () => {
		await rm( dir, { recursive: true, force: true } );
		await mkdir( softwareDir, { recursive: true } );
		await run( basePython, [ '-m', 'venv', dir ] );
		await run( python, [
			'-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input',
			// Building from source needs compilers that the machine may not have.
			'--only-binary', ':all:', '--requirement', requirementsFile
		] );
		await writeFile( stampFile, wanted );
	} );
	return { python };
}

async function run( command: string, args: string[] ): Promise<void> {
	try {
		await execa( command, args, { stdin: 'ignore' } );
	} catch ( error ) {
		const reason = error instanceof ExecaError ? String( error.stderr ?? '' ).trim().split( '\n' ).at( -1 ) || error.shortMessage : String( error );
		throw new Error( `Synapse could not be installed (${ reason }). The Python package index has to be reachable.`, { cause: error } );
	}
}
