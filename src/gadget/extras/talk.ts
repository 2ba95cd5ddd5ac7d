/**
 * Bundle `ext.gadget.AskForHelp-talk`: the conversation as it is drawn and written in, loaded beside the Matrix client. A
 * part of its own because the panel alone is as large as the wiki's module store keeps it.
 */
export { createConversationView } from '../panel/views/conversation-view.ts';
