import { Method } from 'matrix-js-sdk/lib/http-api/method.js';
import type { UserId } from '../protocol/ids.ts';
import type { MatrixClientOptions } from './call.ts';
import { createHttpApi } from './call.ts';
import { toMatrixFailure } from './failure.ts';

export { ssoLoginUrl } from './sso-url.ts';

/** What a login gives. The access token is a secret of the browser session. */
export type MatrixSession = { readonly userId: UserId; readonly deviceId: string; readonly accessToken: string };

/**
 * Exchanges a login token, good for two minutes and once, for a session.
 *
 * @param deviceId of a session that is over: what it has sent comes back with its transaction ids
 * @throws MatrixFailure `forbidden` when the token is used, expired or unknown
 */
export async function loginWithToken(
	options: Pick<MatrixClientOptions, 'homeserverUrl' | 'fetch' | 'requestTimeoutMs'>,
	token: string,
	deviceName: string,
	deviceId?: string
): Promise<MatrixSession> {
	try {
		const answer = await createHttpApi( options ).request<{ user_id: UserId; device_id: string; access_token: string }>(
			Method.Post, '/v3/login', undefined,
			{ type: 'm.login.token', token, initial_device_display_name: deviceName, device_id: deviceId }
		);
		return { userId: answer.user_id, deviceId: answer.device_id, accessToken: answer.access_token };
	} catch ( error ) {
		throw toMatrixFailure( error );
	}
}
