const ICON = '<svg width=20 height=20 fill=currentColor><path d="M1 2v13h4v4l5-4h9V2zm4 5h2v2H5zm4 0h2v2H9zm4 0h2v2h-2z"/></svg>';

/**
 * The launcher's button; its last child is its label. In plain DOM: OOUI is not on every page. From a click on it is busy
 * until what that opens is there, or is known not to come.
 */
export function createButton( label: string, open: () => Promise<void> ): HTMLElement {
	const button = Object.assign( document.createElement( 'button' ), {
		// VisualEditor's toolbar swallows the keys of whatever is no widget.
		className: 'askforhelp-launcher oo-ui-widget',
		innerHTML: `${ ICON } <span></span>`,
		onclick() {
			button.ariaBusy = 'true';
			void open().then( () => {
				button.ariaBusy = null;
			} );
		},
		// The cursor stays in the editor.
		onmousedown: () => false,
		// It is the button's name where its label is not shown.
		title: label,
		// Editors are forms.
		type: 'button'
	} );
	button.lastChild!.textContent = label;
	return button;
}
