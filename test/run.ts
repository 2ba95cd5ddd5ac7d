/**
 * Runs the checks: all of them, or the ones that are named.
 *
 *   npm test                     lint, typecheck, build, messages, unit, integration, browser
 *   npm run test:browser         one of them
 *   npm run test:unit -- panel   one of them, with words that its runner understands
 *
 * Ends with what failed, each with the beginning of its error, and `N passed, N failed`. A skipped or flaky test counts as failed.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Results } from './support/results.ts';
import { readPlaywright, readVitest } from './support/results.ts';
import { installSandboxSoftware, startTestSandbox } from './support/test-sandbox.ts';

/** Languages that lack no message, besides English. */
const COMPLETE_LANGUAGES = 'ar,de,he,hu';

const projectDir = path.resolve( import.meta.dirname, '..' );
const resultsDir = path.join( projectDir, '.sandbox/test-results' );
const startedAtMs = Date.now();

function say( line: string ): void {
	const elapsed = ( ( Date.now() - startedAtMs ) / 1000 ).toFixed( 0 ).padStart( 4 );
	console.log( `[${ elapsed } s] ${ line }` );
}

/** Runs a tool; its output is printed in one piece at its end when `isQuiet`, so that two at once stay readable. */
function run(
	tool: string, args: readonly string[], options: { isQuiet: boolean; env?: Readonly<Record<string, string>> }
): Promise<boolean> {
	return new Promise( ( resolve, reject ) => {
		const child = spawn( tool, args, {
			cwd: projectDir,
			env: { ...process.env, ...options.env },
			stdio: options.isQuiet ? [ 'ignore', 'pipe', 'pipe' ] : [ 'ignore', 'inherit', 'inherit' ]
		} );
		const output: Buffer[] = [];
		child.stdout?.on( 'data', ( chunk: Buffer ) => output.push( chunk ) );
		child.stderr?.on( 'data', ( chunk: Buffer ) => output.push( chunk ) );
		child.on( 'error', reject );
		child.on( 'close', ( code, signal ) => {
			process.stdout.write( Buffer.concat( output ) );
			if ( signal !== null ) {
				say( `${ tool } was ended by ${ signal }` );
			}
			resolve( code === 0 );
		} );
	} );
}

/** A check without tests of its own counts as one. */
async function tool( title: string, command: string, args: readonly string[] ): Promise<Results> {
	say( `${ title } …` );
	const isGood = await run( command, args, { isQuiet: true } );
	say( `${ title }: ${ isGood ? 'passed' : 'FAILED' }` );
	return isGood ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [ title ] };
}

function readResults( file: string ): unknown {
	try {
		return JSON.parse( readFileSync( file, 'utf8' ) );
	} catch {
		// The runner ended before it could write them; its exit code says the rest.
		return undefined;
	}
}

/** What a runner counted; when it failed without counting a failure, or counted nothing, that is one. */
function counted( title: string, isGood: boolean, results: Results ): Results {
	const isUncounted = results.failed === 0 && ( !isGood || results.passed === 0 );
	const { passed, failed, failures } = isUncounted ? { ...results, failed: 1, failures: [ title ] } : results;
	say( `${ title }: ${ passed } passed, ${ failed } failed` );
	return { passed, failed, failures };
}

async function vitest( project: 'unit' | 'integration', words: readonly string[] ): Promise<Results> {
	say( `${ project } tests …` );
	const resultsFile = path.join( resultsDir, `${ project }.json` );
	const isGood = await run( 'vitest', [
		'run', '--project', project, '--reporter=verbose', '--reporter=json', `--outputFile.json=${ resultsFile }`, ...words
	], { isQuiet: project === 'unit' } );
	return counted( `${ project } tests`, isGood, readVitest( readResults( resultsFile ) ) );
}

async function playwright( words: readonly string[], env: Readonly<Record<string, string>> ): Promise<Results> {
	say( 'browser tests …' );
	const resultsFile = path.join( resultsDir, 'browser.json' );
	const isGood = await run( 'playwright', [
		'test', '--config', 'test/browser/playwright.config.ts', '--reporter=list,json', ...words
	], { isQuiet: false, env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: resultsFile } } );
	return counted( 'browser tests', isGood, readPlaywright( readResults( resultsFile ) ) );
}

async function staticChecks(): Promise<Results[]> {
	return [
		await tool( 'lint', 'eslint', [ '--max-warnings', '0', '.' ] ),
		await tool( 'typecheck', 'tsc', [ '--noEmit' ] ),
		await tool( 'build within its budgets', 'node', [ 'src/deploy/build.ts' ] ),
		await tool( 'messages', 'banana-checker', [
			`--requireCompleteTranslationLanguages=${ COMPLETE_LANGUAGES }`, '--requireCompletelyUsedParameters=1', '--disallowUnusedTranslations=1',
			'--requireKeyPrefix=askforhelp-', 'src/gadget/i18n'
		] ),
		await vitest( 'unit', [] )
	];
}

/** On a sandbox of their own, which is there only for them: integration tests boot the parts that they want. */
async function browserTests( words: readonly string[] ): Promise<Results> {
	const sandbox = await startTestSandbox( say );
	const stopAndEnd = ( signal: NodeJS.Signals ): void => {
		void sandbox.stop().finally( () => process.exit( signal === 'SIGINT' ? 130 : 143 ) );
	};
	process.on( 'SIGINT', stopAndEnd ).on( 'SIGTERM', stopAndEnd );
	try {
		return await playwright( words, sandbox.env );
	} finally {
		process.off( 'SIGINT', stopAndEnd ).off( 'SIGTERM', stopAndEnd );
		await sandbox.stop();
	}
}

async function main(): Promise<void> {
	const [ only, ...words ] = process.argv.slice( 2 );
	rmSync( resultsDir, { recursive: true, force: true } );
	mkdirSync( resultsDir, { recursive: true } );
	const outcomes: Results[] = [];
	if ( only === 'unit' ) {
		outcomes.push( await vitest( 'unit', words ) );
	} else if ( only === 'integration' ) {
		await installSandboxSoftware( say );
		outcomes.push( await vitest( 'integration', words ) );
	} else if ( only === 'browser' ) {
		await installSandboxSoftware( say );
		outcomes.push( await browserTests( words ) );
	} else if ( only === undefined ) {
		// The checks of the source and the downloads want different things of the machine.
		const [ ofSource ] = await Promise.all( [ staticChecks(), installSandboxSoftware( say ) ] );
		outcomes.push( ...ofSource, await vitest( 'integration', [] ), await browserTests( [] ) );
	} else {
		throw new Error( `There is no check "${ only }". There are: unit, integration, browser.` );
	}
	const passed = outcomes.reduce( ( sum, one ) => sum + one.passed, 0 );
	const failed = outcomes.reduce( ( sum, one ) => sum + one.failed, 0 );
	say( 'done' );
	// Again at the end: a long log may be shown from there.
	const failures = outcomes.flatMap( ( one ) => one.failures );
	if ( failures.length > 0 ) {
		console.log( `\nFailed:\n\n${ failures.join( '\n\n' ) }\n` );
	}
	console.log( `${ passed } passed, ${ failed } failed` );
	process.exitCode = failed === 0 ? 0 : 1;
}

await main().catch( ( error: unknown ) => {
	console.error( error instanceof Error ? error.stack : error );
	console.log( '0 passed, 1 failed' );
	process.exitCode = 1;
} );
