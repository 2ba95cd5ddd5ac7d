type ApiAnswer = Record<string, unknown> & { error?: { code: string; info: string } };

/** A reader without JavaScript: keeps cookies, follows a redirect only when told to, and fills in forms. */
export class WikiBrowser {
	readonly #wikiUrl: string;
	readonly #cookies = new Map<string, string>();

	constructor( wikiUrl: string ) {
		this.#wikiUrl = wikiUrl;
	}

	async open( address: string, init: RequestInit = {} ): Promise<Response> {
		const headers = new Headers( init.headers );
		headers.set( 'cookie', [ ...this.#cookies ].map( ( [ name, value ] ) => `${ name }=${ value }` ).join( '; ' ) );
		const response = await fetch( new URL( address, this.#wikiUrl ), { ...init, headers, redirect: 'manual' } );
		for ( const cookie of response.headers.getSetCookie() ) {
			const [ , name, value ] = /^([^=]+)=([^;]*)/.exec( cookie ) ?? [];
			if ( name !== undefined && value !== undefined ) {
				this.#cookies.set( name, value );
			}
		}
		return response;
	}

	/** Follows redirects within the wiki; the answer may still be a redirect to elsewhere. */
	async follow( response: Response ): Promise<Response> {
		let current = response;
		for ( let location = current.headers.get( 'location' ); location !== null; location = current.headers.get( 'location' ) ) {
			const target = new URL( location, this.#wikiUrl );
			if ( target.origin !== this.#wikiUrl ) {
				break;
			}
			current = await this.open( target.href );
		}
		return current;
	}

	/** Sends the form that a page shows, with its hidden fields and `fields`; the button is one of the fields. */
	async submit( page: string, formPattern: RegExp, fields: Record<string, string> ): Promise<Response> {
		const form = [ ...page.matchAll( /<form\b([^>]*)>(.*?)<\/form>/gs ) ].find( ( [ , attributes ] ) => formPattern.test( attributes ?? '' ) );
		if ( !form ) {
			throw new Error( `There is no form ${ formPattern } on the page.` );
		}
		const hidden = [ ...( form[ 2 ] ?? '' ).matchAll( /<input\b([^>]*\btype="hidden"[^>]*)>/g ) ]
			.map( ( [ , attributes ] ) => [ attribute( attributes, 'name' ), attribute( attributes, 'value' ) ] as [ string, string ] );
		return this.open( attribute( form[ 1 ], 'action' ), {
			method: 'POST', body: new URLSearchParams( { ...Object.fromEntries( hidden ), ...fields } )
		} );
	}

	async api( parameters: Record<string, string> ): Promise<ApiAnswer> {
		const body = new URLSearchParams( { ...parameters, format: 'json', formatversion: '2' } );
		return await ( await this.open( '/api.php', { method: 'POST', body } ) ).json() as ApiAnswer;
	}

	async token( type: string ): Promise<string> {
		const answer = await this.api( { action: 'query', meta: 'tokens', type } ) as { query?: { tokens: Record<string, string> } };
		return answer.query?.tokens[ `${ type }token` ] ?? '';
	}

	/** Logs in as a person does, and says how that ended ("PASS"). */
	async logIn( username: string, password: string ): Promise<unknown> {
		const answer = await this.api( {
			action: 'clientlogin', username, password, loginreturnurl: this.#wikiUrl, logintoken: await this.token( 'login' )
		} ) as { clientlogin?: { status: string } };
		return answer.clientlogin?.status;
	}
}

function attribute( attributes: string | undefined, name: string ): string {
	const value = new RegExp( `\\b${ name }="([^"]*)"` ).exec( attributes ?? '' )?.[ 1 ] ?? '';
	return value.replaceAll( /&(?:#(\d+)|amp|quot);/g, ( entity, code: string | undefined ) =>
		code ? String.fromCharCode( Number( code ) ) : entity === '&amp;' ? '&' : '"' );
}
