import { lazyView } from './lazy-view.ts';
import type { CreateView } from './view-context.ts';

/** What draws the conversation: a part that is loaded when there is one. */
export type TalkPart = {
	readonly createConversationView: CreateView;
};

/** The conversation, once its part has loaded. */
export const createConversationPart = lazyView( ( { loadTalk } ) => loadTalk().then( ( talk ) => talk?.createConversationView ) );
