/** Bundle `ext.gadget.AskForHelp-hours`: when helpers are usually there, loaded where nobody is known to be. */
export { readOpeningHours } from '../../protocol/opening-hours.ts';
export { openingLine } from '../panel/viewmodels/opening-hours.ts';
