import type { EventId } from '../../../protocol/ids.ts';
import { isRecord } from '../../../protocol/ids.ts';
import type { BackOff, FailureCode } from '../../../matrix/index.ts';

/**
 * - `sending`: on its way, or next in line
 * - `waiting`: the last try failed; it is tried again when the connection is back
 * - `refused`: the homeserver does not take it; only the newcomer can try again
 * - `sent`: the homeserver has it, and the conversation does not show it yet
 */
export type OutboxState = 'sending' | 'waiting' | 'refused' | 'sent';

export type OutboxItem = {
	/** Also the transaction id: sending the same item twice makes one message. */
	readonly id: string;
	readonly text: string;
	/** What goes with the text, in wire form. */
	readonly extra: Readonly<Record<string, unknown>>;
	readonly writtenAtMs: number;
	readonly state: OutboxState;
	readonly eventId?: EventId;
};

/** How sending can fail, as `MatrixFailure` says it. */
export type SendFailure = { readonly code: FailureCode; readonly retryAfterMs?: number | undefined };

export type OutboxPorts = {
	readonly items: readonly OutboxItem[];
	readonly newId: () => string;
	readonly now: () => number;
	/** Called after each change, with what has to survive a reload. */
	readonly onChange: ( items: readonly OutboxItem[] ) => void;
	/** Whether the homeserver took the last message, or could not be reached with it. */
	readonly onContact: ( isReachable: boolean ) => void;
	/** The session is over: nothing is sent until the outbox is connected again. */
	readonly onLoggedOut: () => void;
};

/** What an outbox needs to send, once there is a session and a conversation. */
export type OutboxConnection = {
	readonly send: ( item: OutboxItem ) => Promise<EventId>;
	readonly backOff: BackOff;
	readonly sleep: ( delayMs: number, signal: AbortSignal ) => Promise<void>;
};

/** The newcomer's messages that the conversation does not show yet: sent one after the other, in order, each once. */
export interface Outbox {
	readonly items: readonly OutboxItem[];
	/** Puts a message at the end; one with an `id` that is there already is the same one. */
	add( text: string, extra?: Readonly<Record<string, unknown>>, id?: string ): void;
	/** Tries a refused item again, as the last one; anything that waits is tried at once. */
	retry( id: string ): void;
	remove( id: string ): void;
	/** Drops what has come back from the homeserver. */
	confirm( isConfirmed: ( item: OutboxItem ) => boolean ): void;
	connect( connection: OutboxConnection ): void;
	/** Stops sending; what is left stays. */
	disconnect(): void;
	/** The connection is back. */
	retryNow(): void;
}

const TEMPORARY: readonly FailureCode[] = [ 'unreachable', 'server', 'limited', 'stopped' ];

/** Reads items out of a storage; whatever was on its way is sent again, under the same id. */
export function readOutboxItems( raw: unknown ): OutboxItem[] {
	return ( Array.isArray( raw ) ? raw as unknown[] : [] ).flatMap( ( item ) => {
		if ( !isRecord( item ) ) {
			return [];
		}
		const { id, text, extra, writtenAtMs } = item;
		if ( typeof id !== 'string' || typeof text !== 'string' || typeof writtenAtMs !== 'number' ) {
			return [];
		}
		const state = item.state === 'refused' ? 'refused' : 'sending';
		return [ { id, text, extra: isRecord( extra ) ? extra : {}, writtenAtMs, state } as const ];
	} );
}

function asFailure( error: unknown ): SendFailure | undefined {
	return isRecord( error ) && typeof error.code === 'string' ? error as unknown as SendFailure : undefined;
}

export function createOutbox( ports: OutboxPorts ): Outbox {
	let items = ports.items;
	let connection: OutboxConnection | undefined;
	let isDraining = false;
	let wakeUp = new AbortController();

	const set = ( next: readonly OutboxItem[] ): void => {
		items = next;
		ports.onChange( items );
	};
	const change = ( id: string, patch: Partial<OutboxItem> ): void => (
		set( items.map( ( item ) => item.id === id ? { ...item, ...patch } : item ) )
	);

	async function trySending( item: OutboxItem, by: OutboxConnection ): Promise<void> {
		try {
			const eventId = await by.send( item );
			by.backOff.reset();
			change( item.id, { state: 'sent', eventId } );
			ports.onContact( true );
		} catch ( error ) {
			const failure = asFailure( error );
			if ( failure?.code === 'unauthorised' ) {
				connection = undefined;
				change( item.id, { state: 'waiting' } );
				ports.onLoggedOut();
			} else if ( failure && TEMPORARY.includes( failure.code ) ) {
				wakeUp = new AbortController();
				ports.onContact( failure.code === 'limited' );
				set( items.map( ( other ) => other.state === 'sending' ? { ...other, state: 'waiting' } : other ) );
				await by.sleep( by.backOff.next( failure.retryAfterMs ), wakeUp.signal );
			} else {
				change( item.id, { state: 'refused' } );
			}
		}
	}

	async function drain(): Promise<void> {
		if ( isDraining ) {
			return;
		}
		isDraining = true;
		let next: OutboxItem | undefined;
		try {
			while ( connection && ( next = items.find( ( { state } ) => state === 'sending' || state === 'waiting' ) ) ) {
				await trySending( next, connection );
			}
		} finally {
			isDraining = false;
		}
	}

	return {
		get items() {
			return items;
		},
		add( text, extra = {}, id = ports.newId() ) {
			set( [ ...items.filter( ( item ) => item.id !== id ), { id, text, extra, writtenAtMs: ports.now(), state: 'sending' } ] );
			void drain();
		},
		retry( id ) {
			const item = items.find( ( one ) => one.id === id );
			if ( item?.state === 'refused' ) {
				set( [ ...items.filter( ( one ) => one.id !== id ), { ...item, state: 'sending' } ] );
				void drain();
			}
			wakeUp.abort();
		},
		remove( id ) {
			set( items.filter( ( item ) => item.id !== id ) );
		},
		confirm( isConfirmed ) {
			if ( items.some( isConfirmed ) ) {
				set( items.filter( ( item ) => !isConfirmed( item ) ) );
			}
		},
		connect( next ) {
			connection = next;
			wakeUp.abort();
			void drain();
		},
		disconnect() {
			connection = undefined;
			wakeUp.abort();
		},
		retryNow() {
			wakeUp.abort();
		}
	};
}
