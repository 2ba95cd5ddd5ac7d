/** Bundle `ext.gadget.AskForHelp-control`: what few newcomers ever open, loaded when one does. */
export { createHideView } from '../panel/views/hide-view.ts';
export { createLeaveView } from '../panel/views/leave-view.ts';
export { createPrivacyView } from '../panel/views/privacy-view.ts';
