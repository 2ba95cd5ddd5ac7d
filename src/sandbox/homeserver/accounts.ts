import { createHmac } from 'node:crypto';
import type { UserId } from '../../protocol/ids.ts';

/** An account made by the operator, logged in already; a newcomer's can be used only so, as it has no password login. */
export type Account = { readonly userId: UserId; readonly accessToken: string; readonly deviceId: string };

export type NewAccount = {
	/** Localpart. */
	readonly name: string;
	readonly password: string;
	readonly displayName: string;
	readonly admin?: boolean;
};

/** Makes an account (Synapse admin API, "Shared-Secret Registration"); `undefined` when the name is taken. */
export async function registerAccount(
	homeserverUrl: string, sharedSecret: string, { name, password, displayName, admin = false }: NewAccount
): Promise<Account | undefined> {
	const url = `${ homeserverUrl }/_synapse/admin/v1/register`;
	const { nonce } = await ( await fetch( url ) ).json() as { nonce: string };
	const mac = createHmac( 'sha1', sharedSecret )
		.update( [ nonce, name, password, admin ? 'admin' : 'notadmin' ].join( '\0' ) ).digest( 'hex' );
	const response = await fetch( url, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify( { nonce, username: name, displayname: displayName, password, admin, mac } )
	} );
	const answer = await response.json() as { user_id: UserId; access_token: string; device_id: string; errcode?: string };
	if ( answer.errcode === 'M_USER_IN_USE' ) {
		return undefined;
	}
	if ( !response.ok ) {
		throw new Error( `The homeserver refused to make the account ${ name }: ${ response.status } ${ answer.errcode ?? '' }` );
	}
	return { userId: answer.user_id, accessToken: answer.access_token, deviceId: answer.device_id };
}
