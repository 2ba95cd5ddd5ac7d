import type { Availability } from '../../../protocol/availability.ts';
import { readAvailability } from '../../../protocol/availability.ts';

export type AvailabilityPorts = {
	readonly team: string;
	/** Fetches the wiki's status page, whatever it holds; `undefined` when the wiki has none. */
	readonly fetchStatus: ( () => Promise<unknown> ) | undefined;
	/** Whether anybody would see it now. */
	readonly isSeen: () => boolean;
	readonly onChange: ( availability: Availability | undefined ) => void;
	readonly now: () => number;
	/** Calls back once. @returns a disposer */
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
};

/** How long an answer is as good as a new one. */
export const FRESH_MS = 60_000;
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
		void fetchStatus().catch( () => undefined ).then( ( page ) => {
			const availability = readAvailability( page, team, now() );
			const text = JSON.stringify( availability ) || '';
			if ( text !== shown ) {
				shown = text;
				onChange( availability );
			}
		} );
	}
	return { look };
}
