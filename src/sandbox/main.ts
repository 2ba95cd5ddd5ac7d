import path from 'node:path';
import { OptionError, readOptions, usage } from './options.ts';
import { createProgress } from './progress.ts';
import type { Sandbox } from './start.ts';
import { startSandbox } from './start.ts';
import { summaryOf } from './summary.ts';
import { MaintenanceError } from './wiki/php.ts';

const projectDir = path.resolve( import.meta.dirname, '../..' );
const defaultDataDir = path.join( projectDir, '.sandbox' );
const wantedCheckMs = 1000;

async function run( args: readonly string[] ): Promise<number> {
	const command = readOptions( args, defaultDataDir, process.env );
	if ( command.kind === 'help' ) {
		process.stdout.write( usage );
		return 0;
	}
	// A reader that went away ("npm start | head") must not end the sandbox halfway.
	process.stdout.on( 'error', () => {} );
	const progress = createProgress( { now: () => performance.now() }, ( line ) => { process.stdout.write( line ); } );
	const interruption = new AbortController();
	const interrupted = new Promise<undefined>( ( resolve ) => {
		for ( const signal of [ 'SIGINT', 'SIGTERM', 'SIGHUP' ] as const ) {
			process.on( signal, () => {
				interruption.abort( new Error( `Stopped by ${ signal }.` ) );
				resolve( undefined );
			} );
		}
	} );
	let sandbox: Sandbox;
	try {
		sandbox = await startSandbox( { ...command, progress, signal: interruption.signal } );
	} catch ( error ) {
		if ( interruption.signal.aborted ) {
			progress.say( 'Stopped before everything ran.' );
			return 130;
		}
		throw error;
	}
	process.stdout.write( `${ summaryOf( sandbox.status, defaultDataDir ) }\n` );
	const failure = await Promise.race( [ interrupted, sandbox.failed, abandoned( sandbox ) ] );
	if ( failure !== undefined ) {
		progress.say( failure );
	}
	await progress.step( 'Stopping', () => sandbox.stop() );
	return failure === undefined ? 0 : 1;
}

/** Resolves when whoever started this was killed and can no longer pass on Ctrl-C. */
function abandoned( sandbox: Sandbox ): Promise<string> {
	return new Promise( ( resolve ) => {
		const timer = setInterval( () => {
			if ( !sandbox.isWanted() ) {
				clearInterval( timer );
				resolve( 'The program that started the sandbox is gone.' );
			}
		}, wantedCheckMs );
		timer.unref();
	} );
}

run( process.argv.slice( 2 ) ).then( ( code ) => process.exit( code ), ( error: unknown ) => {
	const isExpected = error instanceof OptionError || error instanceof MaintenanceError ||
		( error instanceof Error && error.constructor === Error );
	process.stderr.write( `${ isExpected ? error.message : error instanceof Error ? error.stack : String( error ) }\n` );
	process.exit( 1 );
} );
