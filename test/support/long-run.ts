import { OptionError } from '../../src/sandbox/options.ts';
import type { Progress } from '../../src/sandbox/progress.ts';
import { createProgress } from '../../src/sandbox/progress.ts';
import type { RunningParts } from '../../src/sandbox/running-parts.ts';
import { createRunningParts } from '../../src/sandbox/running-parts.ts';
import { whyNotWritable } from './writable.ts';

/** What a long run works with. */
export type LongRun = {
	readonly progress: Progress;
	/** Whatever it starts and has to be stopped in the end. */
	readonly running: RunningParts;
	/** Aborted when it is interrupted. */
	readonly signal: AbortSignal;
};

class Interruption extends Error {}

/** Parts that are stopped together; what cannot be stopped is said. */
export function createParts( progress: Progress ): RunningParts {
	return createRunningParts( ( error ) => progress.say( `Could not be stopped: ${ String( error ) }` ) );
}

/** Makes sure that the result of hours can be written. @throws OptionError */
export async function checkJsonFile( file: string | undefined ): Promise<void> {
	const problem = file === undefined ? undefined : await whyNotWritable( file );
	if ( problem !== undefined ) {
		throw new OptionError( `--json: ${ file } cannot be written (${ problem }).` );
	}
}

/**
 * Does the work, and stops all that runs when it is done, when it has failed, or when a signal or the time limit ends it.
 *
 * @param longestMs without it, it may last for ever
 */
export async function runToTheEnd<Result>( work: ( run: LongRun ) => Promise<Result>, longestMs?: number ): Promise<Result> {
	const progress = createProgress( { now: () => performance.now() }, ( line ) => { process.stdout.write( line ); } );
	const running = createParts( progress );
	const stopper = new AbortController();
	const interrupted = new Promise<never>( ( _resolve, reject ) => {
		const interrupt = ( why: Error ): void => {
			stopper.abort( why );
			reject( why );
		};
		for ( const signal of [ 'SIGINT', 'SIGTERM', 'SIGHUP' ] as const ) {
			process.on( signal, () => interrupt( new Interruption( `Stopped by ${ signal }.` ) ) );
		}
		if ( longestMs !== undefined ) {
			setTimeout( () => interrupt( new Error( `Not done after ${ longestMs / 60_000 } minutes.` ) ), longestMs ).unref();
		}
	} );
	const working = work( { progress, running, signal: stopper.signal } );
	try {
		return await Promise.race( [ working, interrupted ] );
	} finally {
		const stopped = running.stop();
		// Whatever was being started when it was interrupted is stopped as soon as it is there.
		await Promise.allSettled( [ working, stopped ] );
	}
}

/** Runs a command line and ends the process: with its code, with 2 for wrong options, 130 after a signal, and 1 for anything else. */
export function runAndExit( run: ( args: readonly string[] ) => Promise<number> ): void {
	run( process.argv.slice( 2 ) ).then( ( code ) => process.exit( code ), ( error: unknown ) => {
		const isExpected = error instanceof Error && [ OptionError, Interruption, Error ].some( ( kind ) => error.constructor === kind );
		process.stderr.write( `${ isExpected ? error.message : error instanceof Error ? error.stack : String( error ) }\n` );
		process.exit( error instanceof Interruption ? 130 : error instanceof OptionError ? 2 : 1 );
	} );
}
