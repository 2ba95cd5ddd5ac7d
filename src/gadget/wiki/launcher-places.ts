import { whenLoaded } from './launch-page.ts';

/** Below the text: the last thing in this row that every skin shows. */
const BELOW_TEXT = '#wpDiffWidget';

/**
 * Beside what people who edit look at for help, by selectors; the best place first. Another editor is another line, see
 * `../README.md`.
 */
const EDITOR_PLACES = [
	'.ve-ui-targetToolbar .ve-ui-toolbar-group-help',
	// On a phone there is no help; it stands between the choice of the editor and the button to publish.
	'.ve-ui-targetToolbar .ve-ui-toolbar-group-editMode',
	'.editor-overlay :not(.hidden)>.overlay-title',
	'.wikiEditor-ui-toolbar .tab-help',
	BELOW_TEXT
];

/** Whenever one of them fires, another place may be the best one. */
const HOOKS = [ 've.activationComplete', 've.deactivationComplete', 'mobileFrontend.editorOpened', 'wikiEditor.toolbarReady' ];

/** Where there is something to edit, though scripts and skins may have taken the places away. */
const EDITORS = '.ve-active,.editor-overlay,#wpTextbox1';

/**
 * Keeps the button in the first of the places that can be seen, and that is no higher with it; else, while an editor is open
 * or where the settings mean reading too, in the corner of the window; else out of the page. Its last child is its label,
 * which shows only where there is room for it on the toolbar's line.
 *
 * @param actions the launch settings' list
 */
export function keepInPlace( button: HTMLElement, actions: readonly string[] ): void {
	const { wgAction, wgNamespaceNumber } = mw.config.get();
	const label = button.lastChild as HTMLElement;
	const isEditMeant = actions.includes( 'edit' );
	const isPageMeant = wgAction !== 'edit' && (
		actions.includes( wgNamespaceNumber < 0 ? 'special' : wgAction ) || ( wgNamespaceNumber % 2 > 0 && actions.includes( 'talk' ) )
	);

	const isPutBeside = ( selector: string ): boolean => {
		const anchor = document.querySelector<HTMLElement>( selector );
		if ( !anchor || !anchor.offsetHeight ) {
			return false;
		}
		const toolbar = anchor.parentElement!.parentElement!;
		button.remove();
		const height = toolbar.offsetHeight;
		anchor.after( button );
		label.hidden = false;
		// Below the text, the keyboard's order is not the document's.
		button.tabIndex = ( Object( anchor.querySelector( 'input' ) ) as HTMLInputElement ).tabIndex || 0;
		// What is below the text is no toolbar: it may have another line.
		if ( selector === BELOW_TEXT ) {
			return true;
		}
		label.hidden = toolbar.offsetHeight > height;
		return toolbar.offsetHeight <= height;
	};
	const update = (): void => {
		// To move it would take the focus from it, and the click that has begun.
		if ( button.matches( ':focus,:active' ) ) {
			return;
		}
		if ( !isEditMeant || !EDITOR_PLACES.some( isPutBeside ) ) {
			label.hidden = false;
			if ( isPageMeant || ( isEditMeant && document.querySelector( EDITORS ) ) ) {
				document.body.append( button );
			} else {
				button.remove();
			}
		}
	};
	// By then, an editor that opens has its place, and what one that closes leaves behind is gone.
	const updateSoon = (): void => whenLoaded( update );
	HOOKS.forEach( ( name ) => mw.hook( name ).add( updateSoon ) );
	// User scripts take toolbars away at any time, and tell nobody.
	addEventListener( 'focusin', updateSoon );
	addEventListener( 'resize', updateSoon );
	updateSoon();
}
