import type { Messages } from '../../i18n/messages.ts';
import type { PanelSettings, Topic } from '../../../protocol/settings.ts';
import type { Box } from '../viewmodels/clear-place.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import type { Formatting } from './formatting.ts';
import type { LoadPictures } from './pictures.ts';
import type { LinkPorts } from '../viewmodels/text-links.ts';
import type { PanelViewModel } from '../viewmodels/panel-actions.ts';
import type * as selection from '../viewmodels/wrap-selection.ts';
import type * as actions from './message-actions.ts';
import type * as names from './name-list.ts';

/** What is in the part for messages and words. */
export type Tools = Pick<typeof actions, 'createMessageActions'> & Pick<typeof names, 'createNameList'> & Pick<typeof selection, 'wrapSelection'>;

/** What every view is handed. */
export type ViewContext = {
	readonly panel: PanelViewModel;
	readonly messages: Messages;
	readonly settings: PanelSettings;
	/** A topic in the reader's language. */
	readonly topicLabel: ( topic: Topic ) => string;
	/** Whether the page is one on which people find that they are harassed. */
	readonly isTalkOrHistory: boolean;
	/** Address of a page of this wiki. */
	readonly pageUrl: ( title: string ) => string;
	/** What the words of a message may lead to. */
	readonly links: LinkPorts;
	readonly formatting: Formatting;
	readonly loadPictures: LoadPictures;
	/** `undefined` when it does not load. */
	readonly loadTalk: () => Promise<{ readonly createConversationView: CreateView } | undefined>;
	/** Likewise: what few newcomers open. */
	readonly loadControl: () => Promise<Readonly<Record<'createHideView' | 'createLeaveView' | 'createPrivacyView', CreateView>> | undefined>;
	/**
	 * Likewise: what one can do with a message and with words.
	 *
	 * @param isUnasked the newcomer has not asked for it, and may never miss it
	 */
	readonly loadTools: ( isUnasked?: boolean ) => Promise<Tools | undefined>;
	/** Likewise: when helpers are usually there. */
	readonly loadHours: () => Promise<{ readonly openingText: ( context: ViewContext ) => string } | undefined>;
	/**
	 * Lets one choose any emoji; absent where there is no part for that.
	 *
	 * @param field what it is for: it has the focus afterwards, and the button that opens the choice closes it, too
	 * @returns `undefined` when the part does not load
	 */
	readonly pickEmoji?: ( anchor: HTMLElement, onPick: ( emoji: string ) => void, field?: HTMLElement ) => Promise<object | undefined>;
	/** Where a hidden button can be shown again. */
	readonly preferencesUrl: string;
	/** Remembers what has the focus. @returns gives it back */
	readonly rememberFocus: () => () => void;
	/** Called when the focus comes into the panel, so that the editor does not take it back. */
	readonly releaseEditor: () => void;
	/** What the panel never covers, and when to look again. */
	readonly keepClear: { boxes(): readonly Box[]; watch( callback: () => void ): void };
	/** Whatever is put at its end makes the page longer. */
	readonly endOfPage: HTMLElement;
	readonly direction: 'ltr' | 'rtl';
	/** Of the messages: what the reader's language falls back to, where it has none. */
	readonly language: string;
	/** A time of day, and a day, in the reader's manner. */
	readonly formatTime: ( timeMs: number ) => string;
	readonly formatDay: ( timeMs: number ) => string;
	/** A day with its year, and a day of the week. */
	readonly formatDate: ( timeMs: number ) => string;
	readonly formatWeekday: ( timeMs: number ) => string;
	readonly now: () => number;
	readonly formatNumber: ( value: number ) => string;
};

/** A part of the panel that draws one screen. */
export interface View {
	readonly element: HTMLElement;
	/** Called at each change, and once after the element is on the page. */
	update( state: PanelState ): void;
	/** Moves the focus to where one begins. Only called after the newcomer has clicked. */
	focus(): void;
	dispose(): void;
}

export type CreateView = ( context: ViewContext ) => View;
