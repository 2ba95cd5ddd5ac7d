import type { MutableObservable } from './observable.ts';
import type { PanelState } from './panel-state.ts';
import type { TalkingState } from './talking-state.ts';
import type { Entry } from './timeline.ts';
import type { ReadMark } from './unread.ts';
import { countUnread, firstUnread } from './unread.ts';

/** What the newcomer has seen of the conversation: it is read when it is there while they look at it. */
export interface Reading {
	/** Shows what is new, and counts what the newcomer has not read of it. */
	show( change: Partial<TalkingState> ): void;
	/** Shows more of what was said before: what nobody had looked at may begin in it. */
	showEarlier( entries: readonly Entry[] ): void;
}

/** What tells that the newcomer looks at the conversation. */
const LOOKING = ( { window, screen, isPageVisible, isPaused, hiding, leaving, privacy }: PanelState ): boolean => (
	window === 'open' && screen === 'conversation' && isPageVisible && !isPaused && !( hiding ?? leaving ?? privacy )
);

/** @param onRead the newcomer has read further, in this tab */
export function createReading( state: MutableObservable<PanelState>, onRead: ( mark: ReadMark ) => void ): Reading {
	/** Up to where was read when somebody came to look. */
	let readBefore: ReadMark | undefined;

	function show( change: Partial<TalkingState> ): void {
		const { entries, lastRead, muted } = Object.assign( {}, state.value, change );
		const unread = countUnread( entries, lastRead, muted );
		const last = [ ...entries ].reverse().find( ( { kind } ) => kind === 'helper' );
		if ( unread === 0 || !last || !LOOKING( state.value ) ) {
			state.patch( Object.assign( {}, change, { unread } ) );
			return;
		}
		const mark: ReadMark = { id: last.id, atMs: last.saidAtMs };
		// What comes under one's eyes is not to be looked for.
		const hasComeToLook = !change.entries || state.value.entries.length === 0;
		readBefore = hasComeToLook ? lastRead : readBefore;
		const firstNew = hasComeToLook ? firstUnread( entries, lastRead, muted )?.id : state.value.firstNew;
		state.patch( Object.assign( {}, change, { lastRead: mark, unread: 0, firstNew } ) );
		onRead( mark );
	}

	state.subscribe( ( value ) => {
		if ( value.unread > 0 && LOOKING( value ) ) {
			show( {} );
		}
	} );

	return {
		show,
		showEarlier( entries ) {
			const { firstNew, muted } = state.value;
			state.patch( { entries, firstNew: firstNew && firstUnread( entries, readBefore, muted )?.id } );
		}
	};
}
