import { describe, expect, it, vi } from 'vitest';
import { nextOpening, openingLine } from '../../../../src/gadget/panel/viewmodels/opening-hours.ts';

const everyDay = [ 0, 1, 2, 3, 4, 5, 6 ];
const berlin = { timeZone: 'Europe/Berlin', times: [ { days: everyDay, fromMinute: 16 * 60, toMinute: 23 * 60 } ] };
const iso = ( opening: { fromMs: number; toMs: number } | undefined ): string | undefined => (
	opening && `${ new Date( opening.fromMs ).toISOString().slice( 0, 16 ) } ${ new Date( opening.toMs ).toISOString().slice( 0, 16 ) }`
);

describe( 'opening hours', () => {
	it.each<[ string, typeof berlin, string, string | undefined ]>( [
		[ 'in winter', berlin, '2026-01-10T12:00Z', '2026-01-10T15:00 2026-01-10T22:00' ],
		[ 'in summer', berlin, '2026-07-10T12:00Z', '2026-07-10T14:00 2026-07-10T21:00' ],
		[ 'while they last', berlin, '2026-07-10T20:59Z', '2026-07-10T14:00 2026-07-10T21:00' ],
		[ 'at their very end', berlin, '2026-07-10T21:00Z', '2026-07-11T14:00 2026-07-11T21:00' ],
		[ 'on the evening before the clocks go forward', berlin, '2026-03-28T22:30Z', '2026-03-29T14:00 2026-03-29T21:00' ],
		[ 'on the evening before the clocks go back', berlin, '2026-10-24T21:30Z', '2026-10-25T15:00 2026-10-25T22:00' ],
		[
			'over the hour that is left out', { timeZone: 'Europe/Berlin', times: [ { days: [ 0 ], fromMinute: 90, toMinute: 210 } ] },
			'2026-03-28T12:00Z', '2026-03-29T00:30 2026-03-29T01:30'
		],
		[
			'over midnight', { timeZone: 'America/New_York', times: [ { days: [ 5 ], fromMinute: 22 * 60, toMinute: 120 } ] },
			'2026-01-10T06:30Z', '2026-01-10T03:00 2026-01-10T07:00'
		],
		[
			'only once a week', { timeZone: 'Asia/Kolkata', times: [ { days: [ 1 ], fromMinute: 600, toMinute: 660 } ] },
			'2026-01-05T06:00Z', '2026-01-12T04:30 2026-01-12T05:30'
		],
		[
			'that follow each other as one', { timeZone: 'UTC', times: [
				{ days: [ 6 ], fromMinute: 18 * 60, toMinute: 1440 }, { days: [ 0 ], fromMinute: 0, toMinute: 60 },
				{ days: [ 6 ], fromMinute: 1200, toMinute: 1260 }
			] }, '2026-01-09T00:00Z', '2026-01-10T18:00 2026-01-11T01:00'
		],
		[ 'that never end as none', { timeZone: 'UTC', times: [ { days: everyDay, fromMinute: 0, toMinute: 1440 } ] }, '2026-01-09T00:00Z', undefined ],
		[
			'also for days on end', { timeZone: 'UTC', times: [ { days: [ 1, 2, 3, 4, 5 ], fromMinute: 0, toMinute: 1440 } ] },
			'2026-01-10T12:00Z', '2026-01-12T00:00 2026-01-17T00:00'
		],
		[
			'all week but for an hour', { timeZone: 'UTC', times: [
				{ days: [ 1, 2, 3, 4, 5, 6 ], fromMinute: 0, toMinute: 1440 }, { days: [ 0 ], fromMinute: 60, toMinute: 1440 }
			] }, '2026-01-11T01:30Z', '2026-01-11T01:00 2026-01-18T00:00'
		],
		[ 'without a day as none', { timeZone: 'UTC', times: [ { days: [], fromMinute: 0, toMinute: 60 } ] }, '2026-01-09T00:00Z', undefined ]
	] )( 'are known %s', ( _when, hours, now, expected ) => {
		expect( iso( nextOpening( hours, Date.parse( now ) ) ) ).toBe( expected );
	} );

	it.each<[ string, number | undefined, string, boolean ]>( [
		[ 'closed, and nothing is known', undefined, '2026-01-10T12:00Z', true ],
		[ 'closed, and nobody is here', 0, '2026-01-10T12:00Z', true ],
		[ 'closed, and somebody is here all the same', 2, '2026-01-10T12:00Z', false ],
		[ 'open, and nobody is here', 0, '2026-01-10T16:00Z', true ],
		[ 'open, and somebody is here', 1, '2026-01-10T16:00Z', false ],
		[ 'open, and nothing is known', undefined, '2026-01-10T16:00Z', false ]
	] )( 'are told when it is %s: %s at %s: %s', ( _when, helpers, now, isTold ) => {
		expect( openingLine( berlin, helpers, Date.parse( now ) ) !== undefined ).toBe( isTold );
	} );

	describe( 'of a day or more, in the reader\'s time zone', () => {
		const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
		const wholeDays = ( ...days: number[] ): typeof berlin => ( { timeZone, times: [ { days, fromMinute: 0, toMinute: 1440 } ] } );
		// The tenth of January 2026 is a Saturday.
		const at = ( day: number, hour: number, minute = 0 ): number => new Date( 2026, 0, day, hour, minute ).getTime();

		it.each<[ string, typeof berlin, number | undefined, number, object | undefined ]>( [
			[ 'tell the day on which they begin', wholeDays( 1, 2, 3, 4, 5 ), undefined, at( 10, 12 ), { fromMs: at( 12, 0 ), toMs: at( 12, 23, 59 ), isLater: true } ],
			[ 'tell it on the day before, too', wholeDays( 1, 2, 3, 4, 5 ), 0, at( 11, 20 ), { fromMs: at( 12, 0 ), toMs: at( 12, 23, 59 ), isLater: true } ],
			[ 'of one day alone', wholeDays( 3 ), 0, at( 10, 12 ), { fromMs: at( 14, 0 ), toMs: at( 14, 23, 59 ), isLater: true } ],
			[ 'tell of today while they last', wholeDays( 1, 2, 3, 4, 5 ), 0, at( 14, 12 ), { fromMs: at( 14, 0 ), toMs: at( 14, 23, 59 ), isLater: false } ],
			[ 'tell nothing while they last and nobody says that nobody is here', wholeDays( 1, 2 ), undefined, at( 12, 12 ), undefined ],
			[ 'tell nothing when they never end', wholeDays( ...everyDay ), 0, at( 12, 12 ), undefined ],
			[
				'end where they end', { timeZone, times: [ { days: [ 1 ], fromMinute: 600, toMinute: 1440 }, { days: [ 2 ], fromMinute: 0, toMinute: 720 } ] },
				0, at( 13, 9 ), { fromMs: at( 13, 0 ), toMs: at( 13, 12 ), isLater: false }
			]
		] )( '%s', ( _what, hours, helpers, nowMs, line ) => {
			expect( openingLine( hours, helpers, nowMs ) ).toEqual( line );
		} );
	} );

	it( 'name the day only when they begin in more than a day', () => {
		const weekend = { ...berlin, times: [ { ...berlin.times[ 0 ]!, days: [ 6 ] } ] };
		expect( openingLine( weekend, 0, Date.parse( '2026-01-07T12:00Z' ) )?.isLater ).toBe( true );
		expect( openingLine( weekend, 0, Date.parse( '2026-01-10T01:00Z' ) )?.isLater ).toBe( false );
		expect( openingLine( undefined, 0, 0 ) ).toBeUndefined();
	} );

	it( 'are known at once, however many there are: they are asked for with each key that is pressed', () => {
		const made = vi.spyOn( Intl, 'DateTimeFormat' );
		const times = Array.from( { length: 20 }, ( _, hour ) => ( { days: everyDay, fromMinute: hour * 60, toMinute: hour * 60 + 30 } ) );
		expect( nextOpening( { ...berlin, times }, Date.parse( '2026-07-10T12:00Z' ) ) ).toBeDefined();
		expect( made.mock.calls.length ).toBe( 1 );
		made.mockRestore();
	} );
} );
