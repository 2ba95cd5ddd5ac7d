import type { KeptSecrets } from '../../homeserver/index.ts';
import { createServiceClient, MatrixFailure } from '../../matrix/index.ts';
import type { UserId } from '../../protocol/ids.ts';
import { registerAccount } from './accounts.ts';

const operator = 'operator';

/** Makes the relay's account as its registration allows, and gives it its name as an administrator; does nothing twice. */
export async function registerBot(
	homeserverUrl: string,
	secrets: Pick<KeptSecrets, 'appServiceToken' | 'registrationSharedSecret'>,
	{ localpart, serverName, displayName }: { localpart: string; serverName: string; displayName: string }
): Promise<void> {
	const userId = `@${ localpart }:${ serverName }` as UserId;
	const service = { homeserverUrl, accessToken: secrets.appServiceToken };
	await createServiceClient( service ).request( 'POST', '/v3/register', {
		type: 'm.login.application_service', username: localpart, inhibit_login: true
	} ).catch( ( error: unknown ) => {
		if ( !( error instanceof MatrixFailure ) || error.errcode !== 'M_USER_IN_USE' ) {
			throw error;
		}
	} );
	if ( await createServiceClient( { ...service, actAs: { userId } } ).displayName( userId ) === displayName ) {
		return;
	}
	const accessToken = await operatorToken( homeserverUrl, secrets );
	const response = await fetch( `${ homeserverUrl }/_synapse/admin/v2/users/${ encodeURIComponent( userId ) }`, {
		method: 'PUT',
		headers: { Authorization: `Bearer ${ accessToken }`, 'Content-Type': 'application/json' },
		body: JSON.stringify( { displayname: displayName } )
	} );
	if ( !response.ok ) {
		throw new Error( `The homeserver refused to name the relay's account: ${ response.status } ${ await response.text() }` );
	}
}

async function operatorToken(
	homeserverUrl: string, secrets: Pick<KeptSecrets, 'registrationSharedSecret'>
): Promise<string> {
	// Whoever has the shared secret can make such accounts anyway.
	const password = secrets.registrationSharedSecret;
	const made = await registerAccount( homeserverUrl, secrets.registrationSharedSecret, {
		name: operator, password, displayName: 'Operator', admin: true
	} );
	if ( made ) {
		return made.accessToken;
	}
	const session = await createServiceClient( { homeserverUrl } ).request<{ access_token: string }>( 'POST', '/v3/login', {
		type: 'm.login.password', identifier: { type: 'm.id.user', user: operator }, password
	} );
	return session.access_token;
}
