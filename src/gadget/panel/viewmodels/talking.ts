import type { MatrixSession } from '../../../matrix/index.ts';
import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import type { EventId, RoomId } from '../../../protocol/ids.ts';
import { isEventId, isRecord } from '../../../protocol/ids.ts';
import { readMove } from '../../../protocol/notice.ts';
import { messageProblem } from '../../../protocol/question.ts';
import type { HostSettings } from '../../../protocol/settings.ts';
import type { Question } from './asking.ts';
import type { RememberedState } from './browser-memory.ts';
import type { Conversation, RoomNews } from './conversation.ts';
import { openConversation } from './conversation.ts';
import type { UnreadMessage } from './conversation-room.ts';
import { hasBotLeft, unreadMessages } from './conversation-room.ts';
import type { LoadMatrix, MatrixModule } from './matrix-port.ts';
import type { MutableObservable } from './observable.ts';
import type { OutboxConnection, OutboxItem } from './outbox.ts';
import { createOutbox } from './outbox.ts';
import { shareOutbox } from './outbox-heirs.ts';
import type { PanelState } from './panel-state.ts';
import type { ReceiverTurn } from './receiver-turn.ts';
import { takeReceiverTurn } from './receiver-turn.ts';
import type { TabCircle } from './tab-circle.ts';
import type { Entry } from './timeline.ts';
import { addToTimeline, isHeard } from './timeline.ts';
import type { ReadMark } from './unread.ts';
import { countUnread, firstUnread, laterMark, readOwnReceipt } from './unread.ts';

/** What the conversation shows. */
export type TalkingState = {
	readonly entries: readonly Entry[];
	readonly outbox: readonly OutboxItem[];
	readonly composer: string;
	/** `ended`: the relay left this room; another one can be made. */
	readonly connection: 'online' | 'offline' | 'logged-out' | 'ended';
	/** There has been no connection for so long that something may be in the way. */
	readonly isLongOffline: boolean;
	/** Up to where the newcomer has read, on whatever device. */
	readonly lastRead: ReadMark | undefined;
	/** Answers after that. */
	readonly unread: number;
	/** The first of the answers that were unread when the newcomer last came back to look. */
	readonly firstNew: EventId | undefined;
	/** How much the homeserver's clock is ahead of the browser's, in ms; 0 for next to nothing. */
	readonly clockSkewMs: number;
};

export const FIRST_TALKING: TalkingState = {
	entries: [], outbox: [], composer: '', connection: 'online', isLongOffline: false,
	lastRead: undefined, unread: 0, firstNew: undefined, clockSkewMs: 0
};

/** What a tab that opens the conversation gets from the one that receives: all that comes out of what was received. */
const FROM_RECEIVING = [ 'entries', 'lastRead', 'clockSkewMs' ] as const;

/** What tells that the newcomer looks at the conversation. */
const LOOKING = ( { window, screen, isPageVisible, isPaused }: PanelState ): boolean => (
	window === 'open' && screen === 'conversation' && isPageVisible && !isPaused
);

/** No network lets go of us that long without a word; something in the browser may. */
const LONG_OFFLINE_MS = 45_000;
/** Clocks differ a little. */
const LEAST_SKEW_MS = 10_000;

/** What a newcomer can do in the conversation. */
export interface TalkingActions {
	setComposer( text: string ): void;
	sendMessage(): void;
	retryMessage( id: string ): void;
	removeMessage( id: string ): void;
	/** There may be a network again, or the machine was asleep. */
	retryNow(): void;
}

export type TalkingPorts = {
	readonly state: MutableObservable<PanelState>;
	/** The tabs that have this conversation. */
	readonly circle: TabCircle;
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
	readonly after: ( delayMs: number, callback: () => void ) => () => void;
	readonly random: () => number;
	readonly log: ( message: string, error?: unknown ) => void;
};

/** The conversation, as long as the panel lives: found or made, received, written to, ended, gone on in another room. */
export interface Talking {
	readonly actions: TalkingActions;
	readonly roomId: RoomId | undefined;
	/** Whether it is this tab that receives, for all. */
	readonly isReceiving: boolean;
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
	const { state, hosts, remember, circle } = ports;
	let roomId: RoomId | undefined = ports.remembered.roomId;
	let conversation: Conversation | undefined;
	/** The last room that has ended; the bot may be in it still for a moment. */
	let endedRoom: RoomId | undefined;
	/** Sends in a remembered room, once it is known that it has not ended meanwhile. */
	let waitingConnection: OutboxConnection | undefined;
	/** Up to where `entries` has the events of `roomId`: a panel that was closed for a while misses nothing between. */
	let position: string | undefined;
	let turn: ReceiverTurn | undefined;
	let stopCounting: ( () => void ) | undefined;

	function contact( isReachable: boolean ): void {
		if ( isReachable ) {
			stopCounting?.();
			stopCounting = undefined;
		} else {
			stopCounting ??= ports.after( LONG_OFFLINE_MS, () => state.patch( { isLongOffline: true } ) );
		}
		state.patch( { connection: isReachable ? 'online' : 'offline', ...( isReachable && { isLongOffline: false } ) } );
	}

	const outbox = createOutbox( {
		items: ports.remembered.outbox,
		newId: ports.newId,
		now: () => ports.now() + state.value.clockSkewMs,
		onChange( items ) {
			state.patch( { outbox: items } );
			remember();
			tellUnsent();
		},
		onContact: contact,
		onLoggedOut: ports.onLoggedOut
	} );
	const tellUnsent = shareOutbox( circle, () => outbox.items, ( { id, text, extra } ) => {
		const isShown = state.value.entries.some( ( entry ) => entry.kind === 'own' && entry.transactionId === id );
		if ( !isShown && !outbox.items.some( ( item ) => item.id === id ) ) {
			outbox.add( text, extra, id );
		}
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
		turn = undefined;
	}

	/** Another room, or another time: nothing of it is known. */
	function forgetEvents(): void {
		position = undefined;
		state.patch( { entries: [], lastRead: undefined, unread: 0, firstNew: undefined } );
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
		forgetEvents();
		// By this id the homeserver knows it again, should another tab send it, too.
		unread.forEach( ( { id, text } ) => outbox.add( text, {}, `again-${ id }` ) );
		void enter();
	}

	/** Shows what is new, and counts what the newcomer has not read of it. */
	function show( change: Partial<TalkingState> ): void {
		const { entries, lastRead } = Object.assign( {}, state.value, change );
		const unread = countUnread( entries, lastRead );
		const last = [ ...entries ].reverse().find( ( { kind } ) => kind === 'helper' );
		if ( unread === 0 || !last || !LOOKING( state.value ) ) {
			state.patch( Object.assign( {}, change, { unread } ) );
			return;
		}
		const mark: ReadMark = { id: last.id, atMs: last.saidAtMs };
		// What comes under one's eyes is not to be looked for.
		const hasComeToLook = !change.entries || state.value.entries.length === 0;
		const firstNew = hasComeToLook ? firstUnread( entries, lastRead )?.id : state.value.firstNew;
		state.patch( Object.assign( {}, change, { lastRead: mark, unread: 0, firstNew } ) );
		conversation?.markRead( mark.id );
		circle.send( 'read', mark );
	}
	state.subscribe( ( value ) => {
		if ( value.unread > 0 && LOOKING( value ) ) {
			show( {} );
		}
	} );

	/** What is in the conversation needs no sending any more, and what waits for it can be sent. */
	function goOn(): void {
		const { entries } = state.value;
		outbox.confirm( ( item ) => entries.some( ( entry ) => (
			entry.kind === 'own' && ( entry.transactionId === item.id || entry.id === item.eventId )
		) ) );
		if ( waitingConnection ) {
			outbox.connect( waitingConnection );
			waitingConnection = undefined;
		}
	}

	function receive( news: RoomNews, nextPosition: string ): void {
		const session = ports.session();
		if ( !session || !hosts ) {
			return;
		}
		if ( news.isGone ) {
			end( [] );
			return;
		}
		const { timeline: events } = news;
		const speakers = { me: session.userId, bot: hosts.bot };
		const unheard = unreadMessages( events, speakers );
		const other = events.flatMap( ( event ) => event.sender === hosts.bot ? readMove( event.content ) ?? [] : [] ).pop();
		if ( other !== undefined && other !== roomId ) {
			goOnIn( other, unheard );
			return;
		}
		position = nextPosition;
		const { entries, lastRead, clockSkewMs } = state.value;
		const next = addToTimeline( entries, events, speakers );
		const known = new Set( entries.map( ( { id } ) => id ) );
		const hasEnded = hasBotLeft( events, hosts.bot ) ||
			next.some( ( entry ) => entry.kind === 'notice' && entry.code === 'room-refused' && !known.has( entry.id ) );
		const newest = events[ events.length - 1 ];
		const age = Number( newest?.unsigned?.age );
		const skewMs = newest && age >= 0 ? newest.origin_server_ts + age - ports.now() : clockSkewMs;
		show( {
			entries: next,
			lastRead: laterMark( next, lastRead, readOwnReceipt( news, session.userId ) ),
			clockSkewMs: Math.abs( skewMs ) < LEAST_SKEW_MS ? 0 : skewMs
		} );
		if ( hasEnded ) {
			end( isHeard( next ) ? unheard.map( ( { text } ) => text ) : next.flatMap( ( entry ) => entry.kind === 'own' ? entry.text : [] ) );
		} else {
			goOn();
		}
	}

	/** What the tab that receives says to the others: that it is there, and what `since` lacks. */
	function tellWhere( since: unknown ): void {
		const { connection } = state.value;
		const shared = Object.assign( {}, ...FROM_RECEIVING.map( ( key ) => ( { [ key ]: state.value[ key ] } ) ) ) as Partial<TalkingState>;
		const snapshot = position !== undefined && position !== since ? { roomId, position, shared } : undefined;
		circle.send( 'here', { isReachable: connection !== 'offline', snapshot } );
	}
	const ask = (): void => circle.send( 'who', position );

	circle.hear( 'who', ( since ) => {
		if ( turn?.isLeading ) {
			tellWhere( since );
		}
	} );
	/** What the tab that receives says is for those that do not. */
	type Listener = ( content: Readonly<Record<string, unknown>>, by: Conversation ) => void;
	const hearAsFollower = ( type: string, listener: Listener ): void => (
		circle.hear( type, ( content ) => {
			if ( conversation && turn && !turn.isLeading && isRecord( content ) ) {
				turn.heard();
				listener( content, conversation );
			}
		} )
	);
	hearAsFollower( 'here', ( { isReachable, snapshot }, by ) => {
		const there = snapshot as { roomId: RoomId; position: string; shared: Partial<TalkingState> } | undefined;
		if ( there && there.position !== position ) {
			by.follow( there.roomId );
			position = there.position;
			show( there.shared );
			goOn();
		}
		if ( ( state.value.connection === 'offline' ) === isReachable ) {
			contact( isReachable );
		}
	} );
	hearAsFollower( 'news', ( content, by ) => {
		const { room, from, to, news } = content as { room: RoomId; from?: string; to: string; news: RoomNews };
		if ( from === position && ( from === undefined || room === roomId ) ) {
			by.follow( room );
			receive( news, to );
		} else {
			ask();
		}
	} );
	circle.hear( 'news', () => {
		// Another tab has asked meanwhile: this is the conversation here, too.
		if ( !conversation && state.value.screen === 'question' && state.value.connection === 'online' && !ports.isAsking() ) {
			void enter();
		}
	} );
	circle.hear( 'read', ( mark ) => {
		if ( isRecord( mark ) && isEventId( mark.id ) ) {
			const { entries, lastRead } = state.value;
			show( { lastRead: laterMark( entries, lastRead, mark as ReadMark ) } );
		}
	} );

	function open( matrix: MatrixModule, session: MatrixSession, { homeserverUrl, bot }: HostSettings ): void {
		conversation = openConversation( {
			matrix,
			session,
			homeserverUrl,
			bot,
			identity: { wiki: ports.wiki, team: DEFAULT_TEAM },
			random: ports.random,
			now: ports.now,
			knownRoom: () => roomId,
			since: () => position,
			mayCreate: ports.isAsking,
			except: endedRoom,
			takeTurn: ( handlers ) => turn = takeReceiverTurn( circle, Object.assign( { ask, after: ports.after }, handlers ) ),
			onReady( room, connection ) {
				const isRemembered = room === roomId;
				if ( !isRemembered ) {
					forgetEvents();
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
			onNone() {
				// Another tab may have something to ask.
				stopReceiving();
				ports.onKnown( false );
				patch( { screen: 'question' } );
			},
			onNews( news, nextPosition ) {
				circle.send( 'news', { room: roomId, from: position, to: nextPosition, news } );
				receive( news, nextPosition );
			},
			onContact( isReachable ) {
				if ( isReachable !== ( state.value.connection !== 'offline' ) ) {
					circle.send( 'here', { isReachable } );
				}
				contact( isReachable );
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
		enter,
		stopReceiving,
		disconnect,
		forgetEnded() {
			if ( state.value.connection === 'ended' ) {
				roomId = undefined;
				forgetEvents();
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
