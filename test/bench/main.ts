import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { buildPages } from '../../src/deploy/build.ts';
import type { RunningParts } from '../../src/sandbox/running-parts.ts';
import { createRunningParts } from '../../src/sandbox/running-parts.ts';
import type { Progress } from '../../src/sandbox/progress.ts';
import { createProgress } from '../../src/sandbox/progress.ts';
import { installSandboxSoftware } from '../support/test-sandbox.ts';
import { whyNotWritable } from '../support/writable.ts';
import { BURST_CONVERSATIONS, measureBursts, MESSAGES_EACH } from './burst.ts';
import { startChatHouse } from './chat-house.ts';
import type { Figure, Measurement } from './figure.ts';
import { figureOf } from './figure.ts';
import { CROWD, startCrowdHouse } from './crowd-house.ts';
import { LATENCY_CONVERSATIONS, measureCrowd, measureLatency } from './latency.ts';
import type { BenchOptions, Part } from './options.ts';
import { OptionError, readOptions, usage } from './options.ts';
import { measurePages } from './pages.ts';
import { measureStart } from './start.ts';
import { sizesOf } from './sizes.ts';
import { tableOf } from './table.ts';

type Section = { readonly title: string; readonly figures: readonly Figure[] };

const LONGEST_RUN_MS = 45 * 60_000;
const LATENCY_STEPS = 5;

const section = ( title: string, measured: readonly Measurement[] ): Section => ( { title, figures: measured.map( figureOf ) } );

async function measureChat( { parts, samples }: BenchOptions, progress: Progress, running: RunningParts ): Promise<Section[]> {
	const house = await progress.step( 'Starting a homeserver, the relay and an echo bot', () => startChatHouse( running ) );
	const opening = ( count: number ) => progress.step( `Opening ${ count } conversations`, () => house.openConversations( count ) );
	const conversations = await opening( LATENCY_CONVERSATIONS );
	const sections: Section[] = [];
	if ( parts.has( 'latency' ) ) {
		const every = Math.ceil( samples / LATENCY_STEPS );
		sections.push( section( `Messages, one at a time (${ conversations.length } open conversations)`, await progress.step(
			`Sending ${ samples } messages each way`, () => measureLatency( house, conversations, samples, ( round ) => {
				if ( round > 0 && round % every === 0 ) {
					progress.say( `  ${ round } of ${ samples }` );
				}
			} )
		) ) );
	}
	if ( parts.has( 'crowd' ) ) {
		const crowd = await progress.step( `Starting a house with ${ CROWD } open conversations`, () => startCrowdHouse( running, progress ) );
		sections.push( section( `Messages, with ${ CROWD } open conversations`, await progress.step(
			`Sending ${ samples } messages each way, in both houses`, () => measureCrowd( { ...house, conversations }, crowd, samples, () => {} )
		) ) );
	}
	if ( parts.has( 'burst' ) ) {
		const all = [ ...conversations, ...await opening( BURST_CONVERSATIONS - conversations.length ) ];
		const count = Math.min( 10, Math.max( 2, Math.round( samples / 20 ) ) );
		sections.push( section( `Bursts of ${ BURST_CONVERSATIONS } × ${ MESSAGES_EACH } messages`, await progress.step( `Sending ${ count } bursts`, () => (
			measureBursts( house, all, count, ( index ) => progress.say( `  burst ${ index + 1 } of ${ count }` ) )
		) ) ) );
	}
	return sections;
}

async function measureAll( options: BenchOptions, progress: Progress, running: RunningParts ): Promise<Section[]> {
	const { parts, samples } = options;
	const sections: Section[] = [];
	const hasAny = ( ...some: readonly Part[] ): boolean => some.some( ( part ) => parts.has( part ) );
	if ( hasAny( 'latency', 'burst', 'crowd', 'start', 'browser', 'scroll' ) ) {
		await installSandboxSoftware( ( line ) => progress.say( line ) );
	}
	if ( hasAny( 'latency', 'burst', 'crowd' ) ) {
		const chat = createRunningParts( ( error ) => progress.say( `Could not be stopped: ${ String( error ) }` ) );
		await running.add( chat );
		sections.push( ...await measureChat( options, progress, chat ) );
		await chat.stop();
	}
	if ( parts.has( 'start' ) ) {
		const starts = createRunningParts( ( error ) => progress.say( `Could not be stopped: ${ String( error ) }` ) );
		await running.add( starts );
		const count = Math.min( 10, Math.max( 3, Math.round( samples / 20 ) ) );
		sections.push( section( 'Starts of the relay', await progress.step( `Starting the relay ${ 2 * count } times`, () => (
			measureStart( starts, count, ( what ) => progress.say( `  ${ what }` ) )
		) ) ) );
		await starts.stop();
	}
	if ( parts.has( 'sizes' ) ) {
		const { report } = await progress.step( 'Building the gadget', () => buildPages() );
		sections.push( section( 'Sizes', sizesOf( report ) ) );
	}
	if ( hasAny( 'browser', 'scroll' ) ) {
		for ( const { title, measured } of await measurePages( { parts, samples, progress, running } ) ) {
			sections.push( section( title, measured ) );
		}
	}
	return sections;
}

const machine = () => ( {
	cpu: cpus()[ 0 ]?.model, cores: availableParallelism(), memoryBytes: totalmem(), node: process.version, load: loadavg()
} );

async function run( args: readonly string[] ): Promise<number> {
	const command = readOptions( args );
	if ( command.kind === 'help' ) {
		process.stdout.write( usage );
		return 0;
	}
	const problem = command.jsonFile === undefined ? undefined : await whyNotWritable( command.jsonFile );
	if ( problem !== undefined ) {
		throw new OptionError( `--json: ${ command.jsonFile } cannot be written (${ problem }).` );
	}
	const progress = createProgress( { now: () => performance.now() }, ( line ) => { process.stdout.write( line ); } );
	const running = createRunningParts( ( error ) => progress.say( `Could not be stopped: ${ String( error ) }` ) );
	const before = machine();
	const startedAt = new Date().toISOString();
	const interrupted = new Promise<never>( ( _resolve, reject ) => {
		for ( const signal of [ 'SIGINT', 'SIGTERM', 'SIGHUP' ] as const ) {
			process.on( signal, () => reject( new Interruption( `Stopped by ${ signal }.` ) ) );
		}
		setTimeout( () => reject( new Error( `Not done after ${ LONGEST_RUN_MS / 60_000 } minutes.` ) ), LONGEST_RUN_MS ).unref();
	} );
	const measuring = measureAll( command, progress, running );
	let sections: Section[];
	try {
		sections = await Promise.race( [ measuring, interrupted ] );
	} finally {
		const stopped = running.stop();
		// Whatever was being started when it was interrupted is stopped as soon as it is there.
		await Promise.allSettled( [ measuring, stopped ] );
	}
	const figures = sections.flatMap( ( one ) => one.figures );
	process.stdout.write( [
		'', ...tableOf( sections ), '',
		`Measured on this machine (${ before.cores } cores, load ${ before.load[ 0 ]?.toFixed( 1 ) } before); times on another one differ, ratios less.`, ''
	].join( '\n' ) );
	if ( command.jsonFile !== undefined ) {
		const { samples } = command;
		const result = { startedAt, machine: before, parts: [ ...command.parts ], samples, sections };
		await writeFile( command.jsonFile, `${ JSON.stringify( result, undefined, '\t' ) }\n` );
	}
	const broken = figures.filter( ( { holds } ) => holds === false );
	for ( const { name } of broken ) {
		process.stdout.write( `Over its budget: ${ name }\n` );
	}
	return broken.length > 0 ? 1 : 0;
}

class Interruption extends Error {}

run( process.argv.slice( 2 ) ).then( ( code ) => process.exit( code ), ( error: unknown ) => {
	const isExpected = error instanceof Error && [ OptionError, Interruption, Error ].some( ( kind ) => error.constructor === kind );
	process.stderr.write( `${ isExpected ? error.message : error instanceof Error ? error.stack : String( error ) }\n` );
	process.exit( error instanceof Interruption ? 130 : error instanceof OptionError ? 2 : 1 );
} );
