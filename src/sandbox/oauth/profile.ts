import type { WikiUser } from './wiki-users.ts';

/** Answers `/rest.php/oauth2/resource/profile`: everything, or for a suppressed account only that it may not be used. */
export function profileOf( userId: string, user: WikiUser | undefined, grants: string[] ): Record<string, unknown> {
	if ( !user ) {
		return { sub: userId, blocked: true };
	}
	return {
		sub: userId,
		username: user.name,
		editcount: user.editCount,
		email_verified: user.emailConfirmed,
		confirmed_email: user.emailConfirmed,
		blocked: user.blocked,
		registered: fourteenDigits( user.registeredAt ),
		groups: user.groups,
		rights: user.rights,
		grants
	};
}

/** MediaWiki's own form of a time: 20261121001420. */
function fourteenDigits( isoTime: string ): string {
	return isoTime.replaceAll( /\D/g, '' ).slice( 0, 14 );
}
