/** Bundle `ext.gadget.AskForHelp-emoji`: the choice of an emoji, loaded when somebody wants one. */
import { createEmojiPicker } from '../panel/views/emoji-picker.ts';

export const openEmojiPicker = createEmojiPicker();
