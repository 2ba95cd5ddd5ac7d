import type { EventId } from '../../../protocol/ids.ts';
import type { EarlierState } from './earlier.ts';
import type { OutboxItem } from './outbox.ts';
import type { Entry } from './timeline.ts';
import type { ReadMark } from './unread.ts';

/** What the conversation shows. */
export type TalkingState = {
	readonly entries: readonly Entry[];
	readonly outbox: readonly OutboxItem[];
	/** Whether there is more than `entries` shows. */
	readonly earlier: EarlierState;
	/** A helper writes. */
	readonly isTyping: boolean;
	/** How many are to be answered before the newcomer, while that is known. */
	readonly waitingBefore: number | undefined;
	/** `ended`: the relay left this room; another one can be made. */
	readonly connection: 'online' | 'offline' | 'logged-out' | 'ended';
	/** There has been no connection for so long that something may be in the way. */
	readonly isLongOffline: boolean;
	/** Up to where the newcomer has read, on whatever device. */
	readonly lastRead: ReadMark | undefined;
	/** Answers after that. */
	readonly unread: number;
	/** The first of the answers that were unread when the newcomer last came back to look. */
	readonly firstNew: EventId | undefined;
	/** How much the homeserver's clock is ahead of the browser's, in ms; 0 for next to nothing. */
	readonly clockSkewMs: number;
};

export const FIRST_TALKING: TalkingState = {
	entries: [], outbox: [], earlier: 'unknown', isTyping: false, waitingBefore: undefined, connection: 'online', isLongOffline: false,
	lastRead: undefined, unread: 0, firstNew: undefined, clockSkewMs: 0
};
