import { ConnectionError, createClient, MatrixError } from 'matrix-js-sdk';
import { UserFault } from '../state/user-fault.ts';
import { quietLogger } from './quiet-logger.ts';

export type Login = { readonly homeserverUrl: string; readonly user: string; readonly password: string };

/** What a login gives; the token is in memory only. */
export type Session = { readonly homeserverUrl: string; readonly userId: string; readonly deviceId: string; readonly accessToken: string };

function reasonOf( error: unknown, { homeserverUrl, user }: Login ): string {
	if ( !( error instanceof MatrixError ) || error.errcode === undefined ) {
		const detail = error instanceof ConnectionError || !( error instanceof Error ) ? '' : ` (${ error.message })`;
		return `There is no Matrix homeserver that answers at ${ homeserverUrl }${ detail }.`;
	}
	switch ( error.errcode ) {
		case 'M_FORBIDDEN': return `The homeserver does not let ${ user } in: name or password is wrong.`;
		case 'M_USER_DEACTIVATED': return `The account ${ user } is closed.`;
		case 'M_LIMIT_EXCEEDED': return 'There were too many attempts to log in; try again in a few minutes.';
		case 'M_UNRECOGNIZED': return `${ homeserverUrl } does not let anybody log in with a password.`;
		default: return `The homeserver refuses the login: ${ error.data.error ?? error.errcode }.`;
	}
}

/**
 * Logs in with a password ("m.login.password").
 *
 * @throws UserFault with what is wrong in one sentence
 */
export async function logIn( login: Login ): Promise<Session> {
	const client = createClient( { baseUrl: login.homeserverUrl, logger: quietLogger, localTimeoutMs: 30_000 } );
	try {
		const answer = await client.loginRequest( {
			type: 'm.login.password', identifier: { type: 'm.id.user', user: login.user }, password: login.password,
			initial_device_display_name: 'Ask for Help, in the terminal'
		} );
		return { homeserverUrl: login.homeserverUrl, userId: answer.user_id, deviceId: answer.device_id, accessToken: answer.access_token };
	} catch ( error ) {
		throw new UserFault( reasonOf( error, login ), { cause: error } );
	}
}
