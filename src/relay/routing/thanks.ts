import type { EventId } from '../../protocol/ids.ts';

/** Newcomers' thanks for what helpers said. */
export interface Thanks {
	/** Counts the reaction that says thanks; once more is no other. */
	addThanks( eventId: EventId, conversationId: number, atMs: number ): Promise<void>;
	/** Counts a reaction that was taken back no longer, if it was one. */
	removeThanks( eventId: EventId, conversationId: number ): Promise<void>;
	/** How many there are, and how many since a time; those to private teams are not told. */
	countThanks( sinceMs: number ): Promise<ThanksCount>;
}

export type ThanksCount = { readonly total: number; readonly lately: number };

/** For how long thanks are lately. */
export const THANKS_LATELY_MS = 30 * 86_400_000;
