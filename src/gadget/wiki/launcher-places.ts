import { whenIdle } from './launch-page.ts';

/**
 * Beside what people who edit look at for help, by selectors; the best place first. Another editor is another line, see
 * `../README.md`.
 */
const EDITOR_PLACES = [
	'.ve-active .ve-ui-toolbar-group-help',
	// On a phone there is no help; it stands between the choice of the editor and the button to publish.
	'.ve-ui-targetToolbar .ve-ui-toolbar-group-editMode',
	'.editor-overlay :not(.hidden)>.overlay-title',
	'.wikiEditor-ui-toolbar .tab-help',
	'.editHelp',
	// Scripts and skins may have taken those away.
	'#wpTextbox1',
	'.ve-active .ve-ui-surface'
];

/** Whenever one of them fires, another place may be the best one. */
const HOOKS = [ 've.activationComplete', 've.deactivationComplete', 'mobileFrontend.editorOpened', 'mobileFrontend.editorClosed', 'wikipage.content', 'wikiEditor.toolbarReady' ];

/**
 * Keeps the button in the first of the places that can be seen; else, where the settings mean reading too, in the corner
 * of the window; else out of the page. Its last child is its label, which shows only where the toolbar is no higher with it.
 *
 * @param actions the launch settings' list
 */
export function keepInPlace( button: HTMLElement, actions: readonly string[] ): void {
	const { wgAction, wgNamespaceNumber } = mw.config.get();
	const label = button.lastChild as HTMLElement;
	let current: HTMLElement;
	const put = ( insert: 'after' | 'append' ) => ( selector: string ): boolean => {
		const anchor = document.querySelector<HTMLElement>( selector );
		if ( !anchor || !anchor.offsetHeight ) {
			return false;
		}
		// To move it would take the focus from it.
		if ( anchor !== current || !button.isConnected ) {
			current = anchor;
			anchor[ insert ]( button );
		}
		const toolbar = button.parentElement!.parentElement!;
		label.hidden = true;
		const height = toolbar.offsetHeight;
		label.hidden = false;
		label.hidden = toolbar.offsetHeight > height;
		return true;
	};
	const isPageMeant = wgAction === 'view' && actions.includes( wgNamespaceNumber < 0 ? 'special' : 'view' );
	const update = (): void => {
		const isInEditor = actions.includes( 'edit' ) && EDITOR_PLACES.some( put( 'after' ) );
		if ( !isInEditor && !( isPageMeant && put( 'append' )( 'body' ) ) ) {
			button.remove();
		}
	};
	// By then, what an editor that closes leaves behind is gone.
	const updateSoon = (): void => whenIdle( update );
	HOOKS.forEach( ( name ) => mw.hook( name ).add( updateSoon ) );
	// User scripts take toolbars away at any time, and tell nobody.
	window.addEventListener( 'focusin', update );
	window.addEventListener( 'resize', update );
	updateSoon();
}
