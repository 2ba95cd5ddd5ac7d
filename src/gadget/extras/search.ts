/** Bundle `ext.gadget.AskForHelp-search`: help pages for what is being written, loaded when a newcomer begins to write. */
export { createHelpSearch } from '../panel/viewmodels/help-search.ts';
