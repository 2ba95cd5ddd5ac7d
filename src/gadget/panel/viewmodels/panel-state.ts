import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import type { AskingState } from './asking.ts';
import { FIRST_ASKING } from './asking.ts';
import type { ConsentStep } from './consent.ts';
import type { Hiding } from './hiding.ts';
import type { Notifying } from './notifying.ts';
import type { LoginStatus } from './login.ts';
import type { SpeakingState } from './speaking.ts';
import { FIRST_SPEAKING } from './speaking.ts';
import type { TalkingState } from './talking-state.ts';
import { FIRST_TALKING } from './talking-state.ts';

/**
 *     starting ──> question ──ask──> login ──> opening ──> conversation
 *        │            ^  ^_cancel______│          │ none        │ logged out
 *        └────────────│──────────────────────────────────> (login again)
 *                 problem (try again / back)
 */
export type Screen = 'starting' | 'question' | 'login' | 'opening' | 'conversation' | 'problem';

/**
 * - `not-set-up`: the wiki's hosts page is missing or wrong
 * - `not-loaded`: the Matrix bundle did not load
 * - `refused`: the homeserver does not let this account chat
 */
export type Problem = 'not-set-up' | 'not-loaded' | 'refused';

/** How far the panel was moved from its corner, in px to the right and down. */
export type Place = { readonly x: number; readonly y: number };

/** What belongs to the window as a whole. */
export type WindowState = {
	readonly window: 'open' | 'minimised' | 'closed';
	/** Somebody can see the page. */
	readonly isPageVisible: boolean;
	/** A window of the wiki's own keeps everything else on the page waiting. */
	readonly isPaused: boolean;
	readonly screen: Screen;
	readonly place: Place;
	/** There is a conversation from before, or there may be one, which a login would open. */
	readonly hasConversation: boolean;
	/** The browser keeps nothing for the next page. */
	readonly isForgetful: boolean;
	readonly loginStatus: LoginStatus;
	readonly problem: Problem | undefined;
	/** The newcomer hides the button; drawn instead of the screen. */
	readonly hiding: Hiding | undefined;
	/** The newcomer has said that they want to leave the chat in this browser, or has left it; drawn instead of the screen. */
	readonly leaving: 'asked' | 'left' | undefined;
	readonly notifying: Notifying;
	/** Unread answers of the teams that are not shown. */
	readonly unreadElsewhere: number;
	/** What is said of consent, drawn instead of the screen: `shown`, or how far taking it back is. */
	readonly privacy: 'shown' | ConsentStep | undefined;
	/** Whose conversation this is. */
	readonly team: string;
};

/** All that the views draw. */
export type PanelState = WindowState & AskingState & TalkingState & SpeakingState;

export const FIRST_STATE: PanelState = Object.assign( {
	window: 'closed', isPageVisible: true, isPaused: false, screen: 'starting', place: { x: 0, y: 0 }, hasConversation: false, isForgetful: false,
	loginStatus: 'waiting', problem: undefined, hiding: undefined, leaving: undefined, privacy: undefined, notifying: 'impossible', unreadElsewhere: 0,
	team: DEFAULT_TEAM
} as const, FIRST_ASKING, FIRST_TALKING, FIRST_SPEAKING );
