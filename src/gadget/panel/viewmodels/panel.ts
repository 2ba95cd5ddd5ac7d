import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import type { EventId } from '../../../protocol/ids.ts';
import type { AskingPorts } from './asking.ts';
import { createAsking } from './asking.ts';
import type { AvailabilityPorts } from './availability.ts';
import { watchAvailability } from './availability.ts';
import type { BrowserMemory, RememberedState } from './browser-memory.ts';
import type { ConsentPorts } from './consent.ts';
import { createConsent } from './consent.ts';
import type { FormatMessage } from './conversation.ts';
import type { HelpSearchPorts, Search } from './help-search.ts';
import type { PreferenceOutcome } from './hiding.ts';
import { createHiding, isHidden } from './hiding.ts';
import type { NotificationPort } from './notifying.ts';
import { createNotifying } from './notifying.ts';
import { createObservable } from './observable.ts';
import type { TeamPanel, WindowActions } from './panel-actions.ts';
import type { PanelSessionPorts } from './panel-session.ts';
import { createPanelSession } from './panel-session.ts';
import type { PanelState } from './panel-state.ts';
import { FIRST_STATE } from './panel-state.ts';
import { shareWriting } from './shared-writing.ts';
import { createSpeaking } from './speaking.ts';
import type { TabCirclePorts } from './tab-circle.ts';
import { joinTabs } from './tab-circle.ts';
import { createTalking } from './talking.ts';
import { readProgress } from './timeline.ts';

type PagePorts = Pick<TabCirclePorts, 'locks' | 'openTabChannel'> & Pick<AskingPorts, 'readContext' | 'readSelection' | 'topicName'>;

export type PanelPorts = PanelSessionPorts & PagePorts & {
	readonly memory: BrowserMemory;
	/** `wgWikiID`. */
	readonly wiki: string;
	/** The helpers who read what is said in it; with another team than the general one, it leaves no trace elsewhere. */
	readonly team: string;
	/** Formatting that goes with the words of a message, in wire form. */
	readonly format: FormatMessage;
	/** Searches the wiki's help pages; `undefined` when the wiki does not want it. */
	readonly createSearch: ( ( onChange: HelpSearchPorts[ 'onChange' ] ) => Search ) | undefined;
	readonly fetchStatus: AvailabilityPorts[ 'fetchStatus' ];
	readonly consent: Pick<ConsentPorts, 'stored' | 'save' | 'openChannel'>;
	/** Switches the button on or off in the newcomer's preferences on the wiki. */
	readonly savePreference: ( isOn: boolean ) => Promise<PreferenceOutcome>;
	readonly notifications: NotificationPort;
	/** Words for the browser, which tell nothing of what was said. */
	readonly notify: () => void;
	readonly now: () => number;
	readonly random: () => number;
};

export function createPanel( ports: PanelPorts ): TeamPanel {
	const { memory, hosts, team } = ports;
	const isGeneral = team === DEFAULT_TEAM;
	const remembered = memory.state();
	const wasThere = memory.comingBack().length > 0;
	const state = createObservable<PanelState>( Object.assign( {}, FIRST_STATE, { team } ) );
	let hasOpened = false;
	/** What is remembered is of other pages yet: of the one before, or of those that came after this one. */
	let isAway = true;

	const circle = joinTabs( Object.assign( {}, ports, { name: `${ ports.owner } ${ team }` } ) );
	const writing = shareWriting( { circle, state, now: ports.now, remember: () => remember() } );

	const consent = createConsent( Object.assign( {}, ports.consent, {
		owner: ports.owner,
		now: ports.now,
		// Others read what is said to another team: there they agree each time, and nothing is kept.
		...( !isGeneral && { stored: null, save: () => Promise.resolve( 'done' as const ) } ),
		onChange: ( agreedAtMs: number | undefined ) => state.patch( isGeneral ? { agreedAtMs } : {} ),
		onStep: ( privacy: PanelState[ 'privacy' ] ) => state.patch( { privacy } ),
		onLeft() {
			// Another team's panel in this tab tells of what was done here, too.
			if ( state.value.leaving !== 'left' ) {
				showLeft();
			}
		},
		onTakenBack( isHere: boolean ) {
			if ( isHere ) {
				sessions.logOut( true );
			}
			forgetAll();
		}
	} ) );
	const searchHelp = isGeneral ? ports.createSearch?.( ( suggestions ) => state.patch( { suggestions } ) ) : undefined;
	const asking = createAsking( {
		state, remember, readContext: ports.readContext, readSelection: ports.readSelection, topicName: ports.topicName,
		isDiscreet: !isGeneral,
		onDraft: ( text ) => searchHelp?.( text ),
		onAgreed: () => consent.give()
	} );
	const helpers = watchAvailability( {
		team, fetchStatus: ports.fetchStatus, now: ports.now, after: ports.after,
		isSeen() {
			const { window, screen, isPageVisible } = state.value;
			const isWanted = screen === 'starting' || screen === 'question' || ( screen === 'conversation' && readProgress( state.value ).isWaiting );
			return window !== 'closed' && isWanted && isPageVisible;
		},
		clockSkewMs: () => state.value.clockSkewMs,
		onChange: ( availability, clockSkewMs ) => state.patch( { availability, clockSkewMs } )
	} );
	const talking = createTalking( Object.assign( {}, ports, {
		state,
		circle,
		remember,
		session: () => sessions.current(),
		onLoggedOut: () => sessions.loggedOut(),
		isAsking: () => asking.isAsking,
		takeQuestion: () => asking.take(),
		onConfirmed: ( came: ReadonlyMap<string, EventId> ) => speaking.confirm( came ),
		onKnown( hasConversation: boolean ) {
			memory.setHasConversation( hasConversation );
			state.patch( { hasConversation } );
		}
	} ) );

	const speaking = createSpeaking( {
		state, remember, outbox: talking.outbox, onRetry: () => talking.actions.retryNow()
	} );

	const sessions = createPanelSession( ports, {
		onLoginStatus: ( loginStatus ) => state.patch( { screen: 'login', loginStatus } ),
		onLogin: () => void talking.enter(),
		onAdopted() {
			const { screen, connection } = state.value;
			if ( screen === 'login' || screen === 'question' || ( screen === 'conversation' && connection === 'logged-out' ) ) {
				sessions.cancelLogin();
				void talking.enter();
			}
		},
		onEnd() {
			// What was written stays.
			talking.disconnect();
			memory.setOpen( false );
			if ( state.value.screen === 'conversation' || state.value.screen === 'opening' ) {
				showWithoutSession();
			}
		}
	} );

	const notifying = createNotifying( {
		state,
		circle,
		notifications: ports.notifications,
		isWanted: remembered.isNotified,
		unreadBefore: remembered.unread,
		isMine: () => talking.isReceiving,
		notify: ports.notify,
		remember: () => remember(),
		after: ports.after
	} );

	/** As if nothing had ever been asked here. */
	function forgetAll(): void {
		talking.forget();
		asking.forget();
		memory.forget();
		memory.setHasConversation( false );
		state.patch( { hasConversation: false, screen: hosts ? 'question' : 'problem' } );
	}
	/** It was left elsewhere. */
	function showLeft(): void {
		state.patch( { leaving: 'left', window: 'closed' } );
		forgetAll();
	}

	const hiding = createHiding( ports.savePreference, ( step ) => {
		if ( step === 'hidden' ) {
			sessions.logOut();
			memory.forget();
		}
		patch( { hiding: step } );
	} );

	function remember(): void {
		if ( isAway || isHidden( state.value.hiding ) || state.value.leaving === 'left' ) {
			return;
		}
		const { draft, place, window } = state.value;
		memory.setState( Object.assign( {
			isMinimised: window === 'minimised', isClosed: window === 'closed', typedAtMs: writing.typedAtMs(),
			isNotified: state.value.notifying === 'on', unread: state.value.unread, place
		}, asking.toRemember(), talking.toRemember(), speaking.toRemember() ) );
		// Without anything to come back to, or to listen to, the next page shall be as it always was.
		memory.setReopen( sessions.current() ? window !== 'closed' || talking.roomId !== undefined : window !== 'closed' && draft !== '' );
		const isForgetful = memory.isForgetful();
		if ( state.value.isForgetful !== isForgetful ) {
			state.patch( { isForgetful } );
		}
	}

	const windowOf = ( { isClosed, isMinimised }: RememberedState ): PanelState[ 'window' ] => isClosed ? 'closed' : isMinimised ? 'minimised' : 'open';

	function patch( change: Partial<PanelState> ): void {
		state.patch( change );
		remember();
	}

	/** Without a room the question is there again to be asked. */
	function showWithoutSession(): void {
		if ( talking.roomId === undefined ) {
			asking.cancel();
			patch( { screen: 'question' } );
		} else {
			patch( { screen: 'conversation', connection: 'logged-out' } );
		}
	}

	function enterOrLogIn(): void {
		if ( sessions.current() ) {
			void talking.enter();
		} else {
			logIn();
		}
	}

	function logIn(): void {
		if ( hosts ) {
			sessions.logIn( hosts );
		} else {
			patch( { screen: 'problem', problem: 'not-set-up' } );
		}
	}

	/** The question, where there is nothing to come back to. */
	function showQuestion(): void {
		asking.cancel();
		asking.refreshContext();
		patch( { screen: 'question' } );
	}

	/** What the panel shows first on a page. */
	async function begin(): Promise<void> {
		const { outbox, hasConversation } = state.value;
		const hasSomethingToShow = asking.isAsking || talking.roomId !== undefined || outbox.length > 0 || hasConversation || !isGeneral;
		if ( !hosts ) {
			patch( { screen: 'problem', problem: 'not-set-up' } );
			return;
		}
		if ( !isGeneral || state.value.agreedAtMs !== undefined ) {
			// Nothing here tells whether there is one, as they may have asked on another device: a login would.
			state.patch( { hasConversation: true } );
		}
		if ( !hasSomethingToShow ) {
			// Whether another window is logged in is known by the time that the question is asked.
			showQuestion();
		}
		const session = await sessions.find();
		if ( session && hasSomethingToShow ) {
			await talking.enter();
		} else if ( hasSomethingToShow ) {
			showQuestion();
		}
		if ( !session ) {
			memory.setOpen( false );
		}
	}

	function checkPerson(): void {
		sessions.checkPerson();
		if ( sessions.current() && talking.roomId ) {
			// While this page was asleep, another one may have heard nothing of it.
			memory.setOpen( true );
		}
	}

	function restore( now: RememberedState ): void {
		asking.restore( now );
		if ( writing.take( now, true ) ) {
			speaking.restore( now );
		}
		talking.restore( now );
		state.patch( { hasConversation: memory.hasConversation(), place: now.place ?? FIRST_STATE.place } );
	}
	restore( remembered );
	isAway = false;

	const windowActions: WindowActions = {
		open( isWanted = true ) {
			const leaving = state.value.window === 'closed' ? undefined : state.value.leaving;
			patch( { leaving, window: isWanted || hasOpened ? 'open' : wasThere ? windowOf( remembered ) : 'closed' } );
			helpers.look();
			const { screen } = state.value;
			if ( !asking.isAsking && ( screen === 'starting' || screen === 'question' ) ) {
				asking.refreshContext();
			}
			if ( !hasOpened ) {
				circle.send( 'hello' );
				void begin();
			}
			hasOpened = true;
		},
		close: () => patch( { window: 'closed' } ),
		setPageVisible( isPageVisible ) {
			state.patch( { isPageVisible } );
			if ( isPageVisible ) {
				helpers.look();
				checkPerson();
				talking.actions.retryNow();
			}
		},
		setPaused: ( isPaused ) => state.patch( { isPaused } ),
		checkPerson,
		freeze() {
			isAway = true;
			talking.stopReceiving();
		},
		thaw() {
			const now = memory.state();
			const isLeft = memory.isLeft();
			// What is older than this page says nothing.
			if ( !memory.isForgetful() ) {
				sessions.restore();
				state.patch( { window: windowOf( now ) } );
				restore( now );
			}
			isAway = false;
			if ( isLeft ) {
				consent.forget();
				showLeft();
			} else {
				void begin();
			}
		},
		moveTo( place ) {
			patch( { place } );
		},
		toggleMinimised() {
			patch( state.value.window === 'minimised' ? { window: 'open' } : { window: 'minimised' } );
		},
		ask() {
			if ( asking.ask() ) {
				enterOrLogIn();
			}
		},
		openEarlierConversation() {
			if ( asking.agree() ) {
				enterOrLogIn();
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
			asking.cancel();
			showWithoutSession();
		},
		tryAgain() {
			if ( sessions.current() ) {
				state.patch( { screen: 'opening' } );
				void talking.enter();
			} else {
				void begin();
			}
		},
		startOver() {
			talking.stopReceiving();
			talking.forgetEnded();
			asking.cancel();
			asking.refreshContext();
			// The safety team's newcomers agree each time.
			patch( { screen: hosts ? 'question' : 'problem', connection: 'online', hasAgreed: false } );
		},
		hideButton: () => hiding.hide(),
		undoHide: () => hiding.undo(),
		askToLeave: () => patch( { leaving: 'asked' } ),
		leave() {
			state.patch( { leaving: 'left' } );
			sessions.logOut();
			consent.leave();
			forgetAll();
		},
		stay: () => patch( { leaving: undefined } ),
		leaveHiding: () => patch( { hiding: undefined } ),
		showPrivacy: () => patch( { privacy: 'shown' } ),
		leavePrivacy: () => patch( { privacy: undefined } ),
		takeBackConsent: () => consent.takeBack(),
		logOut() {
			sessions.logOut();
			memory.forget();
			state.patch( { window: 'closed' } );
		}
	};
	return Object.assign(
		{ state, session: () => sessions.current() }, windowActions, asking.actions, talking.actions, speaking.actions, notifying
	);
}
