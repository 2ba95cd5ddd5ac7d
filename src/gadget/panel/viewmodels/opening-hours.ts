import type { OpeningHours } from '../../../protocol/opening-hours.ts';

/** A time in which helpers are usually there, in ms since 1970. */
export type Opening = { readonly fromMs: number; readonly toMs: number };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The clocks of a place. To make them takes long, and they are looked at often. */
function clocksOf( timeZone: string ): Intl.DateTimeFormat {
	return new Intl.DateTimeFormat( 'en-US', {
		timeZone, hour12: false, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric'
	} );
}

/** How far the clocks of a place are ahead of UTC at a moment, in ms. */
function offsetMs( clocks: Intl.DateTimeFormat, timeMs: number ): number {
	const parts: Record<string, number> = {};
	clocks.formatToParts( timeMs ).forEach( ( { type, value } ) => {
		parts[ type ] = Number( value );
	} );
	const { year = 0, month = 0, day, hour = 0, minute, second } = parts;
	// Some browsers call midnight 24 o'clock.
	return Date.UTC( year, month - 1, day, hour % 24, minute, second ) - Math.floor( timeMs / 1000 ) * 1000;
}

/** The moment at which the clocks of a place show a time, given as though it were UTC; one that they leave out is the one after. */
function momentOf( clocks: Intl.DateTimeFormat, clockMs: number ): number {
	const guess = clockMs - offsetMs( clocks, clockMs );
	return clockMs - offsetMs( clocks, guess );
}

/**
 * When helpers are usually there: now, or the next time within a week.
 *
 * @returns `undefined` when they always are, or never
 */
export function nextOpening( { timeZone, times }: OpeningHours, nowMs: number ): Opening | undefined {
	const clocks = clocksOf( timeZone );
	const today = Math.floor( ( nowMs + offsetMs( clocks, nowMs ) ) / DAY_MS );
	const openings: { fromMs: number; toMs: number }[] = [];
	for ( let day = today - 1; day <= today + 8; day++ ) {
		for ( const { days, fromMinute, toMinute } of times ) {
			// The first of January 1970 was a Thursday.
			if ( days.includes( ( day + 4 ) % 7 ) ) {
				const endMs = toMinute * MINUTE_MS + ( toMinute > fromMinute ? 0 : DAY_MS );
				openings.push( {
					fromMs: momentOf( clocks, day * DAY_MS + fromMinute * MINUTE_MS ), toMs: momentOf( clocks, day * DAY_MS + endMs )
				} );
			}
		}
	}
	const merged: { fromMs: number; toMs: number }[] = [];
	for ( const opening of openings.sort( ( one, other ) => one.fromMs - other.fromMs ) ) {
		const last = merged[ merged.length - 1 ];
		if ( last && opening.fromMs <= last.toMs ) {
			last.toMs = Math.max( last.toMs, opening.toMs );
		} else {
			merged.push( opening );
		}
	}
	const next = merged.find( ( { toMs } ) => toMs > nowMs );
	return next && next.toMs - Math.max( next.fromMs, nowMs ) < 7 * DAY_MS ? next : undefined;
}

/** What is left of an opening on its first day in the reader's own time zone, or on the day that it is now. */
function onOneDay( { fromMs, toMs }: Opening, nowMs: number ): Opening {
	const beginMs = Math.max( fromMs, new Date( nowMs ).setHours( 0, 0, 0, 0 ) );
	return { fromMs: beginMs, toMs: Math.min( toMs, new Date( beginMs ).setHours( 23, 59, 0, 0 ) ) };
}

/** What to say of the opening hours. */
export type OpeningLine = Opening & {
	/** Whether the day has to be named. */
	readonly isLater: boolean;
};

/** What to say of them: something only when nobody is here, or it is closed now. */
export function openingLine( hours: OpeningHours | undefined, helpers: number | undefined, nowMs: number ): OpeningLine | undefined {
	const next = hours && nextOpening( hours, nowMs );
	const isOpen = next !== undefined && next.fromMs <= nowMs;
	const isTold = isOpen ? helpers === 0 : !helpers;
	if ( !next || !isTold ) {
		return undefined;
	}
	// Of a longer one, two times of day say nothing without the day.
	return next.toMs - next.fromMs < DAY_MS ?
			{ fromMs: next.fromMs, toMs: next.toMs, isLater: next.fromMs - nowMs >= DAY_MS } :
			Object.assign( { isLater: !isOpen }, onOneDay( next, nowMs ) );
}
