import type { QuestionContext } from '../../../protocol/question.ts';
import { LONG_WORD, QUESTION } from './story.ts';
import type { Story } from './story.ts';

const context: QuestionContext = {
	wiki: 'enwiki', page: 'American Pygmy', pageId: 1, section: 'History', revision: 2, editor: 'visualeditor', language: 'en'
};
const filled = { screen: 'question', draft: QUESTION, context, hasAgreed: true } as const;

export const QUESTION_STORIES: readonly Story[] = [
	{ name: 'question-empty', state: { screen: 'question', context: { ...context, section: '' } } },
	{ name: 'question-filled', state: filled },
	{ name: 'question-without-a-page', state: { ...filled, context: undefined } },
	{ name: 'question-after-an-earlier-one', state: { screen: 'question', context, hasConversation: true } },
	{ name: 'question-problem-empty', state: { screen: 'question', context, questionProblem: 'empty' } },
	{ name: 'question-problem-not-agreed', state: { ...filled, hasAgreed: false, questionProblem: 'not-agreed' } },
	{ name: 'question-problem-too-long', state: { ...filled, draft: `${ QUESTION } `.repeat( 16 ), questionProblem: 'too-long' } },
	{ name: 'question-long-words', state: { ...filled, draft: LONG_WORD, context: { ...context, page: LONG_WORD, section: LONG_WORD } } },
	{
		name: 'question-other-direction',
		state: { ...filled, draft: 'كيف أضيف مرجعا من كتاب؟ "The Goat" (1982)', context: { ...context, page: 'ماعز (pygmy)', section: 'תולדות' } }
	},
	{ name: 'question-without-links', state: filled, settings: { helpersPage: '', privacyPage: '', conductPage: '', helpPage: '' } }
];
