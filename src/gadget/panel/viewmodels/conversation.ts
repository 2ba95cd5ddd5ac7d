import type { FailureCode, MatrixClient, MatrixSession, SyncLoop } from '../../../matrix/index.ts';
import type { ConversationIdentity } from '../../../protocol/conversation.ts';
import { conversationCreation } from '../../../protocol/conversation.ts';
import type { RoomId, UserId } from '../../../protocol/ids.ts';
import { isEventId } from '../../../protocol/ids.ts';
import type { RoomEvent } from '../../../protocol/message.ts';
import { findConversationRoom } from './conversation-room.ts';
import type { MatrixModule } from './matrix-port.ts';
import { failureCode } from './matrix-port.ts';
import type { OutboxConnection } from './outbox.ts';

export type ConversationPorts = {
	readonly matrix: MatrixModule;
	readonly session: MatrixSession;
	readonly homeserverUrl: string;
	readonly bot: UserId;
	readonly identity: ConversationIdentity;
	/** A room that has ended, and is not to be found again. */
	readonly except?: RoomId | undefined;
	/** Position up to which the remembered room's events are shown already; without it, the latest ones are. */
	readonly since?: string | undefined;
	readonly random: () => number;
	/** The room is known: messages can be sent. */
	readonly onReady: ( roomId: RoomId, connection: OutboxConnection ) => void;
	/** There is no room, and none was asked for. */
	readonly onNone: () => void;
	/** `position`: where to go on, see `since`. */
	readonly onEvents: ( events: readonly RoomEvent[], position: string ) => void;
	/** The newcomer is not in the remembered room any more. */
	readonly onGone: () => void;
	/** Whether the homeserver answers. */
	readonly onContact: ( isReachable: boolean ) => void;
	/** It cannot go on: the session is over (`unauthorised`), or the homeserver refuses. */
	readonly onEnd: ( code: FailureCode ) => void;
	readonly log: ( message: string, error?: unknown ) => void;
};

/** One conversation while the panel shows it. */
export interface Conversation {
	retryNow(): void;
	/** Ends receiving. */
	stop(): void;
}

/** How many events of the past are shown at first. */
const HISTORY_LENGTH = 50;

function syncFilter( roomId: RoomId ): Record<string, unknown> {
	const nothing = { types: [] };
	return {
		presence: nothing,
		account_data: nothing,
		room: {
			rooms: [ roomId ],
			account_data: nothing,
			ephemeral: nothing,
			state: nothing,
			timeline: { limit: HISTORY_LENGTH, types: [ 'm.room.message', 'm.room.redaction', 'm.room.member' ] }
		}
	};
}

/** What goes over the wire for a message: plain text, and what the panel adds to it. */
export function messageContent( text: string, extra: Readonly<Record<string, unknown>> ): Record<string, unknown> {
	return { msgtype: 'm.text', body: text, ...extra };
}

/**
 * Opens the conversation: finds its room or, with `mayCreate`, makes it; then receives for ever. While the homeserver
 * is out of reach it tries again by itself.
 */
export function openConversation( ports: ConversationPorts, knownRoom: RoomId | undefined, mayCreate: boolean ): Conversation {
	const { matrix, session, bot, identity } = ports;
	const client: MatrixClient = matrix.createMatrixClient( { homeserverUrl: ports.homeserverUrl, accessToken: session.accessToken } );
	const backOff = matrix.createBackOff( { random: ports.random } );
	const stopper = new AbortController();
	let wakeUp = new AbortController();
	let loop: SyncLoop | undefined;

	async function room(): Promise<RoomId | undefined> {
		// What is remembered is shown at once, also while the homeserver is out of reach; that the bot has left it, /sync tells.
		const found = knownRoom ?? await findConversationRoom( client, { identity, me: session.userId, bot, except: ports.except } );
		return found ?? ( mayCreate ? client.createRoom( conversationCreation( identity, session.userId, bot ) ) : undefined );
	}

	/** `false` once stopped. */
	async function roomWhenReachable(): Promise<RoomId | undefined | false> {
		while ( !stopper.signal.aborted ) {
			try {
				const roomId = await room();
				ports.onContact( true );
				return stopper.signal.aborted ? false : roomId;
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

	async function run(): Promise<void> {
		const roomId = await roomWhenReachable();
		if ( roomId === false ) {
			return;
		}
		if ( roomId === undefined ) {
			ports.onNone();
			return;
		}
		ports.onReady( roomId, {
			send: ( item ) => client.sendEvent( roomId, 'm.room.message', item.id, messageContent( item.text, item.extra ) ),
			backOff: matrix.createBackOff( { random: ports.random } ),
			sleep: matrix.sleepUnlessAborted
		} );
		const isFresh = ports.since === undefined || roomId !== knownRoom;
		let isFirst = roomId === knownRoom && isFresh;
		loop = matrix.startSyncLoop( {
			client,
			filter: syncFilter( roomId ),
			gap: () => 'position',
			onBatch( batch ) {
				const isHere = batch.joined.some( ( joined ) => joined.roomId === roomId );
				// The first answer names every room that one is in; a later one those that one has just been removed from.
				if ( batch.left.some( ( left ) => left.roomId === roomId ) || ( isFirst && !isHere ) ) {
					ports.onGone();
					return;
				}
				isFirst = false;
				ports.onEvents( batch.joined.flatMap( ( joined ) => joined.roomId === roomId ? joined.timeline : [] )
					.filter( ( event ) => isEventId( event.event_id ) ), batch.nextBatch );
			},
			onContact: ( failure ) => ports.onContact( failure === undefined ),
			random: ports.random,
			...( !isFresh && ports.since !== undefined && { since: ports.since } )
		} );
		await loop.ended;
	}

	run().catch( ( error: unknown ) => {
		ports.log( 'the conversation ended', error );
		if ( !stopper.signal.aborted ) {
			ports.onEnd( failureCode( error ) ?? 'refused' );
		}
	} );

	return {
		retryNow() {
			wakeUp.abort();
			loop?.retryNow();
		},
		stop() {
			stopper.abort();
			wakeUp.abort();
			void loop?.stop();
		}
	};
}
