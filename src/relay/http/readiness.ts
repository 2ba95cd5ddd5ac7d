/** What is known of a relay's work; times are in ms since 1970, `undefined` where it has not happened since the start. */
export type Activity = {
	/** When each account last received. */
	readonly receivedAtMs: readonly ( number | undefined )[];
	readonly sentAtMs: number | undefined;
	readonly oldestWaitingAtMs: number | undefined;
};

/** A /sync is held open for half of this. */
const LONGEST_SILENCE_MS = 60_000;

/** Why the relay is not ready, as one sentence; `undefined` when it received and sent within the last minute. */
export function readinessProblem( { receivedAtMs, sentAtMs, oldestWaitingAtMs }: Activity, nowMs: number ): string | undefined {
	const isRecent = ( atMs: number | undefined ): boolean => atMs !== undefined && nowMs - atMs <= LONGEST_SILENCE_MS;
	if ( receivedAtMs.length === 0 || receivedAtMs.includes( undefined ) ) {
		return 'The homeserver has not been reached since the start.';
	}
	const silent = receivedAtMs.find( ( atMs ) => !isRecent( atMs ) );
	if ( silent !== undefined ) {
		return `Nothing was received from the homeserver for ${ Math.round( ( nowMs - silent ) / 1000 ) } s.`;
	}
	if ( oldestWaitingAtMs !== undefined && !isRecent( oldestWaitingAtMs ) && !isRecent( sentAtMs ) ) {
		return `Nothing was sent within the last minute, and something has waited for ${ Math.round( ( nowMs - oldestWaitingAtMs ) / 1000 ) } s.`;
	}
	return undefined;
}
