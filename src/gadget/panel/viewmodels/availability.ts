import type { Availability } from '../../../protocol/availability.ts';
import { readAvailability } from '../../../protocol/availability.ts';

/** What the wiki has answered, and when by its own clock, in ms since 1970; NaN where it does not say. */
export type DatedPage = { readonly page: unknown; readonly atMs: number };

export type AvailabilityPorts = {
	readonly team: string;
	/** Fetches the wiki's status page, whatever it holds; `undefined` when the wiki has none. */
	readonly fetchStatus: ( () => Promise<DatedPage> ) | undefined;
	/** Whether anybody would see it now. */
	readonly isSeen: () => boolean;
	/** How much the clock of the servers is ahead of the browser's, as far as that is known, in ms. */
	readonly clockSkewMs: () => number;
	/** `clockSkewMs`: the same, where the wiki's clock says something else. */
	readonly onChange: ( availability: Availability | undefined, clockSkewMs: number ) => void;
	readonly now: () => number;
	/** Calls back once. @returns a disposer */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
};

/** How long an answer is as good as a new one. */
export const FRESH_MS = 60_000;
/** An answer out of a cache may be as old as that. */
const LEAST_SKEW_MS = 120_000;
/** How often it is looked at. */
export const INTERVAL_MS = 180_000;

/** Keeps what newcomers are told of helpers as true as the status page, and asks no more often than that is worth. */
export interface AvailabilityWatch {
	/** Looks again, unless it has just looked; called when somebody begins to see it. */
	look(): void;
}

export function watchAvailability( ports: AvailabilityPorts ): AvailabilityWatch {
	const { team, fetchStatus, isSeen, clockSkewMs, onChange, now, after } = ports;
	let askedAtMs = -Infinity;
	let shown: string | undefined;
	let stopWaiting: ( () => void ) | undefined;

	function look(): void {
		stopWaiting?.();
		// It may be seen by then.
		stopWaiting = after( INTERVAL_MS, look );
		if ( !fetchStatus || !isSeen() || now() - askedAtMs < FRESH_MS ) {
			return;
		}
		askedAtMs = now();
		void fetchStatus().catch( () => undefined ).then( ( answer ) => {
			const knownMs = clockSkewMs();
			const aheadMs = answer ? answer.atMs - now() : NaN;
			const skewMs = Math.abs( aheadMs - knownMs ) > LEAST_SKEW_MS ? aheadMs : knownMs;
			const availability = readAvailability( answer?.page, team, now() + skewMs );
			const text = JSON.stringify( availability );
			if ( text !== shown || skewMs !== knownMs ) {
				shown = text;
				onChange( availability, skewMs );
			}
		} );
	}
	return { look };
}
