/** Bundle `ext.gadget.AskForHelp-tools`: what one can do with a message, and names and marks while one writes; loaded on use. */
export { wrapSelection } from '../panel/viewmodels/wrap-selection.ts';
export { createMessageActions } from '../panel/views/message-actions.ts';
export { createNameList } from '../panel/views/name-list.ts';
