import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, ExecaError } from 'execa';

export type DebianPackages = {
	/** How messages call what is fetched. */
	readonly title: string;
	readonly names: readonly string[];
	/** Debian's release to take them from; without it the machine's own. */
	readonly release?: string;
	/** With it, what they depend on comes along, save what the machine has; what it matches counts as not there. */
	readonly notThere?: RegExp;
};

/** Runs `work` with an empty folder for a part that is being installed; a killed installation's is removed by the next one. */
export async function inWorkFolder<Result>( softwareDir: string, part: string, work: ( dir: string ) => Promise<Result> ): Promise<Result> {
	await mkdir( softwareDir, { recursive: true } );
	const prefix = `${ part }.partial-`;
	const leftovers = ( await readdir( softwareDir ) ).filter( ( name ) => name.startsWith( prefix ) );
	await Promise.all( leftovers.map( ( name ) => rm( path.join( softwareDir, name ), { recursive: true, force: true } ) ) );
	const dir = await mkdtemp( path.join( softwareDir, prefix ) );
	try {
		return await work( dir );
	} finally {
		await rm( dir, { recursive: true, force: true } );
	}
}

/** Downloads packages by apt through a root of its own in `aptDir`, so that the machine's package state stays as it is. */
export async function fetchDebianPackages( aptDir: string, packages: DebianPackages ): Promise<string[]> {
	const { title, names, notThere } = packages;
	const release = packages.release ?? await machineRelease();
	const sources = path.join( aptDir, 'sources' );
	const archives = path.join( aptDir, 'cache/archives' );
	await Promise.all( [ 'sources', 'lists/partial', 'cache/archives/partial' ].map( ( name ) =>
		mkdir( path.join( aptDir, name ), { recursive: true } ) ) );
	await copySources( sources, title, release );
	const options = [
		'Dir::Etc::sourcelist=/dev/null',
		`Dir::Etc::sourceparts=${ sources }`,
		`Dir::State::lists=${ path.join( aptDir, 'lists' ) }`,
		`Dir::Cache=${ path.join( aptDir, 'cache' ) }`,
		// As its own user, apt could not write into a directory that only the caller may enter.
		'APT::Sandbox::User=root',
		...( notThere ? [ `Dir::State::status=${ await copyStatus( aptDir, notThere ) }`, 'Debug::NoLocking=1' ] : [] )
	].flatMap( ( option ) => [ '-o', option ] );
	// One source of several may fail; whether the packages come is what counts.
	const update = await execa( 'apt-get', [ ...options, '--quiet', 'update' ], { reject: false, stdin: 'ignore' } );
	const download = notThere ? [ '--yes', '--no-install-recommends', '--download-only', 'install' ] : [ 'download' ];
	try {
		await execa( 'apt-get', [ ...options, '--quiet', ...download, ...names ], { cwd: archives, stdin: 'ignore' } );
	} catch ( error ) {
		const reason = [ update.stderr, error instanceof ExecaError ? error.stderr : '' ]
			.flatMap( ( text ) => text?.trim().split( '\n' ) ?? [] ).find( ( line ) => line.startsWith( 'E:' ) ) ?? String( error );
		throw new Error( `${ title } could not be downloaded from Debian ${ release } (${ reason }): its mirror has to be reachable.`, { cause: error } );
	}
	return ( await readdir( archives ) ).filter( ( name ) => name.endsWith( '.deb' ) ).map( ( name ) => path.join( archives, name ) );
}

/** Unpacks packages into a folder as dpkg would into the system's root, and runs nothing that they bring. */
export async function unpack( archives: readonly string[], root: string ): Promise<void> {
	for ( const archive of archives ) {
		try {
			await execa( 'dpkg', [ '-x', archive, root ], { stdin: 'ignore' } );
		} catch ( error ) {
			throw new Error( `dpkg failed: ${ error instanceof ExecaError ? error.shortMessage : String( error ) }`, { cause: error } );
		}
	}
}

async function machineRelease(): Promise<string> {
	return /^VERSION_CODENAME=(.+)$/m.exec( await readFile( '/etc/os-release', 'utf8' ) )?.[ 1 ]?.replaceAll( '"', '' ) ?? '';
}

/** What dpkg says is installed, without what matches. */
async function copyStatus( aptDir: string, notThere: RegExp ): Promise<string> {
	const file = path.join( aptDir, 'status' );
	const paragraphs = ( await readFile( '/var/lib/dpkg/status', 'utf8' ) ).split( /\n{2,}/ );
	await writeFile( file, paragraphs.filter( ( text ) => !notThere.test( /^Package: (.+)$/m.exec( text )?.[ 1 ] ?? '' ) ).join( '\n\n' ) );
	return file;
}

/** The machine's own Debian sources (mirror, proxy, keys as configured), with the name of the release exchanged. */
async function copySources( target: string, title: string, release: string ): Promise<void> {
	const own = await machineRelease();
	const parts = '/etc/apt/sources.list.d';
	const files = [
		'/etc/apt/sources.list',
		...( existsSync( parts ) ? await readdir( parts ) : [] ).map( ( name ) => path.join( parts, name ) )
	].filter( ( file ) => /\.(?:list|sources)$/.test( file ) && existsSync( file ) );
	let copied = 0;
	for ( const file of files ) {
		const text = await readFile( file, 'utf8' );
		if ( own && text.includes( own ) && /\bmain\b/.test( text ) ) {
			await writeFile( path.join( target, path.basename( file ) ), text.replaceAll( own, release ) );
			copied++;
		}
	}
	if ( copied === 0 ) {
		throw new Error( `No Debian package source was found in /etc/apt: the sandbox takes ${ title } from Debian's packages.` );
	}
}
