import type { Hiding } from '../viewmodels/hiding.ts';
import type { Notifying } from '../viewmodels/notifying.ts';
import type { Problem } from '../viewmodels/panel-state.ts';
import type { Story } from './story.ts';
import { ASKED, TALK } from './talk.ts';

const problems: readonly Problem[] = [ 'not-set-up', 'not-loaded', 'refused' ];
const hidings: readonly Hiding[] = [ 'hiding', 'hidden', 'not-hidden', 'not-hidden-logged-out', 'undoing', 'not-undone' ];
const notifying: readonly Notifying[] = [ 'impossible', 'offered', 'on', 'blocked' ];

const privacies = [ 'shown', 'taking-back', 'taken-back', 'not-taken-back' ] as const;

/** The screens with little on them, and the window itself. */
export const WINDOW_STORIES: readonly Story[] = [
	{ name: 'starting', state: { screen: 'starting' } },
	{ name: 'opening', state: { screen: 'opening' } },
	{ name: 'opening-offline', state: { screen: 'opening', connection: 'offline' } },
	{ name: 'opening-to-the-safety-team-offline', state: { screen: 'opening', team: 'harassment', connection: 'offline' } },
	{ name: 'opening-long-offline', state: { screen: 'opening', connection: 'offline', isLongOffline: true } },
	...problems.map( ( problem ): Story => ( { name: `problem-${ problem }`, state: { screen: 'problem', problem } } ) ),
	{ name: 'problem-without-a-help-page', state: { screen: 'problem', problem: 'not-set-up' }, settings: { helpPage: '' } },
	...hidings.map( ( hiding ): Story => ( { name: `hide-${ hiding }`, state: { screen: 'question', hiding } } ) ),
	...privacies.map( ( privacy ): Story => ( {
		name: `privacy-${ privacy }`, state: { screen: 'question', privacy, agreedAtMs: privacy === 'taken-back' ? undefined : Date.UTC( 2026, 4, 3 ) }
	} ) ),
	{ name: 'privacy-with-the-safety-team', state: { screen: 'conversation', team: 'harassment', entries: ASKED, privacy: 'shown' } },
	{ name: 'privacy-without-a-date', state: { screen: 'conversation', entries: ASKED, privacy: 'shown' } },
	{ name: 'privacy-nothing-agreed', state: { screen: 'question', privacy: 'shown' } },
	{ name: 'leave-asked', state: { screen: 'conversation', entries: TALK, leaving: 'asked' } },
	{ name: 'leave-left', state: { screen: 'question', leaving: 'left' } },
	{ name: 'paused', state: { screen: 'conversation', entries: TALK, isPaused: true } },
	...notifying.map( ( state ): Story => ( { name: `notify-${ state }`, state: { screen: 'conversation', entries: ASKED, notifying: state } } ) ),
	{ name: 'menu-open', state: { screen: 'conversation', entries: ASKED }, click: '.askforhelp-menu a' },
	{ name: 'minimised-waiting', state: { screen: 'conversation', window: 'minimised', entries: ASKED, waitingBefore: 2 } },
	{ name: 'minimised', state: { screen: 'conversation', window: 'minimised', entries: ASKED } },
	{ name: 'minimised-with-answers', state: { screen: 'conversation', window: 'minimised', entries: TALK, unread: 2 } },
	{ name: 'closed', state: { screen: 'question', window: 'closed' } }
];
