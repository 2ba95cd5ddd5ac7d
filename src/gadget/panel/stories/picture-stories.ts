import type { Media } from '../../../protocol/media.ts';
import type { Story } from './story.ts';
import { QUESTION } from './story.ts';
import { helper, own, unsent } from './talk.ts';

const alternative = 'The Cite button is here, above the text.';
const media: Media = { msgtype: 'm.image', url: 'mxc://goats.example/cite', fileName: 'cite.png', info: { w: 1200, h: 800 } };
const question = own( 5, QUESTION );
const asked = { screen: 'conversation', entries: [ question, helper( 3, 'Can you show me what you see?' ) ] } as const;
const answered = { screen: 'conversation', entries: [ question, helper( 1, alternative, { media } ) ] } as const;
const sent = own( 1, 'My screen', { media } );
const problem = ( code: 'no-picture' | 'too-large' | 'unreachable' ): Story => ( {
	name: `conversation-picture-${ code }`, state: answered, pictures: { received: { problem: code } }
} );

/** Pictures on their way, in both directions. */
export const PICTURE_STORIES: readonly Story[] = [
	{ name: 'conversation-picture-looked-at', state: asked, pictures: { form: { step: 'choosing' } } },
	{ name: 'conversation-picture-first', state: asked, pictures: { form: { step: 'ready' }, isFirst: true } },
	{ name: 'conversation-picture-ready', state: asked, pictures: { form: { step: 'ready' } } },
	{ name: 'conversation-picture-uploading', state: asked, pictures: { form: { step: 'uploading', progress: 0.4 } } },
	...( [ 'unreachable', 'not-taken' ] as const ).map( ( code ): Story => ( {
		name: `conversation-picture-failed-${ code }`, state: asked, pictures: { form: { step: 'failed', problem: code } }
	} ) ),
	...( [ 'kind', 'size' ] as const ).map( ( code ): Story => ( {
		name: `conversation-picture-refused-${ code }`, state: asked, pictures: { form: { step: 'refused', problem: code } }
	} ) ),
	{
		name: 'conversation-picture-sending', pictures: { received: 'shown' },
		state: { ...asked, outbox: [ { ...unsent( 'sending', 'My screen' ), extra: { msgtype: 'm.image', url: media.url, body: 'My screen', filename: 'picture.png', info: media.info } } ] }
	},
	{ name: 'conversation-picture-sent', state: { ...asked, entries: [ ...asked.entries, sent ] }, pictures: { received: 'shown' } },
	{ name: 'conversation-picture-received', state: answered, pictures: { received: 'shown' } },
	{
		name: 'conversation-picture-without-words', pictures: { received: 'shown' },
		state: { ...answered, entries: [ question, helper( 1, '', { media } ) ] }
	},
	{ name: 'conversation-picture-loading', state: answered, pictures: { received: 'loading' } },
	problem( 'no-picture' ), problem( 'too-large' ), problem( 'unreachable' ),
	{ name: 'conversation-picture-part-not-loaded', state: answered },
	{ name: 'conversation-emoji', state: asked, click: '.askforhelp-emoji-open a' }
];
