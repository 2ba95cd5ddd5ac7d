import type { PanelState } from '../viewmodels/panel-state.ts';
import { element, outsideLink, widgetElement } from './dom.ts';
import { notice } from './notice.ts';
import type { CreateView, View } from './view-context.ts';

/** What draws the conversation: a part that is loaded when there is one. */
export type TalkPart = {
	readonly createConversationView: CreateView;
};

/** The conversation, once its part has loaded; until then, or without it, what is going on. */
export const createConversationPart: CreateView = ( context ) => {
	const { messages, settings, pageUrl, loadTalk } = context;
	const root = element( 'div', 'askforhelp-part' );
	let view: View | undefined;
	let state: PanelState | undefined;
	let isFocusWanted = false;

	function sayThatItFailed(): void {
		const again = new OO.ui.ButtonWidget( { label: messages( 'try-again' ), flags: [ 'primary', 'progressive' ] } );
		again.on( 'click', load );
		const screen = element( 'div', 'askforhelp-screen' );
		screen.setAttribute( 'role', 'alert' );
		screen.append( notice( 'error', messages( 'problem-not-loaded' ) ), widgetElement( again ) );
		if ( settings.helpPage !== '' ) {
			screen.append( outsideLink( messages( 'help-page' ), pageUrl( settings.helpPage ) ) );
		}
		root.replaceChildren( screen );
	}

	function load(): void {
		const working = element( 'div', 'askforhelp-screen' );
		working.append( element( 'p', 'askforhelp-small', messages( 'starting' ) ) );
		root.replaceChildren( working );
		void loadTalk().then( ( part ) => {
			if ( !part ) {
				sayThatItFailed();
				return;
			}
			view = part.createConversationView( context );
			root.replaceChildren( view.element );
			if ( state ) {
				view.update( state );
			}
			if ( isFocusWanted ) {
				view.focus();
			}
		} );
	}
	load();

	return {
		element: root,
		update( next ) {
			state = next;
			view?.update( next );
		},
		focus() {
			isFocusWanted = view === undefined;
			view?.focus();
		},
		dispose() {
			view?.dispose();
		}
	};
};
