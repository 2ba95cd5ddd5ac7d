import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import type { Messages } from '../../i18n/messages.ts';
import type { PanelState } from '../viewmodels/panel-state.ts';
import { readProgress } from '../viewmodels/timeline.ts';
import { isolate } from './dom.ts';

/** Who is there, and how long an answer usually takes; empty when nothing is known. */
function availabilityText( { availability }: PanelState, messages: Messages ): string {
	const { helpers, answerMinutes } = availability ?? {};
	if ( !helpers ) {
		return helpers === 0 ? messages( 'availability-nobody' ) : '';
	}
	const here = messages( 'availability-here', helpers );
	if ( answerMinutes === undefined ) {
		return here;
	}
	const time = answerMinutes < 90 ? messages( 'availability-minutes', answerMinutes ) : messages( 'availability-hours', Math.round( answerMinutes / 60 ) );
	return `${ here } · ${ time }`;
}

/** The dot before the line: whether somebody is there, where that is known. */
export function statusDot( state: PanelState ): 'here' | 'nobody' | undefined {
	const isConversation = state.screen === 'conversation';
	if ( isConversation && state.connection === 'offline' ) {
		return 'nobody';
	}
	const { helpers } = state.availability ?? {};
	const isTold = state.screen === 'question' || ( isConversation && state.connection === 'online' && readProgress( state.entries ).isWaiting );
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
			const { helper, isWaiting } = readProgress( state.entries );
			if ( helper !== undefined ) {
				return messages( 'status-helper', isolate( helper ) );
			}
			return ( isWaiting && availabilityText( state, messages ) ) || messages( isWaiting ? 'status-waiting' : 'status-talking' );
		}
		default: return availabilityText( state, messages ) || messages( state.team === DEFAULT_TEAM ? 'status-question' : 'harassment-title' );
	}
}
