import type { Browser } from '@playwright/test';
import { createNewcomer } from '../../src/sandbox/actors/newcomer.ts';
import { contextOf, looks, openStories } from '../../src/sandbox/actors/stories.ts';
import type { Measurement } from './figure.ts';
import type { Visitor } from './visitor.ts';

const LONG = 5_000;
/** No more than are drawn at first. */
const SHORT = 60;
/** A quick hand on a wheel or a screen, in px for each frame. */
const STEP_PX = 240;
const FRAMES = 2_000;

/** What frames took, in ms, and how many tasks were longer than 50 ms. */
type Scrolled = { readonly framesMs: readonly number[]; readonly longTasks: number };

/**
 * Scrolls up and down through a conversation, frame after frame, and notes how long each frame takes: in one of 5,000
 * messages, of which more and more are drawn, beside one of few, at full speed.
 */
export async function measureScrolling( browser: Browser, visitor: Visitor ): Promise<Measurement[]> {
	const context = await browser.newContext( { ...contextOf( looks[ 0 ]! ), storageState: visitor.cookies } );
	const newcomer = await createNewcomer( context, visitor );
	const stories = await openStories( newcomer, looks[ 0 ]! );
	const scroll = async ( count: number ): Promise<Scrolled> => {
		await stories.showLong( count );
		const { framesMs, longTasks, drawn } = await newcomer.page.evaluate( scrollThrough, { frames: FRAMES, step: STEP_PX } );
		if ( drawn < Math.min( count, 100 ) ) {
			throw new Error( `Of ${ count } messages only ${ drawn } were drawn.` );
		}
		return { framesMs, longTasks };
	};
	const short = await scroll( SHORT );
	const long = await scroll( LONG );
	await context.close();
	return [
		{
			name: `a frame while scrolling through ${ LONG } messages`, unit: 'ms', values: long.framesMs, budget: { of: 'ratio', atMost: 1.5 },
			comparedWith: { name: `through ${ SHORT }`, values: short.framesMs }
		},
		{
			name: `frames of more than 50 ms in ${ FRAMES }, through ${ LONG } messages`, unit: 'count',
			values: [ long.framesMs.filter( ( ms ) => ms > 50 ).length ],
			comparedWith: { name: `through ${ SHORT }`, values: [ short.framesMs.filter( ( ms ) => ms > 50 ).length ] }
		},
		{
			name: `long tasks while scrolling through ${ LONG } messages`, unit: 'count', values: [ long.longTasks ],
			comparedWith: { name: `through ${ SHORT }`, values: [ short.longTasks ] }
		}
	];
}

/** Runs in the page. */
async function scrollThrough( { frames, step }: { readonly frames: number; readonly step: number } ) {
	const scroller = document.querySelector( '.askforhelp-scroller' )!;
	const framesMs: number[] = [];
	let longTasks = 0;
	const observer = new PerformanceObserver( ( list ) => {
		longTasks += list.getEntries().length;
	} );
	observer.observe( { type: 'longtask' } );
	const nextFrame = (): Promise<number> => new Promise( ( resolve ) => {
		requestAnimationFrame( resolve );
	} );
	let direction = -1;
	let still = 0;
	let before = await nextFrame();
	for ( let frame = 0; frame < frames; frame++ ) {
		const top = scroller.scrollTop;
		scroller.scrollTop += direction * step;
		// At the beginning more is drawn in the next frame.
		still = scroller.scrollTop === top ? still + 1 : 0;
		direction = still > 5 ? -direction : direction;
		const now = await nextFrame();
		framesMs.push( now - before );
		before = now;
	}
	observer.disconnect();
	return { framesMs, longTasks, drawn: document.querySelectorAll( '.askforhelp-message' ).length };
}
