import type { FailureCode, MatrixClient, MatrixSession, RoomBatch, SyncBatch, SyncLoop } from '../../../matrix/index.ts';
import type { ConversationIdentity } from '../../../protocol/conversation.ts';
import { conversationCreation } from '../../../protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../../protocol/ids.ts';
import { isEventId } from '../../../protocol/ids.ts';
import type { RoomEvent } from '../../../protocol/message.ts';
import { writeReaction } from '../../../protocol/message.ts';
import { REQUEST_STATE_TYPE } from '../../../protocol/request-state.ts';
import { readClockSkew } from './clock-skew.ts';
import { findConversationRoom } from './conversation-room.ts';
import type { MatrixModule } from './matrix-port.ts';
import { failureCode } from './matrix-port.ts';
import type { OutboxConnection, OutboxItem } from './outbox.ts';
import type { Told } from './queue-place.ts';
import { readTold } from './queue-place.ts';
import type { ReceiverTurn, ReceiverTurnHandlers } from './receiver-turn.ts';
import type { Ephemeral } from './timeline.ts';

/** What /sync brings of the conversation; all that it means follows from this, also in another tab. */
export type ConversationBatch = {
	/** Oldest first. */
	readonly events: readonly RoomEvent[];
	readonly ephemeral: readonly Ephemeral[];
	/** How it stands with the request, where that is news. */
	readonly told?: Told;
	/** Where to go on. */
	readonly position: string;
	/** How much the homeserver's clock is ahead of the browser's, where its events tell; another tab may take them in much later. */
	readonly clockSkewMs?: number | undefined;
	/** Before the first event, where what was said earlier begins; only where events are left out there. */
	readonly earlierFrom?: string;
	/** The newcomer is not in the room any more. */
	readonly isGone?: boolean;
};

/** A page of what was said earlier, oldest first; `next` is where the page before it begins. */
export type EarlierPage = { readonly events: readonly RoomEvent[]; readonly next: string | undefined };

/** The room of the conversation, once it is known. */
export type RoomConnection = OutboxConnection & {
	/** @throws MatrixFailure */
	readonly earlier: ( from: string ) => Promise<EarlierPage>;
};

/** Formatting that goes with words, in wire form; never fails. `page`: where they were written, where that is not here. */
export type FormatMessage = ( text: string, page: string | undefined ) => Promise<Readonly<Record<string, unknown>>>;

export type ConversationPorts = {
	readonly matrix: MatrixModule;
	readonly session: MatrixSession;
	readonly homeserverUrl: string;
	readonly bot: UserId;
	readonly identity: ConversationIdentity;
	/** A room that has ended, and is not to be found again. */
	readonly except?: RoomId | undefined;
	/** The room as it is known when this tab's turn to receive comes. */
	readonly knownRoom: () => RoomId | undefined;
	/** Position up to which its events are shown already; without it, the latest ones are. */
	readonly since: () => string | undefined;
	/** Whether it may be made, because the newcomer has asked. */
	readonly mayCreate: () => boolean;
	/** Only one tab of a browser receives. */
	readonly takeTurn: ( handlers: Pick<ReceiverTurnHandlers, 'onLead' | 'onLost'> ) => ReceiverTurn;
	readonly now: () => number;
	readonly random: () => number;
	readonly format: FormatMessage;
	/** The room is known: messages can be sent. */
	readonly onReady: ( roomId: RoomId, connection: RoomConnection ) => void;
	/** There is no room, and none was asked for. */
	readonly onNone: () => void;
	/** Only where this tab receives. */
	readonly onBatch: ( batch: ConversationBatch ) => void;
	/** Whether the homeserver answers. */
	readonly onContact: ( isReachable: boolean ) => void;
	/** It cannot go on: the session is over (`unauthorised`), or the homeserver refuses. */
	readonly onEnd: ( code: FailureCode ) => void;
	readonly log: ( message: string, error?: unknown ) => void;
};

/** One conversation while it is open. */
export interface Conversation {
	/** Another tab receives, and this is the room: messages can be sent. */
	follow( roomId: RoomId ): void;
	/** The newcomer has read up to here; tells their other devices, and nobody else. */
	markRead( eventId: EventId ): void;
	/** Tries again what waits, and checks. */
	retryNow(): void;
	/** Looks whether what should come still does. */
	check(): void;
	/** Ends receiving. */
	stop(): void;
}

/** An answer of /sync comes at least as often as the homeserver holds a request, 30 s; without one the connection is dead. */
const SILENCE_MS = 40_000;

/** How many events of the past are shown at first. */
const HISTORY_LENGTH = 50;

function syncFilter( roomId: RoomId, bot: UserId ): Record<string, unknown> {
	const nothing = { types: [] };
	return {
		presence: nothing,
		account_data: nothing,
		room: {
			rooms: [ roomId ],
			account_data: nothing,
			// Who has read what (the newcomer's own other devices, too), and who writes.
			ephemeral: { types: [ 'm.receipt', 'm.typing' ] },
			// Only what was said before the timeline begins; in both, the latest is the last one of the timeline.
			state: { types: [ REQUEST_STATE_TYPE ], senders: [ bot ] },
			timeline: {
				limit: HISTORY_LENGTH, types: [ 'm.room.message', 'm.reaction', 'm.room.redaction', 'm.room.member', REQUEST_STATE_TYPE ]
			}
		}
	};
}

/** What goes over the wire for words: plain text, and what the panel adds to it. */
export function messageContent( text: string, extra: Readonly<Record<string, unknown>> ): Record<string, unknown> {
	return Object.assign( { msgtype: 'm.text', body: text }, extra );
}

/** What goes over the wire for an edit ("Event replacements"). */
export function editContent( target: EventId, text: string, extra: Readonly<Record<string, unknown>> ): Record<string, unknown> {
	return {
		msgtype: 'm.text', body: `* ${ text }`, 'm.new_content': messageContent( text, extra ),
		'm.relates_to': { rel_type: 'm.replace', event_id: target }
	};
}

/** What a tab can do in the room, whether or not it is the one that receives. */
export function connectRoom( matrix: MatrixModule, client: MatrixClient, roomId: RoomId, { random, format }: Pick<ConversationPorts, 'random' | 'format'> ): RoomConnection {
	/** What is not words, as a picture, says what it is itself. */
	const formatted = async ( { text, extra, page }: OutboxItem ): Promise<OutboxItem[ 'extra' ]> => (
		'msgtype' in extra ? extra : Object.assign( {}, await format( text, page ), extra )
	);
	const send = async ( item: OutboxItem ): Promise<EventId> => {
		const { id, kind, text, target, removes } = item;
		const about = target as EventId;
		switch ( kind ) {
			case 'message': return client.sendEvent( roomId, 'm.room.message', id, messageContent( text, await formatted( item ) ) );
			case 'edit': return client.sendEvent( roomId, 'm.room.message', id, editContent( about, text, await formatted( item ) ) );
			case 'reaction': return client.sendEvent( roomId, 'm.reaction', id, writeReaction( { target: about, key: text } ) );
			case 'redaction': return client.redactEvent( roomId, id, ( removes ?? about ) as EventId );
		}
	};
	return {
		send,
		backOff: matrix.createBackOff( { random } ),
		sleep: matrix.sleepUnlessAborted,
		async earlier( from ) {
			const { chunk, end } = await client.messages( roomId, { direction: 'b', from, limit: HISTORY_LENGTH } );
			return { events: [ ...chunk ].reverse(), next: end === from ? undefined : end };
		}
	};
}

/**
 * Opens the conversation: where it is this tab's turn, finds its room or makes it, then receives for ever. While the
 * homeserver is out of reach it tries again by itself.
 */
export function openConversation( ports: ConversationPorts ): Conversation {
	const { matrix, session, bot, identity } = ports;
	const client: MatrixClient = matrix.createMatrixClient( { homeserverUrl: ports.homeserverUrl, accessToken: session.accessToken } );
	const backOff = matrix.createBackOff( { random: ports.random } );
	let stopper = new AbortController();
	let wakeUp = new AbortController();
	let loop: SyncLoop | undefined;
	let readyRoom: RoomId | undefined;
	let heardAtMs = 0;

	async function room(): Promise<RoomId | undefined> {
		// What is remembered is shown at once, also while the homeserver is out of reach; that the bot has left it, /sync tells.
		const query = { identity, me: session.userId, bot, except: ports.except };
		const found = ports.knownRoom() ?? await findConversationRoom( client, query );
		return found ?? ( ports.mayCreate() ? client.createRoom( conversationCreation( identity, session.userId, bot ) ) : undefined );
	}

	/** `false` once stopped. */
	async function roomWhenReachable( { signal }: AbortController ): Promise<RoomId | undefined | false> {
		while ( !signal.aborted ) {
			try {
				const roomId = await room();
				ports.onContact( true );
				return signal.aborted ? false : roomId;
			} catch ( error ) {
				const code = failureCode( error );
				if ( code !== 'unreachable' && code !== 'server' && code !== 'limited' ) {
					throw error;
				}
				ports.onContact( false );
				wakeUp = new AbortController();
				await matrix.sleepUnlessAborted( backOff.next( ( error as { retryAfterMs?: number } ).retryAfterMs ), wakeUp.signal );
			}
		}
		return false;
	}

	function follow( roomId: RoomId ): void {
		if ( readyRoom !== roomId ) {
			readyRoom = roomId;
			ports.onReady( roomId, connectRoom( matrix, client, roomId, ports ) );
		}
	}

	function readBatch( roomId: RoomId, batch: SyncBatch, isFirst: boolean ): ConversationBatch {
		const isThis = ( one: { readonly roomId: RoomId } ): boolean => one.roomId === roomId;
		const left = batch.left.find( isThis );
		const here: Partial<RoomBatch> | undefined = left ?? batch.joined.find( isThis );
		// The first answer names every room that one is in; a later one those that one has just been removed from.
		const isGone = left !== undefined || ( isFirst && !here );
		const events = here?.timeline ?? [];
		const told = readTold( [ ...here?.state ?? [], ...events ], bot );
		return Object.assign( {
			events: events.filter( ( event ) => isEventId( event.event_id ) ),
			ephemeral: here?.ephemeral ?? [],
			position: batch.nextBatch,
			clockSkewMs: readClockSkew( here?.timeline, ports.now() )
		}, here?.prevBatch !== undefined && { earlierFrom: here.prevBatch }, told && { told }, isGone && { isGone } );
	}

	async function run( turn: AbortController ): Promise<void> {
		const remembered = ports.knownRoom();
		const roomId = await roomWhenReachable( turn );
		if ( roomId === false ) {
			return;
		}
		if ( roomId === undefined ) {
			ports.onNone();
			return;
		}
		follow( roomId );
		let isFirst = roomId === remembered && ports.since() === undefined;
		// It ends when it is stopped, also to begin anew where the connection is dead.
		while ( !turn.signal.aborted ) {
			const since = ports.since();
			heardAtMs = ports.now();
			loop = matrix.startSyncLoop( {
				client,
				filter: syncFilter( roomId, bot ),
				rooms: matrix.fillEachGap( client ),
				onBatch( batch ) {
					if ( !turn.signal.aborted ) {
						const read = readBatch( roomId, batch, isFirst );
						isFirst = false;
						ports.onBatch( read );
					}
				},
				onContact( failure ) {
					heardAtMs = ports.now();
					ports.onContact( failure === undefined );
				},
				random: ports.random,
				...( since !== undefined && { since } )
			} );
			await loop.ended;
		}
	}

	function stopReceiving(): void {
		stopper.abort();
		wakeUp.abort();
		void loop?.stop();
		loop = undefined;
	}

	const turn = ports.takeTurn( {
		onLead() {
			stopper = new AbortController();
			const mine = stopper;
			run( mine ).catch( ( error: unknown ) => {
				ports.log( 'the conversation ended', error );
				if ( !mine.signal.aborted ) {
					ports.onEnd( failureCode( error ) ?? 'refused' );
				}
			} );
		},
		onLost: stopReceiving
	} );

	function check(): void {
		if ( loop && ports.now() - heardAtMs > SILENCE_MS ) {
			void loop.stop();
		}
		turn.check();
	}

	return {
		follow,
		markRead( eventId ) {
			if ( readyRoom !== undefined ) {
				client.sendReceipt( readyRoom, 'm.read.private', eventId ).catch( ( error: unknown ) => ports.log( 'no receipt', error ) );
			}
		},
		check,
		retryNow() {
			wakeUp.abort();
			loop?.retryNow();
			check();
		},
		stop() {
			turn.leave();
			stopReceiving();
		}
	};
}
