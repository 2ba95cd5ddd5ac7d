const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long somebody waits, short enough for a column of 9: "40 s", "3 min", "2 h 5 min", "1 day". */
export function waitingTime( durationMs: number ): string {
	const lasted = Math.max( 0, durationMs );
	if ( lasted < MINUTE_MS ) {
		return `${ Math.floor( lasted / 1000 ) } s`;
	}
	if ( lasted < HOUR_MS ) {
		return `${ Math.floor( lasted / MINUTE_MS ) } min`;
	}
	if ( lasted < DAY_MS ) {
		const minutes = Math.floor( lasted % HOUR_MS / MINUTE_MS );
		return `${ Math.floor( lasted / HOUR_MS ) } h${ minutes === 0 ? '' : ` ${ minutes } min` }`;
	}
	const days = Math.floor( lasted / DAY_MS );
	return `${ days } day${ days === 1 ? '' : 's' }`;
}

/** The time of day where the helper is, and the day too when it was another one. */
export function clockTime( timeMs: number, nowMs: number ): string {
	const time = new Date( timeMs );
	const twoDigits = ( value: number ): string => String( value ).padStart( 2, '0' );
	const clock = `${ twoDigits( time.getHours() ) }:${ twoDigits( time.getMinutes() ) }`;
	const isToday = time.toDateString() === new Date( nowMs ).toDateString();
	return isToday ? clock : `${ twoDigits( time.getMonth() + 1 ) }-${ twoDigits( time.getDate() ) } ${ clock }`;
}
