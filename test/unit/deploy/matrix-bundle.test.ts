import { beforeAll, describe, expect, it } from 'vitest';
import { buildPages } from '../../../src/deploy/build.ts';
import type { RoomId } from '../../../src/protocol/ids.ts';
import * as source from '../../../src/matrix/index.ts';

type Matrix = typeof source;

const room = '!room:help.example' as RoomId;

const json = { 'Content-Type': 'application/json; charset=utf-8' };

describe( 'the Matrix client of the bundle', () => {
	let bundle: Matrix;

	beforeAll( async () => {
		const { pages } = await buildPages( { commit: 'abc123' } );
		const module = { exports: {} };
		new Function( 'module', 'require', pages.find( ( { title } ) => title.endsWith( '-matrix.js' ) )!.text )( module, () => ( {} ) );
		bundle = module.exports as Matrix;
	}, 60_000 );

	/** What comes of requests that are answered so: the answer, or why there is none; and what was asked. */
	async function outcome( matrix: Matrix, answer: () => Response ): Promise<unknown> {
		const asked: unknown[] = [];
		const client = matrix.createMatrixClient( {
			homeserverUrl: 'https://help.example', accessToken: 'token',
			fetch( url, init ) {
				asked.push( String( url ), init?.method, init?.headers, init?.body );
				return Promise.resolve( answer() );
			}
		} );
		const results = [];
		for ( const ask of [ () => client.createRoom( { a: 'b' } ), () => client.messages( room, { direction: 'b', from: 'a &b', limit: 1 } ) ] ) {
			results.push( await ask().catch( ( error: unknown ) => {
				const { name, message, code, errcode, retryAfterMs } = error as source.MatrixFailure;
				return { name, message, code, errcode, retryAfterMs };
			} ) );
		}
		return [ results, asked ];
	}

	it.each( [
		[ 'an answer', 200, json, '{"room_id":"!a:x","chunk":[],"start":"s"}' ],
		[ 'a refusal', 403, json, '{"errcode":"M_FORBIDDEN","error":"no"}' ],
		[ 'a refusal with its type in capitals', 403, { 'Content-Type': ' Application/JSON ; x="y;z"' }, '{"errcode":"M_FORBIDDEN","error":"no"}' ],
		[ 'a token that is no longer good', 401, json, '{"errcode":"M_UNKNOWN_TOKEN","error":"no","soft_logout":true}' ],
		[ 'consent that is missing', 403, json, '{"errcode":"M_CONSENT_NOT_GIVEN","error":"no","consent_uri":"https://help.example/"}' ],
		[ 'a limit', 429, { ...json, 'Retry-After': '7' }, '{"errcode":"M_LIMIT_EXCEEDED","error":"slowly"}' ],
		[ 'a proxy\'s page', 502, { 'Content-Type': 'text/html' }, '<h1>Bad gateway</h1>' ],
		[ 'a proxy\'s words', 503, { 'Content-Type': 'text/plain', 'Retry-After': '3' }, 'slowly' ],
		[ 'an error without a type', 500, {}, '' ],
		[ 'an error that is no JSON', 500, json, '<' ],
		[ 'an answer that is no JSON', 200, json, '<' ]
	] as const )( 'takes %s as the relay\'s does', async ( _what, status, headers, body ) => {
		const answer = (): Response => new Response( body, { status, headers } );
		expect( await outcome( bundle, answer ) ).toEqual( await outcome( source, answer ) );
	} );
} );
