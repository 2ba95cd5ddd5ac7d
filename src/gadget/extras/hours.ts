/** Bundle `ext.gadget.AskForHelp-hours`: when helpers are usually there, loaded where nobody is known to be. */
export { openingText } from '../panel/views/opening-text.ts';
