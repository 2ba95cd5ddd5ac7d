import type { QuestionContext } from '../../../protocol/question.ts';
import type { Hiding } from './hiding.ts';
import type { LoginStatus } from './login.ts';
import type { OutboxItem } from './outbox.ts';
import type { Entry } from './timeline.ts';

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

export type QuestionProblem = 'empty' | 'too-long' | 'not-agreed';

/** How far the panel was moved from its corner, in px to the right and down. */
export type Place = { readonly x: number; readonly y: number };

/** All that the views draw. */
export type PanelState = {
	readonly window: 'open' | 'minimised' | 'closed';
	readonly screen: Screen;
	readonly place: Place;
	readonly draft: string;
	readonly context: QuestionContext | undefined;
	readonly hasAgreed: boolean;
	readonly questionProblem: QuestionProblem | undefined;
	/** There is a conversation from before, which a login would open. */
	readonly hasConversation: boolean;
	readonly loginStatus: LoginStatus;
	readonly problem: Problem | undefined;
	readonly entries: readonly Entry[];
	readonly outbox: readonly OutboxItem[];
	readonly composer: string;
	/** `ended`: the relay left this room; another one can be made. */
	readonly connection: 'online' | 'offline' | 'logged-out' | 'ended';
	/** The newcomer hides the button; drawn instead of the screen. */
	readonly hiding: Hiding | undefined;
	/** Answers that came while the panel was minimised. */
	readonly unread: number;
};

export const FIRST_STATE: PanelState = {
	window: 'closed', screen: 'starting', place: { x: 0, y: 0 }, draft: '', context: undefined, hasAgreed: false, questionProblem: undefined, hasConversation: false,
	loginStatus: 'waiting', problem: undefined, hiding: undefined, entries: [], outbox: [], composer: '', connection: 'online', unread: 0
};
