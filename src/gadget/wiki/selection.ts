import { readSelection } from '../../protocol/question.ts';
import { shownText, textEditor } from './question-context.ts';
import { activeTarget, visualSelection } from './visual-editor.ts';

/** The words that are selected in the editor; empty for none. It only looks: nothing in the editor changes. */
export function readEditorSelection(): string {
	const target = activeTarget();
	const editor = target ? undefined : textEditor();
	try {
		return readSelection( target ? visualSelection( target ) : editor && shownText( editor.area ).selected );
	} catch ( error ) {
		mw.log.warn( 'AskForHelp: the selection is not known', error );
		return '';
	}
}
