import { vi } from 'vitest';
import { LONGEST_WAIT_MS } from './time-limits.ts';

/** Waits until a check throws nothing, and gives what it gives; throws what it threw last when that never comes. */
export function comes<Result>( check: () => Result | Promise<Result> ): Promise<Result> {
	return vi.waitFor( check, { timeout: LONGEST_WAIT_MS, interval: 10 } );
}
