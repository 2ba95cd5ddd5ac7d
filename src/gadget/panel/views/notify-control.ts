import type { PanelState } from '../viewmodels/panel-state.ts';
import { element, widgetElement, wordButton } from './dom.ts';
import type { ViewContext } from './view-context.ts';

/** Offers notifications while one waits, and says whether they come. */
export function createNotifyControl( { panel, messages }: Pick<ViewContext, 'panel' | 'messages'> ): {
	readonly element: HTMLElement; update( state: PanelState ): void;
} {
	const root = element( 'div', 'askforhelp-notify' );
	const button = wordButton( '', () => panel.state.value.notifying === 'on' ? panel.stopNotifying() : panel.notifyMe() );
	const text = element( 'p', 'askforhelp-small' );
	text.setAttribute( 'role', 'status' );
	root.append( widgetElement( button ), text );
	let shown: string | undefined;
	return {
		element: root,
		update( { notifying } ) {
			if ( notifying === shown ) {
				return;
			}
			shown = notifying;
			root.hidden = notifying === 'impossible';
			button.setLabel( messages( notifying === 'on' ? 'notify-stop' : 'notify-me' ) );
			text.textContent = notifying === 'on' ? messages( 'notify-on' ) : notifying === 'blocked' ? messages( 'notify-blocked' ) : '';
		}
	};
}
