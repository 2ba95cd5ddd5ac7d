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

/** A token that is no longer good is the operator's to mend, and a stop is no answer: no message may be lost over either. */
const NO_VERDICT: readonly unknown[] = [ 'unauthorised', 'stopped' ];

/** Whether the same attempt may succeed later. */
export function isTemporary( error: unknown ): boolean {
	return error instanceof Error && 'isTemporary' in error &&
		( error.isTemporary === true || ( 'code' in error && NO_VERDICT.includes( error.code ) ) );
}
