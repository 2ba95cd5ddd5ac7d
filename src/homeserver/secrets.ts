import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writePrivate } from './private-file.ts';
import type { HomeserverSecrets } from './settings.ts';

/** What is made once for a homeserver and kept: its secrets, and the key with which it signs events. */
export type KeptSecrets = Omit<HomeserverSecrets, 'oauthClientSecret' | 'databasePassword'> & {
	readonly registrationSharedSecret: string;
	/** Content of Synapse's signing key file. */
	readonly signingKey: string;
};

/** Reads the secrets in `dir`, or makes them at the first time; nobody else can look into `dir` then. */
export async function keepSecrets( dir: string ): Promise<KeptSecrets> {
	const file = path.join( dir, 'secrets.json' );
	try {
		return JSON.parse( await readFile( file, 'utf8' ) ) as KeptSecrets;
	} catch ( error ) {
		if ( ( error as NodeJS.ErrnoException ).code !== 'ENOENT' ) {
			throw new Error( `${ file } holds no secrets that can be read: restore it, or remove it and everything that was made with it.`, { cause: error } );
		}
	}
	const secret = () => randomBytes( 32 ).toString( 'hex' );
	const secrets: KeptSecrets = {
		macaroonSecretKey: secret(),
		formSecret: secret(),
		appServiceToken: secret(),
		homeserverToken: secret(),
		registrationSharedSecret: secret(),
		signingKey: `ed25519 a_${ randomBytes( 2 ).toString( 'hex' ) } ${ randomBytes( 32 ).toString( 'base64' ).replace( /=+$/, '' ) }\n`
	};
	await mkdir( dir, { recursive: true } );
	await chmod( dir, 0o700 );
	await writePrivate( file, JSON.stringify( secrets, undefined, '\t' ) );
	return secrets;
}
