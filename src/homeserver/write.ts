import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { homeserverFiles, renderHomeserver, rulesFile } from './render.ts';
import { writePrivate } from './private-file.ts';
import { keepSecrets } from './secrets.ts';
import type { KeptSecrets } from './secrets.ts';
import type { HomeserverSecrets, HomeserverSettings } from './settings.ts';

/** What the operator brings; the other secrets are made and kept beside the files. */
export type GivenSecrets = Pick<HomeserverSecrets, 'oauthClientSecret' | 'databasePassword'>;

/** Writes everything that Synapse needs into `outDir`, which becomes its data folder unless the settings name another. */
export async function writeHomeserver( outDir: string, settings: HomeserverSettings, given: GivenSecrets ): Promise<KeptSecrets> {
	const kept = await keepSecrets( outDir );
	const files = {
		...renderHomeserver( settings, { ...kept, ...given } ),
		[ homeserverFiles.signingKey ]: kept.signingKey,
		[ `${ homeserverFiles.rules }/${ path.basename( rulesFile ) }` ]: await readFile( rulesFile, 'utf8' )
	};
	for ( const [ name, content ] of Object.entries( files ) ) {
		const file = path.join( outDir, name );
		await mkdir( path.dirname( file ), { recursive: true } );
		await writePrivate( file, content );
	}
	return kept;
}
