import { parseArgs } from 'node:util';
import { isUserId } from '../protocol/ids.ts';
import type { UserId } from '../protocol/ids.ts';
import { MatrixFailure } from '../matrix/index.ts';
import type { HomeserverConfig } from './config/config.ts';
import { ConfigError, parseConfig, parseHomeserverConfig, readConfigFile } from './config/config.ts';
import { createLog } from './log.ts';
import { pause, printStatus, resume } from './commands.ts';
import { openAccount } from './matrix/account.ts';
import { createSupportRoom } from './matrix/support-room.ts';
import { startRelay } from './relay.ts';

const USAGE = `Usage:
  relay [run] --config FILE [--take-over]
                                         run the relay until it is told to stop (SIGTERM, Ctrl-C); with --take-over also
                                         when its accounts belong to another store: only when that one's relay is gone
  relay create-room --config FILE --team NAME [--name TEXT] [--invite USER_ID]… [--moderator USER_ID]…
                                         make a team's Support room and print its id as JSON
  relay status --config FILE [--json]    tell what waits, what was set aside and why, and how fresh it is
  relay pause --config FILE ["REASON"]   open no new requests, and tell newcomers so; running ones go on
  relay resume --config FILE             open new requests again
`;

/** What the caller did wrong, as one sentence. */
class UsageError extends Error {}

function userIds( option: string, values: readonly string[] = [] ): UserId[] {
	return values.map( ( value ) => {
		if ( !isUserId( value ) ) {
			throw new UsageError( `--${ option }: "${ value }" is no full Matrix id such as "@someone:example.org"` );
		}
		return value;
	} );
}

type RoomRequest = { readonly team: string; readonly name: string; readonly helpers: UserId[]; readonly moderators: UserId[] };

async function createRoom( config: HomeserverConfig, request: RoomRequest ): Promise<void> {
	const { homeserver, receivers: [ { userId, deviceId } ], botName } = config;
	const client = await openAccount( {
		homeserverUrl: homeserver.url, asToken: homeserver.asToken, userId, deviceId, displayName: botName
	} );
	const roomId = await createSupportRoom( client, { bot: userId, ...request } );
	process.stdout.write( `${ JSON.stringify( { team: request.team, roomId, bot: userId, helpers: request.helpers, moderators: request.moderators } ) }\n` );
}

async function run( configFile: string, takeOver: boolean ): Promise<void> {
	const config = parseConfig( readConfigFile( configFile ), configFile, process.env );
	const log = createLog( config.log.level );
	const relay = await startRelay( config, { log, takeOver } );
	let isStopping = false;
	const stop = ( signal: NodeJS.Signals ): void => {
		if ( isStopping ) {
			return;
		}
		isStopping = true;
		log.info( { signal }, 'stopping' );
		void relay.stop();
		// Whatever is not done by then is in the store, and is done after the next start.
		setTimeout( () => process.exit(), config.limits.stopMs ).unref();
	};
	process.on( 'SIGTERM', stop );
	process.on( 'SIGINT', stop );
	await relay.ended;
}

async function main( args: readonly string[] ): Promise<void> {
	const { values, positionals } = parseArgs( {
		args: [ ...args ],
		allowPositionals: true,
		options: {
			config: { type: 'string' },
			team: { type: 'string' },
			name: { type: 'string' },
			invite: { type: 'string', multiple: true },
			moderator: { type: 'string', multiple: true },
			'take-over': { type: 'boolean', default: false },
			json: { type: 'boolean' },
			help: { type: 'boolean' }
		}
	} );
	if ( values.help ) {
		process.stdout.write( USAGE );
		return;
	}
	const [ command = 'run', ...more ] = positionals;
	const isKnown = [ 'run', 'create-room', 'status', 'pause', 'resume' ].includes( command );
	if ( !isKnown || more.length > ( command === 'pause' ? 1 : 0 ) ) {
		throw new UsageError( `"${ isKnown ? more.at( -1 ) : command }" is not known here` );
	}
	if ( values.config === undefined ) {
		throw new UsageError( '--config FILE is missing' );
	}
	if ( command === 'run' ) {
		return run( values.config, values[ 'take-over' ] );
	}
	if ( command !== 'create-room' ) {
		const context = {
			config: parseConfig( readConfigFile( values.config ), values.config, process.env ), now: Date.now,
			print: ( text: string ) => process.stdout.write( `${ text }\n` )
		};
		return command === 'status' ? printStatus( context, { json: values.json === true } ) :
			command === 'pause' ? pause( context, more[ 0 ] ?? '' ) :
					resume( context );
	}
	const team = values.team ?? '';
	if ( !/^[a-z0-9_-]{1,64}$/.test( team ) ) {
		throw new UsageError( '--team has to be a name of a-z, 0-9, _ and -' );
	}
	const config = parseHomeserverConfig( readConfigFile( values.config ), values.config, process.env );
	return createRoom( config, {
		team,
		name: values.name ?? `Ask for Help: ${ team }`,
		helpers: userIds( 'invite', values.invite ),
		moderators: userIds( 'moderator', values.moderator )
	} );
}

/** What to tell a person; `undefined` for a bug, of which the stack is wanted. */
function sentence( error: unknown ): string | undefined {
	if ( error instanceof ConfigError ) {
		return `The configuration is not right.\n  ${ error.problems.join( '\n  ' ) }`;
	}
	if ( error instanceof UsageError || ( error instanceof Error && 'code' in error && String( error.code ).startsWith( 'ERR_PARSE_ARGS' ) ) ) {
		return `${ error.message }\n${ USAGE }`;
	}
	if ( error instanceof MatrixFailure ) {
		return `The homeserver: ${ error.message }.`;
	}
	return error instanceof Error && error.name === 'StoreError' ? error.message : undefined;
}

main( process.argv.slice( 2 ) ).catch( ( error: unknown ) => {
	process.stderr.write( `relay: ${ sentence( error ) ?? ( error instanceof Error ? error.stack : String( error ) ) }\n` );
	process.exitCode = 1;
// Explicitly, because the time limits of requests that were answered keep Node waiting for half a minute.
} ).finally( () => process.exit() );
