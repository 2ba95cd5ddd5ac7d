import { activeTarget } from './visual-editor.ts';

/** The parts of VisualEditor's surface that keep cursor and focus. */
type Surface = {
	getModel(): { getSelection(): unknown; setSelection( selection: unknown ): void };
	getView(): {
		readonly $element: ArrayLike<HTMLElement>;
		activate(): void;
		deactivate( showAsActivated: boolean, noSelectionChange: boolean ): void;
		focus(): void;
	};
};

const activeSurface = (): Surface | null | undefined => activeTarget()?.getSurface() as unknown as Surface | null | undefined;

const isInside = ( surface: Surface, node: Node | null ): boolean => surface.getView().$element[ 0 ]?.contains( node ) ?? false;

/**
 * Remembers what has the focus now.
 *
 * @returns gives the focus back, and with it the cursor of the editor, without scrolling
 */
export function rememberFocus(): () => void {
	const element = document.activeElement;
	const surface = activeSurface();
	const hadEditor = surface && isInside( surface, element );
	const selection = window.getSelection();
	const hadText = element instanceof HTMLElement && element.isContentEditable;
	const range = hadText && selection?.rangeCount ? selection.getRangeAt( 0 ).cloneRange() : undefined;
	return () => {
		if ( hadEditor && surface === activeSurface() ) {
			// The element alone would put the cursor at the beginning of the text; the model still knows where it was.
			const cursor = surface.getModel().getSelection();
			surface.getView().activate();
			surface.getView().focus();
			surface.getModel().setSelection( cursor );
		} else if ( element instanceof HTMLElement && element.isConnected ) {
			element.focus( { preventScroll: true } );
			// A text area keeps its cursor by itself; an editor that is no text area, as CodeMirror, would begin at its start.
			if ( range ) {
				selection?.removeAllRanges();
				selection?.addRange( range );
			}
		}
	};
}

/**
 * Tells the editor that the focus is elsewhere, as its own dialogs do; it keeps its cursor and goes on showing it.
 * Without this it takes the focus back as soon as that moves between things that hold no text, as buttons do; and when it
 * looks where the cursor is (each 250 ms) before it has heard that a text box has the focus, it forgets its own.
 */
export function releaseEditor(): void {
	const surface = activeSurface();
	const selection = window.getSelection();
	if ( surface && selection ) {
		const isThere = isInside( surface, selection.anchorNode );
		// A text box that has the focus has the browser's one cursor, too, and would lose it.
		surface.getView().deactivate( true, !isThere );
		if ( isThere ) {
			// It does not do that when it was deactivated already, for example because its toolbar had the focus.
			selection.removeAllRanges();
		}
	}
}
