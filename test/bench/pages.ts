import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test';
import { chromium } from '@playwright/test';
import { createNewcomer } from '../../src/sandbox/actors/newcomer.ts';
import type { Progress } from '../../src/sandbox/progress.ts';
import type { RunningParts } from '../../src/sandbox/running-parts.ts';
import type { Sandbox } from '../../src/sandbox/start.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { freePort, softwareDir } from '../support/homeserver.ts';
import type { Measurement, Unit } from './figure.ts';
import { serveHeavyScript } from './heavy-script.ts';
import type { Part } from './options.ts';
import type { OwnTime } from './own-time.ts';
import { watchOwnTime } from './own-time.ts';
import { measureScrolling } from './scroll.ts';
import type { Visitor } from './visitor.ts';
import { ARTICLE, prepareVisitor } from './visitor.ts';

export type PagesOptions = {
	readonly parts: ReadonlySet<Part>;
	readonly samples: number;
	readonly progress: Progress;
	readonly running: RunningParts;
};

const CACHES = [ 'cold', 'warm' ] as const;
type Cache = ( typeof CACHES )[ number ];
/** What one page view cost. */
type PageCost = Readonly<Record<'longTasks' | 'longTasksMs' | 'busyMs' | 'bytes' | 'requests', number>>;
type MeasuredPages = { readonly title: string; readonly measured: readonly Measurement[] };
type Metric = keyof PageCost;

const SLOWDOWNS = [ 1, 4 ] as const;
/** What is longer keeps a page from answering. */
const LONG_TASK_MS = 50;
/** A phone of some years ago: a slow processor, and a connection of 1.6 Mbit/s with a round trip of 150 ms. */
const OLD_PHONE = {
	slowdown: 4, network: { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 100_000 }
} as const;
const QUESTION_BOX = '.askforhelp-question textarea:not( [aria-hidden] )';
const METRICS: readonly { readonly metric: Metric; readonly name: string; readonly unit: Unit }[] = [
	{ metric: 'longTasks', name: 'long tasks', unit: 'count' },
	{ metric: 'longTasksMs', name: 'time in long tasks', unit: 'ms' },
	{ metric: 'busyMs', name: 'main thread busy', unit: 'ms' },
	{ metric: 'bytes', name: 'received', unit: 'bytes' },
	{ metric: 'requests', name: 'requests', unit: 'count' }
];
/** What the network carries is the same on a slow machine. */
const ONCE: readonly Metric[] = [ 'bytes', 'requests' ];

/** Measures in Chromium, on a whole sandbox of its own, at full speed and four times slower. */
export async function measurePages( { parts, samples, progress, running }: PagesOptions ): Promise<MeasuredPages[]> {
	const sandbox = await startBenchSandbox( progress, running );
	const browser = await chromium.launch( {
		executablePath: '/usr/bin/chromium', handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false,
		args: [
			'--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
			'--disable-background-networking', '--disable-component-update', '--disable-sync'
		]
	} );
	await running.add( { stop: () => browser.close() } );
	// Names of one length, so that the pages with their names on them have one, too.
	const [ withGadget, without ] = await progress.step( 'Preparing two newcomers', async () => [
		await prepareVisitor( browser, sandbox, 'Bench Ada' ),
		await prepareVisitor( browser, sandbox, 'Bench Bao', { 'gadget-AskForHelp': '0' } )
	] as const );
	const views = Math.min( 30, Math.max( 3, Math.round( samples / 10 ) ) );
	const clicks = Math.min( 20, Math.max( 3, Math.round( samples / 15 ) ) );
	const scrolling = parts.has( 'scroll' ) ? [ { title: 'A long conversation', measured: await progress.step(
		'Scrolling through a long conversation', () => measureScrolling( browser, withGadget )
	) } ] : [];
	return parts.has( 'browser' ) ? [
		...scrolling,
		{ title: 'Page view of an article, logged in', measured: await progress.step(
			`Viewing a page ${ views * 8 } times`, () => measureViews( browser, withGadget, without, views )
		) },
		{ title: 'The launcher\'s own time in a page view, with an editor', measured: await progress.step(
			`Looking closely ${ views * 4 } times`, () => measureOwnTime( browser, withGadget, views )
		) },
		{ title: 'Click on the button, until the question box can be used', measured: [
			...await progress.step( `Asking for help ${ clicks * 4 } times`, () => measureClicks( browser, withGadget, clicks ) ),
			await progress.step( `Asking on an old phone ${ clicks } times, beside as many bytes as Chatterbox has`, () => (
				compareWithHeavyScript( browser, withGadget, clicks, running )
			) )
		] }
	] : scrolling;
}

async function startBenchSandbox( progress: Progress, running: RunningParts ): Promise<Sandbox> {
	const dataDir = await mkdtemp( path.join( tmpdir(), 'ask-for-help-bench-' ) );
	await running.add( { stop: () => rm( dataDir, { recursive: true, force: true } ) } );
	const stopper = new AbortController();
	await running.add( { stop: async () => stopper.abort( new Error( 'Stopped.' ) ) } );
	const sandbox = await startSandbox( { basePort: await freePort( 4 ), dataDir, softwareDir, progress, signal: stopper.signal } );
	await running.add( { stop: () => sandbox.stop() } );
	return sandbox;
}

/** A browser context in which the visitor is logged in, and that has seen nothing of the wiki yet. */
function openContext( browser: Browser, visitor: Visitor ): Promise<BrowserContext> {
	return browser.newContext( { storageState: visitor.cookies, viewport: { width: 1280, height: 800 } } );
}

/** Takes a sample with a cold cache and then, in the same browser, one with a warm cache, `count` times. */
async function sampleCaches<Sample>(
	browser: Browser, visitor: Visitor, count: number, sample: ( context: BrowserContext ) => Promise<Sample>
): Promise<Record<Cache, Sample[]>> {
	const samples: Record<Cache, Sample[]> = { cold: [], warm: [] };
	for ( let index = 0; index < count; index++ ) {
		const context = await openContext( browser, visitor );
		for ( const cache of CACHES ) {
			samples[ cache ].push( await sample( context ) );
		}
		await context.close();
	}
	return samples;
}

/** What is put behind the name of a figure. */
const slower = ( slowdown: number ): string => slowdown === 1 ? '' : `, ${ slowdown } × slower`;

/** Opens a window that is slower than the machine by `slowdown`. */
async function openSlowed( context: BrowserContext, slowdown: number ): Promise<{ page: Page; devTools: CDPSession }> {
	const page = await context.newPage();
	const devTools = await context.newCDPSession( page );
	await devTools.send( 'Emulation.setCPUThrottlingRate', { rate: slowdown } );
	return { page, devTools };
}

/** Closes a window as soon as the next view is a warm one: the wiki keeps its modules in localStorage some time after they have come. */
async function closeWarm( page: Page ): Promise<void> {
	await page.waitForFunction( () => Object.keys( localStorage ).some( ( key ) => key.startsWith( 'MediaWikiModuleStore' ) ) );
	await page.close();
}

async function viewOnce( context: BrowserContext, address: string, slowdown: number ): Promise<PageCost> {
	const { page, devTools } = await openSlowed( context, slowdown );
	let bytes = 0;
	const overTheNetwork = new Set<string>();
	devTools.on( 'Network.responseReceived', ( { requestId, response } ) => {
		if ( !response.fromDiskCache && response.url.startsWith( 'http' ) ) {
			overTheNetwork.add( requestId );
		}
	} );
	devTools.on( 'Network.requestServedFromCache', ( { requestId } ) => { overTheNetwork.delete( requestId ); } );
	devTools.on( 'Network.loadingFinished', ( { encodedDataLength } ) => { bytes += encodedDataLength; } );
	await devTools.send( 'Network.enable' );
	await devTools.send( 'Performance.enable' );
	await page.addInitScript( () => {
		const durations: number[] = [];
		Object.assign( window, { benchLongTasks: durations } );
		new PerformanceObserver( ( list ) => durations.push( ...list.getEntries().map( ( { duration } ) => duration ) ) )
			.observe( { type: 'longtask', buffered: true } );
	} );
	await page.goto( address, { waitUntil: 'networkidle' } );
	const longTasks = await page.evaluate( () => ( window as unknown as { benchLongTasks: number[] } ).benchLongTasks );
	const { metrics } = await devTools.send( 'Performance.getMetrics' );
	const cost = {
		longTasks: longTasks.length, longTasksMs: longTasks.reduce( ( sum, duration ) => sum + duration, 0 ),
		bytes, requests: overTheNetwork.size,
		busyMs: ( metrics.find( ( { name } ) => name === 'TaskDuration' )?.value ?? Number.NaN ) * 1000
	};
	await closeWarm( page );
	return cost;
}

/** A page view of its own, as looking so closely takes time. */
async function profileOnce( context: BrowserContext, address: string, slowdown: number ): Promise<OwnTime> {
	const { page, devTools } = await openSlowed( context, slowdown );
	const stop = await watchOwnTime( devTools );
	await page.goto( address, { waitUntil: 'networkidle' } );
	const ownTime = await stop();
	await closeWarm( page );
	return ownTime;
}

async function measureOwnTime( browser: Browser, visitor: Visitor, count: number ): Promise<Measurement[]> {
	const measured: Measurement[] = [];
	for ( const slowdown of SLOWDOWNS ) {
		const times = await sampleCaches( browser, visitor, count, ( context ) => (
			profileOnce( context, `${ visitor.wikiUrl }/index.php?title=${ ARTICLE }&action=edit`, slowdown )
		) );
		for ( const cache of CACHES ) {
			measured.push(
				{
					name: `all of it, ${ cache } cache${ slower( slowdown ) }`,
					unit: 'ms', values: times[ cache ].map( ( { allMs } ) => allMs )
				},
				{
					name: '  the longest stretch of all views', unit: 'ms',
					values: [ Math.max( ...times[ cache ].map( ( { longestMs } ) => longestMs ) ) ],
					...( slowdown === 1 && { budget: { of: 'median', atMost: LONG_TASK_MS } as const } )
				}
			);
		}
	}
	return measured;
}

async function measureViews( browser: Browser, withGadget: Visitor, without: Visitor, count: number ): Promise<Measurement[]> {
	const address = `${ withGadget.wikiUrl }/index.php?title=${ ARTICLE }`;
	const measured: Measurement[] = [];
	for ( const slowdown of SLOWDOWNS ) {
		const costs: Record<Cache, { base: PageCost[]; more: PageCost[] }> = { cold: { base: [], more: [] }, warm: { base: [], more: [] } };
		for ( let index = 0; index < count; index++ ) {
			// One after the other, and each first as often as second.
			const turn = [ [ without, 'base' ], [ withGadget, 'more' ] ] as const;
			for ( const [ visitor, which ] of index % 2 === 0 ? turn : [ ...turn ].reverse() ) {
				const context = await openContext( browser, visitor );
				costs.cold[ which ].push( await viewOnce( context, address, slowdown ) );
				// In the second view the browser and the wiki put into their caches what they have seen once.
				await viewOnce( context, address, slowdown );
				costs.warm[ which ].push( await viewOnce( context, address, slowdown ) );
				await context.close();
			}
		}
		for ( const cache of CACHES ) {
			for ( const { metric, name, unit } of METRICS.filter( ( one ) => slowdown === 1 || !ONCE.includes( one.metric ) ) ) {
				const { base, more } = costs[ cache ];
				const title = `${ name }, ${ cache } cache${ slower( slowdown ) }`;
				measured.push(
					{ name: `${ title }: without the gadget`, unit, values: base.map( ( cost ) => cost[ metric ] ) },
					{
						name: '  and what the launcher adds', unit,
						values: more.map( ( cost, index ) => cost[ metric ] - ( base[ index ]?.[ metric ] ?? Number.NaN ) ),
						...( metric === 'longTasks' && slowdown === 1 && { budget: { of: 'median', atMost: 0 } as const } )
					}
				);
			}
		}
	}
	return measured;
}

type Throttling = { readonly slowdown: number; readonly network?: typeof OLD_PHONE.network };

/** Opens the editor at full speed, and then slows the window down. */
async function openThrottledEditor( context: BrowserContext, visitor: Visitor, { slowdown, network }: Throttling ) {
	const newcomer = await createNewcomer( context, visitor );
	await newcomer.openVisualEditor( ARTICLE );
	// Whatever the editor is still about has nothing to do with the click.
	await newcomer.page.waitForLoadState( 'networkidle' );
	const devTools = await context.newCDPSession( newcomer.page );
	await devTools.send( 'Emulation.setCPUThrottlingRate', { rate: slowdown } );
	if ( network ) {
		await devTools.send( 'Network.enable' );
		await devTools.send( 'Network.emulateNetworkConditions', network );
	}
	return newcomer;
}

/** From the click until a frame was drawn in which the question box is visible and takes text, in ms. */
async function clickOnce( context: BrowserContext, visitor: Visitor, throttling: Throttling ): Promise<number> {
	const newcomer = await openThrottledEditor( context, visitor, throttling );
	const { page } = newcomer;
	const tookMs = page.evaluate( ( selector ) => new Promise<number>( ( resolve ) => {
		document.addEventListener( 'mouseup', () => {
			const begunAtMs = performance.now();
			const look = (): void => {
				const box = document.querySelector<HTMLTextAreaElement>( selector );
				if ( box && !box.disabled && !box.readOnly && box.getClientRects().length > 0 ) {
					// The frame in which it was seen is drawn after this; the next one tells that it was.
					requestAnimationFrame( () => resolve( performance.now() - begunAtMs ) );
				} else {
					requestAnimationFrame( look );
				}
			};
			look();
		}, { capture: true, once: true } );
	} ), QUESTION_BOX );
	await newcomer.launcher.click();
	const result = await tookMs;
	await newcomer.question.fill( 'It can be used.' );
	await page.close();
	return result;
}

async function measureClicks( browser: Browser, visitor: Visitor, count: number ): Promise<Measurement[]> {
	const measured: Measurement[] = [];
	for ( const slowdown of SLOWDOWNS ) {
		const values = await sampleCaches( browser, visitor, count, ( context ) => clickOnce( context, visitor, { slowdown } ) );
		for ( const cache of CACHES ) {
			measured.push( {
				name: `in VisualEditor, ${ cache === 'cold' ? 'for the first time' : 'warm cache' }${ slower( slowdown ) }`,
				unit: 'ms', values: values[ cache ]
			} );
		}
	}
	return measured;
}

/** From asking for a script until a frame was drawn after it has run, in ms. */
async function runOnce( context: BrowserContext, visitor: Visitor, url: string ): Promise<number> {
	const { page } = await openThrottledEditor( context, visitor, OLD_PHONE );
	const tookMs = await page.evaluate( ( address ) => new Promise<number>( ( resolve, reject ) => {
		const begunAtMs = performance.now();
		const script = document.createElement( 'script' );
		script.src = address;
		script.onload = () => {
			if ( 'heavyScript' in window ) {
				requestAnimationFrame( () => requestAnimationFrame( () => resolve( performance.now() - begunAtMs ) ) );
			} else {
				reject( new Error( 'The script did not run.' ) );
			}
		};
		script.onerror = () => reject( new Error( 'The script did not load.' ) );
		document.head.append( script );
	} ), url );
	await page.close();
	return tookMs;
}

/** The panel beside a script of Chatterbox's size, one after the other, in the same editor under the same throttling. */
async function compareWithHeavyScript( browser: Browser, visitor: Visitor, count: number, running: RunningParts ): Promise<Measurement> {
	const script = await serveHeavyScript();
	await running.add( script );
	const ours: number[] = [];
	const theirs: number[] = [];
	for ( let index = 0; index < count; index++ ) {
		for ( const isOurs of index % 2 === 0 ? [ true, false ] : [ false, true ] ) {
			const context = await openContext( browser, visitor );
			if ( isOurs ) {
				ours.push( await clickOnce( context, visitor, OLD_PHONE ) );
			} else {
				theirs.push( await runOnce( context, visitor, script.url ) );
			}
			await context.close();
		}
	}
	return {
		name: 'on an old phone, for the first time', unit: 'ms', values: ours, budget: { of: 'ratio', atMost: 0.5 },
		comparedWith: { name: `a script of ${ Math.round( script.gzBytes / 1000 ) } KB gz, loaded and run`, values: theirs }
	};
}
