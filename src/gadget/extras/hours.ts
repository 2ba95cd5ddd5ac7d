/** Bundle `ext.gadget.AskForHelp-hours`: when helpers are usually there, loaded where nobody is known to be. */
export { openingLine } from '../panel/viewmodels/opening-hours.ts';
