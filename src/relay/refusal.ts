import { isOfAccount, MatrixFailure } from '../matrix/index.ts';

/** What cannot be done, and why; trying again would not help. */
export class TaskRefused extends Error {
	override readonly name = 'TaskRefused';
}

/** What cannot be done yet, but will be soon. */
export class NotYet extends Error {
	override readonly name = 'NotYet';
	readonly isTemporary = true;
	readonly retryAfterMs: number | undefined;

	constructor( message: string, retryAfterMs?: number ) {
		super( message );
		this.retryAfterMs = retryAfterMs;
	}
}

/**
 * Whether the same attempt may succeed later. An account that is refused is the operator's to mend, and a stop is no
 * answer: neither is a verdict on a message, and none may be lost over them.
 */
export function isTemporary( error: unknown ): boolean {
	return error instanceof MatrixFailure ?
		error.isTemporary || isOfAccount( error ) || error.code === 'stopped' :
		error instanceof Error && 'isTemporary' in error && error.isTemporary === true;
}
