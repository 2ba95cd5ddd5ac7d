import { THANKS_KEY } from '../../../protocol/message.ts';
import type { EarlierState } from '../viewmodels/earlier.ts';
import type { OutboxItem } from '../viewmodels/outbox.ts';
import type { Story } from './story.ts';
import { LONG_WORD, QUESTION } from './story.ts';
import { gone, helper, notice, own, TALK, unsent } from './talk.ts';

const question = own( 9, QUESTION );
const welcome = helper( 8, 'Welcome to Wikipedia! Click Cite in the toolbar, then Manual, Book. See Help:Citing a book.' );
const found = own( 4, 'Found it. Can I use any book?', { replyTo: welcome.id, isSeen: true } );
const answer = helper( 2, 'It should be a reliable source. What is the title?' );
const talk = [ question, notice( 9, 'request-open' ), welcome, found, answer ];
const talking = { screen: 'conversation', entries: talk } as const;

const formatted = helper( 1, 'Click Cite, then Manual, Book:\n1. the title\n2. the year\n\n<ref>{{cite book}}</ref>', {
	html: '<p>Click <strong>Cite</strong>, then <em>Manual</em>, <a href="https://goats.example/book">Book</a>:</p>' +
		'<ol><li>the title</li><li>the <del>day</del> year</li></ol><blockquote>Goats are fine.</blockquote>' +
		'<pre><code>&lt;ref&gt;{{cite book |title=The Pygmy Goat in America |year=1982 |pages=12–15}}&lt;/ref&gt;</code></pre><p>See [[Help:Citing a book]].</p>'
} );

const earlier: readonly EarlierState[] = [ 'unknown', 'more', 'loading', 'failed', 'all' ];

function changed( kind: OutboxItem[ 'kind' ], state: OutboxItem[ 'state' ], text: string, target: string ): OutboxItem {
	return { ...unsent( state, text ), kind, target };
}

/** What there is about single messages: answers, signs, edits, what was seen, and where one has read. */
export const MESSAGE_STORIES: readonly Story[] = [
	{ name: 'conversation-formatted', state: { ...talking, entries: [ question, formatted ] } },
	{ name: 'conversation-answered-and-seen', state: talking },
	{ name: 'conversation-answer-to-what-is-gone', state: { ...talking, entries: [ question, gone( 8 ), { ...found, replyTo: gone( 8 ).id }, answer ] } },
	{
		name: 'conversation-signs',
		state: { ...talking, entries: [
			question, { ...welcome, reactions: [ { key: '👍', mine: answer.id }, { key: '🎉', theirs: question.id }, { key: '❤️', mine: answer.id, theirs: question.id } ] },
			{ ...found, reactions: [ { key: 'thank you very much', theirs: question.id } ] }
		] }
	},
	{
		name: 'conversation-edited',
		state: { ...talking, entries: [
			{ ...question, versions: [ ...question.versions, { id: found.id, text: QUESTION } ] },
			{ ...welcome, versions: [ { id: welcome.id, text: 'Welcome!' }, { id: answer.id, text: welcome.text } ] }
		] }
	},
	{ name: 'conversation-replying', state: { ...talking, replyTo: answer.id, composer: 'The Pygmy Goat in America, 1982' } },
	{ name: 'conversation-editing', state: { ...talking, editing: found.id, composer: found.text } },
	{ name: 'conversation-deleting', state: { ...talking, deleting: found.id } },
	{
		name: 'conversation-changes-on-their-way',
		state: { ...talking, outbox: [ changed( 'edit', 'sending', 'Found it!', found.id ), changed( 'reaction', 'sending', '👍', answer.id ) ] }
	},
	{
		name: 'conversation-changes-refused',
		state: { ...talking, outbox: [ changed( 'edit', 'refused', 'Found it!', found.id ), { ...changed( 'redaction', 'refused', '', question.id ), removes: question.id },
			changed( 'reaction', 'refused', '👍', answer.id )
		] }
	},
	{ name: 'conversation-menu-of-an-answer', state: talking, keys: { on: '.askforhelp-message-helper', press: 'Enter' } },
	{
		name: 'conversation-menu-of-an-answer-that-was-thanked-for', keys: { on: '.askforhelp-message-helper', press: 'Enter' },
		state: { ...talking, entries: [ question, { ...answer, reactions: [ { key: THANKS_KEY, mine: found.id } ] } ] }
	},
	{ name: 'conversation-menu-of-an-own-message', state: talking, keys: { on: '.askforhelp-message-own', press: 'Enter' } },
	{
		name: 'conversation-names', keys: { on: '.askforhelp-composer textarea:not( [aria-hidden] )', type: '@' },
		state: { ...talking, entries: [ ...talk, helper( 1, 'I can help, too.', { name: 'Moshe', speaker: 'moshe' } ), helper( 0, 'Me too.', { name: LONG_WORD.slice( 0, 85 ), speaker: 'long' } ) ] }
	},
	{ name: 'conversation-new-line', state: { ...talking, firstNew: answer.id } },
	{ name: 'conversation-helper-writes', state: { ...talking, isTyping: true } },
	{ name: 'conversation-long-offline', state: { ...talking, connection: 'offline', isLongOffline: true } },
	{ name: 'conversation-clock-is-wrong', state: { ...talking, clockSkewMs: 3_600_000 } },
	{ name: 'conversation-paused-by-a-window', state: { ...talking, isPaused: true } },
	...earlier.map( ( state ): Story => ( {
		name: `conversation-earlier-${ state }`, isScrolledUp: true, state: { screen: 'conversation', entries: TALK, earlier: state }
	} ) )
];
