import path from 'node:path';
import { parseArgs } from 'node:util';
import { defaultBasePort } from './ports.ts';

/** What `npm start -- …` was asked for. */
export type SandboxCommand =
	{ readonly kind: 'help' } |
	{
		readonly kind: 'start';
		readonly basePort: number;
		readonly dataDir: string;
		readonly softwareDir: string;
		readonly reset: boolean;
		/** Absolute, in the order given. */
		readonly extensionDirs: readonly string[];
		readonly oauthExtensionDir?: string;
	};

/** What is wrong with the options, as one sentence. */
export class OptionError extends Error {
	override readonly name = 'OptionError';
}

const lowestPort = 1024;
const highestPort = 65_532;

export const usage = `Runs a whole wiki, a homeserver and the relay on this machine, to try, develop and test on.

  npm start -- [options]

  --port N      first of four ports, N to N+3 (now: ${ defaultBasePort })
  --data DIR    folder for everything that is installed and kept (now: .sandbox)
  --reset       starts from nothing: forgets accounts, pages and conversations; what is installed stays
  --extension DIR
                adds the MediaWiki extension or skin whose checkout is in DIR to the wiki, for this start;
                may be given any number of times
  --oauth-extension DIR
                uses the Extension:OAuth in DIR, with its libraries in its vendor/, in place of the stand-in
  --help        says this

The environment variable ASK_FOR_HELP_SOFTWARE names another folder for what is installed, to be shared.
`;

/** Reads the command line; throws an {@link OptionError} for whatever it does not know. */
export function readOptions(
	args: readonly string[], defaultDataDir: string, environment: Readonly<Record<string, string | undefined>>
): SandboxCommand {
	const { tokens } = parseArgs( {
		args: [ ...args ], strict: false, tokens: true,
		options: {
			port: { type: 'string' }, data: { type: 'string' }, reset: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
			extension: { type: 'string' }, 'oauth-extension': { type: 'string' }
		}
	} );
	let basePort = defaultBasePort;
	let dataDir = defaultDataDir;
	let reset = false;
	let oauthExtensionDir: string | undefined;
	const extensionDirs: string[] = [];
	for ( const token of tokens ) {
		const shown = token.kind === 'option' ? token.rawName : token.kind === 'positional' ? token.value : '--';
		const value = token.kind === 'option' ? token.value : undefined;
		if ( token.kind === 'option' && token.name === 'help' ) {
			return { kind: 'help' };
		} else if ( token.kind === 'option' && token.name === 'port' ) {
			basePort = readPort( value );
		} else if ( token.kind === 'option' && token.name === 'data' ) {
			if ( !value ) {
				throw new OptionError( '--data needs a folder, for example --data /tmp/sandbox.' );
			}
			dataDir = path.resolve( value );
		} else if ( token.kind === 'option' && ( token.name === 'extension' || token.name === 'oauth-extension' ) ) {
			if ( !value ) {
				throw new OptionError( `--${ token.name } needs the folder of a MediaWiki extension, for example --${ token.name } ../${ token.name === 'extension' ? 'MobileFrontend' : 'OAuth' }.` );
			}
			if ( token.name === 'extension' ) {
				extensionDirs.push( path.resolve( value ) );
			} else {
				oauthExtensionDir = path.resolve( value );
			}
		} else if ( token.kind === 'option' && token.name === 'reset' && value === undefined ) {
			reset = true;
		} else {
			throw new OptionError( `"${ shown }${ value === undefined ? '' : `=${ value }` }" is not an option here; there are --port N, --data DIR, --reset, --extension DIR, --oauth-extension DIR and --help.` );
		}
	}
	const softwareDir = path.resolve( environment.ASK_FOR_HELP_SOFTWARE || path.join( dataDir, 'software' ) );
	return {
		kind: 'start', basePort, dataDir, softwareDir, reset, extensionDirs,
		...( oauthExtensionDir !== undefined && { oauthExtensionDir } )
	};
}

function readPort( value: string | undefined ): number {
	const port = /^\d+$/.test( value ?? '' ) ? Number( value ) : Number.NaN;
	if ( !( port >= lowestPort && port <= highestPort ) ) {
		throw new OptionError( `--port needs a number from ${ lowestPort } to ${ highestPort }, for example --port ${ defaultBasePort }.` );
	}
	return port;
}
