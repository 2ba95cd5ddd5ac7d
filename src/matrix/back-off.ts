export type BackOffOptions = {
	readonly firstDelayMs?: number;
	readonly longestDelayMs?: number;
	/** A number from 0 up to 1; `Math.random` outside tests. */
	readonly random: () => number;
};

/** A longer timer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long to wait before trying again: doubles at each failure, with jitter, up to a limit. */
export interface BackOff {
	/** Delay before the next try, in ms; at least what the homeserver asked for. */
	next( askedForMs?: number ): number;
	/** Called after a success. */
	reset(): void;
}

export function createBackOff( options: BackOffOptions ): BackOff {
	const firstDelayMs = options.firstDelayMs ?? 500;
	const longestDelayMs = options.longestDelayMs ?? 30_000;
	let failures = 0;
	return {
		next( askedForMs = 0 ) {
			const ceiling = Math.min( longestDelayMs, firstDelayMs * 2 ** failures );
			failures += 1;
			// Between half and all of it, so that a thousand panels do not come back in the same instant.
			const delayMs = ceiling / 2 + options.random() * ceiling / 2;
			return Math.min( LONGEST_TIMER_MS, Math.max( delayMs, askedForMs * ( 1 + options.random() / 10 ) ) );
		},
		reset() {
			failures = 0;
		}
	};
}
