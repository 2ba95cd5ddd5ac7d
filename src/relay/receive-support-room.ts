import { isRecord, isUserId } from '../protocol/ids.ts';
import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { MediaLimits } from '../protocol/media.ts';
import type { RoomEvent } from '../protocol/message.ts';
import type { SpeakerRole } from '../protocol/mirror.ts';
import { answerTransaction } from './note-sent.ts';
import type { SeenMarks } from './receive-receipts.ts';
import type { AddItem, Direction } from './receive-relations.ts';
import { fromHelpers, requestOfAny, takeDeletion, takeEdit, takeReaction, takeUnreaction } from './receive-relations.ts';
import type { Addressee, HelperWords } from './routing/helper-words.ts';
import { addressHint, isCommand, isNote, readAddress, readAddressing, readHelperEvent, unaddressed } from './routing/helper-words.ts';
import { shownName } from './routing/words.ts';
import type { AnswerTask, Member, Request, Words } from './routing/model.ts';
import { helperNotice, outwardLane, roomLane } from './routing/model.ts';
import type { Store, StoreTransaction } from './routing/ports.ts';
import { powerLevelOf } from './routing/room-check.ts';
import type { TypingSigns } from './typing.ts';

export type SupportRoomOptions = {
	/** The account that receives. */
	readonly receiver: UserId;
	/** The account that speaks in the Support rooms. */
	readonly bot: UserId;
	/** Which files are passed on. */
	readonly media?: MediaLimits;
	readonly seen: Pick<SeenMarks, 'answered'>;
	readonly typing?: Pick<TypingSigns, 'answered'>;
};

/** Level from which a member of a Support room is a moderator to the newcomer. */
const MODERATOR_LEVEL = 50;

/** The request that a helper's words are for, and the words without an address. */
type FoundRequest = { readonly request: Request; readonly text: string | undefined; readonly isAddressed?: boolean };

/** Takes in what happened in a Support room. */
export type SupportRoom = {
	/** Who is a member, and what everybody may do. */
	noteState( tx: StoreTransaction, roomId: RoomId, event: RoomEvent ): Promise<void>;
	/** What anybody but the relay's accounts did. */
	takeEvent( tx: StoreTransaction, team: string, roomId: RoomId, event: RoomEvent, add: AddItem ): Promise<void>;
};

export function createSupportRoom( options: SupportRoomOptions ): SupportRoom {
	const { receiver, bot } = options;

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

	/** The requests of a team that a text may address. */
	async function openTo( tx: StoreTransaction, team: string, text: string ): Promise<Addressee[]> {
		const addressing = readAddressing( text );
		return addressing === undefined ? [] : addressing === 'name' ? tx.namedRequests( team ) : tx.requestsNumbered( team, addressing.number );
	}

	async function findAddressed( tx: StoreTransaction, team: string, text: string ): Promise<FoundRequest | undefined> {
		const addressed = readAddress( text, await openTo( tx, team, text ) );
		const request = addressed && await tx.request( addressed.requestId );
		return request && addressed && { request, text: addressed.text, isAddressed: true };
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
		return add( helperNotice( bot, { requestId, conversationId }, 'stayed', about, text ) );
	}

	async function answerTask(
		tx: StoreTransaction, request: Request, member: Member, roomId: RoomId, event: RoomEvent, words: Words
	): Promise<AnswerTask> {
		const role = await roleOf( tx, roomId, event.sender );
		return {
			kind: 'answer', conversationId: request.conversationId, requestId: request.id, source: { roomId, eventId: event.event_id },
			// Never anything of their Matrix id, which newcomers are not told.
			speaker: event.sender, name: shownName( member.displayName ?? '' ) || `a ${ role }`, role, saidAtMs: event.origin_server_ts,
			text: words.text, html: words.html, manner: words.manner, media: words.media, replyTo: words.replyTo
		};
	}

	async function takeHelperEvent(
		tx: StoreTransaction, team: string, roomId: RoomId, event: RoomEvent, add: AddItem
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
			default: return takeHelperMessage( tx, team, member, roomId, event, words, add );
		}
	}

	async function takeHelperEdit(
		tx: StoreTransaction, team: string, member: Member, roomId: RoomId, event: RoomEvent, words: Extract<HelperWords, { kind: 'edit' }>, add: AddItem
	): Promise<void> {
		const request = await requestOfTeam( tx, team, await tx.requestOfEvent( words.original ) );
		const addressed = words.text === undefined ? undefined : await findAddressed( tx, team, words.text );
		if ( !request ) {
			const hint = addressed && 'Nobody got this: what was said to nobody gets no address by an edit. Please write it as a new message.';
			return hint && add( {
				lane: roomLane( roomId ), receiver: bot, transactionId: `hint ${ event.event_id }`,
				task: { kind: 'hint', roomId, about: event.event_id, text: hint }
			} );
		}
		const direction = fromHelpers( request, roomId, receiver );
		const isForOthers = words.text !== undefined && await tx.isAddressed( words.original ) && ( addressed ?
			addressed.request.conversationId !== request.conversationId :
			addressHint( words.text, await openTo( tx, team, words.text ) ) !== undefined );
		if ( isForOthers ) {
			await takeDeletion( tx, direction, words.original, event.event_id, add, event.sender );
			const why = 'This edit is no longer for this newcomer, who does not have the message any more. Nobody else got it: please write it as a new message.';
			return tellHelpers( request, event.event_id, why, add );
		}
		const text = addressed?.request.conversationId === request.conversationId ? addressed.text : words.text;
		if ( text !== undefined && !isCommand( text ) ) {
			const answer = await answerTask( tx, request, member, roomId, event, {
				text, html: unaddressed( words, text ), manner: words.manner, media: words.media
			} );
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
		const isAddress = words.kind === 'message' && words.mayAddress && words.text !== undefined;
		const text = isAddress ? addressHint( words.text, await openTo( tx, team, words.text ) ) : undefined;
		if ( text !== undefined ) {
			await add( {
				lane: roomLane( roomId ), receiver: bot, transactionId: `hint ${ about }`, task: { kind: 'hint', roomId, about, text }
			} );
		}
	}

	async function takeHelperMessage(
		tx: StoreTransaction, team: string, member: Member, roomId: RoomId, event: RoomEvent,
		words: Extract<HelperWords, { kind: 'message' | 'stays' }>, add: AddItem
	): Promise<void> {
		const found = await findRequest( tx, team, words );
		if ( !found ) {
			return giveHint( tx, team, roomId, event.event_id, words, add );
		}
		const { request, text, isAddressed } = found;
		// Notes too: a plain reply to one belongs to the same request.
		await tx.addToThread( request.id, event.event_id, isAddressed );
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
				text, html: unaddressed( words, text ), manner: words.manner, media: words.media, replyTo: words.replyTo
			} )
		} );
		// Notices are what bots write.
		if ( words.manner !== 'notice' ) {
			options.typing?.answered( roomId, request, event.sender, event.origin_server_ts );
			await options.seen.answered( tx, roomId, request.id, add );
		}
	}

	return { noteState: noteSupportState, takeEvent: takeHelperEvent };
}

/** Members and power levels of a Support room, as its state says; for the start, when neither has been seen. */
export async function noteSupportRoom( store: Store, bot: UserId, roomId: RoomId, state: readonly RoomEvent[] ): Promise<void> {
	await store.transaction( async ( tx ) => {
		// Later /sync tells of every change, in order: a message is judged by who was a member when it was said.
		const isKnown = await tx.powerLevels( roomId ) !== undefined && ( await tx.members( roomId ) ).length > 0;
		if ( await tx.position( bot ) !== undefined && isKnown ) {
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
