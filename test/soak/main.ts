import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../../src/sandbox/progress.ts';
import { ensureSystemPackages, homeserverPackages } from '../../src/sandbox/install/system-packages.ts';
import { startWikiStandIn } from '../bench/wiki-stand-in.ts';
import type { LongRun } from '../support/long-run.ts';
import { checkJsonFile, createParts, runAndExit, runToTheEnd } from '../support/long-run.ts';
import { createTestDatabase, startTestPostgres } from '../support/postgres.ts';
import { lineOf } from './compare.ts';
import { figuresOf, memoryLine } from './memory.ts';
import type { SoakOptions, StoreName } from './options.ts';
import { readOptions, usage } from './options.ts';
import type { RunResult } from './run.ts';
import { runSoak } from './run.ts';
import type { Kill } from './schedule.ts';
import { inWords, scheduleOf } from './schedule.ts';
import { sentLine, summaryLine } from './summary.ts';

/** Things that people do a second, together: what two cores take with the relay's part of it. */
const PACE = 8;
const LEAST_STEPS = 10;
const SILENCE_MS = 60_000;
const MINUTE_MS = 60_000;

const evidenceDir = path.resolve( import.meta.dirname, '../../.sandbox/soak' );

/** Keeps what a finding can be looked into with. */
async function keepEvidence( name: string, { evidence, log }: RunResult ): Promise<string> {
	const dir = path.join( evidenceDir, name );
	await mkdir( dir, { recursive: true } );
	await writeFile( path.join( dir, 'evidence.json' ), JSON.stringify( evidence, undefined, '\t' ) );
	await writeFile( path.join( dir, 'relay.log' ), log );
	return dir;
}

type Outcome = { readonly store: StoreName; readonly summary: string; readonly durationMs: number; readonly result: RunResult };

async function runOn(
	store: StoreName, { seed, conversations, minutes }: SoakOptions, kills: readonly Kill[],
	{ progress, running, signal }: LongRun
): Promise<Outcome> {
	const startedAtMs = performance.now();
	const wiki = await startWikiStandIn();
	await running.add( wiki );
	let location;
	if ( store === 'postgres' ) {
		const postgres = await progress.step( 'Starting PostgreSQL', () => startTestPostgres() );
		await running.add( postgres );
		location = { postgres: await createTestDatabase( postgres.url ) };
	}
	const result = await runSoak( {
		seed, conversations, kills, signal, apiUrl: wiki.apiUrl, leastMs: minutes * MINUTE_MS, leastSteps: LEAST_STEPS, pace: PACE,
		silenceMs: SILENCE_MS, say: ( line ) => progress.say( `${ store }: ${ line }` ), ...( location && { store: location } )
	}, ( part ) => running.add( part ) );
	const what = minutes > 0 ? `${ minutes } minute${ minutes === 1 ? '' : 's' } without a kill` : inWords( kills );
	return { store, result, summary: summaryLine( store, seed, what, result.comparison ), durationMs: performance.now() - startedAtMs };
}

function tell( { store, result: { comparison, memory }, summary }: Outcome, progress: Progress ): void {
	for ( const finding of comparison.findings ) {
		progress.say( `${ store }: ${ lineOf( finding ) }` );
	}
	progress.say( `${ store }: ${ sentLine( comparison ) }` );
	progress.say( `${ store }: ${ memoryLine( figuresOf( memory ) ) }` );
	progress.say( summary );
}

async function soak( options: SoakOptions, { progress, running, signal }: LongRun ): Promise<Outcome[]> {
	await ensureSystemPackages( progress, homeserverPackages );
	const kills = scheduleOf( options.seed, options.kills );
	const outcomes: Outcome[] = [];
	for ( const store of options.stores ) {
		signal.throwIfAborted();
		const parts = createParts( progress );
		await running.add( parts );
		try {
			const outcome = await runOn( store, options, kills, { progress, running: parts, signal } );
			outcomes.push( outcome );
			tell( outcome, progress );
			if ( outcome.result.comparison.findings.length > 0 ) {
				progress.say( `Rooms and log are kept in ${ await keepEvidence( `${ store }-${ options.seed }`, outcome.result ) }` );
			}
		} finally {
			await parts.stop();
		}
	}
	return outcomes;
}

async function run( args: readonly string[] ): Promise<number> {
	const command = readOptions( args, Math.random );
	if ( command.kind === 'help' ) {
		process.stdout.write( usage );
		return 0;
	}
	await checkJsonFile( command.jsonFile );
	const outcomes = await runToTheEnd( ( longRun ) => soak( command, longRun ) );
	if ( command.jsonFile !== undefined ) {
		const { seed, kills, minutes, conversations } = command;
		const stores = outcomes.map( ( { store, summary, durationMs, result: { comparison, memory } } ) => (
			{ store, summary, durationMs: Math.round( durationMs ), ...comparison, memory: figuresOf( memory ), memorySamples: memory }
		) );
		await writeFile( command.jsonFile, `${ JSON.stringify( { seed, kills, minutes, conversations, stores }, undefined, '\t' ) }\n` );
	}
	process.stdout.write( `\n${ outcomes.map( ( { summary } ) => `${ summary }\n` ).join( '' ) }` );
	return outcomes.some( ( { result } ) => result.comparison.findings.length > 0 ) ? 1 : 0;
}

runAndExit( run );
