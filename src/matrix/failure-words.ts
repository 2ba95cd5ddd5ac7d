import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import type { MatrixFailure } from './failure.ts';

const ACCOUNT_ERRCODES: readonly string[] = [
	// An account outside the registration's namespace, or (older Synapses) a device that is gone.
	'M_EXCLUSIVE', 'M_UNKNOWN_DEVICE', 'ORG.MATRIX.MSC4326.M_UNKNOWN_DEVICE',
	'M_RESOURCE_LIMIT_EXCEEDED', 'M_USER_DEACTIVATED', 'M_USER_SUSPENDED', 'ORG.MATRIX.MSC3823.USER_ACCOUNT_SUSPENDED'
];
/** What Synapse says, with no errcode of its own, of an account that the registration does not (any more) let a service use. */
const ACCOUNT_WORDS = /cannot masquerade|has not registered this user|device that doesn't exist/i;
/** Synapse has no errcode of its own for a /sync position either ("Invalid stream token"). */
const POSITION_WORDS = /\b(token|since|position)\b/i;

function wordsOf( { cause }: MatrixFailure ): string {
	return cause instanceof MatrixError ? String( cause.data.error ) : '';
}

/** Whether it is the account that is refused, its device or its token, and not what was asked for: any request would be. */
export function isOfAccount( failure: MatrixFailure ): boolean {
	return failure.code === 'unauthorised' || ACCOUNT_ERRCODES.includes( failure.errcode ) || ACCOUNT_WORDS.test( wordsOf( failure ) );
}

/** Whether the homeserver says that it does not know a position in what has happened. */
export function isOfPosition( failure: MatrixFailure ): boolean {
	const { cause, errcode } = failure;
	const isInWords = cause instanceof MatrixError && cause.httpStatus === 400 && POSITION_WORDS.test( wordsOf( failure ) );
	return ( errcode === 'M_UNKNOWN_POS' || isInWords ) && !isOfAccount( failure );
}
