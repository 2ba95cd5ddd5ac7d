import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import type { Messages } from '../../i18n/messages.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import { readProgress } from '../viewmodels/timeline.ts';
import { isolate } from './dom.ts';

/** How long an answer usually takes; empty when that is not known. */
export function usualWait( { availability }: PanelState, messages: Messages ): string {
	const minutes = availability?.answerMinutes;
	return minutes === undefined ? '' :
		minutes < 90 ? messages( 'availability-minutes', minutes ) : messages( 'availability-hours', Math.round( minutes / 60 ) );
}

/** Who is there, and how long an answer usually takes; empty when nothing is known. */
function availabilityText( state: PanelState, messages: Messages ): string {
	const helpers = state.availability?.helpers;
	if ( !helpers ) {
		return helpers === 0 ? messages( 'availability-nobody' ) : '';
	}
	const time = usualWait( state, messages );
	return messages( 'availability-here', helpers ) + ( time && ` · ${ time }` );
}

/** How many are before the newcomer; empty when that is not known, as it is not without a connection. */
export function placeText( { waitingBefore, connection }: PanelState, messages: Messages ): string {
	return waitingBefore === undefined || connection !== 'online' ? '' :
		waitingBefore > 0 ? messages( 'waiting-before', waitingBefore ) : messages( 'waiting-next' );
}

/** The dot before the line: whether somebody is there, where that is known. */
export function statusDot( state: PanelState ): 'here' | 'nobody' | undefined {
	const isConversation = state.screen === 'conversation';
	if ( isConversation && state.connection === 'offline' ) {
		return 'nobody';
	}
	const { helpers } = state.availability ?? {};
	const isTold = state.screen === 'question' || ( isConversation && state.connection === 'online' && readProgress( state ).isWaiting );
	return !isTold || helpers === undefined ? undefined : helpers > 0 ? 'here' : 'nobody';
}

/** The line under the title: what the newcomer most wants to know now. */
export function statusText( state: PanelState, messages: Messages ): string {
	if ( state.isPaused ) {
		return messages( 'status-paused' );
	}
	if ( state.window === 'minimised' && state.unread > 0 ) {
		return messages( 'status-unread', state.unread );
	}
	if ( state.hiding ?? state.leaving ?? state.privacy ) {
		return '';
	}
	switch ( state.screen ) {
		case 'problem': return '';
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
			const { helper, isWaiting } = readProgress( state );
			if ( helper !== undefined ) {
				return messages( 'status-helper', isolate( helper ) );
			}
			return ( isWaiting && ( ( state.window === 'minimised' && placeText( state, messages ) ) || availabilityText( state, messages ) ) ) ||
				messages( isWaiting ? 'status-waiting' : 'status-talking' );
		}
		default: return availabilityText( state, messages ) || messages( state.team === DEFAULT_TEAM ? 'status-question' : 'harassment-title' );
	}
}
