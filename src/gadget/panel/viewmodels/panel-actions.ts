import type { MatrixSession } from '../../../matrix/index.ts';
import type { AskingActions } from './asking.ts';
import type { NotifyingActions } from './notifying.ts';
import type { Observable } from './observable.ts';
import type { PanelState, Place } from './panel-state.ts';
import type { SpeakingActions } from './speaking.ts';
import type { TalkingActions } from './talking.ts';

/** What a newcomer can do with the window and the way from one screen to the next. */
export interface WindowActions {
	/**
	 * Shows the panel; where it left off, also on another page.
	 *
	 * @param isWanted the newcomer has asked for it just now; else it stays closed or minimised when it was, and closed where
	 * it was not there
	 */
	open( isWanted?: boolean ): void;
	/** Hides it. A conversation goes on listening, so that the button can tell of an answer. */
	close(): void;
	/** Whether anybody can see this page. */
	setPageVisible( isVisible: boolean ): void;
	/** Whether a window of the wiki's own keeps the panel waiting. */
	setPaused( isPaused: boolean ): void;
	/** Looks now and then whether the newcomer is still logged in to the wiki. */
	checkPerson(): void;
	/** The page goes into the browser's memory, and may come back out of it. */
	freeze(): void;
	thaw(): void;
	toggleMinimised(): void;
	/** The newcomer has moved the panel. */
	moveTo( place: Place ): void;
	/** Asks the question. Called in a click: the login window has to open at once. */
	ask(): void;
	/** Opens the conversation of an earlier visit. Called in a click. */
	openEarlierConversation(): void;
	/** Opens the login window, again. Called in a click. */
	openLogin(): void;
	cancelLogin(): void;
	/** Tries again what ended in a problem. */
	tryAgain(): void;
	/** Leaves a problem, or a conversation that has ended. */
	startOver(): void;
	/** The newcomer logs out of the wiki. */
	logOut(): void;
	/** The newcomer does not want the button any more, on any page. */
	hideButton(): void;
	undoHide(): void;
	/** The newcomer may want to leave the chat in this browser. */
	askToLeave(): void;
	/** Logs out of the chat and forgets what is in this browser, in all tabs; what was sent stays with the helpers. */
	leave(): void;
	/** Does not leave after all, or begins anew. */
	stay(): void;
	/** Back to what was before the button could not be hidden. */
	leaveHiding(): void;
	/** Shows what they have agreed to. */
	showPrivacy(): void;
	leavePrivacy(): void;
	/** They do not agree any more: ends the chat in all windows and on other devices, and forgets what this browser keeps of it. */
	takeBackConsent(): void;
}

/** What a newcomer can do in the panel of one team. */
export interface TeamPanel extends WindowActions, AskingActions, TalkingActions, SpeakingActions, NotifyingActions {
	readonly state: Observable<PanelState>;
	/** For parts that ask the homeserver by themselves. */
	session(): MatrixSession | undefined;
}

/** What a newcomer can do in the panel. Views call these, and draw `state`. */
export interface PanelViewModel extends TeamPanel {
	/** Shows the panel of another team in the place of this one. */
	showTeam( team: string ): void;
}
