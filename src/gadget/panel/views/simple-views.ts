import { element, outsideLink, setVisible, widgetElement } from './dom.ts';
import { notice } from './notice.ts';
import type { CreateView } from './view-context.ts';

/** While the panel finds out what to show. */
export const createStartingView: CreateView = ( { messages } ) => {
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-starting' );
	root.append( element( 'p', 'askforhelp-small', messages( 'starting' ) ) );
	return { element: root, update() {}, focus() {}, dispose() {} };
};

/** While the conversation is being opened; it keeps trying when the homeserver is out of reach. */
export const createOpeningView: CreateView = ( { panel, messages, settings, pageUrl } ) => {
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-opening' );
	const working = element( 'p', 'askforhelp-small', messages( 'opening' ) );
	const offline = element( 'div', 'askforhelp-offline' );
	offline.setAttribute( 'role', 'status' );
	const again = new OO.ui.ButtonWidget( { label: messages( 'try-again' ) } );
	again.on( 'click', () => panel.retryNow() );
	const buttons = element( 'div', 'askforhelp-buttons' );
	buttons.append( widgetElement( again ) );
	const elsewhere = element( 'p', 'askforhelp-small askforhelp-link-line' );
	if ( settings.helpPage !== '' ) {
		elsewhere.append( outsideLink( messages( 'help-page' ), pageUrl( settings.helpPage ) ) );
	}
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
export const createProblemView: CreateView = ( { panel, messages, settings, pageUrl } ) => {
	const root = element( 'div', 'askforhelp-screen askforhelp-screen-problem' );
	const text = element( 'div', 'askforhelp-problem' );
	text.setAttribute( 'role', 'alert' );
	const again = new OO.ui.ButtonWidget( { label: messages( 'try-again' ), flags: [ 'primary', 'progressive' ] } );
	again.on( 'click', () => panel.tryAgain() );
	const back = new OO.ui.ButtonWidget( { label: messages( 'back' ) } );
	back.on( 'click', () => panel.startOver() );
	const buttons = element( 'div', 'askforhelp-buttons' );
	buttons.append( widgetElement( again ), widgetElement( back ) );
	const elsewhere = element( 'p', 'askforhelp-sentence askforhelp-link-line' );
	if ( settings.helpPage !== '' ) {
		elsewhere.append( outsideLink( messages( 'help-page' ), pageUrl( settings.helpPage ) ) );
	}
	root.append( text, buttons, elsewhere );
	return {
		element: root,
		update( { problem } ) {
			if ( problem ) {
				text.replaceChildren( notice( 'error', messages( `problem-${ problem }` ) ) );
			}
			setVisible( buttons, problem !== 'not-set-up' );
		},
		focus: () => again.focus(),
		dispose() {}
	};
};
