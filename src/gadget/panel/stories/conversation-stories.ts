import type { Story } from './story.ts';
import { LONG_WORD, QUESTION } from './story.ts';
import { ASKED, gone, helper, notice, own, TALK, unsent } from './talk.ts';

const talking = { screen: 'conversation', entries: TALK } as const;
const title = 'The Pygmy Goat in America, 1982';

export const CONVERSATION_STORIES: readonly Story[] = [
	{
		name: 'conversation-waiting-nobody-here',
		state: { screen: 'conversation', entries: ASKED, availability: { helpers: 0, answerMinutes: undefined } }
	},
	{ name: 'conversation-with-the-safety-team', state: { screen: 'conversation', entries: ASKED, team: 'harassment' } },
	{
		name: 'conversation-with-the-safety-team-offline',
		state: { screen: 'conversation', entries: ASKED, team: 'harassment', connection: 'offline', outbox: [ unsent( 'waiting', 'They follow me around.' ) ] }
	},
	{ name: 'conversation-with-the-safety-team-logged-out', state: { screen: 'conversation', entries: ASKED, team: 'harassment', connection: 'logged-out' } },
	{ name: 'conversation-empty', state: { screen: 'conversation' } },
	{ name: 'conversation-all-deleted', state: { screen: 'conversation', entries: [ gone( 1 ) ], earlier: 'all' } },
	{ name: 'conversation-loading', state: talking, context: { loadTalk: () => new Promise( () => {} ) } },
	{ name: 'conversation-not-loaded', state: talking, context: { loadTalk: () => Promise.resolve( undefined ) } },
	{ name: 'conversation-waiting', state: { screen: 'conversation', entries: ASKED } },
	{ name: 'conversation-waiting-next', state: { screen: 'conversation', entries: ASKED, waitingBefore: 0, availability: { helpers: 3, answerMinutes: 4 } } },
	{ name: 'conversation-waiting-after-one', state: { screen: 'conversation', entries: ASKED, waitingBefore: 1, notifying: 'offered' } },
	{
		name: 'conversation-waiting-after-many',
		state: { screen: 'conversation', entries: ASKED, waitingBefore: 12, notifying: 'offered', availability: { helpers: 1, answerMinutes: 180 } }
	},
	{ name: 'conversation-waiting-offline', state: { screen: 'conversation', entries: ASKED, waitingBefore: 2, connection: 'offline' } },
	{ name: 'conversation-waiting-ended', state: { screen: 'conversation', entries: ASKED, waitingBefore: 2, connection: 'ended' } },
	...( [ 'offered', 'on', 'blocked' ] as const ).map( ( notifying ): Story => ( {
		name: `conversation-notify-${ notifying }`, state: { screen: 'conversation', entries: ASKED, notifying }
	} ) ),
	{ name: 'conversation-talking', state: { ...talking, composer: title } },
	{ name: 'conversation-of-another-day', state: { ...talking, entries: [ own( 9 * 24 * 60, QUESTION ), helper( 2, 'Did you find it?' ) ] } },
	{ name: 'conversation-moderator', state: { ...talking, entries: [ ...TALK, helper( 1, 'Please stay friendly, both of you.', { role: 'moderator' } ) ] } },
	{
		name: 'conversation-new-answer-below', isScrolledUp: true,
		state: { ...talking, entries: [ ...TALK, own( 2, title ), helper( 1, 'That one is fine. '.repeat( 30 ) ) ] },
		then: { entries: [ ...TALK, own( 2, title ), helper( 1, 'That one is fine. '.repeat( 30 ) ), helper( 0, 'Great edit. Happy editing!' ) ] }
	},
	{ name: 'conversation-muted', state: { ...talking, muted: [ 'nita' ] } },
	{ name: 'conversation-deleted', state: { ...talking, entries: [ ...TALK, gone( 1 ) ] } },
	{ name: 'conversation-composer-too-long', state: { ...talking, composer: `${ QUESTION } `.repeat( 16 ) } },

	{ name: 'conversation-offline', state: { ...talking, connection: 'offline', outbox: [ unsent( 'waiting', title ) ] } },
	{ name: 'conversation-logged-out', state: { ...talking, connection: 'logged-out', outbox: [ unsent( 'waiting', title ) ] } },
	{ name: 'conversation-ended', state: { ...talking, connection: 'ended' } },
	{ name: 'conversation-ended-without-a-help-page', state: { ...talking, connection: 'ended' }, settings: { helpPage: '' } },

	{ name: 'conversation-sending', state: { ...talking, outbox: [ unsent( 'sending', title ) ] } },
	{ name: 'conversation-sent', state: { ...talking, outbox: [ unsent( 'sent', title ) ] } },
	{ name: 'conversation-refused', state: { ...talking, outbox: [ unsent( 'refused', title ) ] } },

	...( [ 'not-passed-on', 'not-delivered', 'paused', 'too-fast', 'too-many' ] as const ).map( ( code ): Story => ( {
		name: `conversation-notice-${ code }`, state: { screen: 'conversation', entries: [ own( 1, QUESTION ), notice( 0, code ) ] }
	} ) ),

	{
		name: 'conversation-long-words',
		state: { screen: 'conversation', entries: [ own( 3, LONG_WORD ), helper( 2, LONG_WORD, { name: LONG_WORD.slice( 0, 85 ) } ) ], composer: LONG_WORD }
	},
	{ name: 'conversation-from-right-to-left', state: { ...talking, composer: title, replyTo: ASKED[ 0 ]!.id }, context: { direction: 'rtl' } },
	{
		name: 'conversation-other-direction',
		state: { screen: 'conversation', composer: 'شكرا!', entries: [
			own( 5, 'كيف أضيف مرجعا من كتاب؟' ), helper( 4, 'أهلا بك! انقر على "Cite" ثم يدوي.', { name: 'نيتا' } ), own( 1, 'English, too: (1982).' )
		] }
	},
	{
		name: 'conversation-lines-and-signs',
		state: { screen: 'conversation', entries: [ own( 2, '1. one\n2. two\n\n<b>not bold</b> & [[Goat]]' ), helper( 1, '🐐👍🏽 {{cite book}}\n\thttps://goats.example/a?b=c#d' ) ] }
	}
];
