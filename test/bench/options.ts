import path from 'node:path';
import { parseArgs } from 'node:util';
import { OptionError } from '../../src/sandbox/options.ts';

export const PARTS = [ 'latency', 'burst', 'crowd', 'start', 'sizes', 'browser', 'scroll' ] as const;
export type Part = ( typeof PARTS )[ number ];

export type BenchOptions = {
	readonly parts: ReadonlySet<Part>;
	/** Messages for each way; page views and bursts are fewer in proportion. */
	readonly samples: number;
	/** Where the figures are written as JSON; absolute. */
	readonly jsonFile: string | undefined;
};

export type BenchCommand = { readonly kind: 'help' } | ( { readonly kind: 'run' } & BenchOptions );

const DEFAULT_SAMPLES = 60;
const FEWEST_SAMPLES = 5;
const MOST_SAMPLES = 1000;

export const usage = `Measures Ask for Help on this machine, beside what it is to be compared with, and prints a table.

  npm run bench -- [options]

  --only PARTS   some of ${ PARTS.join( ', ' ) }, with commas (now: all)
  --samples N    messages each way, ${ FEWEST_SAMPLES } to ${ MOST_SAMPLES } (now: ${ DEFAULT_SAMPLES })
  --json FILE    writes the figures there too, with every single value
  --help         says this

Ends with 1 when a budget does not hold. test/bench/README.md says what is measured, and how.
`;

/** Reads the command line. @throws OptionError for whatever it does not know */
export function readOptions( args: readonly string[] ): BenchCommand {
	const { tokens } = parseArgs( {
		args: [ ...args ], strict: false, tokens: true,
		options: { only: { type: 'string' }, samples: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' } }
	} );
	let parts: ReadonlySet<Part> = new Set( PARTS );
	let samples = DEFAULT_SAMPLES;
	let jsonFile: string | undefined;
	for ( const token of tokens ) {
		const value = token.kind === 'option' ? token.value : undefined;
		if ( token.kind === 'option' && token.name === 'help' ) {
			return { kind: 'help' };
		} else if ( token.kind === 'option' && token.name === 'only' ) {
			parts = readParts( value );
		} else if ( token.kind === 'option' && token.name === 'samples' ) {
			samples = readSamples( value );
		} else if ( token.kind === 'option' && token.name === 'json' ) {
			if ( !value ) {
				throw new OptionError( '--json needs a file, for example --json figures.json.' );
			}
			jsonFile = path.resolve( value );
		} else {
			const shown = token.kind === 'option' ? token.rawName : token.kind === 'positional' ? token.value : '--';
			throw new OptionError( `"${ shown }" is not an option here; there are --only, --samples, --json and --help.` );
		}
	}
	return { kind: 'run', parts, samples, jsonFile };
}

function readParts( value: string | undefined ): ReadonlySet<Part> {
	const names = ( value ?? '' ).split( ',' ).map( ( name ) => name.trim() );
	const unknown = names.find( ( name ) => !PARTS.some( ( part ) => part === name ) );
	if ( unknown !== undefined ) {
		throw new OptionError( `--only: there is no part "${ unknown }"; there are ${ PARTS.join( ', ' ) }.` );
	}
	return new Set( names as Part[] );
}

function readSamples( value: string | undefined ): number {
	const samples = /^\d{1,6}$/.test( value ?? '' ) ? Number( value ) : Number.NaN;
	if ( !( samples >= FEWEST_SAMPLES && samples <= MOST_SAMPLES ) ) {
		throw new OptionError( `--samples needs a whole number from ${ FEWEST_SAMPLES } to ${ MOST_SAMPLES }, for example --samples ${ DEFAULT_SAMPLES }.` );
	}
	return samples;
}
