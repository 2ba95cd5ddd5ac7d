import type { MatrixSession } from '../../../matrix/index.ts';
import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import type { RoomId } from '../../../protocol/ids.ts';
import type { RoomEvent } from '../../../protocol/message.ts';
import { readMove } from '../../../protocol/notice.ts';
import type { QuestionContext } from '../../../protocol/question.ts';
import { messageProblem, writeQuestionContext } from '../../../protocol/question.ts';
import type { HostSettings } from '../../../protocol/settings.ts';
import type { BrowserMemory } from './browser-memory.ts';
import type { Conversation } from './conversation.ts';
import { openConversation } from './conversation.ts';
import type { UnreadMessage } from './conversation-room.ts';
import { hasBotLeft, unreadMessages } from './conversation-room.ts';
import type { PreferenceOutcome } from './hiding.ts';
import { createHiding, isHidden } from './hiding.ts';
import type { MatrixModule } from './matrix-port.ts';
import type { Observable } from './observable.ts';
import { createObservable } from './observable.ts';
import type { OutboxConnection } from './outbox.ts';
import { createOutbox } from './outbox.ts';
import type { PanelSessionPorts } from './panel-session.ts';
import { createPanelSession } from './panel-session.ts';
import type { PanelState, Place } from './panel-state.ts';
import { FIRST_STATE } from './panel-state.ts';
import { addToTimeline, isHeard } from './timeline.ts';

export type PanelPorts = PanelSessionPorts & {
	readonly memory: BrowserMemory;
	/** `wgWikiID`. */
	readonly wiki: string;
	/** Where the newcomer is now. */
	readonly readContext: () => QuestionContext;
	/** Switches the button on or off in the newcomer's preferences on the wiki. */
	readonly savePreference: ( isOn: boolean ) => Promise<PreferenceOutcome>;
	readonly now: () => number;
	readonly random: () => number;
};

/** What a newcomer can do in the panel. Views call these, and draw `state`. */
export interface PanelViewModel {
	readonly state: Observable<PanelState>;
	/** Shows the panel; where it left off, also on another page. */
	open(): void;
	close(): void;
	toggleMinimised(): void;
	/** The newcomer has moved the panel. */
	moveTo( place: Place ): void;
	setDraft( text: string ): void;
	setAgreed( hasAgreed: boolean ): void;
	removeContext(): void;
	/** Asks the question. Called in a click: the login window has to open at once. */
	ask(): void;
	/** Opens the conversation of an earlier visit. Called in a click. */
	openEarlierConversation(): void;
	/** Opens the login window, again. Called in a click. */
	openLogin(): void;
	cancelLogin(): void;
	setComposer( text: string ): void;
	sendMessage(): void;
	retryMessage( id: string ): void;
	removeMessage( id: string ): void;
	/** Tries again what ended in a problem. */
	tryAgain(): void;
	/** Leaves a problem, or a conversation that has ended. */
	startOver(): void;
	/** The browser says that there is a network again. */
	retryNow(): void;
	/** The newcomer logs out of the wiki. */
	logOut(): void;
	/** The newcomer does not want the button any more, on any page. */
	hideButton(): void;
	undoHide(): void;
	/** Back to what was before the button could not be hidden. */
	leaveHiding(): void;
}

export function createPanel( ports: PanelPorts ): PanelViewModel {
	const { memory, hosts } = ports;
	const remembered = memory.state();
	const state = createObservable<PanelState>( Object.assign( {}, FIRST_STATE, {
		draft: remembered.draft, composer: remembered.composer, hasConversation: memory.hasConversation(),
		context: remembered.context, place: remembered.place ?? FIRST_STATE.place
	} ) );
	let roomId: RoomId | undefined = remembered.roomId;
	/** While this holds, `context` stays what it was when the newcomer asked. */
	let isAsking = remembered.isAsking;
	let isContextRemoved = remembered.isContextRemoved;
	let conversation: Conversation | undefined;
	let hasOpened = false;
	/** The last room that has ended; the bot may be in it still for a moment. */
	let endedRoom: RoomId | undefined;
	/** Sends in a remembered room, once it is known that it has not ended meanwhile. */
	let waitingConnection: OutboxConnection | undefined;
	/** Up to where `entries` has the events of `roomId`: a panel that was closed for a while misses nothing between. */
	let position: string | undefined;

	const outbox = createOutbox( {
		items: remembered.outbox,
		newId: ports.newId,
		now: ports.now,
		onChange( items ) {
			state.patch( { outbox: items } );
			remember();
		},
		onContact: ( isReachable ) => state.patch( { connection: isReachable ? 'online' : 'offline' } ),
		onLoggedOut: () => sessions.loggedOut()
	} );
	state.patch( { outbox: outbox.items } );

	const sessions = createPanelSession( ports, {
		onLoginStatus: ( loginStatus ) => state.patch( { screen: 'login', loginStatus } ),
		onLogin: () => void enter(),
		onAdopted() {
			const { screen, connection } = state.value;
			if ( screen === 'login' || ( screen === 'conversation' && connection === 'logged-out' ) ) {
				sessions.cancelLogin();
				void enter();
			}
		},
		onEnd() {
			// What was written stays.
			stopReceiving();
			outbox.disconnect();
			if ( state.value.screen === 'conversation' || state.value.screen === 'opening' ) {
				// Without a room the question is there again to be asked.
				isAsking &&= roomId !== undefined;
				patch( roomId === undefined ? { screen: 'question' } : { screen: 'conversation', connection: 'logged-out' } );
			}
		}
	} );

	const hiding = createHiding( ports.savePreference, ( step ) => {
		if ( step === 'hidden' ) {
			sessions.logOut();
			memory.forget();
		}
		patch( { hiding: step } );
	} );

	function remember(): void {
		if ( isHidden( state.value.hiding ) ) {
			return;
		}
		const { draft, composer, context, place, window } = state.value;
		memory.setState( {
			draft,
			composer,
			isAsking,
			...( isAsking && context && { context } ),
			isContextRemoved: isContextRemoved && draft !== '',
			isMinimised: window === 'minimised',
			place,
			...( roomId && { roomId } ),
			outbox: outbox.items.filter( ( item ) => item.state !== 'sent' )
		} );
		// Without anything to come back to, the next page shall be as it always was.
		memory.setReopen( window !== 'closed' && ( sessions.current() !== undefined || draft !== '' ) );
	}

	function patch( change: Partial<PanelState> ): void {
		state.patch( change );
		remember();
	}

	/** Where the newcomer is now, unless they do not want to say. */
	function newContext(): QuestionContext | undefined {
		return isContextRemoved ? undefined : ports.readContext();
	}

	function stopReceiving(): void {
		waitingConnection = undefined;
		conversation?.stop();
		conversation = undefined;
	}

	/** The conversation cannot go on; what nobody has read is there to be asked again. */
	function end( unread: readonly string[] ): void {
		endedRoom = roomId;
		stopReceiving();
		outbox.disconnect();
		const { draft } = state.value;
		patch( { connection: 'ended', draft: draft === '' ? unread.join( '\n' ) : draft } );
	}

	/** The conversation goes on in the newcomer's other room. */
	function goOnIn( room: RoomId, unread: readonly UnreadMessage[] ): void {
		stopReceiving();
		outbox.disconnect();
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
		const session = sessions.current();
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

	function startConversation( matrix: MatrixModule, current: MatrixSession, settings: HostSettings ): void {
		conversation = openConversation( {
			matrix,
			session: current,
			homeserverUrl: settings.homeserverUrl,
			bot: settings.bot,
			identity: { wiki: ports.wiki, team: DEFAULT_TEAM },
			random: ports.random,
			since: position,
			except: endedRoom,
			onReady( room, connection ) {
				const isRemembered = room === roomId;
				if ( room !== roomId ) {
					position = undefined;
					state.patch( { entries: [] } );
				}
				roomId = room;
				const { draft, context } = state.value;
				if ( isAsking && draft !== '' ) {
					isAsking = false;
					isContextRemoved = false;
					state.patch( { draft: '' } );
					outbox.add( draft, context && writeQuestionContext( context ) );
				}
				memory.setHasConversation( true );
				patch( { screen: 'conversation', hasConversation: true, connection: 'online' } );
				if ( isRemembered ) {
					waitingConnection = connection;
				} else {
					outbox.connect( connection );
				}
			},
			onGone: () => end( [] ),
			onNone() {
				memory.setHasConversation( false );
				patch( { screen: 'question', hasConversation: false } );
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
					sessions.loggedOut();
				} else {
					stopReceiving();
					patch( { screen: 'problem', problem: 'refused' } );
				}
			},
			log: ports.log
		}, roomId, isAsking );
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
		const session = sessions.current();
		if ( session && hosts && !conversation && state.value.window !== 'closed' ) {
			startConversation( matrix, session, hosts );
		}
	}

	function logIn(): void {
		if ( hosts ) {
			sessions.logIn( hosts );
		} else {
			patch( { screen: 'problem', problem: 'not-set-up' } );
		}
	}

	/** What the panel shows first on a page. */
	async function begin(): Promise<void> {
		const session = await sessions.find();
		const hasSomethingToShow = isAsking || roomId !== undefined || outbox.items.length > 0 || state.value.hasConversation;
		if ( !hosts ) {
			patch( { screen: 'problem', problem: 'not-set-up' } );
		} else if ( session && hasSomethingToShow ) {
			await enter();
		} else {
			isAsking = false;
			patch( { screen: 'question', context: newContext() } );
		}
	}

	return {
		state,
		open() {
			const isMinimised = !hasOpened && remembered.isMinimised;
			const wasClosed = state.value.window === 'closed';
			patch( { window: isMinimised ? 'minimised' : 'open', unread: 0 } );
			if ( !isAsking && ( state.value.screen === 'starting' || state.value.screen === 'question' ) ) {
				patch( { context: newContext() } );
			}
			if ( !hasOpened ) {
				void begin();
			} else if ( wasClosed && sessions.current() && ( state.value.screen === 'conversation' || state.value.screen === 'opening' ) ) {
				void enter();
			}
			hasOpened = true;
		},
		close() {
			stopReceiving();
			patch( { window: 'closed' } );
		},
		moveTo( place ) {
			patch( { place } );
		},
		toggleMinimised() {
			patch( state.value.window === 'minimised' ? { window: 'open', unread: 0 } : { window: 'minimised' } );
		},
		setDraft( draft ) {
			patch( { draft, questionProblem: undefined } );
		},
		setAgreed( hasAgreed ) {
			patch( { hasAgreed, questionProblem: undefined } );
		},
		removeContext() {
			isContextRemoved = true;
			patch( { context: undefined } );
		},
		ask() {
			const { draft, hasAgreed } = state.value;
			const questionProblem = messageProblem( draft ) ?? ( hasAgreed ? undefined : 'not-agreed' );
			patch( { questionProblem } );
			if ( questionProblem ) {
				return;
			}
			isAsking = true;
			// The cursor may have moved, or an editor opened, since the panel did.
			patch( { context: newContext() } );
			if ( sessions.current() ) {
				void enter();
			} else {
				logIn();
			}
		},
		openEarlierConversation() {
			if ( sessions.current() ) {
				void enter();
			} else {
				logIn();
			}
		},
		openLogin() {
			const used: readonly PanelState[ 'loginStatus' ][] = [ 'unreachable', 'other-person', 'finishing' ];
			const isUnderWay = state.value.screen === 'login' && !used.includes( state.value.loginStatus );
			if ( !isUnderWay || !sessions.openLoginAgain() ) {
				logIn();
			}
		},
		cancelLogin() {
			sessions.cancelLogin();
			isAsking = false;
			patch( roomId === undefined ? { screen: 'question' } : { screen: 'conversation', connection: 'logged-out' } );
		},
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
		tryAgain() {
			if ( sessions.current() ) {
				state.patch( { screen: 'opening' } );
				void enter();
			} else {
				void begin();
			}
		},
		startOver() {
			stopReceiving();
			if ( state.value.connection === 'ended' ) {
				roomId = undefined;
				position = undefined;
				state.patch( { entries: [] } );
			}
			isAsking = false;
			patch( { screen: hosts ? 'question' : 'problem', connection: 'online', context: newContext() } );
		},
		retryNow() {
			conversation?.retryNow();
			outbox.retryNow();
		},
		hideButton: () => hiding.hide(),
		undoHide: () => hiding.undo(),
		leaveHiding: () => patch( { hiding: undefined } ),
		logOut() {
			sessions.logOut();
			memory.forget();
			state.patch( { window: 'closed' } );
		}
	};
}
