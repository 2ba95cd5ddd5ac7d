import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { RoomId, UserId } from '../protocol/ids.ts';
import { isRecord, isRoomId, isUserId } from '../protocol/ids.ts';
import { UserFault } from './state/user-fault.ts';

export const PASSWORD_VARIABLE = 'ASK_FOR_HELP_HELPER_PASSWORD';

export const usage = `A helper's client in the terminal.

  npm run helper                     as a helper of the sandbox that runs
  npm run helper -- --homeserver URL --user NAME [--room ID]…

  --homeserver URL  base URL of the homeserver, https://… (http://… on this machine)
  --user NAME       name or full Matrix id; in the sandbox one of its helpers
  --room ID         a Support room; more than once for more (now: rooms with questions in them)
  --data DIR        data folder of the sandbox (now: .sandbox)
  --status FILE     status file of the sandbox, instead of status.json in its data folder
  --help            says this

The password is asked for, or read from the environment variable ${ PASSWORD_VARIABLE }.
`;

export type HelperOptions = {
	readonly homeserverUrl: string;
	readonly user: string;
	/** `undefined` when it has to be asked for. */
	readonly password: string | undefined;
	readonly rooms: readonly RoomId[];
	/** The relay's bot, where the sandbox tells it. */
	readonly bot: UserId | undefined;
};

type Sandbox = {
	readonly homeserverUrl: string;
	readonly bot: UserId | undefined;
	readonly helpers: readonly {
		readonly name: string; readonly userId: string; readonly password: string; readonly rooms: readonly RoomId[];
	}[];
};

/** Reads what a running sandbox tells about itself; `undefined` when none does. */
function readSandbox( file: string ): Sandbox | undefined {
	let raw: unknown;
	try {
		raw = JSON.parse( readFileSync( file, 'utf8' ) );
	} catch {
		return undefined;
	}
	const { homeserver, supportRooms } = isRecord( raw ) ? raw : {};
	if ( !isRecord( homeserver ) || typeof homeserver.url !== 'string' || !Array.isArray( homeserver.accounts ) || !isRecord( supportRooms ) ) {
		throw new UserFault( `${ file } is not what a sandbox writes.` );
	}
	const roomsOf = ( teams: unknown ): RoomId[] => (
		Array.isArray( teams ) ? teams.map( ( team ) => supportRooms[ String( team ) ] ) : Object.values( supportRooms )
	).filter( isRoomId );
	return {
		homeserverUrl: homeserver.url,
		bot: isUserId( homeserver.bot ) ? homeserver.bot : undefined,
		helpers: homeserver.accounts.flatMap( ( account: unknown ) => (
			isRecord( account ) && typeof account.name === 'string' && typeof account.userId === 'string' && typeof account.password === 'string' ?
					[ { name: account.name, userId: account.userId, password: account.password, rooms: roomsOf( account.teams ) } ] : []
		) )
	};
}

function checkedUrl( url: string ): string {
	const isSafe =
		/^https:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test( url ) ||
		/^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/[^\s?#]*)?$/.test( url );
	if ( !isSafe ) {
		throw new UserFault( `--homeserver: "${ url }" is no address of a homeserver, such as https://matrix.example.org (http: only on this machine, for the password would be readable on its way).` );
	}
	return url.replace( /\/+$/, '' );
}

/**
 * Reads the command line.
 *
 * @returns `undefined` when only help is wanted
 * @throws UserFault
 */
export function readOptions(
	args: readonly string[], projectDir: string, environment: Readonly<Record<string, string | undefined>>
): HelperOptions | undefined {
	const text = { type: 'string' } as const;
	const { values } = parse( () => parseArgs( { args: [ ...args ], options: {
		homeserver: text, user: text, room: { type: 'string', multiple: true }, data: text, status: text, help: { type: 'boolean', short: 'h' }
	} } ) );
	if ( values.help ) {
		return undefined;
	}
	const rooms = ( values.room ?? [] ).map( ( room ) => {
		if ( !isRoomId( room ) ) {
			throw new UserFault( `--room: "${ room }" is no room id such as !abc:example.org.` );
		}
		return room;
	} );
	const passwordGiven = environment[ PASSWORD_VARIABLE ] || undefined;
	if ( values.homeserver !== undefined ) {
		if ( !values.user ) {
			throw new UserFault( '--user NAME is needed beside --homeserver.' );
		}
		return { homeserverUrl: checkedUrl( values.homeserver ), user: values.user, password: passwordGiven, rooms, bot: undefined };
	}
	const file = values.status ?? path.resolve( values.data ?? path.join( projectDir, '.sandbox' ), 'status.json' );
	const sandbox = readSandbox( file );
	if ( !sandbox ) {
		throw new UserFault( `No sandbox runs (there is no ${ file }): start one with npm start, or name a homeserver with --homeserver URL --user NAME.` );
	}
	const { user } = values;
	const account = sandbox.helpers.find( ( { name, userId } ) => user === undefined || name === user || userId === user );
	if ( !account ) {
		throw new UserFault( `The sandbox has no helper ${ user ?? '' }; it has ${ sandbox.helpers.map( ( { name } ) => name ).join( ', ' ) }.` );
	}
	return {
		homeserverUrl: sandbox.homeserverUrl, user: account.name, password: account.password,
		rooms: rooms.length > 0 ? rooms : account.rooms, bot: sandbox.bot
	};
}

function parse<Result>( read: () => Result ): Result {
	try {
		return read();
	} catch ( error ) {
		throw new UserFault( `${ error instanceof Error ? error.message : String( error ) }\n\n${ usage }`, { cause: error } );
	}
}
