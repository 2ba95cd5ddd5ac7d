import type { PanelState } from '../viewmodels/panel-state.ts';
import { buttonLine, element, PRIMARY, wordButton } from './dom.ts';
import { helpPageLine } from './help-page-link.ts';
import { notice } from './notice.ts';
import { createStartingView } from './simple-views.ts';
import type { CreateView, View, ViewContext } from './view-context.ts';

/**
 * Makes a view of one that is in a part loaded on use. Until it is there, this says that it loads; when it does not come,
 * what is kept and the ways on.
 */
export function lazyView( load: ( context: ViewContext ) => Promise<CreateView | undefined> ): CreateView {
	return ( context ) => {
		const { messages } = context;
		const root = element( 'div', 'askforhelp-part' );
		let view: View | undefined;
		let lastState: PanelState | undefined;
		let wantsFocus = false;
		let isDisposed = false;

		function showMissing(): void {
			const screen = element( 'div', 'askforhelp-screen' );
			const problem = element( 'div', 'askforhelp-problem' );
			problem.setAttribute( 'role', 'alert' );
			const again = wordButton( messages( 'try-again' ), () => void begin(), PRIMARY );
			screen.append( problem, buttonLine( again ), helpPageLine( context ) );
			root.replaceChildren( screen );
			// What is there already when it comes is not read out.
			problem.append( notice( 'error', messages( 'problem-not-loaded' ) ) );
		}

		async function begin(): Promise<void> {
			root.replaceChildren( createStartingView( context ).element );
			const create = await load( context );
			if ( isDisposed ) {
				return;
			}
			if ( !create ) {
				showMissing();
				return;
			}
			view = create( context );
			root.replaceChildren( view.element );
			if ( lastState ) {
				view.update( lastState );
			}
			if ( wantsFocus && root.closest( '.askforhelp-panel' )?.contains( document.activeElement ) ) {
				view.focus();
			}
		}
		void begin();

		return {
			element: root,
			update( state ) {
				lastState = state;
				view?.update( state );
			},
			focus() {
				wantsFocus = true;
				view?.focus();
			},
			dispose() {
				isDisposed = true;
				view?.dispose();
			}
		};
	};
}
