import type { MatrixSession } from '../../../matrix/index.ts';
import type { EventId, RoomId } from '../../../protocol/ids.ts';
import { readMove } from '../../../protocol/notice.ts';
import type { HostSettings } from '../../../protocol/settings.ts';
import type { Question } from './asking.ts';
import type { RememberedState } from './browser-memory.ts';
import type { Conversation, ConversationBatch, FormatMessage } from './conversation.ts';
import type { UnreadMessage } from './conversation-room.ts';
import { hasBotLeft, idsOf, unreadMessages } from './conversation-room.ts';
import { createEarlier } from './earlier.ts';
import type { LoadMatrix, MatrixModule } from './matrix-port.ts';
import type { Outbox, OutboxConnection } from './outbox.ts';
import type { PanelState } from './panel-state.ts';
import type { Told } from './queue-place.ts';
import { countBefore } from './queue-place.ts';
import { createReading } from './reading.ts';
import type { ReceiverTurn } from './receiver-turn.ts';
import { takeReceiverTurn } from './receiver-turn.ts';
import type { SendingPorts } from './sending.ts';
import { createSending, findShown } from './sending.ts';
import { shareReceiving } from './shared-receiving.ts';
import { FIRST_SPEAKING } from './speaking.ts';
import { FIRST_TALKING } from './talking-state.ts';
import type { Speakers, Timeline } from './timeline.ts';
import { EMPTY_TIMELINE, isDrawn, isHeard, readTyping } from './timeline.ts';
import { laterMark, readOwnReceipt } from './unread.ts';

/** What a newcomer can do in the conversation. */
export interface TalkingActions {
	/** Shows more of what was said before. */
	loadEarlier(): void;
	/** There may be a network again, or the newcomer is back: tries again what waits. */
	retryNow(): void;
	/** Looks whether what should come still does: the machine may have been asleep, or the tab that receives. */
	checkConnection(): void;
}

export type TalkingPorts = SendingPorts & {
	/** `wgWikiID`. */
	readonly wiki: string;
	/** Whose conversation it is. */
	readonly team: string;
	readonly hosts: HostSettings | undefined;
	readonly session: () => MatrixSession | undefined;
	readonly loadMatrix: LoadMatrix;
	/** Whether a conversation may be made, because the newcomer has asked. */
	readonly isAsking: () => boolean;
	/** Gives the question that was asked, once. */
	readonly takeQuestion: () => Question | undefined;
	/** Whether there is a conversation, for later visits. */
	readonly onKnown: ( hasConversation: boolean ) => void;
	/** What was in the outbox has come back, as these events. */
	readonly onConfirmed: ( came: ReadonlyMap<string, EventId> ) => void;
	readonly random: () => number;
	readonly format: FormatMessage;
	readonly log: ( message: string, error?: unknown ) => void;
};

/** The conversation, as long as the panel lives: found or made, received, written to, ended, gone on in another room. */
export interface Talking {
	readonly actions: TalkingActions;
	readonly outbox: Outbox;
	readonly roomId: RoomId | undefined;
	/** Whether it is this tab that receives, for all. */
	readonly isReceiving: boolean;
	/** Opens the conversation; anew when it is open already. */
	enter(): Promise<void>;
	/** Ends receiving; what is to be sent is still sent. */
	stopReceiving(): void;
	/** Ends receiving and sending; what was written stays. */
	disconnect(): void;
	/** Goes on with what is remembered, once it is entered. */
	restore( remembered: Pick<RememberedState, 'roomId' | 'outbox'> ): void;
	/** Leaves a conversation that has ended behind. */
	forgetEnded(): void;
	/** Leaves nothing of it here: what was said stays with the helpers, what was not sent is gone. */
	forget(): void;
	/** What has to survive a reload. */
	toRemember(): Pick<RememberedState, 'roomId' | 'outbox'>;
}

/** A sign that somebody types is renewed sooner than that, and ends by itself when it is not. */
const TYPING_MS = 40_000;

export function createTalking( ports: TalkingPorts ): Talking {
	const { state, hosts, remember, circle } = ports;
	let roomId: RoomId | undefined;
	let conversation: Conversation | undefined;
	/** The last room that has ended; the bot may be in it still for a moment. */
	let endedRoom: RoomId | undefined;
	/** Sends in a remembered room, once it is known that it has not ended meanwhile. */
	let waitingConnection: OutboxConnection | undefined;
	/** Up to where `entries` has the events of `roomId`: a panel that was closed for a while misses nothing between. */
	let position: string | undefined;
	/** There as soon as the conversation has been opened. */
	let part: MatrixModule | undefined;
	let timeline: Timeline = EMPTY_TIMELINE;
	let told: Told | undefined;
	let endTyping = (): void => {};
	let turn: ReceiverTurn | undefined;

	const { outbox, contact } = createSending( ports, () => conversation !== undefined );
	const { show, showEarlier } = createReading( state, ( mark ) => {
		conversation?.markRead( mark.id );
		circle.send( 'read', mark );
	} );

	const speakers = (): Speakers | undefined => {
		const session = ports.session();
		return session && hosts && { me: session.userId, bot: hosts.bot };
	};

	const earlier = createEarlier( {
		onState: ( next ) => state.patch( { earlier: next } ),
		onPage( events ) {
			const who = speakers();
			const { length } = timeline.entries;
			timeline = who && part ? part.addEarlier( timeline, events, who ) : timeline;
			const { entries } = timeline;
			showEarlier( entries );
			return entries.slice( 0, entries.length - length ).some( isDrawn );
		},
		log: ports.log
	} );

	function showTyping( isTyping: boolean ): void {
		endTyping();
		endTyping = isTyping ? ports.after( TYPING_MS, () => showTyping( false ) ) : () => {};
		state.patch( { isTyping } );
	}

	const waitingBefore = ( clockSkewMs: number ): number | undefined => countBefore( told, ports.now() + clockSkewMs );

	/** Shows nothing of the room any more. */
	function clear(): void {
		position = undefined;
		timeline = EMPTY_TIMELINE;
		told = undefined;
		earlier.forget();
		showTyping( false );
		state.patch( { entries: [], waitingBefore: undefined, lastRead: undefined, unread: 0, firstNew: undefined } );
	}

	function patch( change: Partial<PanelState> ): void {
		state.patch( change );
		remember();
	}

	function stopReceiving(): void {
		waitingConnection = undefined;
		showTyping( false );
		conversation?.stop();
		conversation = undefined;
		turn = undefined;
	}

	function disconnect(): void {
		stopReceiving();
		outbox.disconnect();
	}

	/** The conversation cannot go on; what nobody has read is there to be asked again. */
	function end( unread: readonly string[] ): void {
		endedRoom = roomId;
		disconnect();
		outbox.changeRoom();
		const { draft } = state.value;
		patch( { connection: 'ended', draft: draft === '' ? unread.join( '\n' ) : draft } );
	}

	/** The conversation goes on in the newcomer's other room. */
	function goOnIn( room: RoomId, unread: readonly UnreadMessage[] ): void {
		disconnect();
		outbox.changeRoom();
		roomId = room;
		clear();
		// By this id the homeserver knows it again, should another tab send it, too.
		unread.forEach( ( { id, text } ) => outbox.add( text, {}, `again-${ id }` ) );
		void enter();
	}

	/** What is in the conversation needs no sending any more. */
	function confirm( came: ReadonlyMap<string, EventId> ): void {
		ports.onConfirmed( came );
		outbox.confirm( came );
	}

	/** What waits for what is in the conversation can be sent. */
	function goOn(): void {
		if ( waitingConnection ) {
			outbox.connect( waitingConnection );
			waitingConnection = undefined;
		}
	}

	function receive( batch: ConversationBatch ): void {
		const { events, ephemeral, position: nextPosition, earlierFrom, isGone, clockSkewMs = state.value.clockSkewMs } = batch;
		const who = speakers();
		if ( !who || !part ) {
			return;
		}
		const came = idsOf( events );
		const unheard = unreadMessages( events, who );
		const other = events.flatMap( ( event ) => event.sender === who.bot ? readMove( event.content ) ?? [] : [] ).pop();
		if ( other !== undefined && other !== roomId ) {
			confirm( came );
			goOnIn( other, unheard );
			return;
		}
		if ( position === undefined ) {
			earlier.begin( earlierFrom, events.some( ( { type } ) => type === 'm.room.message' ) );
		}
		position = nextPosition;
		told = batch.told ?? told;
		const { lastRead } = state.value;
		const { length } = timeline.entries;
		timeline = part.addToTimeline( timeline, events, who, ephemeral );
		const { entries } = timeline;
		const news = entries.slice( length );
		const isTyping = readTyping( ephemeral, who ) ?? ( news.some( ( { kind } ) => kind === 'helper' ) ? false : undefined );
		const hasEnded = isGone || hasBotLeft( events, who.bot ) || news.some( ( entry ) => entry.kind === 'notice' && entry.code === 'room-refused' );
		const mark = laterMark( entries, lastRead, readOwnReceipt( ephemeral, who.me ) );
		show( { entries, lastRead: mark, waitingBefore: waitingBefore( clockSkewMs ), clockSkewMs } );
		if ( isTyping !== undefined ) {
			showTyping( isTyping );
		}
		confirm( came );
		if ( hasEnded ) {
			end( isHeard( entries ) ? unheard.map( ( { text } ) => text ) : entries.flatMap( ( entry ) => entry.kind === 'own' ? entry.text : [] ) );
		} else {
			goOn();
		}
	}

	const shared = shareReceiving( circle, {
		turn: () => turn,
		conversation: () => conversation,
		where: () => ( { roomId, position } ),
		isReachable: () => state.value.connection !== 'offline',
		snapshot: () => ( {
			timeline, told, earlierFrom: earlier.from, lastRead: state.value.lastRead, clockSkewMs: state.value.clockSkewMs
		} ),
		restore( there, nextPosition ) {
			position = nextPosition;
			( { timeline, told } = there );
			const { lastRead, clockSkewMs } = there;
			earlier.begin( there.earlierFrom );
			show( { entries: timeline.entries, lastRead, waitingBefore: waitingBefore( clockSkewMs ), clockSkewMs } );
			confirm( findShown( outbox.items, timeline.entries, true ) );
			goOn();
		},
		receive,
		contact,
		onStrangeNews() {
			// Another tab has asked meanwhile: this is the conversation here, too.
			if ( state.value.screen === 'question' && state.value.connection === 'online' && !ports.isAsking() ) {
				void enter();
			}
		},
		onRead( mark ) {
			const { entries, lastRead } = state.value;
			show( { lastRead: laterMark( entries, lastRead, mark ) } );
		}
	} );

	function open( matrix: MatrixModule, session: MatrixSession, { homeserverUrl, bot }: HostSettings ): void {
		part = matrix;
		conversation = matrix.openConversation( {
			matrix,
			session,
			homeserverUrl,
			bot,
			identity: { wiki: ports.wiki, team: ports.team },
			random: ports.random,
			now: ports.now,
			format: ports.format,
			knownRoom: () => roomId,
			since: () => position,
			mayCreate: ports.isAsking,
			except: endedRoom,
			takeTurn: ( handlers ) => turn = takeReceiverTurn( circle, Object.assign( { ask: shared.ask, after: ports.after }, handlers ) ),
			onReady( room, connection ) {
				const isRemembered = room === roomId;
				if ( !isRemembered ) {
					outbox.changeRoom();
					clear();
				}
				roomId = room;
				earlier.connect( connection );
				const question = ports.takeQuestion();
				if ( question ) {
					outbox.put( question );
				}
				ports.onKnown( true );
				patch( { screen: 'conversation', connection: 'online' } );
				if ( isRemembered ) {
					waitingConnection = connection;
				} else {
					outbox.connect( connection );
				}
			},
			onNone() {
				// Another tab may have something to ask.
				stopReceiving();
				ports.onKnown( false );
				patch( { screen: 'question' } );
			},
			onBatch( batch ) {
				shared.tell( batch );
				receive( batch );
			},
			onContact( isReachable ) {
				shared.tellContact( isReachable );
				contact( isReachable );
			},
			onEnd( code ) {
				if ( code === 'unauthorised' ) {
					ports.onLoggedOut();
				} else {
					stopReceiving();
					patch( { screen: 'problem', problem: 'refused' } );
				}
			},
			log: ports.log
		} );
	}

	async function enter(): Promise<void> {
		if ( !ports.session() ) {
			return;
		}
		stopReceiving();
		state.patch( { connection: 'online', ...( state.value.screen !== 'conversation' && { screen: 'opening' } ) } );
		remember();
		let matrix: MatrixModule;
		try {
			matrix = await ports.loadMatrix();
		} catch ( error ) {
			ports.log( 'the Matrix client did not load', error );
			patch( { screen: 'problem', problem: 'not-loaded' } );
			return;
		}
		const session = ports.session();
		if ( session && hosts && !conversation ) {
			open( matrix, session, hosts );
		}
	}

	return {
		get roomId() {
			return roomId;
		},
		get isReceiving() {
			return turn?.isLeading === true;
		},
		outbox,
		enter,
		stopReceiving,
		disconnect,
		restore( remembered ) {
			disconnect();
			// An ended one says so again.
			if ( remembered.roomId !== roomId || state.value.connection === 'ended' ) {
				( { roomId } = remembered );
				clear();
			}
			outbox.replace( remembered.outbox );
		},
		forgetEnded() {
			if ( state.value.connection === 'ended' ) {
				roomId = undefined;
				clear();
			}
		},
		forget() {
			disconnect();
			outbox.items.forEach( ( { id } ) => outbox.remove( id ) );
			outbox.changeRoom();
			roomId = undefined;
			clear();
			state.patch( Object.assign( {}, FIRST_TALKING, FIRST_SPEAKING ) );
		},
		toRemember: () => Object.assign(
			{ outbox: outbox.items.filter( ( item ) => item.state !== 'sent' ) }, roomId && { roomId }
		),
		actions: {
			loadEarlier: () => void earlier.load(),
			checkConnection() {
				conversation?.check();
				state.patch( { waitingBefore: waitingBefore( state.value.clockSkewMs ) } );
			},
			retryNow() {
				conversation?.retryNow();
				outbox.retryNow();
			}
		}
	};
}
