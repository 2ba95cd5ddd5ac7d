/** Bundle `ext.gadget.AskForHelp-matrix`: the Matrix client and what talks by it, loaded only after the newcomer has agreed. */
export * from '../../matrix/index.ts';
export { openConversation } from '../panel/viewmodels/conversation.ts';
export { addEarlier, addToTimeline } from '../panel/viewmodels/timeline.ts';
