import { describe, expect, it } from 'vitest';
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

	it( 'name the day only when they begin in more than a day', () => {
		const weekend = { ...berlin, times: [ { ...berlin.times[ 0 ]!, days: [ 6 ] } ] };
		expect( openingLine( weekend, 0, Date.parse( '2026-01-07T12:00Z' ) )?.isLater ).toBe( true );
		expect( openingLine( weekend, 0, Date.parse( '2026-01-10T01:00Z' ) )?.isLater ).toBe( false );
		expect( openingLine( undefined, 0, 0 ) ).toBeUndefined();
	} );
} );
