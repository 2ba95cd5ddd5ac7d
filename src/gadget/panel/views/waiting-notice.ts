import type { PanelState } from '../viewmodels/panel-state.ts';
import { isPlaceNews } from '../viewmodels/queue-place.ts';
import { readProgress } from '../viewmodels/timeline.ts';
import { element, setVisible } from './dom.ts';
import { helpPageLine } from './help-page-link.ts';
import { createHoursLine } from './hours-line.ts';
import { notice } from './notice.ts';
import { createNotifyControl } from './notify-control.ts';
import { placeText, usualWait } from './status-line.ts';
import type { ViewContext } from './view-context.ts';

/**
 * While nobody has answered: that helpers have the question, its place in the queue, when they usually are there, the offer to
 * be notified, and the way on without them.
 */
export function createWaitingNotice( context: ViewContext ) {
	const { messages } = context;
	const root = element( 'div', 'askforhelp-after-list' );
	const title = messages( 'waiting-title' );
	const box = notice( 'neutral', '', title );
	const text = box.querySelector( '.askforhelp-notice-text' )!;
	const notifyControl = createNotifyControl( context );
	const hours = createHoursLine( context );
	const elsewhere = helpPageLine( context );
	root.append( box, hours.element, notifyControl.element, elsewhere );
	let heard: number | undefined;
	let hadEntries = false;

	return {
		element: root,
		/** @returns what is to be read aloud */
		update( state: PanelState ): string {
			const { waitingBefore, availability, connection, entries } = state;
			const isWaiting = readProgress( state ).isWaiting && connection !== 'ended';
			setVisible( root, isWaiting );
			// Without a connection it stands below, where that is said.
			setVisible( elsewhere, connection === 'online' );
			notifyControl.update( state );
			if ( isWaiting ) {
				void hours.update();
			}
			const place = isWaiting ? placeText( state, messages ) : '';
			const time = availability?.helpers !== 0 && usualWait( state, messages );
			const words = [ place, time && messages( 'waiting-usual', time ), messages( 'waiting-text' ) ].filter( Boolean ).join( ' ' );
			if ( text.textContent !== words ) {
				text.textContent = words;
			}
			// Of what was there before the panel, nothing is read aloud.
			const isNews = place !== '' && hadEntries && isPlaceNews( waitingBefore!, heard );
			const spoken = !isNews ? '' : heard === undefined ? `${ title } ${ place }` : place;
			heard = !isWaiting ? undefined : place === '' ? heard : waitingBefore;
			hadEntries = entries.length > 0;
			return spoken;
		}
	};
}
