import type { MatrixSession } from '../../../matrix/index.ts';
import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import type { RoomId } from '../../../protocol/ids.ts';
import type { RoomEvent } from '../../../protocol/message.ts';
import { readMove } from '../../../protocol/notice.ts';
import { messageProblem } from '../../../protocol/question.ts';
import type { HostSettings } from '../../../protocol/settings.ts';
import type { Question } from './asking.ts';
import type { RememberedState } from './browser-memory.ts';
import type { Conversation } from './conversation.ts';
import { openConversation } from './conversation.ts';
import type { UnreadMessage } from './conversation-room.ts';
import { hasBotLeft, unreadMessages } from './conversation-room.ts';
import type { LoadMatrix, MatrixModule } from './matrix-port.ts';
import type { MutableObservable } from './observable.ts';
import type { OutboxConnection, OutboxItem } from './outbox.ts';
import { createOutbox } from './outbox.ts';
import type { PanelState } from './panel-state.ts';
import type { Entry } from './timeline.ts';
import { addToTimeline, isHeard } from './timeline.ts';

/** What the conversation shows. */
export type TalkingState = {
	readonly entries: readonly Entry[];
	readonly outbox: readonly OutboxItem[];
	readonly composer: string;
	/** `ended`: the relay left this room; another one can be made. */
	readonly connection: 'online' | 'offline' | 'logged-out' | 'ended';
	/** Answers that came while the panel was minimised. */
	readonly unread: number;
};

export const FIRST_TALKING: TalkingState = { entries: [], outbox: [], composer: '', connection: 'online', unread: 0 };

/** What a newcomer can do in the conversation. */
export interface TalkingActions {
	setComposer( text: string ): void;
	sendMessage(): void;
	retryMessage( id: string ): void;
	removeMessage( id: string ): void;
	/** The browser says that there is a network again. */
	retryNow(): void;
}

export type TalkingPorts = {
	readonly state: Pick<MutableObservable<PanelState>, 'value' | 'patch'>;
	readonly remembered: Pick<RememberedState, 'roomId' | 'outbox'>;
	/** Called after each change, to keep it for the next page. */
	readonly remember: () => void;
	/** `wgWikiID`. */
	readonly wiki: string;
	readonly hosts: HostSettings | undefined;
	readonly session: () => MatrixSession | undefined;
	readonly loadMatrix: LoadMatrix;
	/** The homeserver does not know the session any more. */
	readonly onLoggedOut: () => void;
	/** Whether a conversation may be made, because the newcomer has asked. */
	readonly isAsking: () => boolean;
	/** Gives the question that was asked, once. */
	readonly takeQuestion: () => Question | undefined;
	/** Whether there is a conversation, for later visits. */
	readonly onKnown: ( hasConversation: boolean ) => void;
	readonly newId: () => string;
	readonly now: () => number;
	readonly random: () => number;
	readonly log: ( message: string, error?: unknown ) => void;
};

/** The conversation, as long as the panel lives: found or made, received, written to, ended, gone on in another room. */
export interface Talking {
	readonly actions: TalkingActions;
	readonly roomId: RoomId | undefined;
	/** Opens the conversation; anew when it is open already. */
	enter(): Promise<void>;
	/** Ends receiving; what is to be sent is still sent. */
	stopReceiving(): void;
	/** Ends receiving and sending; what was written stays. */
	disconnect(): void;
	/** Leaves a conversation that has ended behind. */
	forgetEnded(): void;
	/** What has to survive a reload. */
	toRemember(): Pick<RememberedState, 'composer' | 'roomId' | 'outbox'>;
}

export function createTalking( ports: TalkingPorts ): Talking {
	const { state, hosts, remember } = ports;
	let roomId: RoomId | undefined = ports.remembered.roomId;
	let conversation: Conversation | undefined;
	/** The last room that has ended; the bot may be in it still for a moment. */
	let endedRoom: RoomId | undefined;
	/** Sends in a remembered room, once it is known that it has not ended meanwhile. */
	let waitingConnection: OutboxConnection | undefined;
	/** Up to where `entries` has the events of `roomId`: a panel that was closed for a while misses nothing between. */
	let position: string | undefined;

	const outbox = createOutbox( {
		items: ports.remembered.outbox,
		newId: ports.newId,
		now: ports.now,
		onChange( items ) {
			state.patch( { outbox: items } );
			remember();
		},
		onContact: ( isReachable ) => state.patch( { connection: isReachable ? 'online' : 'offline' } ),
		onLoggedOut: ports.onLoggedOut
	} );
	state.patch( { outbox: outbox.items } );

	function patch( change: Partial<PanelState> ): void {
		state.patch( change );
		remember();
	}

	function stopReceiving(): void {
		waitingConnection = undefined;
		conversation?.stop();
		conversation = undefined;
	}

	function disconnect(): void {
		stopReceiving();
		outbox.disconnect();
	}

	/** The conversation cannot go on; what nobody has read is there to be asked again. */
	function end( unread: readonly string[] ): void {
		endedRoom = roomId;
		disconnect();
		const { draft } = state.value;
		patch( { connection: 'ended', draft: draft === '' ? unread.join( '\n' ) : draft } );
	}

	/** The conversation goes on in the newcomer's other room. */
	function goOnIn( room: RoomId, unread: readonly UnreadMessage[] ): void {
		disconnect();
		// What the other room has does not come back in this one.
		outbox.confirm( ( item ) => item.state === 'sent' );
		roomId = room;
		position = undefined;
		state.patch( { entries: [] } );
		// By this id the homeserver knows it again, should another tab send it, too.
		unread.forEach( ( { id, text } ) => outbox.add( text, {}, `again-${ id }` ) );
		void enter();
	}

	function receive( events: readonly RoomEvent[], nextPosition: string ): void {
		const session = ports.session();
		if ( !session || !hosts ) {
			return;
		}
		const speakers = { me: session.userId, bot: hosts.bot };
		const unheard = unreadMessages( events, speakers );
		const other = events.flatMap( ( event ) => event.sender === hosts.bot ? readMove( event.content ) ?? [] : [] ).pop();
		if ( other !== undefined && other !== roomId ) {
			goOnIn( other, unheard );
			return;
		}
		position = nextPosition;
		const { entries, window, unread } = state.value;
		const next = addToTimeline( entries, events, speakers );
		const known = new Set( entries.map( ( { id } ) => id ) );
		const news = next.filter( ( { id } ) => !known.has( id ) );
		const answers = news.filter( ( { kind } ) => kind === 'helper' ).length;
		const hasEnded = hasBotLeft( events, hosts.bot ) || news.some( ( entry ) => entry.kind === 'notice' && entry.code === 'room-refused' );
		state.patch( {
			entries: next,
			...( window === 'minimised' && { unread: unread + answers } )
		} );
		outbox.confirm( ( item ) => next.some( ( entry ) => (
			entry.kind === 'own' && ( entry.transactionId === item.id || entry.id === item.eventId )
		) ) );
		if ( hasEnded ) {
			end( isHeard( next ) ? unheard.map( ( { text } ) => text ) : next.flatMap( ( entry ) => entry.kind === 'own' ? entry.text : [] ) );
		} else if ( waitingConnection ) {
			outbox.connect( waitingConnection );
			waitingConnection = undefined;
		}
	}

	function open( matrix: MatrixModule, session: MatrixSession, { homeserverUrl, bot }: HostSettings ): void {
		conversation = openConversation( {
			matrix,
			session,
			homeserverUrl,
			bot,
			identity: { wiki: ports.wiki, team: DEFAULT_TEAM },
			random: ports.random,
			since: position,
			except: endedRoom,
			onReady( room, connection ) {
				const isRemembered = room === roomId;
				if ( !isRemembered ) {
					position = undefined;
					state.patch( { entries: [] } );
				}
				roomId = room;
				const question = ports.takeQuestion();
				if ( question ) {
					outbox.add( question.text, question.extra );
				}
				ports.onKnown( true );
				patch( { screen: 'conversation', connection: 'online' } );
				if ( isRemembered ) {
					waitingConnection = connection;
				} else {
					outbox.connect( connection );
				}
			},
			onGone: () => end( [] ),
			onNone() {
				ports.onKnown( false );
				patch( { screen: 'question' } );
			},
			onEvents: receive,
			onContact( isReachable ) {
				state.patch( { connection: isReachable ? 'online' : 'offline' } );
				if ( isReachable ) {
					outbox.retryNow();
				}
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
		}, roomId, ports.isAsking() );
	}

	async function enter(): Promise<void> {
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
		if ( session && hosts && !conversation && state.value.window !== 'closed' ) {
			open( matrix, session, hosts );
		}
	}

	return {
		get roomId() {
			return roomId;
		},
		enter,
		stopReceiving,
		disconnect,
		forgetEnded() {
			if ( state.value.connection === 'ended' ) {
				roomId = undefined;
				position = undefined;
				state.patch( { entries: [] } );
			}
		},
		toRemember: () => ( {
			composer: state.value.composer,
			...( roomId && { roomId } ),
			outbox: outbox.items.filter( ( item ) => item.state !== 'sent' )
		} ),
		actions: {
			setComposer( composer ) {
				patch( { composer } );
			},
			sendMessage() {
				const { composer } = state.value;
				if ( messageProblem( composer ) === undefined ) {
					state.patch( { composer: '' } );
					outbox.add( composer );
				}
			},
			retryMessage( id ) {
				outbox.retry( id );
				conversation?.retryNow();
			},
			removeMessage: ( id ) => outbox.remove( id ),
			retryNow() {
				conversation?.retryNow();
				outbox.retryNow();
			}
		}
	};
}
