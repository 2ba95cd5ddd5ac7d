import path from 'node:path';
import type { RoomLog } from './state/room-log.ts';
import type { SupportRoom } from './state/requests.ts';
import { readSupportRoom } from './state/requests.ts';
import { askPassword } from './ask-password.ts';
import type { HelperClient } from './matrix/helper-client.ts';
import { startHelperClient } from './matrix/helper-client.ts';
import { logIn } from './matrix/log-in.ts';
import type { HelperOptions } from './options.ts';
import { readOptions, usage } from './options.ts';
import { UserFault } from './state/user-fault.ts';
import type { AppSource } from './views/terminal-app.ts';
import { startApp } from './views/terminal-app.ts';
import { knowsIsolates } from './views/terminal-probe.ts';

const LOGOUT_TIMEOUT_MS = 3_000;
const TERMINAL_TIMEOUT_MS = 500;
const projectDir = path.resolve( import.meta.dirname, '../..' );

/** Why the program ends: `fault` is said to the person, a code other than 0 goes with it. */
type End = { readonly code: number; readonly fault?: unknown };

/** Reads each room again only when something in it has changed. */
function createRoomsReader( logs: () => readonly RoomLog[] ): () => readonly SupportRoom[] {
	let from: readonly RoomLog[] | undefined;
	let rooms: readonly SupportRoom[] = [];
	return () => {
		const now = logs();
		if ( now !== from ) {
			from = now;
			rooms = now.map( readSupportRoom );
		}
		return rooms;
	};
}

function createSource( client: HelperClient, listeners: Set<() => void>, quit: () => void ): AppSource {
	return {
		rooms: createRoomsReader( () => client.logs() ),
		connection() {
			const sinceMs = client.offlineSinceMs();
			return sinceMs === undefined ? { isOnline: true } : { isOnline: false, sinceMs };
		},
		name: () => client.name(),
		subscribe( onChange ) {
			listeners.add( onChange );
			return () => listeners.delete( onChange );
		},
		perform( effect ) {
			switch ( effect.kind ) {
				case 'send': return client.send( effect.roomId, effect.type, effect.content );
				case 'resend': return client.resend( effect.roomId, effect.transactionId );
				case 'discard': return client.discard( effect.roomId, effect.transactionId );
				case 'quit': return quit();
			}
		}
	};
}

async function run( options: HelperOptions ): Promise<void> {
	const { stdin, stdout } = process;
	if ( !stdin.isTTY || !stdout.isTTY ) {
		throw new UserFault( 'This needs a terminal to read keys from and to draw on; input or output is none.' );
	}
	const password = options.password ?? await askPassword( `Password of ${ options.user }: `, stdin, stdout );
	let end: ( how: End ) => void = () => {};
	const ended = new Promise<End>( ( resolve ) => {
		end = resolve;
	} );
	process.on( 'SIGTERM', () => end( { code: 143 } ) ).on( 'SIGHUP', () => end( { code: 129 } ) ).on( 'SIGINT', () => end( { code: 130 } ) );
	process.on( 'uncaughtException', ( fault ) => end( { code: 1, fault } ) ).on( 'unhandledRejection', ( fault ) => end( { code: 1, fault } ) );

	stdout.write( `Logging in at ${ options.homeserverUrl } …\n` );
	const session = await logIn( { ...options, password } );
	const listeners = new Set<() => void>();
	const starting = startHelperClient( {
		session, wantedRooms: options.rooms, bot: options.bot, now: Date.now,
		onChange: () => listeners.forEach( ( listener ) => listener() ),
		onLoggedOut: () => end( { code: 1, fault: new UserFault( 'The homeserver has ended this login; start again.' ) } )
	} );
	const client = await Promise.race( [ starting, ended ] );
	if ( 'code' in client ) {
		// Told to stop before the rooms were there.
		void starting.then( ( late ) => late.logOut( LOGOUT_TIMEOUT_MS ), () => {} );
		return leave( client );
	}
	const hasIsolates = await knowsIsolates( stdin, stdout, TERMINAL_TIMEOUT_MS );
	const restore = startApp( {
		source: createSource( client, listeners, () => end( { code: 0 } ) ), stdin, stdout, hasIsolates, now: Date.now,
		// https://no-color.org
		hasColour: !process.env.NO_COLOR,
		onFault: ( fault ) => end( { code: 1, fault } )
	} );
	// Whatever ends the process, the terminal is given back.
	process.on( 'exit', restore );
	const how = await ended;
	restore();
	if ( !await client.logOut( LOGOUT_TIMEOUT_MS ) ) {
		process.stderr.write( 'The homeserver could not be told to end this login; end it from another client, among your sessions.\n' );
	}
	leave( how );
}

function leave( { code, fault }: End ): void {
	if ( fault !== undefined ) {
		process.stderr.write( `${ sentence( fault ) }\n` );
	}
	process.exitCode = code;
}

/** What to tell a person; of a bug the stack is wanted. */
function sentence( error: unknown ): string {
	return error instanceof UserFault ? `helper: ${ error.message }` : `helper: ${ error instanceof Error ? error.stack : String( error ) }`;
}

async function main(): Promise<void> {
	const options = readOptions( process.argv.slice( 2 ), projectDir, process.env );
	if ( options ) {
		await run( options );
	} else {
		process.stdout.write( usage );
	}
}

await main().catch( ( error: unknown ) => leave( { code: 1, fault: error } ) ).finally( () => process.exit() );
