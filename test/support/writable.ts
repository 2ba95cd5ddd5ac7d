import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';

/** Why a file cannot be written, as a code of the system; asked before hours are spent, because afterwards it would be too late. */
export async function whyNotWritable( file: string ): Promise<string | undefined> {
	const wasThere = existsSync( file );
	try {
		await ( await open( file, 'a' ) ).close();
	} catch ( error ) {
		return ( error as NodeJS.ErrnoException ).code ?? String( error );
	}
	if ( !wasThere ) {
		await rm( file );
	}
	return undefined;
}
