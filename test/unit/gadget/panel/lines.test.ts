import { describe, expect, it } from 'vitest';
import { createMessages, readLanguagePage } from '../../../../src/gadget/i18n/messages.ts';
import english from '../../../../src/gadget/i18n/en.json' with { type: 'json' };
import type { LoginStatus } from '../../../../src/gadget/panel/viewmodels/login.ts';
import { FIRST_STATE } from '../../../../src/gadget/panel/viewmodels/panel-state.ts';
import { createDayFormat } from '../../../../src/gadget/panel/views/day-line.ts';
import { statusText } from '../../../../src/gadget/panel/views/status-line.ts';

describe( 'the line under the title', () => {
	it.each<[ LoginStatus, string ]>( [
		[ 'waiting', 'Logging in' ], [ 'finishing', 'Logging in' ], [ 'blocked', 'Not logged in' ], [ 'cancelled', 'Not logged in' ],
		[ 'not-allowed', 'Not logged in' ], [ 'failed', 'Not logged in' ], [ 'timed-out', 'Not logged in' ], [ 'unreachable', 'Not logged in' ]
	] )( 'during a login that is %s says "%s"', ( loginStatus, text ) => {
		expect( statusText( { ...FIRST_STATE, window: 'open', screen: 'login', loginStatus }, createMessages( [ readLanguagePage( 'en', english ) ] ) ) ).toBe( text );
	} );
} );

describe( 'the line above the messages of a day', () => {
	const now = new Date( 2026, 2, 1, 0, 30 ).getTime();

	it.each( [
		[ 'en', [ 2026, 2, 1, 0, 1 ], 'Today' ],
		[ 'en', [ 2026, 1, 28, 23, 59 ], 'Yesterday' ],
		[ 'en', [ 2026, 1, 27, 12, 0 ], 'February 27' ],
		[ 'en', [ 2025, 2, 1, 0, 1 ], 'March 1, 2025' ],
		[ 'de', [ 2025, 10, 25, 12, 0 ], '25. November 2025' ],
		[ 'de', [ 2026, 1, 28, 12, 0 ], 'Gestern' ],
		[ 'ar', [ 2026, 2, 1, 0, 1 ], 'اليوم' ]
	] as const )( 'in %s says for %j "%s"', ( language, [ year, month, day, hour, minute ], text ) => {
		expect( createDayFormat( language, () => now )( new Date( year, month, day, hour, minute ).getTime() ) ).toBe( text );
	} );
} );
