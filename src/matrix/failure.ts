import { ConnectionError, HTTPError, MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';

/**
 * - `unreachable`: no answer (no network, refused, timed out, or a proxy's answer that is neither a Matrix error nor what
 *   was asked for, or that of a part of the homeserver which does not serve this endpoint: `M_UNRECOGNIZED`);
 *   `retryAfterMs` when it said when to try again
 * - `server`: the homeserver answered 5xx; `retryAfterMs` likewise
 * - `limited`: 429; `retryAfterMs` says when to try again
 * - `unauthorised`: the access token is no longer good (`M_UNKNOWN_TOKEN`, `M_MISSING_TOKEN`)
 * - `forbidden`: 403
 * - `not-found`: 404
 * - `refused`: any other 4xx; the same request would be refused again
 * - `stopped`: the caller aborted it
 */
export type FailureCode = 'unreachable' | 'server' | 'limited' | 'unauthorised' | 'forbidden' | 'not-found' | 'refused' | 'stopped';

const TEMPORARY: readonly FailureCode[] = [ 'unreachable', 'server', 'limited' ];

/** Why a request to the homeserver failed. Its message names errcode and status, never tokens or contents. */
export class MatrixFailure extends Error {
	override readonly name = 'MatrixFailure';
	readonly code: FailureCode;
	/** The `errcode` of the answer, or empty. */
	readonly errcode: string;
	/** Only with `limited`, `server` and `unreachable`: how long the homeserver, or what is before it, asks to wait. */
	readonly retryAfterMs: number | undefined;

	constructor( code: FailureCode, message: string, options: { cause?: unknown; errcode?: string; retryAfterMs?: number } = {} ) {
		super( message, { cause: options.cause } );
		this.code = code;
		this.errcode = options.errcode ?? '';
		this.retryAfterMs = options.retryAfterMs;
	}

	/** Whether the same request may succeed later. */
	get isTemporary(): boolean {
		return TEMPORARY.includes( this.code );
	}
}

function codeOf( status: number, errcode: string ): FailureCode {
	if ( errcode === 'M_UNKNOWN_TOKEN' || errcode === 'M_MISSING_TOKEN' ) {
		return 'unauthorised';
	}
	if ( errcode === 'M_UNRECOGNIZED' ) {
		return 'unreachable';
	}
	if ( status >= 500 ) {
		return 'server';
	}
	switch ( status ) {
		case 401: return 'unauthorised';
		case 403: return 'forbidden';
		case 404: return 'not-found';
		case 429: return 'limited';
		default: return 'refused';
	}
}

function retryAfter( error: HTTPError ): number | undefined {
	try {
		const delayMs = error.getRetryAfterMs() ?? 0;
		return delayMs > 0 ? delayMs : undefined;
	} catch {
		// An unreadable Retry-After header: the usual back-off applies.
		return undefined;
	}
}

/**
 * Turns whatever the HTTP layer throws into a `MatrixFailure`; anything else is a bug and is passed on as it is.
 *
 * @param signal the caller's own; an abort that did not come from it is the HTTP layer's time limit
 */
export function toMatrixFailure( error: unknown, signal?: AbortSignal ): unknown {
	if ( error instanceof HTTPError ) {
		const errcode = error instanceof MatrixError ? error.errcode ?? '' : '';
		// An HTML page from a proxy in between says nothing about what the homeserver thinks of the request.
		const isProxy = errcode === '';
		const code = isProxy ? 'unreachable' : codeOf( error.httpStatus ?? 0, errcode );
		// A proxy limits, too, and says how long in a header.
		const retryAfterMs = TEMPORARY.includes( code ) ? retryAfter( error ) : undefined;
		return new MatrixFailure( code, `${ errcode || 'HTTP error' } (${ error.httpStatus ?? 'no status' })`, {
			cause: error, errcode, ...( retryAfterMs !== undefined && { retryAfterMs } )
		} );
	}
	if ( error instanceof ConnectionError ) {
		return new MatrixFailure( 'unreachable', 'the homeserver cannot be reached', { cause: error } );
	}
	if ( error instanceof Error && error.name === 'AbortError' ) {
		return signal?.aborted ?
				new MatrixFailure( 'stopped', 'stopped by the caller', { cause: error } ) :
				new MatrixFailure( 'unreachable', 'the homeserver did not answer in time', { cause: error } );
	}
	// A body that breaks off, or is no JSON, is a connection that broke.
	if ( error instanceof SyntaxError || ( error instanceof TypeError && /fetch|network|terminated|load failed/i.test( error.message ) ) ) {
		return new MatrixFailure( 'unreachable', 'the homeserver\'s answer broke off', { cause: error } );
	}
	return error;
}
