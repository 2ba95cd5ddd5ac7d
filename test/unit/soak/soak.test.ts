import { describe, expect, it } from 'vitest';
import { MatrixFailure } from '../../../src/matrix/index.ts';
import { OptionError } from '../../../src/sandbox/options.ts';
import { createRandom, seedOf, shuffled } from '../../soak/random.ts';
import { untilTaken } from '../../soak/actor.ts';
import { figuresOf, memoryLine, residentBytes } from '../../soak/memory.ts';
import { readOptions } from '../../soak/options.ts';
import { inWords, scheduleOf } from '../../soak/schedule.ts';
import type { Role } from '../../soak/script.ts';
import { stepsOf } from '../../soak/script.ts';
import { sentLine, summaryLine } from '../../soak/summary.ts';
import { createWatch } from '../../soak/watch.ts';

const first = ( count: number, seed: number, role: Role, conversation = 0 ) => {
	const steps = stepsOf( seed, conversation, role, 1_000 );
	return Array.from( { length: count }, () => steps.next().value );
};

describe( 'a seed', () => {
	it( 'makes the same numbers each time, and others for each part', () => {
		const draw = ( seed: number ): number[] => {
			const random = createRandom( seed );
			return [ random(), random(), random() ];
		};
		expect( draw( 7 ) ).toEqual( draw( 7 ) );
		expect( draw( 7 ) ).not.toEqual( draw( 8 ) );
		expect( seedOf( 7, 'kills' ) ).not.toBe( seedOf( 7, '0 first' ) );
		expect( seedOf( 7, 'kills' ) ).toBe( seedOf( 7, 'kills' ) );
	} );

	it( 'shuffles without losing anything', () => {
		expect( shuffled( [ 1, 2, 3, 4, 5 ], createRandom( 3 ) ).toSorted() ).toEqual( [ 1, 2, 3, 4, 5 ] );
	} );
} );

describe( 'a script', () => {
	it( 'is the same for the same seed, conversation and role, and for no other', () => {
		expect( first( 50, 7, 'newcomer' ) ).toEqual( first( 50, 7, 'newcomer' ) );
		expect( first( 50, 7, 'newcomer' ) ).not.toEqual( first( 50, 8, 'newcomer' ) );
		expect( first( 50, 7, 'newcomer' ) ).not.toEqual( first( 50, 7, 'newcomer', 1 ) );
		expect( first( 50, 7, 'newcomer' ) ).not.toEqual( first( 50, 7, 'first' ) );
	} );

	it( 'holds everything that is mirrored', () => {
		const kinds = new Set( first( 200, 7, 'newcomer' ).map( ( { kind } ) => kind ) );
		expect( kinds ).toEqual( new Set( [ 'text', 'reply', 'image', 'edit', 'undo', 'deletion', 'reaction', 'removal' ] ) );
	} );

	it( 'says nothing twice, rests as long as it is told on the whole, and often not at all', () => {
		const steps = first( 1_000, 7, 'first' );
		expect( new Set( steps.map( ( { words } ) => words ) ).size ).toBe( 1_000 );
		const mean = steps.reduce( ( sum, { pauseMs } ) => sum + pauseMs, 0 ) / 1_000;
		expect( mean ).toBeGreaterThan( 900 );
		expect( mean ).toBeLessThan( 1_100 );
		expect( steps.filter( ( { pauseMs } ) => pauseMs < 20 ).length ).toBeGreaterThan( 250 );
	} );
} );

describe( 'a schedule', () => {
	it( 'is the same for the same seed', () => {
		expect( scheduleOf( 7, 20 ) ).toEqual( scheduleOf( 7, 20 ) );
		expect( scheduleOf( 7, 20 ) ).not.toEqual( scheduleOf( 8, 20 ) );
	} );

	it.each( [ 1, 2, 3, 4, 5, 6 ] )( 'of four kills has all victims, and a relay that starts (seed %d)', ( seed ) => {
		const kills = scheduleOf( seed, 4 );
		expect( kills.map( ( { victim } ) => victim ).toSorted() ).toEqual( [ 'both', 'homeserver', 'relay', 'relay' ] );
		expect( kills.filter( ( { moment } ) => moment === 'starting' ) ).toHaveLength( 1 );
	} );

	it( 'has every moment', () => {
		const moments = Map.groupBy( scheduleOf( 7, 60 ), ( { moment } ) => moment );
		expect( [ ...moments.keys() ].toSorted() ).toEqual( [ 'at work', 'catching up', 'keeping', 'starting' ] );
		expect( moments.get( 'starting' )!.every( ( { victim } ) => victim === 'relay' ) ).toBe( true );
	} );

	it( 'says what is killed how often', () => {
		expect( inWords( scheduleOf( 7, 60 ) ) ).toBe( '60 kills (37 relay, 15 homeserver, 8 both at once)' );
		expect( inWords( scheduleOf( 7, 1 ) ) ).toMatch( /^1 kill \(1 (relay|homeserver|both at once)\)$/ );
	} );
} );

describe( 'options', () => {
	const read = ( ...args: string[] ) => readOptions( args, () => 0.5 );

	it( 'have a value where none is given', () => {
		expect( read() ).toEqual( {
			kind: 'run', kills: 20, minutes: 0, seed: 500_000, stores: [ 'sqlite', 'postgres' ], conversations: 12, jsonFile: undefined
		} );
	} );

	it( 'are read', () => {
		expect( read( '--kills', '60', '--seed=7', '--store', 'postgres', '--conversations', '3', '--json', '/tmp/x.json' ) ).toEqual( {
			kind: 'run', kills: 60, minutes: 0, seed: 7, stores: [ 'postgres' ], conversations: 3, jsonFile: '/tmp/x.json'
		} );
		expect( read( '--minutes', '30', '--store', 'both' ) ).toMatchObject( { kills: 0, minutes: 30, stores: [ 'sqlite', 'postgres' ] } );
		expect( read( '--kills', '3', '--help' ) ).toEqual( { kind: 'help' } );
	} );

	it.each( [
		[ [ '--kills', '0' ], '--kills needs a whole number from 1' ],
		[ [ '--kills' ], '--kills needs a whole number' ],
		[ [ '--kills=many' ], '--kills needs a whole number' ],
		[ [ '--seed', '-1' ], '--seed needs a whole number from 0' ],
		[ [ '--store', 'mysql' ], 'there is no store "mysql"' ],
		[ [ '--conversations', '1000' ], '--conversations needs a whole number from 1 to 200' ],
		[ [ '--minutes', '5', '--kills', '5' ], 'choose one of them' ],
		[ [ '--json=' ], '--json needs a file' ],
		[ [ '--kill', '5' ], '"--kill" is not an option here' ],
		[ [ 'fast' ], '"fast" is not an option here' ]
	] )( '%j are refused', ( args, message ) => {
		expect( () => read( ...args ) ).toThrow( OptionError );
		expect( () => read( ...args ) ).toThrow( message );
	} );
} );

describe( 'the memory of a process', () => {
	it( 'is read from what the system tells of it', () => {
		expect( residentBytes( 'Name:\tnode\nVmPeak:\t  90000 kB\nVmRSS:\t  81920 kB\n' ) ).toBe( 83_886_080 );
		expect( residentBytes( 'Name:\tnode\nState:\tZ (zombie)\n' ) ).toBeUndefined();
	} );

	it( 'is compared between the first and the last quarter', () => {
		const samples = [ 100, 300, 100, 100, 100, 100, 110, 900, 110 ].map( ( bytes, index ) => ( { atMs: index, bytes: bytes * 1e6 } ) );
		const figures = figuresOf( samples );
		expect( figures ).toEqual( {
			samples: 9, first: { medianBytes: 100e6, leastBytes: 100e6 }, last: { medianBytes: 110e6, leastBytes: 110e6 }, mostBytes: 900e6
		} );
		expect( memoryLine( figures ) ).toBe( 'memory of the relay: 100 MB (least 100 MB) in the first quarter, 110 MB (least 110 MB) in the last (+10 %), 900 MB at most; 9 samples' );
		expect( memoryLine( figuresOf( [] ) ) ).toBe( 'memory of the relay: not sampled' );
	} );
} );

describe( 'a watch', () => {
	function watchAt( silenceMs = 60_000 ) {
		const clock = { ms: 0 };
		const stopper = new AbortController();
		return { clock, stopper, watch: createWatch( { silenceMs, signal: stopper.signal, now: () => clock.ms } ) };
	}

	it( 'is silent when nothing has moved for too long', () => {
		const { clock, watch } = watchAt();
		clock.ms = 60_000;
		expect( watch.isSilent() ).toBe( false );
		clock.ms = 60_001;
		expect( watch.isSilent() ).toBe( true );
		watch.moved();
		expect( watch.isSilent() ).toBe( false );
	} );

	it( 'ends every waiting when it is told to', async () => {
		const { stopper, watch } = watchAt();
		const waiting = watch.wait( 60_000 );
		stopper.abort( new Error( 'Stopped' ) );
		await expect( waiting ).rejects.toThrow( 'Stopped' );
		await expect( watch.wait( 0 ) ).rejects.toThrow( 'Stopped' );
	} );

	it( 'lets somebody try again while the homeserver does not answer, and no longer than anything moves', async () => {
		const { clock, watch } = watchAt();
		const failure = new MatrixFailure( 'unreachable', 'gone' );
		const fails = [ true, true, false ];
		expect( await untilTaken( watch, () => fails.shift() ? Promise.reject( failure ) : Promise.resolve( 'taken' ) ) ).toBe( 'taken' );
		await expect( untilTaken( watch, () => Promise.reject( new MatrixFailure( 'refused', 'no' ) ) ) ).rejects.toThrow( 'no' );
		clock.ms = 60_001;
		await expect( untilTaken( watch, () => Promise.reject( failure ) ) ).rejects.toThrow( 'gone' );
	} );
} );

it( 'a run ends in one line', () => {
	const finding = { kind: 'lost', conversation: 0, from: 'helper', eventId: '$1' as never, what: '' } as const;
	const comparison = { sent: { text: 2_000, edit: 400, reaction: 12 }, findings: [ finding ] };
	expect( summaryLine( 'sqlite', 7, inWords( scheduleOf( 7, 4 ) ), comparison ) ).toBe(
		'sqlite: seed 7, 4 kills (2 relay, 1 homeserver, 1 both at once), 2,412 sent, 1 lost, 0 doubled, 0 out of order, 0 wrong'
	);
	expect( sentLine( comparison ) ).toBe( '2000 text, 400 edit, 12 reaction' );
} );
