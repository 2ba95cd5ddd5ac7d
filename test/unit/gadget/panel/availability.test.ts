import { expect, it } from 'vitest';
import { FRESH_MS, INTERVAL_MS, watchAvailability } from '../../../../src/gadget/panel/viewmodels/availability.ts';
import { settle } from '../fakes.ts';

function createWiki() {
	const wiki = {
		nowMs: 1_000_000, aheadMs: 0, reads: 0, skewMs: 0, isSeen: true, isDown: false, helpers: 3, told: [] as unknown[],
		timers: [] as { atMs: number; call: () => void }[]
	};
	const watch = watchAvailability( {
		team: 'general',
		fetchStatus() {
			wiki.reads++;
			return wiki.isDown ? Promise.reject( new Error( 'down' ) ) : Promise.resolve( { atMs: wiki.nowMs + wiki.aheadMs, page: {
				version: 1, updated: new Date( wiki.nowMs + ( wiki.aheadMs || 0 ) ).toISOString(),
				validUntil: new Date( wiki.nowMs + ( wiki.aheadMs || 0 ) + 600_000 ).toISOString(),
				teams: { general: { helpers: wiki.helpers, answerMinutes: 4 } }
			} } );
		},
		isSeen: () => wiki.isSeen,
		clockSkewMs: () => wiki.skewMs,
		onChange( availability, clockSkewMs ) {
			wiki.told.push( availability );
			wiki.skewMs = clockSkewMs;
		},
		now: () => wiki.nowMs,
		after( delayMs, call ) {
			const timer = { atMs: wiki.nowMs + delayMs, call };
			wiki.timers.push( timer );
			return () => {
				wiki.timers = wiki.timers.filter( ( other ) => other !== timer );
			};
		}
	} );
	async function pass( delayMs: number ): Promise<void> {
		const endMs = wiki.nowMs + delayMs;
		for ( let due; ( due = wiki.timers.filter( ( { atMs } ) => atMs <= endMs )[ 0 ] ); ) {
			wiki.nowMs = due.atMs;
			wiki.timers = wiki.timers.filter( ( other ) => other !== due );
			due.call();
			await settle();
		}
		wiki.nowMs = endMs;
	}
	return { wiki, watch, pass };
}

it( 'tells who is here, and tells it anew only when it has changed', async () => {
	const { wiki, watch, pass } = createWiki();
	watch.look();
	await settle();
	expect( wiki.told ).toEqual( [ { helpers: 3, answerMinutes: 4 } ] );
	await pass( INTERVAL_MS );
	expect( wiki ).toMatchObject( { reads: 2, told: [ {} ] } );
	wiki.helpers = 0;
	await pass( INTERVAL_MS );
	expect( wiki.told.at( -1 ) ).toEqual( { helpers: 0, answerMinutes: 4 } );
} );

it.each( [
	[ 'an hour fast', -3_600_000, -3_600_000 ], [ 'an hour slow', 3_600_000, 3_600_000 ], [ 'a little wrong', 90_000, 0 ], [ 'compared with nothing', NaN, 0 ]
] )( 'tells who is here by the wiki\'s clock, where the browser\'s is %s', async ( _how, aheadMs, skewMs ) => {
	const { wiki, watch } = createWiki();
	wiki.aheadMs = aheadMs;
	watch.look();
	await settle();
	expect( wiki.skewMs ).toBe( skewMs );
	expect( wiki.told ).toEqual( [ { helpers: 3, answerMinutes: 4 } ] );
} );

it( 'tells of a clock that was put right, or wrong, though nothing else has changed', async () => {
	const { wiki, watch, pass } = createWiki();
	wiki.isDown = true;
	watch.look();
	await settle();
	wiki.isDown = false;
	for ( const aheadMs of [ 3_600_000, 1_000, 3_600_000 ] ) {
		wiki.aheadMs = aheadMs;
		await pass( INTERVAL_MS );
		expect( wiki.skewMs ).toBe( aheadMs );
	}
	wiki.aheadMs = NaN;
	await pass( INTERVAL_MS );
	expect( wiki.skewMs ).toBe( 3_600_000 );
} );

it( 'asks the wiki no more than once a minute, however often it looks', async () => {
	const { wiki, watch, pass } = createWiki();
	for ( let times = 0; times < 10; times++ ) {
		watch.look();
		await pass( FRESH_MS / 20 );
	}
	expect( wiki.reads ).toBe( 1 );
	expect( wiki.timers ).toHaveLength( 1 );
	await pass( FRESH_MS );
	watch.look();
	expect( wiki.reads ).toBe( 2 );
} );

it( 'looks again by itself when it is seen again, though nobody saw it in between', async () => {
	const { wiki, watch, pass } = createWiki();
	watch.look();
	wiki.isSeen = false;
	await pass( INTERVAL_MS );
	wiki.isSeen = true;
	await pass( INTERVAL_MS );
	expect( wiki.reads ).toBe( 2 );
} );

it( 'asks nothing while nobody sees it', async () => {
	const { wiki, watch, pass } = createWiki();
	wiki.isSeen = false;
	watch.look();
	await pass( INTERVAL_MS * 5 );
	expect( wiki.reads ).toBe( 0 );
	wiki.isSeen = true;
	watch.look();
	expect( wiki.reads ).toBe( 1 );
} );

it( 'forgets what the wiki does not say any more', async () => {
	const { wiki, watch, pass } = createWiki();
	watch.look();
	await settle();
	wiki.isDown = true;
	await pass( INTERVAL_MS );
	expect( wiki.told.at( -1 ) ).toBeUndefined();
	expect( wiki.told ).toHaveLength( 2 );
} );
