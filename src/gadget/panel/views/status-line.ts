import type { Messages } from '../../i18n/messages.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import { readProgress } from '../viewmodels/timeline.ts';
import { isolate } from './dom.ts';

/** The line under the title: what the newcomer most wants to know now. */
export function statusText( state: PanelState, messages: Messages ): string {
	if ( state.isPaused ) {
		return messages( 'status-paused' );
	}
	if ( state.window === 'minimised' && state.unread > 0 ) {
		return messages( 'status-unread', state.unread );
	}
	switch ( state.screen ) {
		case 'login': {
			const isUnderWay = state.loginStatus === 'waiting' || state.loginStatus === 'finishing';
			return messages( isUnderWay ? 'status-login' : 'status-not-logged-in' );
		}
		case 'starting':
		case 'opening': return messages( state.connection === 'offline' ? 'status-offline' : 'status-opening' );
		case 'conversation': {
			if ( state.connection !== 'online' ) {
				return messages( `status-${ state.connection }` );
			}
			const { helper, isWaiting } = readProgress( state.entries );
			return helper !== undefined ? messages( 'status-helper', isolate( helper ) ) : messages( isWaiting ? 'status-waiting' : 'status-talking' );
		}
		default: return messages( 'status-question' );
	}
}
