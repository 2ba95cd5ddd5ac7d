import type { UserId } from '../../protocol/ids.ts';

/**
 * The central id of a newcomer's account, as the homeserver's login maps it into the Matrix id (`@mw-<id>-:server`);
 * `undefined` for every other account.
 */
export function centralIdOf( userId: UserId, serverName: string ): string | undefined {
	const match = /^@mw-(\d{1,20})-:(.+)$/.exec( userId );
	return match?.[ 2 ] === serverName ? match[ 1 ] : undefined;
}
