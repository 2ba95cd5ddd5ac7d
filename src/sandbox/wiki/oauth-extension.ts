import { createPublicKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isRecord } from '../../protocol/ids.ts';
import type { OAuthClientSettings } from '../oauth/authorization-server.ts';
import { loadSigningKey } from '../oauth/signing-key.ts';
import type { AddedExtension, OAuthKeyFiles } from './extensions.ts';
import { refusal } from './extensions.ts';
import type { WikiFolders } from './php.ts';
import { MaintenanceError, phpSourcesDir, runMaintenance } from './php.ts';
import { installer } from './seed.ts';

/** Makes the RSA keys with which Extension:OAuth signs, in `stateDir`, unless they are there. */
export async function ensureOAuthKeys( stateDir: string ): Promise<OAuthKeyFiles> {
	const privateKeyFile = path.join( stateDir, 'oauth-key.pem' );
	const publicKeyFile = path.join( stateDir, 'oauth-public-key.pem' );
	const publicKey = createPublicKey( await loadSigningKey( privateKeyFile ) );
	await writeFile( publicKeyFile, publicKey.export( { type: 'spki', format: 'pem' } ), { mode: 0o600 } );
	return { privateKeyFile, publicKeyFile };
}

/** The approved consumer of Extension:OAuth that returns to `redirectUri`, made at the first time; key and secret are the extension's. */
export async function ensureConsumer( folders: WikiFolders, extension: AddedExtension, redirectUri: string ): Promise<OAuthClientSettings> {
	const output = await runMaintenance( folders, path.join( phpSourcesDir, 'oauth-consumer.php' ), [
		'--user', installer.name, '--callback', redirectUri
	] ).catch( ( error: unknown ) => {
		throw error instanceof MaintenanceError ? refusal( [ extension ], error ) : error;
	} );
	const answer: unknown = JSON.parse( output.trim().split( '\n' ).at( -1 ) ?? '' );
	if ( !isRecord( answer ) || typeof answer.key !== 'string' || typeof answer.secret !== 'string' ) {
		throw new Error( `Extension:OAuth made no consumer: ${ output }` );
	}
	return { id: answer.key, secret: answer.secret, redirectUri };
}
