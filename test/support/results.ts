import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/**
 * What a run of checks came to.
 *
 * `failures`: each check that did not pass, by file and title, with the beginning of its error where its runner gave one.
 */
export type Results = { readonly passed: number; readonly failed: number; readonly failures: readonly string[] };

/** The lines of an error that are shown; the rest is where the runner printed it. */
const LINES_OF_AN_ERROR = 12;

/** What {@link readVitest} uses of the report of vitest's reporter "json". */
type VitestReport = {
	readonly testResults?: ReadonlyArray<{
		readonly name: string;
		readonly status: string;
		readonly message?: string;
		readonly assertionResults: ReadonlyArray<{
			readonly fullName: string;
			readonly status: string;
			readonly failureMessages?: readonly string[] | null;
		}>;
	}>;
};

/** What {@link readPlaywright} uses of the report of Playwright's reporter "json". */
type PlaywrightReport = {
	readonly suites?: readonly PlaywrightSuite[];
	readonly errors?: readonly PlaywrightError[];
};

type PlaywrightError = { readonly message?: string };

type PlaywrightSuite = {
	readonly suites?: readonly PlaywrightSuite[];
	readonly specs?: ReadonlyArray<{
		readonly title: string;
		readonly file: string;
		readonly tests: ReadonlyArray<{
			readonly status: string;
			readonly results: ReadonlyArray<{ readonly errors: readonly PlaywrightError[] }>;
		}>;
	}>;
};

/** The report of a vitest run, `undefined` when it wrote none. A file that does not load, or whose hooks fail, is a failure of its own. */
export function readVitest( report: unknown ): Results {
	const files = ( report as VitestReport | undefined )?.testResults ?? [];
	const tests = files.flatMap( ( file ) => file.assertionResults.map( ( test ) => ( { file: file.name, ...test } ) ) );
	const failed = tests.filter( ( { status } ) => status !== 'passed' );
	const brokenFiles = files.filter( ( { status, assertionResults } ) =>
		status === 'failed' && assertionResults.every( ( test ) => test.status !== 'failed' ) );
	return {
		passed: tests.length - failed.length,
		failed: failed.length + brokenFiles.length,
		failures: [
			...failed.map( ( { file, fullName, status, failureMessages } ) => failure( `${ here( file ) } › ${ fullName }`, status, failureMessages?.[ 0 ] ) ),
			...brokenFiles.map( ( { name, message } ) => failure( here( name ), 'failed', message ) )
		]
	};
}

/** The report of a Playwright run, `undefined` when it wrote none. */
export function readPlaywright( report: unknown ): Results {
	const { suites = [], errors = [] } = ( report as PlaywrightReport | undefined ) ?? {};
	const specs = suites.flatMap( specsOf );
	const tests = specs.flatMap( ( spec ) => spec.tests.map( ( test ) => ( { name: `${ spec.file } › ${ spec.title }`, ...test } ) ) );
	const failed = tests.filter( ( { status } ) => status !== 'expected' );
	return {
		passed: tests.length - failed.length,
		failed: failed.length + errors.length,
		failures: [
			...failed.map( ( { name, status, results } ) =>
				failure( name, status, results.flatMap( ( result ) => result.errors )[ 0 ]?.message ) ),
			...errors.map( ( { message } ) => failure( 'outside of a test', 'failed', message ) )
		]
	};
}

function specsOf( suite: PlaywrightSuite ): NonNullable<PlaywrightSuite[ 'specs' ]> {
	return [ ...( suite.specs ?? [] ), ...( suite.suites ?? [] ).flatMap( specsOf ) ];
}

function here( file: string ): string {
	return path.relative( process.cwd(), file );
}

function failure( name: string, status: string, error: string | undefined ): string {
	const lines = stripVTControlCharacters( error ?? status ).split( '\n' ).slice( 0, LINES_OF_AN_ERROR );
	return [ name, ...lines.map( ( line ) => `  ${ line }` ) ].join( '\n' );
}
