import type { EventId, RoomId } from '../../protocol/ids.ts';
import type { TextMessage } from '../../protocol/message.ts';
import type { Words } from './model.ts';

/** Characters that turn the direction of what comes after them, and other invisible controls. */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;
/** Hebrew with its accents has five on one letter. */
const MANY_MARKS = /([\p{M}\u200b-\u200d\u2060]{5})[\p{M}\u200b-\u200d\u2060]+/gu;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Text for HTML, in an element or in a quoted attribute. */
export function escapeHtml( text: string ): string {
	return text.replace( /[&<>"']/g, ( character ) => `&#${ character.charCodeAt( 0 ) };` );
}

/** Text of several lines for HTML. */
export function escapeLines( text: string ): string {
	return escapeHtml( text ).replace( /\r\n|\r|\n/g, '<br>' );
}

/** Address by which a client opens an event ("matrix.to navigation"). */
export function eventAddress( roomId: RoomId, eventId: EventId, serverName: string ): string {
	return `https://matrix.to/#/${ encodeURIComponent( roomId ) }/${ encodeURIComponent( eventId ) }?via=${ encodeURIComponent( serverName ) }`;
}

const onOneLine = ( text: string ): string => text.replace( INVISIBLE, ' ' ).replace( /\s+/g, ' ' ).trim();

/** A display name as others see it: on one line, no controls, no towers of combining marks; empty where nobody sees anything of it. */
export function shownName( name: string ): string {
	const shown = onOneLine( name ).replace( MANY_MARKS, '$1' );
	return /[\p{L}\p{N}\p{S}\p{P}]/u.test( shown ) ? shown : '';
}

/** A name or title from elsewhere as part of one line: no line breaks, no controls, and its direction kept to itself. */
export function oneLine( text: string ): string {
	const clean = onOneLine( text );
	return RIGHT_TO_LEFT.test( clean ) ? `\u2068${ clean }\u2069` : clean;
}

/** The text without the quotation that older clients put before a reply. */
export function withoutQuotation( body: string ): string {
	return body.replace( /^> (<|\* <)[^\n]*\n(> ?[^\n]*\n)*\n?/, '' );
}

/** "1 edit", "3 edits". */
export function plural( count: number, one: string ): string {
	return `${ count } ${ one }${ count === 1 ? '' : 's' }`;
}

const UNITS: readonly ( readonly [ string, number ] )[] = [
	[ 'year', 365 * 86_400_000 ], [ 'month', 30 * 86_400_000 ], [ 'day', 86_400_000 ], [ 'hour', 3_600_000 ], [ 'min', 60_000 ]
];

/** A length of time in its largest unit: "2 days", "3 min"; `undefined` below a minute. */
export function timeSpan( durationMs: number ): string | undefined {
	for ( const [ unit, unitMs ] of UNITS ) {
		if ( durationMs >= unitMs ) {
			const count = Math.floor( durationMs / unitMs );
			return unit === 'min' ? `${ count } min` : plural( count, unit );
		}
	}
	return undefined;
}

/** "English" for "en"; the code itself where it has no name, empty for an empty one. */
export function languageName( code: string ): string {
	if ( code === '' ) {
		return '';
	}
	try {
		return new Intl.DisplayNames( [ 'en' ], { type: 'language' } ).of( code ) ?? code;
	} catch {
		return code;
	}
}

/** How a message was said, where it was not said plainly. */
export function mannerOf( { msgtype }: TextMessage ): Words[ 'manner' ] {
	return msgtype === 'm.text' ? undefined : msgtype === 'm.emote' ? 'emote' : 'notice';
}
