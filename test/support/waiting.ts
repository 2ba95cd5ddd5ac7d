import { vi } from 'vitest';

/** A slow machine is late and not wrong; this is only for what never comes. In milliseconds. */
export const LONGEST_WAIT_MS = 120_000;

/** What a busy machine may add to something that has a time limit of its own, and ends long after it without that. */
export const LATE_MS = 10_000;

/** Waits until a check throws nothing, and gives what it gives; throws what it threw last when that never comes. */
export function comes<Result>( check: () => Result | Promise<Result> ): Promise<Result> {
	return vi.waitFor( check, { timeout: LONGEST_WAIT_MS, interval: 10 } );
}
