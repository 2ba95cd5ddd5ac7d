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
	/** `clockSkewMs`: how much the wiki's clock is ahead of the browser's; 0 for next to nothing. */
	readonly onChange: ( availability: Availability | undefined, clockSkewMs: number ) => void;
	readonly now: () => number;
	/** Calls back once. @returns a disposer */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
};

/** How long an answer is as good as a new one. */
export const FRESH_MS = 60_000;
/** An answer out of a cache may be as old as that. */
const LEAST_SKEW_MS = 120_000;
/** How often it is looked at while it is seen. */
export const INTERVAL_MS = 180_000;

/** Keeps what newcomers are told of helpers as true as the status page, and asks no more often than that is worth. */
export interface AvailabilityWatch {
	/** Looks again, unless it has just looked; called when somebody begins to see it. */
	look(): void;
}

export function watchAvailability( { team, fetchStatus, isSeen, onChange, now, after }: AvailabilityPorts ): AvailabilityWatch {
	let askedAtMs = -Infinity;
	let shown = '';
	let stopWaiting: ( () => void ) | undefined;

	function look(): void {
		stopWaiting?.();
		stopWaiting = undefined;
		if ( !fetchStatus || !isSeen() ) {
			return;
		}
		stopWaiting = after( INTERVAL_MS, look );
		if ( now() - askedAtMs < FRESH_MS ) {
			return;
		}
		askedAtMs = now();
		void fetchStatus().catch( () => undefined ).then( ( answer ) => {
			const aheadMs = answer ? answer.atMs - now() : 0;
			const clockSkewMs = Math.abs( aheadMs ) > LEAST_SKEW_MS ? aheadMs : 0;
			const availability = readAvailability( answer?.page, team, now() + clockSkewMs );
			const text = JSON.stringify( availability ) || '';
			if ( text !== shown ) {
				shown = text;
				onChange( availability, clockSkewMs );
			}
		} );
	}
	return { look };
}
