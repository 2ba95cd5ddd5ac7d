import type { EventId } from '../../../protocol/ids.ts';
import { isEventId, isRecord } from '../../../protocol/ids.ts';
import type { BackOff, FailureCode } from '../../../matrix/index.ts';
import { createPace } from './pace.ts';

/**
 * - `sending`: on its way, or next in line
 * - `waiting`: the last try failed; it is tried again when the connection is back
 * - `refused`: the homeserver does not take it; only the newcomer can try again
 * - `sent`: the homeserver has it, and the conversation does not show it yet
 */
export type OutboxState = 'sending' | 'waiting' | 'refused' | 'sent';

const KINDS = [ 'message', 'edit', 'reaction', 'redaction' ] as const;

export type OutboxItem = {
	/** Also the transaction id: sending the same item twice makes one message. */
	readonly id: string;
	readonly kind: typeof KINDS[ number ];
	/** The words; with a reaction, and where one is taken back, its key. */
	readonly text: string;
	/** What goes with the text, in wire form. */
	readonly extra: Readonly<Record<string, unknown>>;
	/** Where the text was written, which may name a section of that page: it may be sent from another one. */
	readonly page?: string | undefined;
	/** The message that it is about: an event, or an item that was put in before. Only a message is about none. */
	readonly target?: string;
	/** With a redaction: what it takes back, like `target`. */
	readonly removes?: string;
	readonly writtenAtMs: number;
	readonly state: OutboxState;
	/** The homeserver may have it already. */
	readonly isTried?: boolean;
	readonly eventId?: EventId;
};

/** How sending can fail, as `MatrixFailure` says it. */
export type SendFailure = { readonly code: FailureCode; readonly errcode?: string; readonly retryAfterMs?: number | undefined };

export type OutboxPorts = {
	readonly newId: () => string;
	readonly now: () => number;
	/** Title of the page on which the newcomer is. */
	readonly page: () => string;
	/** Called after each change, with what has to survive a reload. */
	readonly onChange: ( items: readonly OutboxItem[] ) => void;
	/** Whether the homeserver took the last message, or could not be reached with it. */
	readonly onContact: ( isReachable: boolean ) => void;
	/** The session is over: nothing is sent until the outbox is connected again. */
	readonly onLoggedOut: () => void;
};

/** What an outbox needs to send, once there is a session and a conversation. */
export type OutboxConnection = {
	/** `target` and `removes` are events by then. */
	readonly send: ( item: OutboxItem ) => Promise<EventId>;
	readonly backOff: BackOff;
	readonly sleep: ( delayMs: number, signal: AbortSignal ) => Promise<void>;
};

/** What the newcomer has done that the conversation does not show yet: sent one after the other, in order, each once. */
export interface Outbox {
	readonly items: readonly OutboxItem[];
	/** Puts a message at the end; one with an `id` that is there already is the same one. */
	add( text: string, extra?: Readonly<Record<string, unknown>>, id?: string ): void;
	/** Puts something else at the end. */
	put( item: Pick<OutboxItem, 'kind' | 'text' | 'target' | 'removes' | 'extra' | 'page'> ): void;
	/** Has these, and nothing else. */
	replace( items: readonly OutboxItem[] ): void;
	/** Takes over what another tab has left, under the same id, where it was written between; what is there already stays as it is. */
	adopt( item: OutboxItem ): void;
	/** Puts other words in the place of those of an item; only while the homeserver cannot have it. */
	rewrite( id: string, text: string ): void;
	/** Tries a refused item again, as the last one; anything that waits is tried at once. */
	retry( id: string ): void;
	/** Drops an item and what is about it. Should the homeserver have it already, it is taken back when it comes. */
	remove( id: string ): void;
	/** Drops what has come back from the homeserver. @param came event ids, by themselves and by transaction ids */
	confirm( came: ReadonlyMap<string, EventId> ): void;
	/** The conversation goes on in another room, if at all: keeps the messages that have not come back, to be sent there. */
	changeRoom(): void;
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
		const { id, text, extra, page, target, removes, writtenAtMs } = item;
		if ( typeof id !== 'string' || typeof text !== 'string' || typeof writtenAtMs !== 'number' ) {
			return [];
		}
		const kind = KINDS.find( ( one ) => one === item.kind ) ?? 'message';
		return kind !== 'message' && typeof target !== 'string' ? [] : [ Object.assign(
			{ id, kind, text, extra: isRecord( extra ) ? extra : {}, writtenAtMs },
			{ state: item.state === 'refused' ? 'refused' : 'sending', isTried: item.isTried !== false } as const,
			typeof page === 'string' && { page }, typeof target === 'string' && { target }, typeof removes === 'string' && { removes }
		) ];
	} );
}

/** Whether nothing of an item can be at the homeserver. */
export function isHere( { state, isTried }: OutboxItem ): boolean {
	return state === 'refused' || !isTried;
}

const isAbout = ( item: OutboxItem, id: string ): boolean => item.target === id || item.removes === id;
const isLocal = ( id: string | undefined ): boolean => id !== undefined && !isEventId( id );

function asFailure( error: unknown ): SendFailure | undefined {
	return isRecord( error ) && typeof error.code === 'string' ? error as unknown as SendFailure : undefined;
}

/** Whether a failure says that it is as wanted already. */
function isDone( { kind }: OutboxItem, { code, errcode }: SendFailure ): boolean {
	return kind === 'reaction' ? errcode === 'M_DUPLICATE_ANNOTATION' : kind === 'redaction' && code === 'not-found';
}

export function createOutbox( ports: OutboxPorts ): Outbox {
	let items: readonly OutboxItem[] = [];
	let connection: OutboxConnection | undefined;
	let isDraining = false;
	let wakeUp = new AbortController();
	const pace = createPace( ports.now );
	/** How often the room has changed: what another one says to a message is nothing to this one. */
	let moves = 0;

	const set = ( next: readonly OutboxItem[] ): void => {
		items = next;
		ports.onChange( items );
	};
	const change = ( id: string, patch: Partial<OutboxItem> ): void => (
		set( items.map( ( item ) => item.id === id ? Object.assign( {}, item, patch ) : item ) )
	);

	/** From now on, what is about an item is about its event. */
	function settle( id: string, eventId: EventId ): void {
		if ( items.some( ( item ) => isAbout( item, id ) ) ) {
			set( items.map( ( item ) => isAbout( item, id ) ? Object.assign(
				{}, item, item.target === id && { target: eventId }, item.removes === id && { removes: eventId }
			) : item ) );
		}
	}

	function drop( id: string ): void {
		set( items.filter( ( item ) => item.id !== id && !isAbout( item, id ) ) );
	}

	/** A message that the homeserver does not take gets the words of its edits, and goes where it was to be deleted. */
	function refuse( { id }: OutboxItem ): void {
		const about = items.filter( ( item ) => isAbout( item, id ) );
		const edit = about.filter( ( { kind } ) => kind === 'edit' ).pop();
		if ( about.some( ( { kind } ) => kind === 'redaction' ) ) {
			drop( id );
			return;
		}
		set( items.filter( ( item ) => !isAbout( item, id ) ).map( ( item ) => item.id === id ?
				Object.assign( {}, item, edit && { text: edit.text, extra: Object.assign( {}, item.extra, edit.extra ), page: edit.page }, { state: 'refused' } as const ) :
			item ) );
	}

	async function rest( by: OutboxConnection, delayMs: number ): Promise<void> {
		wakeUp = new AbortController();
		await by.sleep( delayMs, wakeUp.signal );
	}

	async function trySending( item: OutboxItem, by: OutboxConnection ): Promise<void> {
		const movesBefore = moves;
		try {
			if ( !item.isTried ) {
				change( item.id, { isTried: true } );
			}
			const eventId = await by.send( item );
			if ( moves !== movesBefore ) {
				return;
			}
			by.backOff.reset();
			pace.sent( item.kind );
			settle( item.id, eventId );
			change( item.id, { state: 'sent', eventId } );
			ports.onContact( true );
		} catch ( error ) {
			const failure = asFailure( error );
			if ( failure?.code === 'unauthorised' ) {
				change( item.id, { state: 'waiting' } );
				// Of a session that has been replaced meanwhile, it says nothing new.
				if ( connection === by ) {
					connection = undefined;
					ports.onLoggedOut();
				}
			} else if ( failure && TEMPORARY.includes( failure.code ) ) {
				ports.onContact( failure.code === 'limited' );
				set( items.map( ( other ) => other.state === 'sending' ? Object.assign( {}, other, { state: 'waiting' } as const ) : other ) );
				await rest( by, by.backOff.next( failure.retryAfterMs ) );
			} else if ( failure && isDone( item, failure ) ) {
				drop( item.id );
			} else if ( moves === movesBefore ) {
				refuse( item );
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
			// What is about something that has not come yet waits for that.
			while ( connection && ( next = items.find( ( { state, target, removes } ) => (
				( state === 'sending' || state === 'waiting' ) && !isLocal( target ) && !isLocal( removes )
			) ) ) ) {
				const delayMs = pace.delayMs( next.kind );
				if ( delayMs > 0 ) {
					await rest( connection, delayMs );
				} else {
					await trySending( next, connection );
				}
			}
		} finally {
			isDraining = false;
		}
	}

	function put( item: Pick<OutboxItem, 'kind' | 'text' | 'extra'> & Partial<OutboxItem> ): void {
		const whole = Object.assign( { id: ports.newId(), page: ports.page(), writtenAtMs: ports.now(), state: 'sending', isTried: false } as const, item );
		set( [ ...items.filter( ( { id } ) => id !== whole.id ), whole ] );
		void drain();
	}

	return {
		get items() {
			return items;
		},
		add( text, extra = {}, id ) {
			put( Object.assign( { kind: 'message', text, extra } as const, id !== undefined && { id } ) );
		},
		put,
		replace: set,
		adopt( item ) {
			if ( !items.some( ( { id } ) => id === item.id ) ) {
				set( [ ...items, Object.assign( {}, item, { state: 'sending' } as const ) ].sort( ( a, b ) => a.writtenAtMs - b.writtenAtMs ) );
				void drain();
			}
		},
		rewrite: ( id, text ) => change( id, { text, page: ports.page() } ),
		retry( id ) {
			const item = items.find( ( one ) => one.id === id );
			if ( item?.state === 'refused' ) {
				set( [ ...items.filter( ( one ) => one.id !== id ), Object.assign( {}, item, { state: 'sending' } as const ) ] );
				void drain();
			}
			wakeUp.abort();
		},
		remove( id ) {
			const item = items.find( ( one ) => one.id === id );
			drop( id );
			if ( item && item.kind !== 'redaction' && !isHere( item ) ) {
				const removes = item.eventId ?? id;
				put( { kind: 'redaction', text: '', extra: {}, target: removes, removes } );
			}
		},
		confirm( came ) {
			came.forEach( ( eventId, id ) => settle( id, eventId ) );
			const left = items.filter( ( { id, eventId } ) => !came.has( id ) && !( eventId && came.has( eventId ) ) );
			if ( left.length < items.length ) {
				set( left );
			}
			void drain();
		},
		changeRoom() {
			moves += 1;
			set( items.filter( ( { kind } ) => kind === 'message' ).map( ( { eventId, ...item } ) => (
				eventId === undefined ? item : Object.assign( item, { state: 'sending' } as const )
			) ) );
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
