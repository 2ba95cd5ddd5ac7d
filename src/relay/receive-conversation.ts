import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { MediaLimits } from '../protocol/media.ts';
import type { Reaction, RoomEvent } from '../protocol/message.ts';
import { THANKS_KEY } from '../protocol/message.ts';
import type { Log } from './log.ts';
import { sayTransaction } from './note-sent.ts';
import type { AddItem } from './receive-relations.ts';
import { fromNewcomer, isMirrored, takeDeletion, takeEdit, takeReaction, takeUnreaction } from './receive-relations.ts';
import { countMessage } from './routing/intake.ts';
import type { ConversationRoom, SayTask, Words } from './routing/model.ts';
import { helperNotice, outwardLane, roomLane } from './routing/model.ts';
import { readNewcomerEvent } from './routing/newcomer-words.ts';
import type { News, StoreTransaction } from './routing/ports.ts';
import type { TypingSigns } from './typing.ts';

export type ConversationOptions = {
	/** The account that speaks in the Support rooms. */
	readonly bot: UserId;
	/** Which files are passed on. */
	readonly media?: MediaLimits;
	/** How many messages of one newcomer are taken in a minute. */
	readonly messagesPerMinute: number;
	readonly log: Log;
	readonly typing?: Pick<TypingSigns, 'said'>;
};

/** Takes in what happened in conversations. */
export type Conversations = {
	/** What the newcomer said or did. */
	takeEvent( tx: StoreTransaction, room: ConversationRoom, event: RoomEvent, add: AddItem, news: News ): Promise<void>;
	/** Gives a room up from this event on: what was taken before is still passed on. */
	refuse( tx: StoreTransaction, room: ConversationRoom, event: RoomEvent, problem: string, add: AddItem ): Promise<void>;
	/** The account is no longer in a room; all that was said before has been taken. */
	takeEnd( tx: StoreTransaction, roomId: RoomId, timeline: readonly RoomEvent[], add: AddItem ): Promise<void>;
};

/** How many edits and reactions are taken for each message that would be. */
const CHANGES_PER_MESSAGE = 2;
/** Under which the pace of a newcomer's edits and reactions is kept. */
const changesOf = ( newcomer: UserId ): string => `${ newcomer } changes`;

export function createConversations( options: ConversationOptions ): Conversations {
	const { bot, log } = options;

	/** Whether a message, edit or reaction is one that is taken; the first one of too many is answered. */
	async function isInTime(
		tx: StoreTransaction, room: ConversationRoom, event: RoomEvent, isMessage: boolean, add: AddItem
	): Promise<boolean> {
		const whose = isMessage ? room.newcomer : changesOf( room.newcomer );
		const most = options.messagesPerMinute * ( isMessage ? 1 : CHANGES_PER_MESSAGE );
		const { pace, verdict } = countMessage( await tx.pace( whose ), event.origin_server_ts, most );
		await tx.setPace( whose, pace );
		if ( verdict !== 'taken' ) {
			const what = isMessage ? 'too many messages in a minute; this one is not taken' : 'too many edits and reactions in a minute; this one is not taken';
			log.warn( { event: event.event_id, conversation: room.conversationId }, what );
		}
		if ( verdict === 'first-too-many' ) {
			await add( {
				lane: outwardLane( room.conversationId ), receiver: room.receiver, transactionId: `too-fast ${ event.event_id }`,
				task: { kind: 'notice', roomId: room.roomId, code: 'too-fast', about: event.event_id }
			} );
		}
		return verdict === 'taken';
	}

	/** Counts what says thanks to a helper. */
	async function takeThanks(
		tx: StoreTransaction, { roomId, conversationId }: ConversationRoom, event: RoomEvent, { target, key }: Reaction, news: News
	): Promise<void> {
		const answer = key === THANKS_KEY ? await tx.mapping( target ) : undefined;
		if ( answer?.speaker === undefined || answer.mirror.roomId !== roomId ) {
			return;
		}
		await tx.addThanks( event.event_id, conversationId, event.origin_server_ts );
		const wiki = ( await tx.conversation( conversationId ) )?.wiki;
		if ( wiki !== undefined && !await tx.isPrivate( conversationId ) ) {
			news.thanks?.push( { wiki } );
		}
	}

	async function takeNewcomerEvent(
		tx: StoreTransaction, room: ConversationRoom, event: RoomEvent, add: AddItem, news: News
	): Promise<void> {
		const words = readNewcomerEvent( event, room.newcomer, options.media );
		const { roomId, conversationId } = room;
		const isMessage = words.kind === 'say' || words.kind === 'not-passed-on';
		// What is taken back is always taken back: there is never more of it than was passed on.
		if ( ( isMessage || words.kind === 'edit' || words.kind === 'react' ) && !await isInTime( tx, room, event, isMessage, add ) ) {
			return;
		}
		const direction = fromNewcomer( room, bot );
		const say = ( { text, html, manner, media, replyTo, context }: Words & Pick<SayTask, 'context'> ): SayTask => ( {
			kind: 'say', roomId, eventId: event.event_id, conversationId, text, html, manner, media, replyTo, saidAtMs: event.origin_server_ts, context
		} );
		switch ( words.kind ) {
			case 'say':
				options.typing?.said( conversationId, event.origin_server_ts );
				return add( { lane: direction.lane, receiver: bot, transactionId: sayTransaction( event.event_id ), task: say( words ) } );
			case 'edit':
				return takeEdit( direction, words.original, say( words ), add );
			case 'delete': {
				await tx.removeThanks( words.target, conversationId );
				const wasReaction = await takeUnreaction( tx, roomId, words.target, () => direction, add );
				return wasReaction ? undefined : takeDeletion( tx, direction, words.target, event.event_id, add );
			}
			case 'react':
				if ( await isMirrored( tx, words.target ) ) {
					await takeReaction( tx, direction, event, words, add );
					await takeThanks( tx, room, event, words, news );
				}
				return;
			case 'not-passed-on':
				return add( { lane: outwardLane( conversationId ), receiver: room.receiver, transactionId: `not-passed-on ${ event.event_id }`, task: {
					kind: 'notice', roomId, code: 'not-passed-on', about: event.event_id
				} } );
			case 'left':
				await tx.setRoomState( roomId, 'gone' );
				return add( {
					lane: roomLane( roomId ), receiver: room.receiver, transactionId: `leave ${ event.event_id }`,
					task: { kind: 'leave', roomId, reason: 'The newcomer has left.' }
				} );
			case 'nothing':
		}
	}

	async function tellHelpers(
		tx: StoreTransaction, { conversationId }: ConversationRoom, about: EventId, why: string, add: AddItem
	): Promise<void> {
		const request = await tx.openRequest( conversationId );
		if ( request ) {
			const text = `The chat with the newcomer has ended: ${ why }. It begins anew when they write again; until then, answers do not reach them.`;
			await add( helperNotice( bot, { requestId: request.id, conversationId }, 'ended', about, text ) );
		}
	}

	async function refuse( tx: StoreTransaction, room: ConversationRoom, event: RoomEvent, problem: string, add: AddItem ): Promise<void> {
		const { roomId, receiver } = room;
		await tx.setRoomState( roomId, 'refused' );
		log.warn( { event: event.event_id, room: roomId, problem }, 'a conversation was changed' );
		await add( {
			lane: roomLane( roomId ), receiver, transactionId: `refuse ${ event.event_id }`, task: { kind: 'refuse', roomId, problems: [ problem ] }
		} );
		if ( room.state === 'open' ) {
			await tellHelpers( tx, room, event.event_id, `of their room one can no longer be sure, because ${ problem }`, add );
		}
	}

	async function takeEnd( tx: StoreTransaction, roomId: RoomId, timeline: readonly RoomEvent[], add: AddItem ): Promise<void> {
		const room = await tx.room( roomId );
		if ( room?.state === 'closing' ) {
			return tx.setRoomState( roomId, 'gone' );
		}
		if ( room?.state !== 'open' ) {
			return;
		}
		await tx.setRoomState( roomId, 'refused' );
		log.warn( { room: roomId }, 'the relay was removed from a conversation' );
		const last = timeline.findLast( ( { type, state_key: stateKey } ) => type === 'm.room.member' && stateKey === room.receiver );
		if ( last ) {
			await tellHelpers( tx, room, last.event_id, 'this account was removed from it', add );
		}
	}

	return { takeEvent: takeNewcomerEvent, refuse, takeEnd };
}
