import { element, setVisible, widgetElement } from './dom.ts';
import { notice } from './notice.ts';
import type { CreateView } from './view-context.ts';

/** Before and after leaving the chat: what goes, and what stays. */
export const createLeaveView: CreateView = ( { panel, messages } ) => {
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-leave' );
	const status = element( 'div', 'askforhelp-leave-status' );
	status.setAttribute( 'role', 'status' );
	status.tabIndex = -1;
	const leave = new OO.ui.ButtonWidget( { label: messages( 'leave' ), flags: [ 'primary', 'progressive' ], classes: [ 'askforhelp-leave' ] } );
	leave.on( 'click', () => panel.leave() );
	const back = new OO.ui.ButtonWidget( { label: messages( 'back' ) } );
	back.on( 'click', () => panel.stay() );
	const again = new OO.ui.ButtonWidget( { label: messages( 'ask-again' ) } );
	again.on( 'click', () => panel.stay() );
	const buttons = element( 'div', 'askforhelp-buttons' );
	buttons.append( widgetElement( leave ), widgetElement( back ), widgetElement( again ) );
	root.append( status, buttons );
	return {
		element: root,
		update( { leaving } ) {
			const hasLeft = leaving === 'left';
			const hadFocus = root.contains( document.activeElement );
			status.replaceChildren( hasLeft ? notice( 'success', messages( 'leave-done' ) ) : notice( 'neutral', messages( 'leave-about' ) ) );
			leave.toggle( !hasLeft );
			back.toggle( !hasLeft );
			again.toggle( hasLeft );
			setVisible( root, leaving !== undefined );
			if ( hadFocus && !root.contains( document.activeElement ) ) {
				status.focus( { preventScroll: true } );
			}
		},
		focus: () => status.focus( { preventScroll: true } ),
		dispose() {}
	};
};
