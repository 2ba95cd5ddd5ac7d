/** Begins a text with a capital letter, as a line of its own does, by the rules of a language. */
function capitalise( text: string, language: string ): string {
	const [ first = '' ] = text;
	return first.toLocaleUpperCase( language ) + text.slice( first.length );
}

/**
 * Makes a formatter for days: "Today", "Yesterday", and the date of any other.
 *
 * @param language a tag that browsers know (BCP 47)
 */
export function createDayFormat( language: string, now: () => number ): ( timeMs: number ) => string {
	const dates = new Intl.DateTimeFormat( language, { day: 'numeric', month: 'long' } );
	// Safari has it since 14; before, every day has its date.
	const relative = 'RelativeTimeFormat' in Intl ? new Intl.RelativeTimeFormat( language, { numeric: 'auto' } ) : undefined;
	return ( timeMs ) => {
		const today = new Date( now() );
		// By the calendar: a day can have 23 or 25 hours.
		const back = [ 0, 1 ].find( ( days ) => (
			new Date( today.getFullYear(), today.getMonth(), today.getDate() - days ).toDateString() === new Date( timeMs ).toDateString()
		) );
		return back === undefined || !relative ? dates.format( timeMs ) : capitalise( relative.format( -back, 'day' ), language );
	};
}
