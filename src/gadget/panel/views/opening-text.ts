import { readOpeningHours } from '../../../protocol/opening-hours.ts';
import { openingLine } from '../viewmodels/opening-hours.ts';
import type { ViewContext } from './view-context.ts';

/** When helpers are usually there, in the reader's own time; empty where there is nothing to say of it now. */
export function openingText(
	{ panel, messages, settings, formatTime, formatWeekday, now }:
	Pick<ViewContext, 'panel' | 'messages' | 'settings' | 'formatTime' | 'formatWeekday' | 'now'>
): string {
	const line = openingLine( readOpeningHours( settings.openingHours ), panel.state.value.availability?.helpers, now() );
	if ( !line ) {
		return '';
	}
	const [ from, to ] = [ formatTime( line.fromMs ), formatTime( line.toMs ) ];
	return line.isLater ? messages( 'opening-hours-later', formatWeekday( line.fromMs ), from, to ) : messages( 'opening-hours', from, to );
}
