import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { JwtInterface } from '@jmondi/oauth2-server';
import jwt from 'jsonwebtoken';

/** Reads the RSA key at `file`, and makes one there first when there is none. */
export async function loadSigningKey( file: string ): Promise<KeyObject> {
	if ( !existsSync( file ) ) {
		const { privateKey } = await promisify( generateKeyPair )( 'rsa', { modulusLength: 2048 } );
		await writeFile( `${ file }.partial`, privateKey.export( { type: 'pkcs8', format: 'pem' } ), { mode: 0o600 } );
		await rename( `${ file }.partial`, file );
	}
	return createPrivateKey( await readFile( file ) );
}

/** Signs access tokens as Extension:OAuth does: RS256. The library's own service knows shared secrets only. */
export function createJwtService( privateKey: KeyObject ): JwtInterface {
	const publicKey = createPublicKey( privateKey );
	return {
		async sign( payload ) {
			return jwt.sign( payload, privateKey, { algorithm: 'RS256' } );
		},
		async verify( token ) {
			return jwt.verify( token, publicKey, { algorithms: [ 'RS256' ] } ) as Record<string, unknown>;
		},
		decode: ( token ) => jwt.decode( token ),
		extraTokenFields: ( { client } ) => ( { aud: client.id } )
	};
}
