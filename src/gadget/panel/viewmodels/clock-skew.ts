import type { RoomEvent } from '../../../protocol/message.ts';

/** Clocks differ a little. */
const LEAST_MS = 10_000;

/** How much the homeserver's clock is ahead of the browser's by an event that has just come, in ms; what is known when it does not tell. */
export function readClockSkew( event: RoomEvent | undefined, nowMs: number, knownMs: number ): number {
	const age = Number( event?.unsigned?.age );
	const skewMs = event && age >= 0 ? event.origin_server_ts + age - nowMs : knownMs;
	return Math.abs( skewMs ) < LEAST_MS ? 0 : skewMs;
}
