import { CONVERSATION_STORIES } from './conversation-stories.ts';
import { LOGIN_STORIES } from './login-stories.ts';
import { MESSAGE_STORIES } from './message-stories.ts';
import { PICTURE_STORIES } from './picture-stories.ts';
import { QUESTION_STORIES } from './question-stories.ts';
import type { Story } from './story.ts';
import { WINDOW_STORIES } from './window-stories.ts';

/** Every state of the panel, in the order in which a newcomer meets them. */
export const ALL_STORIES: readonly Story[] = [
	...QUESTION_STORIES, ...LOGIN_STORIES, ...CONVERSATION_STORIES, ...MESSAGE_STORIES, ...PICTURE_STORIES,
	...WINDOW_STORIES
];
