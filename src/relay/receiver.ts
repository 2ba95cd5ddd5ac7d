import { readConversationIdentity } from '../protocol/conversation.ts';
import type { RoomId, UserId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import type { SyncBatch } from '../matrix/index.ts';
import { readRelation } from '../protocol/message.ts';
import { readMirrorMarker } from '../protocol/mirror.ts';
import { REQUEST_STATE_TYPE } from '../protocol/request-state.ts';
import { readTyping } from './routing/ephemeral.ts';
import type { ConversationRoom } from './routing/model.ts';
import { roomLane } from './routing/model.ts';
import { changeProblem, isLock } from './routing/room-check.ts';
import { answerTransaction, noteAnswered, noteSaid, sayTransaction } from './note-sent.ts';
import type { HelpersHere } from './helpers-here.ts';
import type { ConversationOptions } from './receive-conversation.ts';
import { createConversations } from './receive-conversation.ts';
import type { InvitationOptions } from './receive-invitation.ts';
import { createTakeInvitation } from './receive-invitation.ts';
import { createSeenMarks } from './receive-receipts.ts';
import type { AddItem } from './receive-relations.ts';
import type { SupportRoomOptions } from './receive-support-room.ts';
import { createSupportRoom } from './receive-support-room.ts';
import type { News, Store, StoreTransaction, Watcher } from './routing/ports.ts';
import type { TypingSigns } from './typing.ts';

export { noteSupportRoom } from './receive-support-room.ts';

export type ReceiverOptions = InvitationOptions & ConversationOptions & Omit<SupportRoomOptions, 'seen'> & {
	/** All accounts of the relay; what they say is never mirrored. */
	readonly ownAccounts: ReadonlySet<UserId>;
	readonly store: Store;
	readonly watcher?: Pick<Watcher, 'received'>;
	readonly typing?: Pick<TypingSigns, 'answered' | 'said' | 'types'>;
	readonly here?: Pick<HelpersHere, 'took'>;
};

/** Receives for one account: what came, the position and what is to be sent go into the store together. */
export interface Receiver {
	/** Takes one batch in; resolves with the lanes that got something to do. */
	takeIn( batch: SyncBatch ): Promise<ReadonlySet<string>>;
	/** How far back a gap in a room's timeline has to be filled. */
	gap( roomId: RoomId ): Promise<'position' | 'beginning' | 'none'>;
}

export function createReceiver( options: ReceiverOptions ): Receiver {
	const { receiver, bot, store, log } = options;
	const takeInvitation = createTakeInvitation( options );
	const conversations = createConversations( options );
	const seen = createSeenMarks( options.ownAccounts );
	const supportRoom = createSupportRoom( { ...options, seen } );

	/** What the bot said comes back: noted now, if it was not, so that what answers it is known to be an answer. */
	async function takeOwnEvent( tx: StoreTransaction, roomId: RoomId, event: RoomEvent, lanes: Set<string>, news: News ): Promise<void> {
		const marker = readRelation( event.content ).replaces === undefined ? readMirrorMarker( event.content ) : undefined;
		if ( !marker ) {
			return;
		}
		const said = await tx.pendingItem( sayTransaction( marker.source.eventId ) );
		const answered = said ? undefined : await tx.pendingItem( answerTransaction( marker.source.eventId ) );
		const place = { roomId, eventId: event.event_id };
		const woken = said ? await noteSaid( tx, said, place ) : answered?.task.kind === 'answer' ?
				await noteAnswered( tx, answered.task, place, bot, news.firstAnswers ) : [];
		woken.forEach( ( lane ) => lanes.add( lane ) );
	}

	async function takeJoinedRoom(
		tx: StoreTransaction, batch: SyncBatch[ 'joined' ][ number ], add: AddItem, lanes: Set<string>, news: News
	): Promise<void> {
		const { roomId, timeline, state } = batch;
		const team = options.teamOfRoom.get( roomId );
		if ( team !== undefined ) {
			// What came before the timeline, then the timeline: a helper who joins and answers in one batch is a member by then, and
			// one who answers and leaves still is.
			for ( const event of olderThan( timeline, state ) ) {
				await supportRoom.noteState( tx, roomId, event );
			}
			for ( const event of timeline ) {
				await supportRoom.noteState( tx, roomId, event );
				if ( receiver !== bot ) {
					continue;
				}
				if ( event.sender === bot ) {
					await takeOwnEvent( tx, roomId, event, lanes, news );
				} else if ( !options.ownAccounts.has( event.sender ) && await tx.receive( receiver, roomId, event.event_id ) ) {
					news.events.push( { from: 'helper', roomId, event } );
					await supportRoom.takeEvent( tx, team, roomId, event, add );
				}
				seen.passed( roomId, event.event_id );
			}
			return receiver === bot ? seen.takeReceipts( tx, batch, add ) : undefined;
		}
		const room = await tx.room( roomId );
		if ( !room && state.concat( timeline ).some( ( { type, content } ) => type === 'm.room.create' && readConversationIdentity( content ) ) ) {
			// The store was lost: left, so that the newcomer's client makes a room that is known. Other rooms are the operator's.
			log.warn( { room: roomId }, 'a conversation that is not in the store is left' );
			const reason = 'This conversation is no longer known.';
			return add( { lane: roomLane( roomId ), receiver, transactionId: `unknown ${ roomId }`, task: { kind: 'leave', roomId, reason } } );
		}
		if ( room?.receiver === receiver ) {
			await tx.setRoomReading( roomId );
			// From before the lock, it is no change.
			const before = olderThan( timeline, state ).filter( ( event ) => room.isWatched || isLock( event, receiver ) );
			await takeConversation( tx, room, [ ...before, ...timeline ], add, lanes, news );
		}
	}

	/** What happened in a conversation, up to where it is no longer as it has to be. */
	async function takeConversation(
		tx: StoreTransaction, room: ConversationRoom, timeline: readonly RoomEvent[], add: AddItem, lanes: Set<string>, news: News
	): Promise<void> {
		const { roomId } = room;
		let { isWatched } = room;
		let isTaken = room.state !== 'refused' && room.state !== 'gone';
		for ( const event of timeline ) {
			const isOwn = options.ownAccounts.has( event.sender );
			if ( event.sender === receiver ) {
				await takeOwnEvent( tx, roomId, event, lanes, news );
			}
			// State is judged once, the bot's own too: what the room was made with may come again, and is no change.
			const isNothing = ( isOwn && event.state_key === undefined ) || event.type === REQUEST_STATE_TYPE;
			if ( !isTaken || isNothing || !await tx.receive( receiver, roomId, event.event_id ) ) {
				continue;
			}
			const problem = isWatched ? changeProblem( event, room ) : undefined;
			if ( problem !== undefined && event.origin_server_ts >= await tx.remembersSince( receiver ) ) {
				isTaken = false;
				await conversations.refuse( tx, room, event, problem, add );
			} else if ( !isWatched && isLock( event, receiver ) ) {
				isWatched = true;
				await tx.setRoomWatched( roomId );
			} else if ( !isOwn ) {
				news.events.push( { from: 'newcomer', roomId, event } );
				await conversations.takeEvent( tx, room, event, add, news );
			}
		}
	}

	function tellTyping( { joined }: SyncBatch ): void {
		for ( const { roomId, ephemeral = [] } of receiver === bot ? joined : [] ) {
			const userIds = ephemeral.map( readTyping ).findLast( ( found ) => found !== undefined );
			void ( userIds && options.teamOfRoom.has( roomId ) && options.typing?.types( roomId, userIds ) );
		}
	}

	return {
		async takeIn( batch ) {
			const news: News = { events: [], firstAnswers: [], thanks: [] };
			const woken = await store.transaction( async ( tx ) => {
				const lanes = new Set<string>();
				const add: AddItem = async ( item ) => {
					await tx.enqueue( item );
					lanes.add( item.lane );
				};
				for ( const { roomId, state } of batch.invited ) {
					await takeInvitation( tx, roomId, state, add );
				}
				for ( const room of batch.joined ) {
					await takeJoinedRoom( tx, room, add, lanes, news );
				}
				for ( const { roomId, timeline } of batch.left ) {
					const room = await tx.room( roomId );
					if ( room?.receiver === receiver ) {
						await takeConversation( tx, room, timeline, add, lanes, news );
						await conversations.takeEnd( tx, roomId, timeline, add );
					}
				}
				await ( batch.held && tx.setHeldRooms( receiver, batch.held ) );
				await tx.setPosition( receiver, batch.nextBatch );
				return lanes;
			} );
			for ( const { from, roomId, event } of news.events ) {
				log.info( { event: event.event_id, type: event.type, from, room: roomId }, 'received' );
			}
			options.watcher?.received( news );
			tellTyping( batch );
			if ( receiver === bot ) {
				batch.joined.filter( ( { roomId } ) => options.teamOfRoom.has( roomId ) ).forEach( ( room ) => options.here?.took( room ) );
			}
			return woken;
		},
		gap( roomId ) {
			return store.transaction( async ( tx ) => {
				if ( options.teamOfRoom.has( roomId ) ) {
					return 'position';
				}
				const room = await tx.room( roomId );
				return !room || room.state === 'refused' ? 'none' : room.isReading ? 'position' : 'beginning';
			} );
		}
	};
}

/** State that a timeline does not show: it is older. */
function olderThan( timeline: readonly RoomEvent[], state: readonly RoomEvent[] ): RoomEvent[] {
	const shown = new Set( timeline.map( ( event ) => event.event_id ) );
	return state.filter( ( event ) => !shown.has( event.event_id ) );
}
