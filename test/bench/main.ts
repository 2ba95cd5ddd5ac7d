import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { buildPages } from '../../src/deploy/build.ts';
import type { RunningParts } from '../../src/sandbox/running-parts.ts';
import type { Progress } from '../../src/sandbox/progress.ts';
import { checkJsonFile, createParts, runAndExit, runToTheEnd } from '../support/long-run.ts';
import { installSandboxSoftware } from '../support/test-sandbox.ts';
import { BURST_CONVERSATIONS, measureBursts, MESSAGES_EACH } from './burst.ts';
import { startChatHouse } from './chat-house.ts';
import type { Figure, Measurement } from './figure.ts';
import { figureOf } from './figure.ts';
import { CROWD, startCrowdHouse } from './crowd-house.ts';
import { LATENCY_CONVERSATIONS, measureCrowd, measureLatency } from './latency.ts';
import type { BenchOptions, Part } from './options.ts';
import { readOptions, usage } from './options.ts';
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
		const chat = createParts( progress );
		await running.add( chat );
		sections.push( ...await measureChat( options, progress, chat ) );
		await chat.stop();
	}
	if ( parts.has( 'start' ) ) {
		const starts = createParts( progress );
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
	await checkJsonFile( command.jsonFile );
	const before = machine();
	const startedAt = new Date().toISOString();
	const sections = await runToTheEnd( ( { progress, running } ) => measureAll( command, progress, running ), LONGEST_RUN_MS );
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

runAndExit( run );
