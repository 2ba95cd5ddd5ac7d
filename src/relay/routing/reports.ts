import type { EventId, UserId } from '../../protocol/ids.ts';
import type { RequestState, Task } from './model.ts';

/** How things stand, in numbers. */
export type Figures = {
	/** Items of the outbox. */
	readonly waiting: number;
	/** When the oldest of them was put in, in ms since 1970. */
	readonly oldestWaitingAtMs: number | undefined;
	readonly setAside: readonly { readonly kind: Task[ 'kind' ]; readonly count: number }[];
	readonly requests: readonly { readonly wiki: string; readonly state: RequestState; readonly count: number }[];
	/** When each account's last /sync was taken in, in ms since 1970; 0 when that was before it was noted. */
	readonly receivers: readonly { readonly receiver: UserId; readonly takenAtMs: number }[];
};

/** A lane in which something waits. */
export type WaitingLane = { readonly lane: string; readonly waiting: number; readonly oldestAtMs: number };

/** What was refused for good, and why. */
export type SetAside = {
	readonly lane: string;
	readonly kind: Task[ 'kind' ];
	readonly event: EventId | undefined;
	readonly reason: string;
	readonly atMs: number;
};

/** What a store tells of itself to operators. */
export interface Reports {
	figures(): Promise<Figures>;
	/** The one that waits longest first. */
	waitingLanes(): Promise<WaitingLane[]>;
	/** The latest first. */
	setAsideItems( limit: number ): Promise<SetAside[]>;
}
