import { createHash } from 'node:crypto';
import { lockedPowerLevels, preferredRoom } from '../protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../protocol/ids.ts';
import type { MediaLimits } from '../protocol/media.ts';
import { DEFAULT_MEDIA_LIMITS } from '../protocol/media.ts';
import type { Log } from './log.ts';
import type { Profiles } from './profiles.ts';
import { cardContent, cardEditContent } from './routing/card.ts';
import type { Place, Speech } from './routing/mirror-content.ts';
import { answerContent, editContent, helperNoticeContent, hintContent, isMadeFrom, mentioning, noticeContent, threadContent } from './routing/mirror-content.ts';
import { mentionedMembers } from './routing/mentions.ts';
import type { AnswerTask, Conversation, OutboxItem, Request, SayTask, Task, WikiFacts, Words } from './routing/model.ts';
import { inwardLane, outwardLane, placeOf } from './routing/model.ts';
import { centralIdOf } from './routing/newcomer-id.ts';
import { questionText, readWords } from './routing/newcomer-words.ts';
import { messageMapping, noteDropped, noteSaid, refuseQuestion } from './note-sent.ts';
import { isTemporary, TaskRefused } from './refusal.ts';
import { counterpart, createRelations } from './relations.ts';
import { isPaused } from './routing/intake.ts';
import type { EventPlace, Homeserver, Mapping, Store } from './routing/ports.ts';
import { roomCreatedAtMs, roomProblems } from './routing/room-check.ts';

export type TasksOptions = {
	readonly store: Store;
	readonly homeservers: ReadonlyMap<UserId, Homeserver>;
	readonly bot: UserId;
	readonly serverName: string;
	readonly wikis: Readonly<Record<string, WikiFacts>>;
	/** Support rooms by team. */
	readonly supportRooms: ReadonlyMap<string, RoomId>;
	readonly profiles: Profiles;
	/** How long a card may wait for the wiki, in ms. */
	readonly wikiLookupMs: number;
	/** Which files are passed on. */
	readonly media?: MediaLimits;
	readonly now: () => number;
	readonly log: Log;
};

/** Does one item of the outbox, and takes it out. Resolves with the lanes that got something to do by it. */
export type DoTask = ( item: OutboxItem ) => Promise<readonly string[]>;

/** After this time the homeserver may have forgotten transaction ids (it remembers them for a day): look before sending. */
const LOOK_FIRST_AFTER_MS = 20 * 3_600_000;

type Of<Kind extends Task[ 'kind' ]> = Extract<Task, { readonly kind: Kind }>;
/** `latest` is the last event of the request's thread; `undefined` before there is a card. */
type Known = { readonly conversation: Conversation; readonly request: Request; readonly latest: EventId | undefined };

export function createDoTask( options: TasksOptions ): DoTask {
	const { store, bot, log, profiles } = options;

	function homeserverOf( account: UserId ): Homeserver {
		const homeserver = options.homeservers.get( account );
		if ( !homeserver ) {
			throw new TaskRefused( `the account ${ account } is no longer configured` );
		}
		return homeserver;
	}

	function supportRoomOf( { team }: Conversation ): RoomId {
		const roomId = options.supportRooms.get( team );
		if ( !roomId ) {
			throw new TaskRefused( `the team ${ team } is no longer configured` );
		}
		return roomId;
	}

	async function know( requestId: number ): Promise<Known> {
		return store.transaction( async ( tx ) => {
			const request = await tx.request( requestId );
			const conversation = request && await tx.conversation( request.conversationId );
			if ( !request || !conversation ) {
				throw new TaskRefused( 'the request is gone' );
			}
			return { request, conversation, latest: await tx.latestInThread( request.id ) };
		} );
	}

	/** What an earlier process sent for an event, and died before it noted that. */
	function findSent(
		item: OutboxItem, account: UserId, roomId: RoomId, source: EventId, kind: 'mirror' | 'file' | 'notice' = 'mirror'
	): Promise<EventId | undefined> {
		return homeserverOf( account ).findOwn( roomId, item.createdAtMs, ( content ) => isMadeFrom( content, source, kind ) );
	}

	/** Sends once, also when an earlier process died after sending and before noting it. */
	async function sendOnce(
		item: OutboxItem, roomId: RoomId, content: Record<string, unknown>, source: EventId, kind: 'mirror' | 'file' | 'notice'
	): Promise<EventId> {
		const isOld = options.now() - item.createdAtMs > LOOK_FIRST_AFTER_MS;
		const found = isOld ? await findSent( item, item.receiver, roomId, source, kind ) : undefined;
		if ( found ) {
			return found;
		}
		const sent = await homeserverOf( item.receiver ).send( roomId, item.transactionId, content );
		log.info( { event: source, sent, lane: item.lane }, 'sent' );
		return sent;
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

	function cardOf( { request, conversation }: Known, sourceRoom: RoomId ): Record<string, unknown> {
		return cardContent( {
			request, conversation, sourceRoom, placeholderName: placeholderName( conversation ), nowMs: options.now(),
			wiki: options.wikis[ conversation.wiki ] ?? { name: conversation.wiki, articleUrl: '$1' },
			hasOtherWikis: Object.keys( options.wikis ).length > 1
		} );
	}

	async function refuseRoom( item: OutboxItem, roomId: RoomId, problems: readonly string[] ): Promise<void> {
		const homeserver = homeserverOf( item.receiver );
		log.warn( { room: roomId, problems }, 'a room is not as a conversation has to be; it is left' );
		try {
			await homeserver.send( roomId, `${ item.transactionId } ${ item.id } refused`, noticeContent( 'room-refused', roomId, problems.join( '; ' ) ) );
		} catch ( error ) {
			if ( isTemporary( error ) ) {
				throw error;
			}
			// Where the bot may not speak it cannot explain itself.
		}
		await homeserver.leave( roomId, 'This room cannot be used to ask for help.' );
	}

	async function adopt( item: OutboxItem, { roomId }: Of<'adopt'> ): Promise<readonly string[]> {
		const homeserver = homeserverOf( item.receiver );
		const conversation = await store.transaction( async ( tx ) => {
			const room = await tx.room( roomId );
			return room && tx.conversation( room.conversationId );
		} );
		if ( !conversation ) {
			throw new TaskRefused( 'the conversation is gone' );
		}
		// Side by side: the card, which comes next, needs to know who asks.
		const learning = profiles.learn( conversation, options.wikiLookupMs );
		await homeserver.join( roomId );
		const expectation = {
			bot: item.receiver, serverName: options.serverName,
			wikis: Object.keys( options.wikis ), teams: [ ...options.supportRooms.keys() ]
		};
		const state = await homeserver.roomState( roomId );
		let problems = roomProblems( state, expectation );
		if ( problems.length === 0 ) {
			await homeserver.setPowerLevels( roomId, lockedPowerLevels( item.receiver ) );
			// Whatever its maker did between the check and the lock is seen now, and nothing can be done any more.
			problems = roomProblems( await homeserver.roomState( roomId ), expectation );
		}
		if ( problems.length > 0 ) {
			await refuseRoom( item, roomId, problems );
		}
		await learning;
		return store.transaction( async ( tx ) => {
			// The newcomer may have left meanwhile; a room that is gone stays gone.
			if ( ( await tx.room( roomId ) )?.state === 'invited' ) {
				await tx.setRoomState( roomId, problems.length > 0 ? 'refused' : 'open' );
			}
			await tx.setRoomCreated( roomId, roomCreatedAtMs( state ) );
			await tx.removeItem( item.id );
			if ( problems.length > 0 ) {
				await tx.dropItemsOfRoom( item.lane, roomId );
				await tx.dropItemsOfRoom( outwardLane( conversation.id ), roomId );
			}
			return [];
		} );
	}

	/** The open request of a conversation, or a new one, unless none are opened now; only a room that was adopted gets as far as this. */
	async function requestFor( item: OutboxItem, task: SayTask ): Promise<Known | { readonly refusedTo: readonly string[] }> {
		return store.transaction( async ( tx ) => {
			const conversation = await tx.conversation( task.conversationId );
			if ( !conversation ) {
				throw new TaskRefused( 'the conversation is gone' );
			}
			const open = await tx.openRequest( conversation.id );
			if ( !open && isPaused( await tx.pauses(), conversation.wiki ) ) {
				log.info( { event: task.eventId, wiki: conversation.wiki }, 'a question is refused, because new ones are paused' );
				return { refusedTo: await refuseQuestion( tx, item, task ) };
			}
			const request = open ?? await tx.addRequest( {
				conversationId: conversation.id, wiki: conversation.wiki, question: questionText( task ), questionEvent: task.eventId,
				context: task.context, askedAtMs: task.saidAtMs
			} );
			return { request, conversation, latest: await tx.latestInThread( request.id ) };
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
			manner: task.manner, media: task.media, profileId: conversation.newcomer
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
		const supportRoom = supportRoomOf( conversation );
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
					root, latest: latest ?? root, replyTo, place: newPlace( known, task )
				} );
		const mirror = task.isAttachment ?
				await sendOnce( { ...item, transactionId: `${ item.transactionId } file` }, supportRoom, content, task.eventId, 'file' ) :
				await sendOnce( item, supportRoom, content, task.eventId, 'mirror' );
		if ( !conversation.profile ) {
			profiles.completeCards();
		}
		return store.transaction( ( tx ) => noteSaid( tx, { ...item, task }, { roomId: supportRoom, eventId: mirror } ) );
	}

	async function answer( item: OutboxItem, task: AnswerTask ): Promise<readonly string[]> {
		const rooms = await store.transaction( async ( tx ) => (
			( await tx.roomsOf( task.conversationId ) ).filter( ( { state } ) => state === 'open' )
		) );
		const main = preferredRoom( rooms );
		if ( !main ) {
			return store.transaction( async ( tx ) => {
				await tx.refuseItem( item, 'the newcomer has left the conversation' );
				await tx.enqueue( {
					lane: inwardLane( task.conversationId ), receiver: bot, transactionId: `gone ${ task.source.eventId }`,
					task: {
						kind: 'helper-notice', requestId: task.requestId, about: task.source.eventId,
						text: 'The newcomer has left the chat, so this could not be passed on.'
					}
				} );
				return [ inwardLane( task.conversationId ) ];
			} );
		}
		// Two devices that asked first at once have made two rooms; whichever the newcomer looks at has to show the answer.
		const mirrors: EventPlace[] = [];
		for ( const { roomId, receiver } of rooms ) {
			const eventId = task.isDeleted ?
					await findSent( item, receiver, roomId, task.source.eventId ) :
					await sendOnce(
						{ ...item, receiver }, roomId, answerContent( helperSpeech( roomId, task ), await replyTarget( task, roomId ) ), task.source.eventId, 'mirror'
					);
			mirrors.push( ...( eventId === undefined ? [] : [ { roomId, eventId } ] ) );
		}
		return store.transaction( async ( tx ) => {
			for ( const mirror of mirrors ) {
				await tx.addMapping( messageMapping( task, mirror, task.requestId ) );
			}
			await tx.removeItem( item.id );
			return [];
		} );
	}

	async function replyTarget( { replyTo }: Words, roomId: RoomId ): Promise<EventId | undefined> {
		return replyTo === undefined ? undefined : store.transaction( ( tx ) => counterpart( tx, replyTo, roomId ) );
	}

	function helperSpeech( roomId: RoomId, task: AnswerTask, edits?: EventId ): Speech {
		const { source, name, role, saidAtMs, text, manner, media, speaker } = task;
		return {
			marker: { source, name, role, saidAtMs, text, ...( edits !== undefined && { edits } ) },
			manner, media, profileId: profileIdOf( roomId, speaker )
		};
	}

	async function sendEdit(
		item: OutboxItem, words: SayTask | AnswerTask, { mirror, original, requestId }: Mapping, account: UserId
	): Promise<EventId> {
		const speech = words.kind === 'say' ?
				newcomerSpeech( await know( requestId ), words, original ) :
				helperSpeech( mirror.roomId, words, original );
		const one = { ...item, receiver: account, transactionId: `${ item.transactionId } ${ mirror.eventId }` };
		return sendOnce( one, mirror.roomId, editContent( speech, mirror.eventId ), placeOf( words ).eventId, 'mirror' );
	}

	async function updateCard( requestId: number, transactionId: string, source?: EventPlace ): Promise<EventId> {
		const known = await know( requestId );
		const { rootEvent, questionEvent, question } = known.request;
		const sourceRoom = preferredRoom( await store.transaction( ( tx ) => tx.roomsOf( known.conversation.id ) ) )?.roomId;
		if ( rootEvent === undefined || sourceRoom === undefined ) {
			throw new TaskRefused( 'the request has no card' );
		}
		const roomId = supportRoomOf( known.conversation );
		const eventId = await homeserverOf( bot ).send( roomId, transactionId, cardEditContent( cardOf( known, sourceRoom ), rootEvent ) );
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
		const { request, conversation, latest } = await know( task.requestId );
		const root = request.rootEvent;
		if ( root === undefined ) {
			throw new TaskRefused( 'the request has no card' );
		}
		const content = helperNoticeContent( task.text, task.about, root, latest ?? root );
		const sent = await sendOnce( item, supportRoomOf( conversation ), content, task.about, 'notice' );
		await store.transaction( ( tx ) => tx.addToThread( request.id, sent ) );
	}

	async function leave( item: OutboxItem, { roomId, reason }: Of<'leave'> ): Promise<void> {
		try {
			await homeserverOf( item.receiver ).leave( roomId, reason );
		} catch ( error ) {
			// Whoever is no longer in a room cannot leave it, which was what was wanted.
			if ( isTemporary( error ) ) {
				throw error;
			}
		}
	}

	async function doSimple( item: OutboxItem ): Promise<readonly string[]> {
		const { task } = item;
		switch ( task.kind ) {
			case 'join': await homeserverOf( item.receiver ).join( task.roomId ); break;
			case 'leave': await leave( item, task ); break;
			case 'notice': await sendOnce( item, task.roomId, noticeContent( task.code, task.about ), task.about, 'notice' ); break;
			case 'helper-notice': await helperNotice( item, task ); break;
			case 'hint': await sendOnce( item, task.roomId, hintContent( task.text, task.about ), task.about, 'notice' ); break;
			case 'card-edit': await updateCard( task.requestId, item.transactionId ); break;
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
			case 'adopt': return adopt( item, item.task );
			case 'say': return say( item, item.task );
			case 'answer': return answer( item, item.task );
			case 'edit': return relations.edit( item, item.task );
			case 'delete': return relations.delete( item, item.task );
			case 'react': return relations.react( item, item.task );
			default: return doSimple( item );
		}
	};
}

/** Tells one helper from another in a conversation without telling the newcomer their Matrix ids. */
function profileIdOf( roomId: RoomId, speaker: UserId ): string {
	return createHash( 'sha256' ).update( `${ roomId } ${ speaker }` ).digest( 'base64url' ).slice( 0, 16 );
}
