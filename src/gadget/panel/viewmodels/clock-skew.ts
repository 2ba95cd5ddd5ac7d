import type { RoomEvent } from '../../../protocol/message.ts';

/** Clocks differ a little. */
const LEAST_MS = 10_000;

/**
 * How much the homeserver's clock is ahead of the browser's by the last of events that have just come, in ms.
 *
 * @returns `undefined` when it does not tell, 0 for next to nothing
 */
export function readClockSkew( events: readonly RoomEvent[] = [], nowMs: number ): number | undefined {
	const last = events[ events.length - 1 ];
	const age = Number( last?.unsigned?.age );
	const skewMs = last && age >= 0 ? last.origin_server_ts + age - nowMs : undefined;
	return skewMs && Math.abs( skewMs ) < LEAST_MS ? 0 : skewMs;
}
