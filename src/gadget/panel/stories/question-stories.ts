import type { QuestionContext } from '../../../protocol/question.ts';
import { LONG_WORD, QUESTION } from './story.ts';
import type { Story } from './story.ts';

const context: QuestionContext = {
	wiki: 'enwiki', page: 'American Pygmy', pageId: 1, section: 'History', revision: 2, editor: 'visualeditor', language: 'en'
};
const here = { helpers: 3, answerMinutes: 4 };
const filled = { screen: 'question', draft: QUESTION, context, hasAgreed: true, availability: here } as const;

export const QUESTION_STORIES: readonly Story[] = [
	{ name: 'question-empty', state: { screen: 'question', context: { ...context, section: '' } } },
	{ name: 'question-filled', state: filled },
	{ name: 'question-without-a-page', state: { ...filled, context: undefined } },
	{ name: 'question-after-an-earlier-one', state: { screen: 'question', context, hasConversation: true } },
	{ name: 'question-in-a-browser-that-keeps-nothing', state: { screen: 'question', context, hasConversation: true, isForgetful: true, agreedAtMs: Date.UTC( 2026, 4, 3 ) } },
	{ name: 'question-problem-empty', state: { screen: 'question', context, questionProblem: 'empty' } },
	{ name: 'question-problem-not-agreed', state: { ...filled, hasAgreed: false, questionProblem: 'not-agreed' } },
	{ name: 'question-problem-too-long', state: { ...filled, draft: `${ QUESTION } `.repeat( 16 ), questionProblem: 'too-long' } },
	{ name: 'question-long-words', state: { ...filled, draft: LONG_WORD, context: { ...context, page: LONG_WORD, section: LONG_WORD } } },
	{
		name: 'question-other-direction',
		state: { ...filled, draft: 'كيف أضيف مرجعا من كتاب؟ "The Goat" (1982)', context: { ...context, page: 'ماعز (pygmy)', section: 'תולדות' } }
	},
	{
		name: 'question-without-links', state: { ...filled, availability: undefined },
		settings: {
			helpersPage: '', privacyPage: '', conductPage: '', helpPage: '', helpLinks: [], helpSearch: undefined, topics: [], openingHours: undefined,
			notFor: [], harassment: { team: '', page: '' }
		}
	},
	{ name: 'question-nobody-here', state: { screen: 'question', context, availability: { helpers: 0, answerMinutes: 4 } } },
	{
		name: 'question-closed', state: { screen: 'question', context },
		settings: { openingHours: { timeZone: 'UTC', times: [ { days: [ 'tue' ], from: '10:00', to: '12:00' } ] } }
	},
	{
		name: 'question-quoting', state: {
			...filled, topic: 'references', selection: `The goat is 41 cm tall. ${ LONG_WORD } `.repeat( 2 ).slice( 0, 300 ), agreedAtMs: Date.UTC( 2026, 4, 3 ),
			availability: { helpers: 1, answerMinutes: 180 }
		}
	},
	{ name: 'question-topics-open', state: filled, click: '.askforhelp-topic [role=combobox]' },
	{
		name: 'question-many-topics-open', state: filled, click: '.askforhelp-topic [role=combobox]',
		settings: { topics: [ ...'abcdefghijklmno' ].map( ( id ) => ( { id, labels: { en: `Topic ${ id }` } } ) ) }
	},
	{ name: 'question-suggestions', state: filled, then: { suggestions: [ 'Help:Citing a book', `Help:${ LONG_WORD }`, 'Help:Sources' ] } },
	{ name: 'question-from-right-to-left', state: { ...filled, selection: 'The goat is 41 cm tall.' }, context: { direction: 'rtl' } },
	{ name: 'question-no-suggestions', state: { screen: 'question', context }, settings: { helpLinks: [] } },
	{ name: 'question-on-a-talk-page', state: { screen: 'question', context }, context: { isTalkOrHistory: true } },
	{ name: 'question-to-the-safety-team', state: { screen: 'question', team: 'harassment', draft: 'They follow me around.' } },
	{ name: 'question-to-the-safety-team-logged-out', state: { screen: 'question', team: 'harassment', hasConversation: true, isForgetful: true } },
	{
		name: 'question-to-the-safety-team-with-a-page',
		state: { screen: 'question', team: 'harassment', draft: 'They follow me around.', context, selection: 'Go away, you goat.' }
	}
];
