import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The profile that a wiki's OAuth answers with; whatever a test wants it to be. */
export type ProfileAnswer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** A wiki reduced to the two OAuth endpoints that a homeserver asks. The code that a browser brings names the answer. */
export type OAuthWiki = {
	readonly url: string;
	/** What the profile endpoint says to whoever comes with this code. */
	answer( code: string, answer: ProfileAnswer ): void;
	stop(): Promise<void>;
};

/** Starts one on a free port. */
export async function startOAuthWiki(): Promise<OAuthWiki> {
	const answers = new Map<string, ProfileAnswer>();
	const server = createServer( ( request, response ) => {
		const reply = ( status: number, body: unknown ): void => {
			const text = JSON.stringify( body );
			response.writeHead( status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength( text ) } ).end( text );
		};
		if ( request.url?.startsWith( '/rest.php/oauth2/access_token' ) ) {
			let form = '';
			request.setEncoding( 'utf8' ).on( 'data', ( chunk: string ) => { form += chunk; } ).on( 'end', () => {
				reply( 200, { token_type: 'Bearer', expires_in: 3600, access_token: new URLSearchParams( form ).get( 'code' ) } );
			} );
			return;
		}
		const found = answers.get( request.headers.authorization?.replace( /^Bearer /, '' ) ?? '' );
		reply( found?.status ?? 404, found?.body ?? {} );
	} );
	await new Promise<void>( ( resolve ) => { server.listen( 0, '127.0.0.1', resolve ); } );
	return {
		url: `http://127.0.0.1:${ ( server.address() as AddressInfo ).port }`,
		answer: ( code, answer ) => { answers.set( code, answer ); },
		stop: () => new Promise( ( resolve ) => {
			server.close( () => resolve() );
			server.closeAllConnections();
		} )
	};
}
