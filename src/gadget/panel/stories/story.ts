import type { PanelSettings } from '../../../protocol/settings.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import type { PictureSendingState } from '../viewmodels/picture-sending.ts';
import type { ReceivedPicture } from '../viewmodels/received-pictures.ts';
import type { ViewContext } from '../views/view-context.ts';

/**
 * A state of the panel that a newcomer can meet, as plain data. Tests look at each of them in every skin, and
 * `npm run pictures` takes their pictures.
 */
export type Story = {
	/** In kebab-case, beginning with the screen. */
	readonly name: string;
	/** What differs from an open panel in its first state. */
	readonly state: Partial<PanelState>;
	/** What happens after it was drawn. */
	readonly then?: Partial<PanelState>;
	/** What differs from a wiki that has set everything. */
	readonly settings?: Partial<PanelSettings>;
	/** What the view is handed in place of the page's own, for what would ask the wiki. */
	readonly context?: Partial<Omit<ViewContext, 'panel' | 'settings'>>;
	/** Whether the newcomer has scrolled to the beginning of the conversation, before `then`. */
	readonly isScrolledUp?: boolean;
	/** What becomes of pictures; without it, their part does not load. */
	readonly pictures?: {
		/** They have chosen one. */
		readonly form?: Partial<PictureSendingState>;
		readonly isFirst?: boolean;
		/** What those in the messages are. */
		readonly received?: Extract<ReceivedPicture, { readonly problem: string }> | 'shown' | 'loading';
	};
	/** Selector of what they click at the end. */
	readonly click?: string;
	/** Selector of what they turn to at the end, and a key that they press there, or words that they type. */
	readonly keys?: { readonly on: string; readonly press: string } | { readonly on: string; readonly type: string };
};

/** The time at which all stories play. */
export const STORY_NOW_MS = Date.UTC( 2026, 10, 21, 15, 50 );

export function minutesAgo( minutes: number ): number {
	return STORY_NOW_MS - minutes * 60_000;
}

/** Of texts that are written without a place to break them. */
export const LONG_WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat( 2 );

export const QUESTION = 'How do I add a reference to the height of the goat? I have a book.';
