import { describe, expect, it } from 'vitest';
import type { StatusPage } from '../../../../src/protocol/availability.ts';
import type { UserId } from '../../../../src/protocol/ids.ts';
import { helpersHere, pageDue, usualMinutes } from '../../../../src/relay/routing/availability.ts';

const MINUTE_MS = 60_000;
const [ nita, omar, mona ] = [ '@nita:x', '@omar:x', '@mona:x' ] as UserId[] as [ UserId, UserId, UserId ];

describe( 'helpersHere', () => {
	const now = 100 * MINUTE_MS;
	it.each( [
		[ 'nobody of whom nothing is known', [], [], 0 ],
		[ 'who was active within ten minutes', [ [ nita, now - ( 10 * MINUTE_MS ) + 1 ], [ omar, now - ( 10 * MINUTE_MS ) ] ], [], 1 ],
		[ 'who is online', [], [ omar ], 1 ],
		[ 'who is both, once', [ [ nita, now ] ], [ nita, omar ], 2 ],
		[ 'no one who is no member', [ [ '@eve:x', now ] ], [ '@bridge:x' ], 0 ]
	] )( 'counts %s', ( _what, active, online, expected ) => {
		const activeAtMs = new Map( active as [ UserId, number ][] );
		expect( helpersHere( [ nita, omar, mona ], activeAtMs, new Set( online as UserId[] ), now ) ).toBe( expected );
	} );
} );

describe( 'usualMinutes', () => {
	it.each( [
		[ [], undefined ], [ [ 1, 1 ], undefined ], [ [ 1, 1, 1 ], 1 ], [ [ -5, 0, 0.2 ], 1 ], [ [ 1.1, 1.1, 1.1 ], 2 ],
		[ [ 90, 3, 1 ], 3 ], [ [ 1, 2, 4, 100 ], 3 ],
		[ [ 6, 6, 6 ], 7 ], [ [ 16, 16, 16 ], 20 ], [ [ 46, 46, 46 ], 60 ],
		[ [ 700, 700, 700 ], 720 ], [ [ 1500, 1500, 1500 ], 2880 ], [ [ 1e6, 1e6, 1e6 ], 43_200 ]
	] )( 'of waits of %j minutes is %s', ( waits, expected ) => {
		expect( usualMinutes( waits.map( ( minutes ) => minutes * MINUTE_MS ) ) ).toBe( expected );
	} );
} );

describe( 'pageDue', () => {
	const limits = { everyMs: 3 * MINUTE_MS, validMs: 120 * MINUTE_MS };
	const page = ( helpers: number, answerMinutes?: number ): StatusPage => (
		{ updatedMs: 0, validUntilMs: 120 * MINUTE_MS, teams: { general: { helpers, ...( answerMinutes && { answerMinutes } ) } } }
	);
	it.each( [
		[ 'there is none that holds', undefined, page( 0 ).teams, 0, true ],
		[ 'it says the same', page( 2, 5 ), page( 2, 5 ).teams, 60, false ],
		[ 'more helpers are here', page( 2 ), page( 3 ).teams, 1, true ],
		[ 'another waiting time is usual', page( 2, 5 ), page( 2, 7 ).teams, 1, true ],
		[ 'none is usual any more', page( 2, 5 ), page( 2 ).teams, 1, true ],
		[ 'a team has come', page( 0 ), { ...page( 0 ).teams, dewiki: { helpers: 0 } }, 1, true ],
		[ 'a team has gone', { ...page( 0 ), teams: { ...page( 0 ).teams, dewiki: { helpers: 0 } } }, page( 0 ).teams, 1, true ],
		[ 'it ends soon and somebody is here', page( 1 ), page( 1 ).teams, 105, true ],
		[ 'it does not end soon', page( 1 ), page( 1 ).teams, 104.9, false ],
		[ 'it ends soon and nobody is here', page( 0 ), page( 0 ).teams, 119, false ]
	] )( 'when %s', ( _what, before, teams, atMinutes, isDue ) => {
		const nowMs = atMinutes * MINUTE_MS;
		const next = { updatedMs: nowMs, validUntilMs: nowMs + limits.validMs, teams };
		expect( pageDue( before, teams, nowMs, limits ) ).toEqual( isDue ? next : undefined );
	} );
} );
