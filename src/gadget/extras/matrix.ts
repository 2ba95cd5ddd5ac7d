/**
 * Bundle `ext.gadget.AskForHelp-matrix`: the Matrix client, what talks by it, and the conversation as it is drawn and
 * written in; loaded only after the newcomer has agreed.
 */
export {
	createBackOff, createMatrixClient, fillEachGap, loginWithToken, sleepUnlessAborted, startSyncLoop
} from '../../matrix/index.ts';
export { openConversation } from '../panel/viewmodels/conversation.ts';
export { createConversationView } from '../panel/views/conversation-view.ts';
export { addEarlier, addToTimeline } from '../panel/viewmodels/timeline.ts';
