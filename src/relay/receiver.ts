import { readConversationIdentity } from '../protocol/conversation.ts';
import { isRecord, isUserId } from '../protocol/ids.ts';
import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { MediaLimits } from '../protocol/media.ts';
import type { RoomEvent } from '../protocol/message.ts';
import type { SyncBatch } from '../matrix/index.ts';
import type { Log } from './log.ts';
import { readRelation } from '../protocol/message.ts';
import { readMirrorMarker } from '../protocol/mirror.ts';
import type { SpeakerRole } from '../protocol/mirror.ts';
import type { Addressee, HelperWords } from './routing/helper-words.ts';
import { countMessage } from './routing/intake.ts';
import { addressHint, isCommand, isNote, readAddress, readHelperEvent } from './routing/helper-words.ts';
import type { AnswerTask, ConversationRoom, Member, NewItem, Request, SayTask, Words } from './routing/model.ts';
import { inwardLane, outwardLane, roomLane } from './routing/model.ts';
import { centralIdOf } from './routing/newcomer-id.ts';
import { readNewcomerEvent } from './routing/newcomer-words.ts';
import { answerTransaction, noteAnswered, noteSaid, sayTransaction } from './note-sent.ts';
import type { Direction } from './receive-relations.ts';
import { fromHelpers, fromNewcomer, isMirrored, requestOfAny, takeDeletion, takeEdit, takeReaction, takeUnreaction } from './receive-relations.ts';
import type { News, Store, StoreTransaction, Watcher } from './routing/ports.ts';
import { powerLevelOf, readInvitation } from './routing/room-check.ts';

export type ReceiverOptions = {
	/** The account that receives. */
	readonly receiver: UserId;
	/** The account that speaks in the Support rooms. */
	readonly bot: UserId;
	/** All accounts of the relay; what they say is never mirrored. */
	readonly ownAccounts: ReadonlySet<UserId>;
	readonly serverName: string;
	readonly wikis: ReadonlySet<string>;
	/** Teams by their Support rooms. */
	readonly teamOfRoom: ReadonlyMap<RoomId, string>;
	readonly teams: ReadonlySet<string>;
	readonly store: Store;
	/** Which files are passed on. */
	readonly media?: MediaLimits;
	readonly log: Log;
	/** How many messages of one newcomer are taken in a minute. */
	readonly messagesPerMinute: number;
	readonly watcher?: Pick<Watcher, 'received'>;
};

/** Level from which a member of a Support room is a moderator to the newcomer. */
const MODERATOR_LEVEL = 50;

/** Receives for one account: what came, the position and what is to be sent go into the store together. */
export interface Receiver {
	/** Takes one batch in; resolves with the lanes that got something to do. */
	takeIn( batch: SyncBatch ): Promise<ReadonlySet<string>>;
	/** How far back a gap in a room's timeline has to be filled. */
	gap( roomId: RoomId ): Promise<'position' | 'beginning' | 'none'>;
}

export function createReceiver( options: ReceiverOptions ): Receiver {
	const { receiver, bot, store, log } = options;

	async function takeInvitation( tx: StoreTransaction, roomId: RoomId, state: SyncBatch[ 'invited' ][ number ][ 'state' ], add: AddItem ): Promise<void> {
		if ( options.teamOfRoom.has( roomId ) ) {
			return add( { lane: roomLane( roomId ), receiver, transactionId: `join ${ roomId }`, task: { kind: 'join', roomId } } );
		}
		const invitation = readInvitation( state );
		const isKnown = invitation.kind === 'conversation' && options.wikis.has( invitation.identity.wiki ) &&
			options.teams.has( invitation.identity.team ) && centralIdOf( invitation.newcomer, options.serverName ) !== undefined;
		if ( !isKnown ) {
			log.info( { room: roomId }, 'an invitation is declined' );
			const reason = 'This account only joins conversations of Ask for Help.';
			return add( { lane: roomLane( roomId ), receiver, transactionId: `decline ${ roomId }`, task: { kind: 'leave', roomId, reason } } );
		}
		const conversation = await tx.ensureConversation( { newcomer: invitation.newcomer, ...invitation.identity } );
		const known = await tx.room( roomId );
		if ( known && ( known.state === 'invited' || known.state === 'open' ) ) {
			return;
		}
		await tx.addRoom( { roomId, conversationId: conversation.id, receiver } );
		log.info( { room: roomId, conversation: conversation.id }, 'invited to a conversation' );
		await add( {
			lane: inwardLane( conversation.id ), receiver, transactionId: `adopt ${ roomId }`, task: { kind: 'adopt', roomId }
		} );
	}

	/** Whether a message is one that is taken; the first one of too many is answered. */
	async function isInTime( tx: StoreTransaction, room: ConversationRoom, event: RoomEvent, add: AddItem ): Promise<boolean> {
		const { pace, verdict } = countMessage( await tx.pace( room.newcomer ), event.origin_server_ts, options.messagesPerMinute );
		await tx.setPace( room.newcomer, pace );
		if ( verdict !== 'taken' ) {
			log.warn( { event: event.event_id, conversation: room.conversationId }, 'too many messages in a minute; this one is not taken' );
		}
		if ( verdict === 'first-too-many' ) {
			await add( {
				lane: outwardLane( room.conversationId ), receiver: room.receiver, transactionId: `too-fast ${ event.event_id }`,
				task: { kind: 'notice', roomId: room.roomId, code: 'too-fast', about: event.event_id }
			} );
		}
		return verdict === 'taken';
	}

	async function takeNewcomerEvent( tx: StoreTransaction, room: ConversationRoom, event: RoomEvent, add: AddItem ): Promise<void> {
		const words = readNewcomerEvent( event, room.newcomer, options.media );
		const { roomId, conversationId } = room;
		if ( ( words.kind === 'say' || words.kind === 'not-passed-on' ) && !await isInTime( tx, room, event, add ) ) {
			return;
		}
		const direction = fromNewcomer( room, bot );
		const say = ( { text, manner, media, replyTo, context }: Words & Pick<SayTask, 'context'> ): SayTask => ( {
			kind: 'say', roomId, eventId: event.event_id, conversationId, text, manner, media, replyTo, saidAtMs: event.origin_server_ts, context
		} );
		switch ( words.kind ) {
			case 'say':
				return add( { lane: direction.lane, receiver: bot, transactionId: sayTransaction( event.event_id ), task: say( words ) } );
			case 'edit':
				return takeEdit( direction, words.original, say( words ), add );
			case 'delete': {
				const wasReaction = await takeUnreaction( tx, roomId, words.target, () => direction, add );
				return wasReaction ? undefined : takeDeletion( tx, direction, words.target, event.event_id, add );
			}
			case 'react':
				return await isMirrored( tx, words.target ) ? takeReaction( tx, direction, event, words, add ) : undefined;
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

	async function noteSupportState( tx: StoreTransaction, roomId: RoomId, event: RoomEvent ): Promise<void> {
		if ( event.type === 'm.room.power_levels' && event.state_key === '' ) {
			await tx.setPowerLevels( roomId, event.content );
		} else if ( event.type === 'm.room.member' && isUserId( event.state_key ) ) {
			const userId = event.state_key;
			const { membership, displayname } = event.content;
			await ( membership === 'join' ?
					tx.setMember( roomId, { userId, displayName: typeof displayname === 'string' ? displayname : undefined } ) :
					tx.removeMember( roomId, userId ) );
		}
	}

	/** A request, if it is of this team: a client may name an event of any room. */
	async function requestOfTeam( tx: StoreTransaction, team: string, requestId: number | undefined ): Promise<Request | undefined> {
		const request = requestId === undefined ? undefined : await tx.request( requestId );
		return request && ( await tx.conversation( request.conversationId ) )?.team === team ? request : undefined;
	}

	/** The requests of a team that one may address. */
	async function openTo( tx: StoreTransaction, team: string ): Promise<Addressee[]> {
		return ( await tx.openRequests( team ) ).map( ( { request, conversation } ) => (
			{ requestId: request.id, number: request.number, name: conversation.profile?.name }
		) );
	}

	async function findAddressed( tx: StoreTransaction, team: string, text: string ): Promise<FoundRequest | undefined> {
		if ( !/^#\d|:/.test( text ) ) {
			return undefined;
		}
		const addressed = readAddress( text, await openTo( tx, team ) );
		const request = addressed && await tx.request( addressed.requestId );
		return request && addressed && { request, text: addressed.text };
	}

	async function findRequest( tx: StoreTransaction, team: string, words: Extract<HelperWords, { kind: 'message' | 'stays' }> ): Promise<FoundRequest | undefined> {
		const text = words.kind === 'stays' ? undefined : words.text;
		for ( const eventId of words.pointsTo ) {
			const request = await requestOfTeam( tx, team, await tx.requestOfEvent( eventId ) );
			if ( request ) {
				return { request, text };
			}
		}
		return text === undefined || words.kind === 'stays' || !words.mayAddress ? undefined : findAddressed( tx, team, text );
	}

	async function roleOf( tx: StoreTransaction, roomId: RoomId, userId: UserId ): Promise<SpeakerRole> {
		return powerLevelOf( await tx.powerLevels( roomId ), userId ) >= MODERATOR_LEVEL ? 'moderator' : 'helper';
	}

	function tellHelpers( { id: requestId, conversationId }: Request, about: EventId, text: string, add: AddItem ): Promise<void> {
		return add( {
			lane: inwardLane( conversationId ), receiver: bot, transactionId: `stayed ${ about }`, task: { kind: 'helper-notice', requestId, about, text }
		} );
	}

	async function answerTask(
		tx: StoreTransaction, request: Request, member: Member, roomId: RoomId, event: RoomEvent, words: Words
	): Promise<AnswerTask> {
		return {
			kind: 'answer', conversationId: request.conversationId, requestId: request.id, source: { roomId, eventId: event.event_id },
			speaker: event.sender, name: member.displayName ?? event.sender.slice( 1, event.sender.indexOf( ':' ) ),
			role: await roleOf( tx, roomId, event.sender ), saidAtMs: event.origin_server_ts,
			text: words.text, manner: words.manner, media: words.media, replyTo: words.replyTo
		};
	}

	async function takeHelperEvent(
		tx: StoreTransaction, team: string, roomId: RoomId, event: RoomEvent, add: AddItem, news: News
	): Promise<void> {
		const member = await tx.member( roomId, event.sender );
		const words = readHelperEvent( event, options.media );
		if ( !member ) {
			return;
		}
		switch ( words.kind ) {
			case 'edit': return takeHelperEdit( tx, team, member, roomId, event, words, add );
			case 'delete': {
				const directionOf = ( conversationId: number ): Direction => (
					{ lane: outwardLane( conversationId ), account: receiver, roomId, conversationId }
				);
				if ( await takeUnreaction( tx, roomId, words.target, directionOf, add ) ) {
					return;
				}
				const request = await requestOfTeam( tx, team, await requestOfAny( tx, words.target ) );
				return request && takeDeletion( tx, directionOf( request.conversationId ), words.target, event.event_id, add );
			}
			case 'react': {
				const request = await requestOfTeam( tx, team, await tx.requestOfEvent( words.target ) );
				return request && takeReaction( tx, fromHelpers( request, roomId, receiver ), event, words, add );
			}
			default: return takeHelperMessage( tx, team, member, roomId, event, words, add, news );
		}
	}

	async function takeHelperEdit(
		tx: StoreTransaction, team: string, member: Member, roomId: RoomId, event: RoomEvent, words: Extract<HelperWords, { kind: 'edit' }>, add: AddItem
	): Promise<void> {
		const request = await requestOfTeam( tx, team, await tx.requestOfEvent( words.original ) );
		if ( !request ) {
			return;
		}
		const direction = fromHelpers( request, roomId, receiver );
		const addressed = words.text === undefined ? undefined : await findAddressed( tx, team, words.text );
		const text = addressed?.request.id === request.id ? addressed.text : words.text;
		if ( text !== undefined && !isCommand( text ) ) {
			const answer = await answerTask( tx, request, member, roomId, event, { text, manner: words.manner, media: words.media } );
			return takeEdit( direction, words.original, answer, add );
		}
		// What has become a note, a command or nothing that can be passed on is not for the newcomer any more.
		await takeDeletion( tx, direction, words.original, event.event_id, add, event.sender );
		if ( text === undefined || !isNote( text ) ) {
			await tellHelpers( request, event.event_id, 'This edit stays here, and the newcomer no longer has the message.', add );
		}
	}

	/** Tells somebody whose words looked like an address that they are for no request. */
	async function giveHint(
		tx: StoreTransaction, team: string, roomId: RoomId, about: EventId, words: Extract<HelperWords, { kind: 'message' | 'stays' }>, add: AddItem
	): Promise<void> {
		const isAddress = words.kind === 'message' && words.mayAddress && words.text !== undefined && /^#\d|:/.test( words.text );
		const text = isAddress ? addressHint( words.text, await openTo( tx, team ) ) : undefined;
		if ( text !== undefined ) {
			await add( {
				lane: roomLane( roomId ), receiver: bot, transactionId: `hint ${ about }`, task: { kind: 'hint', roomId, about, text }
			} );
		}
	}

	async function takeHelperMessage(
		tx: StoreTransaction, team: string, member: Member, roomId: RoomId, event: RoomEvent,
		words: Extract<HelperWords, { kind: 'message' | 'stays' }>, add: AddItem, news: News
	): Promise<void> {
		const found = await findRequest( tx, team, words );
		if ( !found ) {
			return giveHint( tx, team, roomId, event.event_id, words, add );
		}
		const { request, text } = found;
		// Notes too: a plain reply to one belongs to the same request.
		await tx.addToThread( request.id, event.event_id );
		if ( words.kind === 'stays' || ( text !== undefined && isNote( text ) ) ) {
			return;
		}
		if ( text === undefined ) {
			return tellHelpers( request, event.event_id, 'This could not be passed on to the newcomer: it is of a kind that they cannot be shown, or a file that is too large or of a type that is not allowed.', add );
		}
		if ( isCommand( text ) ) {
			const why = 'The newcomer has not seen this: what begins with "!" and a word stays here. "!note …" is a note among helpers.';
			return tellHelpers( request, event.event_id, why, add );
		}
		await add( {
			lane: outwardLane( request.conversationId ), receiver, transactionId: answerTransaction( event.event_id ),
			task: await answerTask( tx, request, member, roomId, event, {
				text, manner: words.manner, media: words.media, replyTo: words.replyTo
			} )
		} );
		// Notices are what bots write.
		if ( request.state === 'waiting' && words.manner !== 'notice' ) {
			await tx.setRequestAnswered( request.id, event.origin_server_ts );
			news.firstAnswers.push( { wiki: request.wiki, afterMs: event.origin_server_ts - request.askedAtMs } );
			await add( {
				lane: inwardLane( request.conversationId ), receiver: bot, transactionId: `answered ${ request.questionEvent }`,
				task: { kind: 'card-edit', requestId: request.id }
			} );
		}
	}

	/** What the bot said comes back: noted now, if it was not, so that what answers it is known to be an answer. */
	async function takeOwnEvent( tx: StoreTransaction, roomId: RoomId, event: RoomEvent, lanes: Set<string> ): Promise<void> {
		const marker = readRelation( event.content ).replaces === undefined ? readMirrorMarker( event.content ) : undefined;
		if ( !marker ) {
			return;
		}
		const said = await tx.pendingItem( sayTransaction( marker.source.eventId ) );
		const answered = said ? undefined : await tx.pendingItem( answerTransaction( marker.source.eventId ) );
		for ( const lane of said ? await noteSaid( tx, said, { roomId, eventId: event.event_id } ) : [] ) {
			lanes.add( lane );
		}
		await ( answered && noteAnswered( tx, answered, { roomId, eventId: event.event_id } ) );
	}

	async function takeJoinedRoom(
		tx: StoreTransaction, batch: SyncBatch[ 'joined' ][ number ], add: AddItem, lanes: Set<string>, news: News
	): Promise<void> {
		const { roomId, timeline, state } = batch;
		const team = options.teamOfRoom.get( roomId );
		if ( team !== undefined ) {
			// The state before the timeline, then the timeline: a helper who joins and answers in one batch is a member by then.
			for ( const event of state ) {
				await noteSupportState( tx, roomId, event );
			}
			for ( const event of timeline ) {
				await noteSupportState( tx, roomId, event );
				if ( receiver !== bot ) {
					continue;
				}
				if ( event.sender === bot ) {
					await takeOwnEvent( tx, roomId, event, lanes );
				} else if ( !options.ownAccounts.has( event.sender ) && await tx.receive( receiver, roomId, event.event_id ) ) {
					news.events.push( { from: 'helper', roomId, event } );
					await takeHelperEvent( tx, team, roomId, event, add, news );
				}
			}
			return;
		}
		const room = await tx.room( roomId );
		if ( !room && state.concat( timeline ).some( ( { type, content } ) => type === 'm.room.create' && readConversationIdentity( content ) ) ) {
			// The store was lost: left, so that the newcomer's client makes a room that is known. Other rooms are the operator's.
			log.warn( { room: roomId }, 'a conversation that is not in the store is left' );
			const reason = 'This conversation is no longer known.';
			return add( { lane: roomLane( roomId ), receiver, transactionId: `unknown ${ roomId }`, task: { kind: 'leave', roomId, reason } } );
		}
		if ( !room || room.receiver !== receiver || room.state === 'refused' || room.state === 'gone' ) {
			return;
		}
		await tx.setRoomReading( roomId );
		for ( const event of timeline ) {
			if ( event.sender === receiver ) {
				await takeOwnEvent( tx, roomId, event, lanes );
			} else if ( !options.ownAccounts.has( event.sender ) && await tx.receive( receiver, roomId, event.event_id ) ) {
				news.events.push( { from: 'newcomer', roomId, event } );
				await takeNewcomerEvent( tx, room, event, add );
			}
		}
	}

	return {
		async takeIn( batch ) {
			const news: News = { events: [], firstAnswers: [] };
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
				for ( const roomId of batch.left ) {
					if ( ( await tx.room( roomId ) )?.state === 'open' ) {
						await tx.setRoomState( roomId, 'gone' );
					}
				}
				await tx.setPosition( receiver, batch.nextBatch );
				return lanes;
			} );
			for ( const { from, roomId, event } of news.events ) {
				log.info( { event: event.event_id, type: event.type, from, room: roomId }, 'received' );
			}
			options.watcher?.received( news );
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

/** The request that a helper's words are for, and the words without an address. */
type FoundRequest = { readonly request: Request; readonly text: string | undefined };
type AddItem = ( item: NewItem ) => Promise<void>;

/** Members and power levels of a Support room, as its state says; for the start, when neither has been seen. */
export async function noteSupportRoom( store: Store, bot: UserId, roomId: RoomId, state: readonly RoomEvent[] ): Promise<void> {
	await store.transaction( async ( tx ) => {
		// Later /sync tells of every change, in order: a message is judged by who was a member when it was said.
		if ( await tx.position( bot ) !== undefined && await tx.powerLevels( roomId ) !== undefined ) {
			return;
		}
		await tx.removeMembers( roomId );
		for ( const { type, state_key: userId, content } of state ) {
			if ( type === 'm.room.power_levels' && isRecord( content ) ) {
				await tx.setPowerLevels( roomId, content );
			} else if ( type === 'm.room.member' && isUserId( userId ) && content.membership === 'join' ) {
				await tx.setMember( roomId, {
					userId, displayName: typeof content.displayname === 'string' ? content.displayname : undefined
				} );
			}
		}
	} );
}
