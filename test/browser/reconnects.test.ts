import type { Page } from '@playwright/test';
import type { Newcomer } from '../../src/sandbox/actors/newcomer.ts';
import { askAndLogIn, expect, test } from './support/fixtures.ts';

type Measure = { readonly heapBytes: number; readonly listeners: number; readonly nodes: number; readonly timers: number };

/** Before the first measure, whatever is made once is made. */
const WARM_UP_CYCLES = 5;
const CYCLES = 25;
/** Long enough not to count as an answer without waiting, and short enough for many of them. */
const LONG_POLL_MS = 1_100;
/** What a cycle may leave behind in the engine's own caches; a message of the conversation, kept once more, would be more. */
const BYTES_A_CYCLE = 12_000;

/** Counts the timers that have not run yet. */
function countTimers(): void {
	const waiting = new Set<number>();
	const { setTimeout: set, clearTimeout: clear } = window;
	Object.assign( window, {
		waitingTimers: waiting,
		setTimeout( callback: () => void, delayMs?: number, ...rest: unknown[] ): number {
			const id = set( () => {
				waiting.delete( id );
				if ( typeof callback === 'function' ) {
					( callback as ( ...values: unknown[] ) => void )( ...rest );
				}
			}, delayMs ) as unknown as number;
			waiting.add( id );
			return id;
		},
		clearTimeout( id: number ): void {
			waiting.delete( id );
			clear( id );
		}
	} );
}

const timers = ( page: Page ): Promise<number> => (
	page.evaluate( () => ( window as unknown as { waitingTimers: Set<number> } ).waitingTimers.size )
);

async function measure( page: Page ): Promise<Measure> {
	const devTools = await page.context().newCDPSession( page );
	await devTools.send( 'Performance.enable' );
	// A second one frees what the first one has let go of.
	await devTools.send( 'HeapProfiler.collectGarbage' );
	await devTools.send( 'HeapProfiler.collectGarbage' );
	const { metrics } = await devTools.send( 'Performance.getMetrics' );
	const value = ( name: string ): number => metrics.find( ( metric ) => metric.name === name )?.value ?? NaN;
	await devTools.detach();
	return { heapBytes: value( 'JSHeapUsedSize' ), listeners: value( 'JSEventListeners' ), nodes: value( 'Nodes' ), timers: await timers( page ) };
}

/** Cuts the connection to the homeserver and restores it. */
async function reconnect( { page, panel }: Newcomer, times: number ): Promise<void> {
	let isCut = false;
	await page.route( '**/v3/sync**', ( route ) => isCut ?
			route.abort( 'internetdisconnected' ) :
			route.continue( { url: route.request().url().replace( /timeout=30000/, `timeout=${ LONG_POLL_MS }` ) } ) );
	for ( let time = 0; time < times; time++ ) {
		isCut = true;
		await expect( panel ).toHaveAttribute( 'data-connection', 'offline' );
		isCut = false;
		await page.evaluate( () => window.dispatchEvent( new Event( 'online' ) ) );
		await expect( panel ).toHaveAttribute( 'data-connection', 'online' );
	}
	await page.unroute( '**/v3/sync**' );
}

test( 'memory, listeners and timers do not grow with reconnects', async ( { newcomer, problems, helper, supportRoom } ) => {
	test.slow();
	problems.allow( /net::ERR_/ );
	const { page } = newcomer;
	await page.addInitScript( countTimers );
	// No editor: it has timers of its own.
	await newcomer.read( 'Domestic goat', { action: 'edit' } );
	const question = `Again and again? ${ newcomer.name }`;
	await askAndLogIn( newcomer, question );
	const card = await helper.waitForCard( supportRoom, question );
	await reconnect( newcomer, WARM_UP_CYCLES );
	const before = await measure( page );
	await reconnect( newcomer, CYCLES );
	// The time limit of a request that was answered runs out all the same, within a minute, and then lets go of the request.
	await expect.poll( () => timers( page ), { timeout: 120_000 } ).toBeLessThanOrEqual( before.timers );
	const after = await measure( page );
	const grown = JSON.stringify( { before, after } );
	expect( after.listeners - before.listeners, grown ).toBeLessThan( CYCLES / 4 );
	expect( after.nodes - before.nodes, grown ).toBeLessThan( CYCLES / 4 );
	expect( after.heapBytes - before.heapBytes, grown ).toBeLessThan( CYCLES * BYTES_A_CYCLE );

	await helper.answer( supportRoom, card.getId()!, 'Still here.' );
	await newcomer.sees( 'Still here.' );
} );
