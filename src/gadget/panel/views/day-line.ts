/** Begins a text with a capital letter, as a line of its own does, by the rules of a language. */
function capitalise( text: string, language: string ): string {
	const [ first = '' ] = text;
	return first.toLocaleUpperCase( language ) + text.slice( first.length );
}

/**
 * Makes a formatter for days: "Today", "Yesterday", and the date of any other, with its year where that is another one.
 *
 * @param language a tag that browsers know (BCP 47)
 */
export function createDayFormat( language: string, now: () => number ): ( timeMs: number ) => string {
	// Safari has it since 14; before, every day has its date.
	const relative = 'RelativeTimeFormat' in Intl ? new Intl.RelativeTimeFormat( language, { numeric: 'auto' } ) : undefined;
	return ( timeMs ) => {
		const today = new Date( now() );
		// By the calendar: a day can have 23 or 25 hours.
		const back = [ 0, 1 ].find( ( days ) => (
			new Date( today.getFullYear(), today.getMonth(), today.getDate() - days ).toDateString() === new Date( timeMs ).toDateString()
		) );
		const isThisYear = today.getFullYear() === new Date( timeMs ).getFullYear();
		return back === undefined || !relative ?
				new Date( timeMs ).toLocaleDateString( language, { day: 'numeric', month: 'long', year: isThisYear ? undefined : 'numeric' } ) :
				capitalise( relative.format( -back, 'day' ), language );
	};
}
