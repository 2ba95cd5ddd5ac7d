import { list, record, text } from './loose-values.ts';

/** When helpers are usually there, in the time of one place. */
export type OpeningHours = { readonly timeZone: string; readonly times: readonly OpeningTime[] };

/** In minutes since midnight; where it ends before it begins, it ends on the day after. Days as `Date` counts them: 0 is Sunday. */
export type OpeningTime = { readonly days: readonly number[]; readonly fromMinute: number; readonly toMinute: number };

const DAYS = [ 'sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' ];
const LATEST_MINUTE = 1440;

/** "16:30" in minutes since midnight; NaN for what is no time. */
function minutes( raw: unknown ): number {
	const [ , hour, minute ] = /^(\d\d?):([0-5]\d)$/.exec( text( raw ) ) ?? [];
	const sum = Number( hour ) * 60 + Number( minute );
	return sum <= LATEST_MINUTE ? sum : NaN;
}

function readOpeningTime( raw: unknown ): OpeningTime | [] {
	const { days, from, to } = record( raw );
	const fromMinute = minutes( from );
	const toMinute = minutes( to );
	const named = days === undefined ? DAYS : list( days );
	const numbers = DAYS.flatMap( ( day, index ) => named.includes( day ) ? index : [] );
	return numbers.length === 0 || isNaN( fromMinute + toMinute ) ? [] : { days: numbers, fromMinute, toMinute };
}

/** Reads them; `undefined` when the time zone is none, or there is no time that can be read. */
export function readOpeningHours( raw: unknown ): OpeningHours | undefined {
	const timeZone = text( record( raw ).timeZone );
	const times = list( record( raw ).times ).flatMap( readOpeningTime );
	try {
		// Throws at a name that it does not know.
		new Intl.DateTimeFormat( 'en', { timeZone } );
		return timeZone === '' || times.length === 0 ? undefined : { timeZone, times };
	} catch {
		return undefined;
	}
}
