import { isRecord } from './ids.ts';

/** Type of the state event, with an empty state key, by which the bot says in a conversation how it stands with the request. */
export const REQUEST_STATE_TYPE = 'org.wikimedia.askforhelp.request';

/** How it stands with the latest request of a conversation. */
export type RequestStatus = {
	/** By which helpers call it. */
	readonly number: number;
	readonly state: 'waiting' | 'answered';
	/** While it waits: its place in the queue, 1 for the next one. */
	readonly position?: number;
};

function isCount( value: unknown ): value is number {
	return typeof value === 'number' && Number.isSafeInteger( value ) && value >= 1;
}

/** Reads the event's content; `undefined` when it is malformed. Trust it only from the relay's bot. */
export function readRequestStatus( content: unknown ): RequestStatus | undefined {
	if ( !isRecord( content ) || !isCount( content.number ) || ( content.state !== 'waiting' && content.state !== 'answered' ) ) {
		return undefined;
	}
	const { number, state, position } = content;
	return { number, state, ...( state === 'waiting' && isCount( position ) && { position } ) };
}

/** The event's content. */
export function writeRequestStatus( { number, state, position }: RequestStatus ): Record<string, unknown> {
	return { number, state, ...( state === 'waiting' && position !== undefined && { position } ) };
}
