import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../progress.ts';
import { fetchDebianPackages, inWorkFolder, unpack } from './debian-packages.ts';

const directoryName = 'postgresql';

export type PostgresqlPrograms = {
	/** The whole of what was unpacked; it works from any place. */
	readonly root: string;
	/** Where `postgres` and `initdb` are, within `root`. */
	readonly bin: string;
	/** What `LD_LIBRARY_PATH` has to hold, within `root`. */
	readonly libraries: readonly string[];
};

/**
 * Puts PostgreSQL into `softwareDir`, unless it is there already: the package of the machine's own Debian release with
 * what it needs and the machine does not have, fetched by apt through a root of its own. It is there for the tests; no
 * server is started, and what the machine may have of PostgreSQL is left alone.
 */
export async function installPostgresql(
	{ softwareDir, progress }: { softwareDir: string; progress: Progress }
): Promise<PostgresqlPrograms> {
	const root = path.join( softwareDir, directoryName );
	if ( !existsSync( root ) ) {
		await progress.step( 'Installing PostgreSQL from Debian\'s packages', () => inWorkFolder( softwareDir, directoryName, async ( work ) => {
			const archives = await fetchDebianPackages( path.join( work, 'apt' ), {
				title: 'PostgreSQL', names: [ 'postgresql' ], notThere: /^(postgresql|libpq)/
			} );
			const unpacked = path.join( work, 'root' );
			await unpack( archives, unpacked );
			await rename( unpacked, root );
		} ) );
	}
	const versions = path.join( root, 'usr/lib/postgresql' );
	const [ version ] = existsSync( versions ) ? await readdir( versions ) : [];
	if ( version === undefined ) {
		throw new Error( `${ root } holds no PostgreSQL: remove that directory, then start again.` );
	}
	const triplets = ( await readdir( path.join( root, 'usr/lib' ) ) ).filter( ( name ) => name.includes( '-linux-' ) );
	return {
		root,
		bin: path.join( 'usr/lib/postgresql', version, 'bin' ),
		libraries: triplets.flatMap( ( triplet ) => [ path.join( 'usr/lib', triplet ), path.join( 'lib', triplet ) ] )
	};
}
