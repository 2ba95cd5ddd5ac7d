import { describe, expect, it } from 'vitest';
import type { Pace } from '../../../../src/relay/routing/intake.ts';
import { countMessage, isPaused } from '../../../../src/relay/routing/intake.ts';

describe( 'counting a newcomer\'s messages', () => {
	function verdicts( most: number, ...saidAtMs: number[] ): string[] {
		let pace: Pace | undefined;
		return saidAtMs.map( ( atMs ) => {
			const counted = countMessage( pace, atMs, most );
			pace = counted.pace;
			return counted.verdict;
		} );
	}

	it.each( [
		[ 'takes as many as may be', 2, [ 0, 1 ], [ 'taken', 'taken' ] ],
		[ 'tells once of too many', 1, [ 0, 1, 2, 3 ], [ 'taken', 'first-too-many', 'too-many', 'too-many' ] ],
		[ 'begins anew after a minute', 1, [ 0, 1, 60_000, 60_001 ], [ 'taken', 'first-too-many', 'taken', 'first-too-many' ] ],
		[ 'counts by when they were said, however late they come', 1, [ 0, 60_000, 120_000 ], [ 'taken', 'taken', 'taken' ] ],
		[ 'does not wait for the time of a clock that was set back', 1, [ 3_600_000, 0, 1 ], [ 'taken', 'taken', 'first-too-many' ] ]
	] )( '%s', ( _, most, saidAtMs, expected ) => {
		expect( verdicts( most, ...saidAtMs ) ).toEqual( expected );
	} );
} );

describe( 'a pause', () => {
	it( 'is for all wikis or for one', () => {
		const pause = ( scope: string ) => [ { scope, reason: '', sinceMs: 0 } ];
		expect( isPaused( [], 'enwiki' ) ).toBe( false );
		expect( isPaused( pause( '*' ), 'enwiki' ) ).toBe( true );
		expect( isPaused( pause( 'enwiki' ), 'enwiki' ) ).toBe( true );
		expect( isPaused( pause( 'dewiki' ), 'enwiki' ) ).toBe( false );
	} );
} );
