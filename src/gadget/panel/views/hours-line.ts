import { DEFAULT_TEAM } from '../../../protocol/conversation.ts';
import { element, setVisible } from './dom.ts';
import type { ViewContext } from './view-context.ts';

/** A line that says when helpers are usually there, where nobody is known to be. */
export function createHoursLine( context: ViewContext ) {
	const { panel, settings, loadHours } = context;
	const root = element( 'p', 'askforhelp-hours' );
	root.hidden = true;
	let part: ReturnType<typeof loadHours> | undefined;
	return {
		element: root,
		/** @param mayMove whether what stands below may still move */
		async update( mayMove = () => true ): Promise<void> {
			const { team, availability } = panel.state.value;
			// Nobody knows when the safety team is there; where somebody is, the hours say nothing.
			part ??= team === DEFAULT_TEAM && settings.openingHours && !availability?.helpers ? loadHours() : undefined;
			const text = ( await part )?.openingText( context ) ?? '';
			if ( mayMove() ) {
				root.textContent = text;
				setVisible( root, text !== '' );
			}
		}
	};
}
