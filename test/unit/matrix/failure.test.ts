import { ConnectionError, HTTPError, MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { describe, expect, it } from 'vitest';
import { createBackOff } from '../../../src/matrix/back-off.ts';
import type { MatrixFailure } from '../../../src/matrix/failure.ts';
import { toMatrixFailure } from '../../../src/matrix/failure.ts';
import { isOfAccount, isOfPosition } from '../../../src/matrix/failure-words.ts';
import { isTemporary } from '../../../src/relay/refusal.ts';
import { ssoLoginUrl } from '../../../src/matrix/login.ts';

const matrix = ( status: number, errcode: string, more: object = {} ): MatrixError => new MatrixError( { errcode, error: 'x', ...more }, status );

describe( 'toMatrixFailure', () => {
	it.each( [
		[ 'a token that is no longer good', matrix( 401, 'M_UNKNOWN_TOKEN' ), 'unauthorised', false ],
		[ 'something that is not allowed', matrix( 403, 'M_FORBIDDEN' ), 'forbidden', false ],
		[ 'something that is not there', matrix( 404, 'M_NOT_FOUND' ), 'not-found', false ],
		[ 'a request that will never do', matrix( 413, 'M_TOO_LARGE' ), 'refused', false ],
		[ 'too many requests', matrix( 429, 'M_LIMIT_EXCEEDED' ), 'limited', true ],
		[ 'a homeserver in trouble', matrix( 500, 'M_UNKNOWN' ), 'server', true ],
		[ 'a proxy in trouble', new HTTPError( 'Bad Gateway', 502 ), 'unreachable', true ],
		[ 'a part of the homeserver that serves something else', matrix( 404, 'M_UNRECOGNIZED' ), 'unreachable', true ],
		[ 'no connection', new ConnectionError( 'fetch failed' ), 'unreachable', true ],
		[ 'a body that broke off', new TypeError( 'terminated' ), 'unreachable', true ],
		[ 'half a JSON text', new SyntaxError( 'Unexpected end of JSON input' ), 'unreachable', true ],
		[ 'a proxy that has lost its homeserver', new HTTPError( 'Not Found', 404 ), 'unreachable', true ],
		[ 'no answer in time', new DOMException( 'aborted', 'AbortError' ), 'unreachable', true ]
	] )( 'tells of %s', ( _what, error, code, isTemporary ) => {
		expect( toMatrixFailure( error ) ).toMatchObject( { code, isTemporary } );
	} );

	it.each( [
		[ 'a token that is no longer good', matrix( 401, 'M_UNKNOWN_TOKEN' ) ],
		[ 'a device that is gone', matrix( 400, 'M_UNKNOWN_DEVICE' ) ],
		[ 'an account that the registration does not name', matrix( 403, 'M_EXCLUSIVE' ) ],
		[ 'the same, of a Synapse', matrix( 403, 'M_FORBIDDEN', { error: 'Application service cannot masquerade as this user (@a:x).' } ) ],
		[ 'an account that was suspended', matrix( 403, 'M_USER_SUSPENDED' ) ],
		[ 'one that was deactivated', matrix( 403, 'M_USER_DEACTIVATED' ) ],
		[ 'a homeserver with too many accounts', matrix( 403, 'M_RESOURCE_LIMIT_EXCEEDED' ) ]
	] )( 'tells %s from what is said of one request, and no task is given up for it', ( _what, error ) => {
		const failure = toMatrixFailure( error );
		expect( isOfAccount( failure as MatrixFailure ) ).toBe( true );
		expect( isTemporary( failure ) ).toBe( true );
	} );

	it( 'knows what is said of one request', () => {
		const errors = [ matrix( 403, 'M_FORBIDDEN' ), matrix( 404, 'M_NOT_FOUND' ), matrix( 413, 'M_TOO_LARGE' ), matrix( 400, 'M_BAD_JSON' ) ];
		const failures = errors.map( ( error ) => toMatrixFailure( error ) );
		expect( failures.some( ( failure ) => isOfAccount( failure as MatrixFailure ) || isTemporary( failure ) ) ).toBe( false );
	} );

	it.each( [
		[ 'by its errcode', matrix( 400, 'M_UNKNOWN_POS' ), true ],
		[ 'in Synapse\'s words', matrix( 400, 'M_UNKNOWN', { error: 'Invalid stream token \'s1\'' } ), true ],
		[ 'when it is the filter that is wrong', matrix( 400, 'M_BAD_JSON', { error: 'Invalid filter' } ), false ],
		[ 'when the device is gone', matrix( 400, 'M_UNKNOWN_DEVICE', { error: 'Application service trying to use a device that doesn\'t exist' } ), false ]
	] )( 'knows a refused position %s', ( _what, error, isIt ) => {
		expect( isOfPosition( toMatrixFailure( error ) as MatrixFailure ) ).toBe( isIt );
	} );

	it( 'tells a stop by the caller from no answer in time', () => {
		expect( toMatrixFailure( new DOMException( 'aborted', 'AbortError' ), AbortSignal.abort() ) ).toMatchObject( { code: 'stopped', isTemporary: false } );
	} );

	it( 'keeps how long the homeserver asks to wait', () => {
		expect( toMatrixFailure( matrix( 429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 1234 } ) ) ).toMatchObject( { retryAfterMs: 1234 } );
	} );

	it( 'keeps it of a homeserver that is overloaded, too', () => {
		const error = new MatrixError( { errcode: 'M_UNKNOWN', error: 'x' }, 503, 'https://x/', undefined, new Headers( { 'Retry-After': '7' } ) );
		expect( toMatrixFailure( error ) ).toMatchObject( { code: 'server', retryAfterMs: 7_000 } );
	} );

	it( 'passes a bug on as it is', () => {
		const bug = new RangeError( 'bug' );
		expect( toMatrixFailure( bug ) ).toBe( bug );
	} );

	it( 'never repeats what the homeserver said in full, which may hold a token', () => {
		const failure = toMatrixFailure( new MatrixError( { errcode: 'M_X', error: 'secret' }, 400, 'https://x/?access_token=secret' ) );
		expect( ( failure as MatrixFailure ).message ).not.toContain( 'secret' );
	} );
} );

describe( 'createBackOff', () => {
	it( 'doubles up to its limit, with jitter between half and all of it', () => {
		const shortest = createBackOff( { random: () => 0, firstDelayMs: 100, longestDelayMs: 400 } );
		const longest = createBackOff( { random: () => 1, firstDelayMs: 100, longestDelayMs: 400 } );
		expect( [ 1, 2, 3, 4 ].map( () => shortest.next() ) ).toEqual( [ 50, 100, 200, 200 ] );
		expect( [ 1, 2, 3, 4 ].map( () => longest.next() ) ).toEqual( [ 100, 200, 400, 400 ] );
	} );
} );

describe( 'what the homeserver asks to wait', () => {
	it( 'is waited, with jitter on top', () => {
		expect( createBackOff( { random: () => 0 } ).next( 60_000 ) ).toBe( 60_000 );
		expect( createBackOff( { random: () => 1 } ).next( 60_000 ) ).toBe( 66_000 );
	} );

	it( 'is never more than a timer can wait', () => {
		expect( createBackOff( { random: () => 0 } ).next( 1e15 ) ).toBe( 2 ** 31 - 1 );
	} );
} );

describe( 'ssoLoginUrl', () => {
	it( 'escapes the return address whole', () => {
		const url = new URL( ssoLoginUrl( 'https://help.example', 'oidc-mediawiki', 'https://wiki.example/index.php?title=A&nonce=x y' ) );
		expect( url.pathname ).toBe( '/_matrix/client/v3/login/sso/redirect/oidc-mediawiki' );
		expect( url.searchParams.get( 'redirectUrl' ) ).toBe( 'https://wiki.example/index.php?title=A&nonce=x y' );
	} );
} );
