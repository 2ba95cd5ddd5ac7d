import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StatusPage } from '../../../../src/protocol/availability.ts';
import { writeStatusPage } from '../../../../src/protocol/availability.ts';
import type { StatusPages } from '../../../../src/relay/routing/ports.ts';
import type { StatusAccess } from '../../../../src/relay/wiki/status-page.ts';
import { createStatusPages } from '../../../../src/relay/wiki/status-page.ts';

const page: StatusPage = { updatedMs: 1_000, validUntilMs: 2_000, teams: { general: { helpers: 2, answerMinutes: 5 } } };
type Asked = { readonly [ parameter: string ]: string };

describe( 'a wiki\'s status page', () => {
	let server: Server;
	let asked: Asked[];
	let authorizations: ( string | undefined )[];
	/** What the wiki's API answers: the least that is needed to keep a page. */
	let answerTo: ( asked: Asked ) => unknown;
	let text: string | undefined;

	const usual = ( { action, type, meta }: Asked ): unknown => {
		if ( action === 'login' || action === 'edit' ) {
			return { [ action ]: { result: 'Success' } };
		}
		const tokens = type === 'login' ? { logintoken: 'l+\\' } : { csrftoken: `c${ asked.length }+\\` };
		const pages = [ text === undefined ? { missing: true } : { revisions: [ { slots: { main: { content: text } } } ] } ];
		return { query: meta === 'tokens' ? { tokens } : { pages } };
	};
	beforeEach( async () => {
		asked = [];
		authorizations = [];
		text = undefined;
		answerTo = usual;
		server = createServer( ( request, response ) => {
			let body = '';
			request.setEncoding( 'utf8' ).on( 'data', ( chunk: string ) => { body += chunk; } ).on( 'end', () => {
				const parameters = new URLSearchParams( request.method === 'GET' ? request.url!.split( '?' )[ 1 ] : body );
				const one = Object.fromEntries( parameters );
				asked.push( one );
				authorizations.push( request.headers.authorization );
				const answer = answerTo( one );
				if ( answer !== undefined ) {
					response.writeHead( 200, { 'content-type': 'application/json' } ).end( JSON.stringify( answer ) );
				}
			} );
		} );
		await new Promise<void>( ( resolve ) => { server.listen( 0, '127.0.0.1', resolve ); } );
	} );
	afterEach( async () => {
		server.closeAllConnections();
		await new Promise( ( resolve ) => { server.close( resolve ); } );
	} );

	function pagesWith( status: StatusAccess[ 'status' ] ): StatusPages {
		const apiUrl = `http://127.0.0.1:${ ( server.address() as AddressInfo ).port }/api.php`;
		return createStatusPages( { enwiki: { apiUrl, status }, dewiki: { apiUrl } }, undefined );
	}
	const withPassword = { page: 'User:Help/status.json', user: 'Help@relay', password: 'secret' };
	const actions = (): string[] => asked.map( ( { action, meta, type } ) => [ action, meta, type ].filter( Boolean ).join( ' ' ) );

	it( 'is written by an account that has logged in, as JSON, and logs in once', async () => {
		const pages = pagesWith( withPassword );
		await pages.write( 'enwiki', page, 1_000 );
		await pages.write( 'enwiki', page, 1_000 );
		expect( actions() ).toEqual( [ 'query tokens login', 'login', 'query tokens', 'edit', 'edit' ] );
		const edit = asked[ 3 ]!;
		expect( edit ).toMatchObject( { title: 'User:Help/status.json', contentmodel: 'json', bot: '1', assert: 'user', token: 'c3+\\' } );
		expect( JSON.parse( edit.text! ) ).toEqual( writeStatusPage( page ) );
	} );

	it( 'is written with a token, without a login', async () => {
		await pagesWith( { page: 'User:Help/status.json', token: 'owner' } ).write( 'enwiki', page, 1_000 );
		expect( actions() ).toEqual( [ 'query tokens', 'edit' ] );
		expect( new Set( authorizations ) ).toEqual( new Set( [ 'Bearer owner' ] ) );
	} );

	it.each( [ 'badtoken', 'assertuserfailed' ] )( 'is written after another login when the session is gone: %s', async ( code ) => {
		let refusals = 1;
		answerTo = ( one ) => one.action === 'edit' && refusals-- > 0 ? { error: { code, info: 'x' } } : usual( one );
		await pagesWith( withPassword ).write( 'enwiki', page, 1_000 );
		expect( actions() ).toEqual( [
			'query tokens login', 'login', 'query tokens', 'edit', 'query tokens login', 'login', 'query tokens', 'edit'
		] );
	} );

	it.each( [
		[ 'a wrong password', 'login', { login: { result: 'Failed', reason: 'Incorrect username or password entered.' } }, /Help@relay cannot log in: Incorrect/ ],
		[ 'a refused edit', 'edit', { error: { code: 'protectedpage', info: 'This page has been protected' } }, /protected/ ],
		[ 'an edit that a filter stops', 'edit', { edit: { result: 'Failure', code: 'abusefilter-disallowed' } }, /abusefilter-disallowed/ ],
		[ 'an answer that is none', 'edit', 'x', /./ ]
	] )( 'is not written with %s, which is not tried twice, and never says the password', async ( _what, action, answer, message ) => {
		answerTo = ( one ) => one.action === action ? answer : usual( one );
		const failure = await pagesWith( withPassword ).write( 'enwiki', page, 1_000 ).catch( ( error: unknown ) => error as Error );
		expect( failure ).toBeInstanceOf( Error );
		expect( ( failure as Error ).message ).toMatch( message );
		expect( `${ ( failure as Error ).message } ${ ( failure as Error ).stack }` ).not.toContain( 'secret' );
		expect( asked.filter( ( one ) => one.action === action ) ).toHaveLength( 1 );
	} );

	it( 'is not waited for longer than told', async () => {
		answerTo = () => undefined;
		await expect( pagesWith( withPassword ).write( 'enwiki', page, 50 ) ).rejects.toThrow();
	} );

	it( 'is read, and is nothing where there is none or it is no such page', async () => {
		const pages = pagesWith( withPassword );
		expect( await pages.read( 'enwiki', 1_000 ) ).toBeUndefined();
		text = JSON.stringify( writeStatusPage( page ) );
		expect( await pages.read( 'enwiki', 1_000 ) ).toEqual( page );
		text = '[]';
		expect( await pages.read( 'enwiki', 1_000 ) ).toBeUndefined();
		text = '{"version":1,"updated":"soon","teams":{}}';
		expect( await pages.read( 'enwiki', 1_000 ) ).toBeUndefined();
	} );

	it( 'is not kept for a wiki without an account', async () => {
		await expect( pagesWith( withPassword ).write( 'dewiki', page, 1_000 ) ).rejects.toThrow( 'no account for the wiki dewiki' );
	} );
} );
