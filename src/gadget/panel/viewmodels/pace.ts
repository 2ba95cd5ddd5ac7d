import type { OutboxItem } from './outbox.ts';

/** As many as the relay takes in a minute: messages, and everything else. What comes above that, it does not pass on. */
const MESSAGES_IN_A_MINUTE = 30;
const OTHERS_IN_A_MINUTE = 60;
/** A little longer than a minute, as the way to the homeserver does not always take the same time. */
const MINUTE_MS = 63_000;

/** Keeps what is sent at once, as after an hour without connection, from being too much for the relay. */
export type Pace = {
	/** How long to wait before one more of its kind, in ms. */
	delayMs( kind: OutboxItem[ 'kind' ] ): number;
	sent( kind: OutboxItem[ 'kind' ] ): void;
};

export function createPace( now: () => number ): Pace {
	const times: Record<'message' | 'other', number[]> = { message: [], other: [] };
	const timesOf = ( kind: OutboxItem[ 'kind' ] ): number[] => times[ kind === 'message' ? kind : 'other' ];
	return {
		delayMs( kind ) {
			const most = kind === 'message' ? MESSAGES_IN_A_MINUTE : OTHERS_IN_A_MINUTE;
			const [ first = -Infinity ] = timesOf( kind ).slice( -most );
			return timesOf( kind ).length < most ? 0 : Math.max( 0, Math.min( MINUTE_MS, first + MINUTE_MS - now() ) );
		},
		sent( kind ) {
			const past = timesOf( kind );
			past.push( now() );
			past.splice( 0, past.length - OTHERS_IN_A_MINUTE );
		}
	};
}
