/** Why no new requests are taken, for all wikis or for one. */
export type Pause = {
	/** `*` for all wikis, paused by an operator; else the wiki whose own settings say so. */
	readonly scope: string;
	/** For operators; newcomers are told in words of their language. */
	readonly reason: string;
	readonly sinceMs: number;
};

export const ALL_WIKIS = '*';

/** How much a newcomer has said in the minute that began with their first message after the last one. */
export type Pace = { readonly begunAtMs: number; readonly said: number };

const MINUTE_MS = 60_000;

/**
 * Counts one more message. What counts is when it was said: after an outage an hour's messages come at once.
 *
 * @returns the new count, and whether the message is taken, or is the first one or one more of too many
 */
export function countMessage(
	pace: Pace | undefined, saidAtMs: number, mostInAMinute: number
): { readonly pace: Pace; readonly verdict: 'taken' | 'first-too-many' | 'too-many' } {
	// What was said before the minute began was said by a clock that was set back: it must not wait for the old time to come.
	const isNew = !pace || saidAtMs < pace.begunAtMs || saidAtMs >= pace.begunAtMs + MINUTE_MS;
	const next = isNew ? { begunAtMs: saidAtMs, said: 1 } : { begunAtMs: pace.begunAtMs, said: pace.said + 1 };
	const over = next.said - mostInAMinute;
	return { pace: next, verdict: over <= 0 ? 'taken' : over === 1 ? 'first-too-many' : 'too-many' };
}

/** What decides whether something new is taken in. */
export interface Intake {
	pauses(): Promise<Pause[]>;
	/** Pauses anew only where it was not paused: `sinceMs` stays. */
	setPause( scope: string, reason: string ): Promise<void>;
	/** False when it was not paused. */
	removePause( scope: string ): Promise<boolean>;
	/** @param whose a newcomer, or something of theirs that is counted apart */
	pace( whose: string ): Promise<Pace | undefined>;
	setPace( whose: string, pace: Pace ): Promise<void>;
}

/** Whether new requests of a wiki are refused. */
export function isPaused( pauses: readonly Pause[], wiki: string ): boolean {
	return pauses.some( ( { scope } ) => scope === ALL_WIKIS || scope === wiki );
}
