import type { UserId } from '../../protocol/ids.ts';
import type { ServiceClient } from '../../matrix/index.ts';
import { createServiceClient, MatrixFailure } from '../../matrix/index.ts';

export type AccountOptions = {
	readonly homeserverUrl: string;
	readonly asToken: string;
	readonly userId: UserId;
	readonly deviceId: string;
	readonly displayName: string;
	readonly fetch?: typeof globalThis.fetch;
};

/**
 * Makes a client that acts as one account of the application service. Before it is used, the account, its device and
 * its name are made to exist: a request that names a device which does not exist is refused.
 *
 * @throws MatrixFailure
 */
export async function openAccount( options: AccountOptions ): Promise<ServiceClient> {
	const { homeserverUrl, asToken, userId, deviceId, displayName } = options;
	const base = { homeserverUrl, accessToken: asToken, ...( options.fetch && { fetch: options.fetch } ) };
	try {
		await createServiceClient( base ).request( 'POST', '/v3/register', {
			type: 'm.login.application_service', username: userId.slice( 1, userId.indexOf( ':' ) ), inhibit_login: true
		} );
	} catch ( error ) {
		if ( !( error instanceof MatrixFailure ) || error.errcode !== 'M_USER_IN_USE' ) {
			throw error;
		}
	}
	const asUser = createServiceClient( { ...base, actAs: { userId } } );
	await asUser.ensureDevice( deviceId, 'relay' );
	if ( await asUser.displayName( userId ) !== displayName ) {
		try {
			await asUser.setDisplayName( userId, displayName );
		} catch ( error ) {
			// A homeserver where nobody renames themselves does not except services; its operator names the account.
			if ( !( error instanceof MatrixFailure ) || error.code !== 'forbidden' ) {
				throw error;
			}
		}
	}
	return createServiceClient( { ...base, actAs: { userId, deviceId } } );
}
