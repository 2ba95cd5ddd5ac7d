import { z } from 'zod';

/** Whose session a browser's cookies belong to; `csrfToken` is the wiki's own, bound to that session. */
export type SessionUser = { id: number; name: string; csrfToken: string };

/** What the wiki tells about an account. */
export type WikiUser = {
	id: number;
	name: string;
	editCount: number;
	/** ISO 8601. */
	registeredAt: string;
	blocked: boolean;
	emailConfirmed: boolean;
	groups: string[];
	rights: string[];
};

/** The wiki's accounts and sessions, as the stand-in needs them. */
export interface WikiUsers {
	/** Undefined for readers without an account of their own, temporary accounts among them. */
	sessionUser( cookie: string | null ): Promise<SessionUser | undefined>;
	isCsrfToken( cookie: string | null, token: string ): Promise<boolean>;
	/** Undefined for an account that the wiki hides from everyone, that is a suppressed one. */
	user( id: number ): Promise<WikiUser | undefined>;
}

const sessionAnswer = z.object( {
	query: z.object( {
		userinfo: z.object( { id: z.number(), name: z.string(), anon: z.boolean().optional(), temp: z.boolean().optional() } ),
		tokens: z.object( { csrftoken: z.string() } )
	} )
} );
const tokenAnswer = z.object( { checktoken: z.object( { result: z.string() } ) } );
const usersAnswer = z.object( { query: z.object( { users: z.array( z.union( [
	z.object( { missing: z.literal( true ) } ),
	z.object( {
		userid: z.number(), name: z.string(), editcount: z.number(), registration: z.string(),
		groups: z.array( z.string() ), rights: z.array( z.string() ),
		blockid: z.number().optional(), emailable: z.boolean().optional()
	} )
] ) ) } ) } );

/** The adapter to MediaWiki's action API at `apiUrl`. See https://www.mediawiki.org/wiki/API:Userinfo and API:Users. */
export function createWikiUsers( { apiUrl, fetch }: { apiUrl: string; fetch: typeof globalThis.fetch } ): WikiUsers {
	async function ask( cookie: string | null, parameters: Record<string, string> ): Promise<unknown> {
		const body = new URLSearchParams( { ...parameters, format: 'json', formatversion: '2' } );
		const response = await fetch( apiUrl, { method: 'POST', body, headers: cookie ? { cookie } : {} } );
		if ( !response.ok ) {
			throw new Error( `The wiki's API answered with status ${ response.status }.` );
		}
		return response.json();
	}

	return {
		async sessionUser( cookie ) {
			if ( !cookie ) {
				return undefined;
			}
			const { query } = sessionAnswer.parse( await ask( cookie, { action: 'query', meta: 'userinfo|tokens', type: 'csrf' } ) );
			const { id, name, anon, temp } = query.userinfo;
			return anon || temp ? undefined : { id, name, csrfToken: query.tokens.csrftoken };
		},
		async isCsrfToken( cookie, token ) {
			// The API takes an empty parameter for a missing one, and answers with an error.
			if ( token === '' ) {
				return false;
			}
			const answer = tokenAnswer.parse( await ask( cookie, { action: 'checktoken', type: 'csrf', token } ) );
			return answer.checktoken.result === 'valid';
		},
		async user( id ) {
			const { query } = usersAnswer.parse( await ask( null, {
				action: 'query', list: 'users', ususerids: String( id ),
				usprop: 'editcount|registration|groups|rights|blockinfo|emailable'
			} ) );
			const user = query.users[ 0 ];
			return !user || 'missing' in user ? undefined : {
				id: user.userid,
				name: user.name,
				editCount: user.editcount,
				registeredAt: user.registration,
				blocked: user.blockid !== undefined,
				emailConfirmed: user.emailable ?? false,
				groups: user.groups,
				rights: user.rights
			};
		}
	};
}
