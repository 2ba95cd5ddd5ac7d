import path from 'node:path';
import { parseArgs } from 'node:util';
import { OptionError } from '../../src/sandbox/options.ts';

export const STORES = [ 'sqlite', 'postgres' ] as const;
export type StoreName = ( typeof STORES )[ number ];

export type SoakOptions = {
	readonly seed: number;
	/** How often relay and homeserver are killed; 0 with `minutes`. */
	readonly kills: number;
	/** How long people talk without any kill; 0 with `kills`. */
	readonly minutes: number;
	readonly stores: readonly StoreName[];
	readonly conversations: number;
	/** Where the result is written as JSON; absolute. */
	readonly jsonFile: string | undefined;
};

export type SoakCommand = { readonly kind: 'help' } | ( { readonly kind: 'run' } & SoakOptions );

const DEFAULTS = { kills: 20, conversations: 12 } as const;
const MOST = { seed: 999_999_999, kills: 10_000, minutes: 10_000, conversations: 200 } as const;

export const usage = `Kills the relay and the homeserver while people talk, and compares what was sent with what is there in the end.

  npm run soak -- [options]

  --kills N          how often one of them, or both, are killed, 1 to ${ MOST.kills } (now: ${ DEFAULTS.kills })
  --minutes M        instead of kills: people talk for so long, and the relay's memory is watched
  --seed N           what is said, done and killed, in which order and when (now: another one each time)
  --store STORE      sqlite, postgres or both (now: both, one after the other)
  --conversations N  1 to ${ MOST.conversations } (now: ${ DEFAULTS.conversations })
  --json FILE        writes the result there too, with every finding and every sample of the memory
  --help             says this

Ends with 1 when something is lost, doubled, out of order or wrong. test/soak/README.md says what that means.
`;

const names = [ '--kills', '--minutes', '--seed', '--store', '--conversations', '--json', '--help' ];

function whole( name: keyof typeof MOST, value: string | undefined, example: number ): number {
	const least = name === 'seed' ? 0 : 1;
	const number = /^\d{1,9}$/.test( value ?? '' ) ? Number( value ) : Number.NaN;
	if ( !( number >= least && number <= MOST[ name ] ) ) {
		throw new OptionError( `--${ name } needs a whole number from ${ least } to ${ MOST[ name ] }, for example --${ name } ${ example }.` );
	}
	return number;
}

function readStores( value: string | undefined ): readonly StoreName[] {
	const found = STORES.filter( ( name ) => name === value || value === 'both' );
	if ( found.length === 0 ) {
		throw new OptionError( `--store: there is no store "${ value ?? '' }"; there are ${ STORES.join( ', ' ) } and both.` );
	}
	return found;
}

/** Reads the command line; `random` gives a seed where none is named. @throws OptionError for whatever it does not know */
export function readOptions( args: readonly string[], random: () => number ): SoakCommand {
	const text = { type: 'string' } as const;
	const { tokens } = parseArgs( {
		args: [ ...args ], strict: false, tokens: true,
		options: { kills: text, minutes: text, seed: text, store: text, conversations: text, json: text, help: { type: 'boolean', short: 'h' } }
	} );
	const given: { -readonly [ Key in keyof SoakOptions ]?: SoakOptions[ Key ] } = {};
	for ( const token of tokens ) {
		const value = token.kind === 'option' ? token.value : undefined;
		switch ( token.kind === 'option' ? token.name : undefined ) {
			case 'help': return { kind: 'help' };
			case 'kills': given.kills = whole( 'kills', value, 60 ); break;
			case 'minutes': given.minutes = whole( 'minutes', value, 30 ); break;
			case 'seed': given.seed = whole( 'seed', value, 7 ); break;
			case 'conversations': given.conversations = whole( 'conversations', value, DEFAULTS.conversations ); break;
			case 'store': given.stores = readStores( value ); break;
			case 'json':
				if ( !value ) {
					throw new OptionError( '--json needs a file, for example --json soak.json.' );
				}
				given.jsonFile = path.resolve( value );
				break;
			default: {
				const shown = token.kind === 'option' ? token.rawName : token.kind === 'positional' ? token.value : '--';
				throw new OptionError( `"${ shown }" is not an option here; there are ${ names.join( ', ' ) }.` );
			}
		}
	}
	if ( given.kills !== undefined && given.minutes !== undefined ) {
		throw new OptionError( '--kills and --minutes are two ways of running it; choose one of them.' );
	}
	const { minutes = 0, kills = minutes > 0 ? 0 : DEFAULTS.kills, conversations = DEFAULTS.conversations } = given;
	const { seed = Math.floor( random() * 1_000_000 ), stores = STORES, jsonFile } = given;
	return { kind: 'run', seed, kills, minutes, conversations, stores, jsonFile };
}
