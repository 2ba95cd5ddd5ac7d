import { rename, writeFile } from 'node:fs/promises';

/** Writes a file that only this user can read, whole or not at all. */
export async function writePrivate( file: string, content: string ): Promise<void> {
	const partial = `${ file }.partial`;
	await writeFile( partial, content, { mode: 0o600 } );
	await rename( partial, file );
}
