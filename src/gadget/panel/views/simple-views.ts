import { buttonLine, element, PRIMARY, setVisible, wordButton } from './dom.ts';
import { helpPage, helpPageLine } from './help-page-link.ts';
import { notice } from './notice.ts';
import type { CreateView } from './view-context.ts';

/** While the panel finds out what to show. */
export const createStartingView: CreateView = ( { messages } ) => {
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-starting' );
	root.append( element( 'p', 'askforhelp-small', messages( 'starting' ) ) );
	return { element: root, update() {}, focus() {}, dispose() {} };
};

/** While the conversation is being opened; it keeps trying when the homeserver is out of reach. */
export const createOpeningView: CreateView = ( context ) => {
	const { panel, messages } = context;
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-opening' );
	const working = element( 'p', 'askforhelp-small', messages( 'opening' ) );
	const offline = element( 'div', 'askforhelp-offline' );
	offline.setAttribute( 'role', 'status' );
	const buttons = buttonLine( wordButton( messages( 'try-again' ), () => panel.retryNow() ) );
	const elsewhere = helpPageLine( context );
	root.append( working, offline, buttons, elsewhere );
	return {
		element: root,
		update( { connection, isLongOffline } ) {
			const isOffline = connection === 'offline';
			setVisible( working, !isOffline );
			setVisible( buttons, isOffline );
			setVisible( elsewhere, isOffline );
			const text = isOffline ? messages( isLongOffline ? 'offline-long' : 'opening-offline' ) : '';
			if ( text !== offline.textContent ) {
				offline.replaceChildren( ...( isOffline ? [ notice( 'warning', text ) ] : [] ) );
			}
		},
		focus() {},
		dispose() {}
	};
};

/** What went wrong for good, what is kept, and the ways on. */
export const createProblemView: CreateView = ( context ) => {
	const { panel, messages, pageUrl } = context;
	const { page, label } = helpPage( context );
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-problem' );
	const text = element( 'div', 'askforhelp-problem' );
	text.setAttribute( 'role', 'alert' );
	const again = wordButton( messages( 'try-again' ), () => panel.tryAgain(), PRIMARY );
	const back = wordButton( messages( 'back' ), () => panel.startOver() );
	// Where there is no chat, this is the way.
	const instead = new OO.ui.ButtonWidget( {
		label: messages( label ), href: pageUrl( page ), target: '_blank', flags: [ 'primary', 'progressive' ]
	} );
	const elsewhere = helpPageLine( context );
	root.append( text, buttonLine( instead, again, back ), elsewhere );
	return {
		element: root,
		update( { problem } ) {
			if ( problem ) {
				text.replaceChildren( notice( 'error', messages( `problem-${ problem }` ) ) );
			}
			const canChat = problem !== 'not-set-up';
			instead.toggle( !canChat && page !== '' );
			again.toggle( canChat );
			back.toggle( canChat );
			setVisible( elsewhere, canChat );
		},
		focus: () => ( again.isVisible() ? again : instead ).focus(),
		dispose() {}
	};
};
