/** Bundle `ext.gadget.AskForHelp-formatting`: formatting and links in messages, loaded when there are any. */
export { readMessage } from '../panel/viewmodels/read-message.ts';
export { plainText } from '../panel/viewmodels/rich-text.ts';
export { readWrittenText, writeFormatting } from '../panel/viewmodels/written-text.ts';
export { drawRichText } from '../panel/views/rich-text.ts';
