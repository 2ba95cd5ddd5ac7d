import { describe, expect, test } from 'vitest';
import { BUDGETS, checkBudgets } from '../../../src/deploy/budgets.ts';
import { OptionError } from '../../../src/sandbox/options.ts';
import { faultsIn } from '../../bench/burst.ts';
import { figureOf } from '../../bench/figure.ts';
import { readOptions } from '../../bench/options.ts';
import { sizesOf } from '../../bench/sizes.ts';
import { median, p95 } from '../../bench/statistics.ts';
import { tableOf } from '../../bench/table.ts';

describe( 'statistics', () => {
	test.each( [
		[ [ 3 ], 3 ],
		[ [ 3, 1, 2 ], 2 ],
		[ [ 10, 9, 1, 2 ], 5.5 ],
		[ [ -4, -1, 100 ], -1 ]
	] )( 'the median of %j is %d', ( values, expected ) => {
		expect( median( values ) ).toBe( expected );
	} );

	test( '95 of 100 values are not more than the p95', () => {
		expect( p95( Array.from( { length: 100 }, ( _, index ) => 100 - index ) ) ).toBe( 95 );
		expect( p95( [ 1, 2, 3 ] ) ).toBe( 3 );
	} );

	test( 'nothing measured is no number', () => {
		expect( median( [] ) ).toBeNaN();
		expect( p95( [] ) ).toBeNaN();
	} );
} );

describe( 'figures', () => {
	const measured = { name: 'through the relay', unit: 'ms', values: [ 40, 60, 50 ] } as const;

	test( 'compare medians of one run', () => {
		const figure = figureOf( { ...measured, comparedWith: { name: 'direct', values: [ 24, 25, 200 ] } } );
		expect( figure ).toMatchObject( { samples: 3, median: 50, p95: 60, ratio: 2, holds: undefined } );
	} );

	test.each( [
		[ 'median', 50, true ], [ 'median', 49.9, false ], [ 'ratio', 2, true ], [ 'ratio', 1.9, false ]
	] as const )( 'a budget of the %s of at most %d: %s', ( of, atMost, holds ) => {
		expect( figureOf( { ...measured, comparedWith: { name: 'direct', values: [ 25 ] }, budget: { of, atMost } } ).holds ).toBe( holds );
	} );

	test.each( [ [ 2, true ], [ 2.1, false ] ] )( 'a budget of the ratio of at least %d: %s', ( atLeast, holds ) => {
		expect( figureOf( { ...measured, comparedWith: { name: 'direct', values: [ 25 ] }, budget: { of: 'ratio', atLeast } } ).holds ).toBe( holds );
	} );

	test( 'hold no budget when nothing was measured', () => {
		expect( figureOf( { ...measured, values: [], budget: { of: 'median', atMost: 50 } } ).holds ).toBe( false );
		expect( figureOf( { ...measured, budget: { of: 'ratio', atMost: 2 } } ).holds ).toBe( false );
		expect( figureOf( { ...measured, budget: { of: 'ratio', atLeast: 2 } } ).holds ).toBe( false );
	} );

	test( 'stand in columns, with what does not hold in capitals', () => {
		const direct = figureOf( { name: 'direct', unit: 'ms', values: [ 25.04 ] } );
		const relay = figureOf( { ...measured, comparedWith: { name: 'direct', values: [ 20 ] }, budget: { of: 'ratio', atMost: 2 } } );
		expect( tableOf( [ { title: 'Messages', figures: [ direct, relay ] } ] ) ).toEqual( [
			'figure             n  median   p95       ratio   budget  holds',
			'─'.repeat( 62 ),
			'Messages',
			'direct             1    25.0  25.0  ms',
			'through the relay  3    50.0  60.0  ms  2.50 ×  ≤ 2.0 ×     NO'
		] );
	} );
} );

describe( 'sizes', () => {
	test( 'over a budget are figures like the others, which do not hold', () => {
		const report = checkBudgets( [
			{ title: 'MediaWiki:Gadget-AskForHelp.js', text: 'var a;' },
			{ title: 'MediaWiki:Gadget-AskForHelp-panel.js', text: 'a'.repeat( BUDGETS.bundleCharacters + 1 ) }
		] );
		expect( report.problems ).toHaveLength( 1 );
		const judged = sizesOf( report ).map( figureOf ).map( ( { name, holds } ) => [ name, holds ] );
		expect( judged.filter( ( [ , holds ] ) => holds === false ) ).toEqual( [ [ 'AskForHelp-panel.js', false ] ] );
		expect( judged ).toEqual( expect.arrayContaining( [ [ 'launcher, JS and CSS, gz', true ], [ 'AskForHelp.js', true ] ] ) );
	} );
} );

describe( 'a burst', () => {
	const expected = [ [ 'a0', 'a1', 'a2' ], [ 'b0', 'b1' ] ];

	test.each( [
		[ 'whole and in order', [ 'a0', 'b0', 'a1', 'a2', 'b1' ], 0 ],
		[ 'one lost', [ 'a0', 'b0', 'a1', 'b1' ], 1 ],
		[ 'one doubled', [ 'a0', 'b0', 'a1', 'a1', 'a2', 'b1' ], 1 ],
		[ 'one too late', [ 'a0', 'b0', 'a2', 'a1', 'b1' ], 1 ],
		[ 'nothing came', [], 5 ]
	] )( '%s', ( _, came, faults ) => {
		expect( faultsIn( came, expected ) ).toBe( faults );
	} );
} );

describe( 'options', () => {
	test( 'there are good ones without any', () => {
		expect( readOptions( [] ) ).toEqual( {
			kind: 'run', parts: new Set( [ 'latency', 'burst', 'crowd', 'start', 'sizes', 'browser', 'scroll' ] ), samples: 60, jsonFile: undefined
		} );
	} );

	test( 'are read', () => {
		expect( readOptions( [ '--only', 'sizes,latency', '--samples=7', '--json', '/tmp/figures.json' ] ) ).toEqual( {
			kind: 'run', parts: new Set( [ 'sizes', 'latency' ] ), samples: 7, jsonFile: '/tmp/figures.json'
		} );
		expect( readOptions( [ '--samples', '7', '--help' ] ) ).toEqual( { kind: 'help' } );
	} );

	test.each( [
		[ [ '--only', 'sizes,speed' ], 'no part "speed"' ],
		[ [ '--only' ], 'no part ""' ],
		[ [ '--samples', '4' ], 'from 5 to 1000' ],
		[ [ '--samples', '1e2' ], 'from 5 to 1000' ],
		[ [ '--samples', '1000000' ], 'from 5 to 1000' ],
		[ [ '--json' ], '--json needs a file' ],
		[ [ '--fast' ], '"--fast" is not an option' ],
		[ [ 'latency' ], '"latency" is not an option' ]
	] )( '%j is refused', ( args, sentence ) => {
		expect( () => readOptions( args ) ).toThrow( OptionError );
		expect( () => readOptions( args ) ).toThrow( sentence );
	} );
} );
