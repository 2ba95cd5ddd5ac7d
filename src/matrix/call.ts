import { TypedEventEmitter } from 'matrix-js-sdk/lib/models/typed-event-emitter.js';
import { FetchHttpApi } from 'matrix-js-sdk/lib/http-api/fetch.js';
import type { Method } from 'matrix-js-sdk/lib/http-api/method.js';
import type { RoomId } from '../protocol/ids.ts';
import { fetchWhole, readObject } from './answers.ts';
import { toMatrixFailure } from './failure.ts';

export type MatrixClientOptions = {
	/** Base URL without a slash at its end. */
	readonly homeserverUrl: string;
	readonly accessToken?: string;
	readonly fetch?: typeof globalThis.fetch;
	/** Ends a request without an answer, in ms; 30 s unless told. A /sync gets its own time on top. */
	readonly requestTimeoutMs?: number;
};

/** Makes the HTTP layer that client and login share. `extraParams` go into the query of each request. */
export function createHttpApi(
	options: MatrixClientOptions, extraParams?: Record<string, string>
): FetchHttpApi<{ baseUrl: string; prefix: string; onlyData: true }> {
	return new FetchHttpApi( new TypedEventEmitter(), {
		baseUrl: options.homeserverUrl,
		prefix: '/_matrix/client',
		onlyData: true,
		localTimeoutMs: options.requestTimeoutMs ?? 30_000,
		fetchFn: fetchWhole( options.fetch ?? ( ( input, init ) => globalThis.fetch( input, init ) ) ),
		...( options.accessToken !== undefined && { accessToken: options.accessToken } ),
		...( extraParams && { extraParams } )
	} );
}

/** Asks one endpoint. `path` begins after `/_matrix/client`. @throws MatrixFailure */
export type Call = <Answer>(
	method: Method,
	path: string,
	query?: Record<string, string | number>,
	body?: Readonly<Record<string, unknown>>,
	extra?: { abortSignal?: AbortSignal; localTimeoutMs?: number }
) => Promise<Answer>;

/** Makes what asks all endpoints of one account. */
export function createCall( options: MatrixClientOptions, extraParams?: Record<string, string> ): Call {
	const http = createHttpApi( options, extraParams );
	return async <Answer>( ...[ method, path, query, body, extra = {} ]: Parameters<Call> ) => {
		try {
			const answer = await http.authedRequest( method, path, query, body as Record<string, unknown> | undefined, extra );
			return readObject<Answer>( answer );
		} catch ( error ) {
			throw toMatrixFailure( error, extra.abortSignal );
		}
	};
}

export const encode = encodeURIComponent;

export const roomPath = ( roomId: RoomId ): string => `/v3/rooms/${ encode( roomId ) }`;
