import { Mwn } from 'mwn';
import type { StatusPage } from '../../protocol/availability.ts';
import { readStatusPage, writeStatusPage } from '../../protocol/availability.ts';
import type { StatusPages } from '../routing/ports.ts';
import { pageContent, userAgentOf } from './wiki-apis.ts';

/** How a wiki's status page is reached: with a bot password, or with the token of an owner-only consumer. */
export type StatusAccess = {
	readonly apiUrl: string;
	readonly status?: { readonly page: string } & (
		{ readonly user: string; readonly password: string } | { readonly token: string }
	) | undefined;
};

const SUMMARY = 'Ask for Help: who is here';
/** The session is gone, or its token is. */
const LOGGED_OUT = [ 'badtoken', 'assertuserfailed', 'notloggedin' ];

type Request = ( parameters: Record<string, string | number | boolean> ) => Promise<Record<string, unknown>>;

const codeOf = ( error: unknown ): unknown => error instanceof Error && 'code' in error ? error.code : undefined;
const part = ( answer: unknown, ...keys: readonly string[] ): unknown => keys.reduce<unknown>(
	( value, key ) => typeof value === 'object' && value !== null ? ( value as Record<string, unknown> )[ key ] : undefined, answer
);

/** Logs in, and gives the token that edits need ("API:Login", "API:Tokens"). @throws Error when the account is refused */
async function logIn( request: Request, status: NonNullable<StatusAccess[ 'status' ]> ): Promise<string> {
	if ( 'user' in status ) {
		const token = part( await request( { action: 'query', meta: 'tokens', type: 'login' } ), 'query', 'tokens', 'logintoken' );
		const answer = await request( { action: 'login', lgname: status.user, lgpassword: status.password, lgtoken: String( token ) } );
		if ( part( answer, 'login', 'result' ) !== 'Success' ) {
			throw new Error( `${ status.user } cannot log in: ${ String( part( answer, 'login', 'reason' ) ?? part( answer, 'login', 'result' ) ) }` );
		}
	}
	const token = part( await request( { action: 'query', meta: 'tokens', assert: 'user' } ), 'query', 'tokens', 'csrftoken' );
	if ( typeof token !== 'string' ) {
		throw new Error( 'the wiki gives no token to edit with' );
	}
	return token;
}

/** Reads and writes status pages through the API of each wiki that has an account for it. */
export function createStatusPages( wikis: Readonly<Record<string, StatusAccess>>, contact: string | undefined ): StatusPages {
	const tokens = new Map<string, string>();
	const bots = new Map<string, Mwn>();

	function accessOf( wiki: string ) {
		const access = wikis[ wiki ];
		if ( !access?.status ) {
			throw new Error( `no account for the wiki ${ wiki }` );
		}
		return { ...access, status: access.status };
	}

	function requestOf( wiki: string, timeoutMs: number ): Request {
		const { apiUrl, status } = accessOf( wiki );
		const bot = bots.get( wiki ) ?? new Mwn( {
			apiUrl, userAgent: userAgentOf( contact ), silent: true, suppressAPIWarnings: true, maxRetries: 0,
			...( 'token' in status && { OAuth2AccessToken: status.token } )
		} );
		if ( 'token' in status && !bots.has( wiki ) ) {
			bot.initOAuth();
		}
		bots.set( wiki, bot );
		const signal = AbortSignal.timeout( timeoutMs );
		return async ( parameters ) => ( {
			...await bot.request( { format: 'json', formatversion: 2, ...parameters }, { timeout: timeoutMs, signal } )
		} );
	}

	async function tokenFor( wiki: string, request: Request ): Promise<string> {
		const token = tokens.get( wiki ) ?? await logIn( request, accessOf( wiki ).status );
		tokens.set( wiki, token );
		return token;
	}

	async function edit( wiki: string, request: Request, text: string ): Promise<void> {
		const { status } = accessOf( wiki );
		const token = await tokenFor( wiki, request );
		const answer = await request( {
			action: 'edit', title: status.page, text, summary: SUMMARY, contentmodel: 'json', bot: true, assert: 'user', token
		} );
		if ( part( answer, 'edit', 'result' ) !== 'Success' ) {
			throw new Error( `the wiki refuses the edit: ${ String( part( answer, 'edit', 'code' ) ?? part( answer, 'edit', 'result' ) ) }` );
		}
	}

	return {
		async read( wiki, timeoutMs ): Promise<StatusPage | undefined> {
			const request = requestOf( wiki, timeoutMs );
			// First, so that an account that is refused shows at once, and because a wiki may be closed to others.
			await tokenFor( wiki, request );
			const answer = await request( {
				action: 'query', prop: 'revisions', titles: accessOf( wiki ).status.page, rvprop: 'content', rvslots: 'main'
			} );
			return readStatusPage( pageContent( answer ) );
		},
		async write( wiki, page, timeoutMs ) {
			const request = requestOf( wiki, timeoutMs );
			const text = JSON.stringify( writeStatusPage( page ), undefined, '\t' );
			try {
				await edit( wiki, request, text );
			} catch ( error ) {
				tokens.delete( wiki );
				if ( !LOGGED_OUT.includes( String( codeOf( error ) ) ) ) {
					throw error;
				}
				bots.delete( wiki );
				await edit( wiki, requestOf( wiki, timeoutMs ), text );
			}
		}
	};
}
