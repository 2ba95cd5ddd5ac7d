import { execa, ExecaError } from 'execa';
import type { Progress } from '../progress.ts';

/** What MediaWiki needs, as Debian names it. */
export const wikiPackages = [
	'php-cli', 'php-sqlite3', 'php-intl', 'php-mbstring', 'php-xml', 'php-curl', 'php-apcu', 'php-gmp'
];

/** What the browser tests and the demo need; the fonts, so that every script and emoji is drawn in their pictures. */
export const browserPackages = [ 'chromium', 'fonts-noto-core', 'fonts-noto-color-emoji' ];

/** What the virtual environment of the homeserver needs. */
export const homeserverPackages = [ 'python3', 'python3-venv' ];

/** Installs with apt those of `names` that the machine does not have; the error says in one sentence what a person can do. */
export async function ensureSystemPackages( progress: Progress, names: readonly string[] ): Promise<void> {
	const missing = await missingPackages( names );
	if ( missing.length === 0 ) {
		return;
	}
	const byHand = `apt-get install ${ missing.join( ' ' ) }`;
	if ( process.getuid?.() !== 0 ) {
		throw new Error( `System packages are missing, and only root may install them: run "${ byHand }" as root, then start again.` );
	}
	await progress.step( `Installing system packages: ${ missing.join( ' ' ) }`, async () => {
		await aptGet( [ 'update' ], byHand );
		await aptGet( [ 'install', '--yes', '--no-install-recommends', ...missing ], byHand );
	} );
}

async function missingPackages( names: readonly string[] ): Promise<string[]> {
	// Asked for several names at once, dpkg-query does not say which of them it did not know.
	const states = await Promise.all( names.map( async ( name ) => {
		const { stdout, exitCode } = await execa( 'dpkg-query', [ '--show', '--showformat=${db:Status-Status}\\n', name ], { reject: false } );
		if ( exitCode === undefined ) {
			throw new Error( 'dpkg-query is missing: the sandbox needs Debian, or a system that is built on it.' );
		}
		return { name, installed: stdout?.split( '\n' ).includes( 'installed' ) ?? false };
	} ) );
	return states.filter( ( { installed } ) => !installed ).map( ( { name } ) => name );
}

async function aptGet( args: string[], byHand: string ): Promise<void> {
	try {
		await execa( 'apt-get', [ '--quiet', '-o', 'DPkg::Lock::Timeout=120', ...args ], {
			env: { DEBIAN_FRONTEND: 'noninteractive' }, stdin: 'ignore'
		} );
	} catch ( error ) {
		const reason = error instanceof ExecaError ? lastLine( error.stderr ) || error.shortMessage : String( error );
		throw new Error( `apt-get ${ args[ 0 ] } failed (${ reason }): run "${ byHand }" by hand, then start again.`, { cause: error } );
	}
}

function lastLine( text: string | undefined ): string {
	return text?.trim().split( '\n' ).at( -1 ) ?? '';
}
