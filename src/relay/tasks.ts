import { preferredRoom } from '../protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { MediaLimits } from '../protocol/media.ts';
import { DEFAULT_MEDIA_LIMITS } from '../protocol/media.ts';
import type { AdoptionOptions } from './adoption.ts';
import { createAdoption } from './adoption.ts';
import type { AnswersOptions } from './answers.ts';
import { createAnswers } from './answers.ts';
import type { DeliveryOptions } from './delivery.ts';
import { createDelivery } from './delivery.ts';
import { cardContent, cardEditContent } from './routing/card.ts';
import type { About, Place, Speech } from './routing/mirror-content.ts';
import { editContent, helperNoticeContent, hintContent, mentioning, noticeContent, threadContent } from './routing/mirror-content.ts';
import { mentionedMembers } from './routing/mentions.ts';
import type { AnswerTask, Conversation, ConversationRoom, OutboxItem, Request, SayTask, Task } from './routing/model.ts';
import { placeOf } from './routing/model.ts';
import { centralIdOf } from './routing/newcomer-id.ts';
import { questionText, readWords } from './routing/newcomer-words.ts';
import { noteDropped, noteSaid, refuseQuestion } from './note-sent.ts';
import { isTemporary, TaskRefused } from './refusal.ts';
import { createRelations } from './relations.ts';
import { isPaused } from './routing/intake.ts';
import type { PlacesOptions } from './places.ts';
import { createPlaces } from './places.ts';
import { beginsAnew, presentRoom } from './routing/present-room.ts';
import { eventAddress } from './routing/words.ts';
import type { EventPlace, Mapping, StoreTransaction } from './routing/ports.ts';

export type TasksOptions = DeliveryOptions & AdoptionOptions & AnswersOptions & PlacesOptions & {
	/** Which files are passed on. */
	readonly media?: MediaLimits;
};

/** Does one item of the outbox, and takes it out. Resolves with the lanes that got something to do by it. */
export type DoTask = ( item: OutboxItem ) => Promise<readonly string[]>;

type Of<Kind extends Task[ 'kind' ]> = Extract<Task, { readonly kind: Kind }>;
/** `latest` is the last event of the request's thread; `undefined` before there is a card. */
type Known = {
	readonly conversation: Conversation;
	readonly request: Request;
	readonly latest: EventId | undefined;
	readonly earlier: Request | undefined;
	/** Where the card of a request is: the team's Support room, or the one that it had then. */
	readonly cardRoomOf: ( request: Request ) => RoomId;
};

export function createDoTask( options: TasksOptions ): DoTask {
	const { store, bot, log, profiles } = options;
	const delivery = createDelivery( options );
	const { homeserverOf, findSent, sendCardEditOnce, sendOnce } = delivery;
	const adoption = createAdoption( options, delivery );
	const places = createPlaces( options, delivery );
	const { answer, helperSpeech, replyTarget } = createAnswers( options, delivery, adoption );

	function supportRoomOf( { team }: Conversation ): RoomId {
		const roomId = options.supportRooms.get( team );
		if ( !roomId ) {
			throw new TaskRefused( `the team ${ team } is no longer configured` );
		}
		return roomId;
	}

	/** The room of a request's card, when that is not the team's room any more: a thread cannot go on in another room. */
	async function formerRoom(
		tx: StoreTransaction, request: Request | undefined, conversation: Conversation
	): Promise<RoomId | undefined> {
		const roomId = request?.rootEvent && ( await tx.mapping( request.rootEvent ) )?.mirror.roomId;
		return roomId === options.supportRooms.get( conversation.team ) ? undefined : roomId;
	}

	async function knowMore( tx: StoreTransaction, request: Request, conversation: Conversation ): Promise<Known> {
		const earlier = await tx.earlierRequest( request );
		const former = new Map( [
			[ request.id, await formerRoom( tx, request, conversation ) ],
			...earlier ? [ [ earlier.id, await formerRoom( tx, earlier, conversation ) ] as const ] : []
		] );
		return {
			request, conversation, earlier, latest: await tx.latestInThread( request.id ),
			cardRoomOf: ( { id } ) => former.get( id ) ?? supportRoomOf( conversation )
		};
	}

	async function know( requestId: number ): Promise<Known> {
		return store.transaction( async ( tx ) => {
			const request = await tx.request( requestId );
			const conversation = request && await tx.conversation( request.conversationId );
			if ( !request || !conversation ) {
				throw new TaskRefused( 'the request is gone' );
			}
			return knowMore( tx, request, conversation );
		} );
	}

	function placeholderName( { newcomer }: Conversation ): string {
		return `newcomer ${ centralIdOf( newcomer, options.serverName ) ?? '' }`.trim();
	}

	/** Where the newcomer is now, when it is not what the card says. */
	function newPlace( { request, conversation }: Known, { context }: SayTask ): Place | undefined {
		const isNew = context !== undefined && context.page !== '' &&
			( context.page !== request.context?.page || context.section !== request.context.section );
		const articleUrl = options.wikis[ conversation.wiki ]?.articleUrl;
		return isNew && articleUrl !== undefined ? { page: context.page, section: context.section, articleUrl } : undefined;
	}

	/** What came with a further question; with the card's own, and what belongs to it, the card says so. */
	function newAbout( known: Known, task: SayTask ): About | undefined {
		const { context, eventId } = task;
		return context && eventId !== known.request.questionEvent ?
				{ place: newPlace( known, task ), topic: context.topic ?? '', selection: context.selection ?? '' } :
			undefined;
	}

	function cardOf( { request, conversation, earlier, cardRoomOf }: Known, sourceRoom: RoomId ): Record<string, unknown> {
		return cardContent( {
			earlier: earlier?.rootEvent && {
				number: earlier.number, address: eventAddress( cardRoomOf( earlier ), earlier.rootEvent, options.serverName )
			},
			request, conversation, sourceRoom, placeholderName: placeholderName( conversation ), nowMs: options.now(),
			wiki: options.wikis[ conversation.wiki ] ?? { name: conversation.wiki },
			hasOtherWikis: Object.keys( options.wikis ).length > 1
		} );
	}

	/** The open request of a conversation, or a new one, unless none are opened now; only a room that was adopted gets as far as this. */
	async function requestFor( item: OutboxItem, task: SayTask ): Promise<Known | { readonly refusedTo: readonly string[] }> {
		return store.transaction( async ( tx ) => {
			const conversation = await tx.conversation( task.conversationId );
			if ( !conversation ) {
				throw new TaskRefused( 'the conversation is gone' );
			}
			const isConfigured = conversation.wiki in options.wikis;
			const isPausedNow = !isConfigured || isPaused( await tx.pauses(), conversation.wiki );
			const last = await tx.openRequest( conversation.id );
			const rooms = await tx.roomsOf( conversation.id );
			const roomOf = ( of: RoomId | undefined ): ConversationRoom | undefined => rooms.find( ( { roomId } ) => roomId === of );
			const room = roomOf( task.roomId );
			const isElsewhere = await formerRoom( tx, last, conversation ) !== undefined;
			// While new ones are paused, a running one goes on wherever the newcomer is.
			const goesOn = last?.questionEvent === task.eventId ||
				( !isElsewhere && ( isPausedNow || !beginsAnew( roomOf( last?.roomId ), room ) ) );
			const open = goesOn ? last : undefined;
			if ( !open && isPausedNow && ( !last || !isConfigured ) ) {
				const why = isConfigured ? 'new ones are paused' : 'its wiki is no longer configured';
				log.info( { event: task.eventId, wiki: conversation.wiki }, `a question is refused, because ${ why }` );
				return { refusedTo: await refuseQuestion( tx, item, task ) };
			}
			const request = open ?? await tx.addRequest( {
				conversationId: conversation.id, wiki: conversation.wiki, question: questionText( task ), questionEvent: task.eventId,
				context: task.context, askedAtMs: task.saidAtMs,
				roomId: room?.state === 'open' ? task.roomId : presentRoom( rooms, undefined )?.roomId ?? task.roomId
			} );
			return knowMore( tx, request, conversation );
		} );
	}

	/** A message that was taken back before it was noted as sent: noted if it was sent after all, and dropped if not. */
	async function sayDeleted( item: OutboxItem, task: SayTask ): Promise<readonly string[]> {
		const conversation = await store.transaction( ( tx ) => tx.conversation( task.conversationId ) );
		const roomId = conversation && supportRoomOf( conversation );
		const sent = roomId && await findSent( item, item.receiver, roomId, task.eventId, task.isAttachment ? 'file' : 'mirror' );
		return store.transaction( ( tx ) => sent ? noteSaid( tx, item, { roomId, eventId: sent } ) : noteDropped( tx, item ) );
	}

	function newcomerSpeech( { conversation }: Known, task: SayTask, edits?: EventId ): Speech {
		return {
			marker: {
				source: placeOf( task ), name: conversation.profile?.name ?? placeholderName( conversation ),
				role: 'newcomer', saidAtMs: task.saidAtMs, text: task.text, ...( edits !== undefined && { edits } )
			},
			html: task.html, manner: task.manner, media: task.media, profileId: conversation.newcomer
		};
	}

	async function say( item: OutboxItem, task: SayTask ): Promise<readonly string[]> {
		if ( task.isDeleted ) {
			return sayDeleted( item, task );
		}
		const known = await requestFor( item, task );
		if ( 'refusedTo' in known ) {
			return known.refusedTo;
		}
		const { request, conversation, latest } = known;
		const supportRoom = known.cardRoomOf( request );
		const isCard = request.questionEvent === task.eventId && !task.isAttachment;
		const root = request.rootEvent;
		if ( !isCard && root === undefined ) {
			throw new TaskRefused( 'its request has no card' );
		}
		const replyTo = await replyTarget( task, supportRoom );
		const members = task.text.includes( '@' ) ? await store.transaction( ( tx ) => tx.members( supportRoom ) ) : [];
		const mentions = mentionedMembers( task.text, members );
		const content = isCard || root === undefined ?
				{ ...cardOf( known, task.roomId ), ...mentioning( mentions ) } :
				threadContent( { ...newcomerSpeech( known, task ), mentions }, {
					root, latest: latest ?? root, replyTo, about: newAbout( known, task )
				} );
		const mirror = task.isAttachment ?
				await sendOnce( { ...item, transactionId: `${ item.transactionId } file` }, supportRoom, content, task.eventId, 'file' ) :
				await sendOnce( item, supportRoom, content, task.eventId, 'mirror' );
		if ( !conversation.profile ) {
			profiles.completeCards();
		}
		return store.transaction( ( tx ) => noteSaid( tx, { ...item, task }, { roomId: supportRoom, eventId: mirror } ) );
	}

	async function sendEdit(
		item: OutboxItem, words: SayTask | AnswerTask, { mirror, original, requestId }: Mapping, account: UserId
	): Promise<EventId> {
		const speech = words.kind === 'say' ?
				newcomerSpeech( await know( requestId ), words, original ) :
				await helperSpeech( mirror.roomId, words, original );
		const one = { ...item, receiver: account, transactionId: `${ item.transactionId } ${ mirror.eventId }` };
		return sendOnce( one, mirror.roomId, editContent( speech, mirror.eventId ), placeOf( words ).eventId, 'mirror' );
	}

	async function updateCard( item: OutboxItem, requestId: number, source?: EventPlace ): Promise<EventId> {
		const known = await know( requestId );
		const { rootEvent, questionEvent, question } = known.request;
		if ( rootEvent === undefined ) {
			throw new TaskRefused( 'the request has no card' );
		}
		const sourceRoom = await store.transaction( async ( tx ) => (
			( await tx.mapping( rootEvent ) )?.source.roomId ?? preferredRoom( await tx.roomsOf( known.conversation.id ) )!.roomId
		) );
		const roomId = known.cardRoomOf( known.request );
		const edit = cardEditContent( cardOf( known, sourceRoom ), rootEvent );
		const eventId = await sendCardEditOnce( { ...item, receiver: bot }, roomId, edit );
		// By this it is found again when the question is deleted, whose text it carries.
		if ( question !== '' ) {
			await store.transaction( ( tx ) => tx.addMapping( {
				mirror: { roomId, eventId }, source: source ?? { roomId: sourceRoom, eventId: questionEvent },
				original: questionEvent, isEdit: true, speaker: undefined, requestId
			} ) );
		}
		return eventId;
	}

	async function questionNow( { questionEvent }: Request, roomId: RoomId ): Promise<string> {
		const receiver = ( await store.transaction( ( tx ) => tx.room( roomId ) ) )?.receiver ?? bot;
		const content = await homeserverOf( receiver ).latestContent( roomId, questionEvent );
		const words = readWords( content, false, options.media ?? DEFAULT_MEDIA_LIMITS );
		return words ? questionText( words ) : '';
	}

	async function helperNotice( item: OutboxItem, task: Of<'helper-notice'> ): Promise<void> {
		const known = await know( task.requestId );
		const { request, conversation, latest } = known;
		const root = request.rootEvent;
		if ( root === undefined ) {
			throw new TaskRefused( 'the request has no card' );
		}
		const supportRoom = supportRoomOf( conversation );
		const isElsewhere = known.cardRoomOf( request ) !== supportRoom;
		const content = isElsewhere ?
				hintContent( `#${ request.number }: ${ task.text }`, task.about ) :
				helperNoticeContent( task.text, task.about, root, latest ?? root );
		const sent = await sendOnce( item, supportRoom, content, task.about, 'notice' );
		await store.transaction( ( tx ) => tx.addToThread( request.id, sent ) );
	}

	/** Tells the newcomer in the room where they are by now. */
	async function notice( item: OutboxItem, { roomId, code, about }: Of<'notice'> ): Promise<void> {
		const room = await store.transaction( async ( tx ) => {
			const of = await tx.room( roomId );
			return !of || of.state === 'open' || of.state === 'invited' ? of :
					presentRoom( await tx.roomsOf( of.conversationId ), await tx.openRequest( of.conversationId ) );
		} );
		if ( room ) {
			await sendOnce( { ...item, receiver: room.receiver }, room.roomId, noticeContent( code, about ), about, 'notice' );
		}
	}

	async function see( item: OutboxItem, { roomId, eventId }: Of<'seen'> ): Promise<readonly string[]> {
		try {
			await homeserverOf( item.receiver ).markRead( roomId, eventId );
		} catch ( error ) {
			if ( isTemporary( error ) ) {
				throw error;
			}
			log.info( { event: eventId, error }, 'a newcomer cannot be told that this was seen' );
		}
		return store.transaction( async ( tx ) => {
			const now = await tx.pendingItem( item.transactionId );
			// More may have been seen meanwhile; then it stays at the head of its lane.
			if ( now?.task.kind === 'seen' && now.task.eventId === eventId ) {
				await tx.removeItem( item.id );
			}
			return [];
		} );
	}

	async function doSimple( item: OutboxItem ): Promise<readonly string[]> {
		const { task } = item;
		switch ( task.kind ) {
			case 'join': await homeserverOf( item.receiver ).join( task.roomId ); break;
			case 'notice': await notice( item, task ); break;
			case 'helper-notice': await helperNotice( item, task ); break;
			case 'hint': await sendOnce( item, task.roomId, hintContent( task.text, task.about ), task.about, 'notice' ); break;
			case 'card-edit': await updateCard( item, task.requestId ); break;
			default: throw new Error( `${ task.kind } is not simple` );
		}
		await store.transaction( ( tx ) => tx.removeItem( item.id ) );
		return [];
	}

	const relations = createRelations( {
		store, bot, log, homeserverOf, sendEdit, findSent, updateCard,
		pass: ( item, words ) => words.kind === 'say' ? say( item, words ) : answer( item, words ),
		questionNow
	} );

	return ( item ) => {
		switch ( item.task.kind ) {
			case 'adopt':
			case 'leave':
			case 'refuse':
			case 'turn-away':
			case 'close':
			case 'merge': return adoption.do( item, item.task );
			case 'say': return say( item, item.task );
			case 'answer': return answer( item, item.task );
			case 'edit': return relations.edit( item, item.task );
			case 'delete': return relations.delete( item, item.task );
			case 'react': return relations.react( item, item.task );
			case 'seen': return see( item, item.task );
			case 'place': return places.tell( item, item.task );
			case 'queue': return places.look( item, item.task );
			default: return doSimple( item );
		}
	};
}
