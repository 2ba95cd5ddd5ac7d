import type { MessageKey } from '../../i18n/messages.ts';
import type { Hiding } from '../viewmodels/hiding.ts';
import { element, outsideLink, setVisible, widgetElement } from './dom.ts';
import type { NoticeKind } from './notice.ts';
import { notice } from './notice.ts';
import type { CreateView } from './view-context.ts';

const NOTICES: Readonly<Record<Hiding, readonly [ NoticeKind, MessageKey ]>> = {
	hiding: [ 'neutral', 'saving' ],
	hidden: [ 'success', 'hide-done' ],
	'not-hidden': [ 'error', 'hide-failed' ],
	'not-hidden-logged-out': [ 'error', 'hide-logged-out' ],
	undoing: [ 'neutral', 'saving' ],
	'not-undone': [ 'error', 'hide-not-undone' ]
};

/** After "hide this": what is hidden, and the ways back. */
export const createHideView: CreateView = ( { panel, messages, preferencesUrl } ) => {
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-hide' );
	const status = element( 'div', 'askforhelp-hide-status' );
	status.setAttribute( 'role', 'status' );
	status.tabIndex = -1;
	const undo = new OO.ui.ButtonWidget( { label: messages( 'hide-undo' ), classes: [ 'askforhelp-hide-undo' ] } );
	undo.on( 'click', () => panel.undoHide() );
	const again = new OO.ui.ButtonWidget( { label: messages( 'try-again' ), flags: [ 'primary', 'progressive' ] } );
	again.on( 'click', () => panel.hideButton() );
	const back = new OO.ui.ButtonWidget( { label: messages( 'back' ) } );
	back.on( 'click', () => panel.leaveHiding() );
	const buttons = element( 'div', 'askforhelp-buttons' );
	buttons.append( widgetElement( undo ), widgetElement( again ), widgetElement( back ) );
	const wayBack = element( 'p', 'askforhelp-link-line' );
	wayBack.append( outsideLink( messages( 'hide-preferences' ), preferencesUrl ) );
	root.append( status, buttons, wayBack );
	let shown: Hiding | undefined;

	return {
		element: root,
		update( { hiding } ) {
			if ( hiding === undefined || hiding === shown ) {
				return;
			}
			shown = hiding;
			const [ kind, key ] = NOTICES[ hiding ];
			const hadFocus = root.contains( document.activeElement );
			status.replaceChildren( notice( kind, messages( key ) ) );
			const canUndo = hiding === 'hidden' || hiding === 'not-undone';
			const hasFailed = hiding === 'not-hidden' || hiding === 'not-hidden-logged-out';
			undo.toggle( canUndo );
			again.toggle( hasFailed );
			back.toggle( hasFailed );
			setVisible( wayBack, canUndo );
			if ( hadFocus ) {
				// What had it may be gone.
				status.focus( { preventScroll: true } );
			}
		},
		focus: () => status.focus( { preventScroll: true } ),
		dispose() {}
	};
};
