import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, ExecaError } from 'execa';
import { writePrivate } from '../homeserver/index.ts';
import { createMatrixClient } from '../matrix/index.ts';
import type { RoomId, UserId } from '../protocol/ids.ts';
import { isRecord, isRoomId } from '../protocol/ids.ts';
import type { Homeserver } from './homeserver/index.ts';
import type { MatrixAccount } from './status.ts';

const password = 'ask-for-help-demo';

/** Who answers in the sandbox. Their password is public: the homeserver listens to this machine only. */
const people: readonly Pick<MatrixAccount, 'role' | 'name' | 'displayName'>[] = [
	{ role: 'helper', name: 'nita', displayName: 'Nita B.' },
	{ role: 'helper', name: 'omar', displayName: 'عمر' },
	{ role: 'moderator', name: 'mona', displayName: 'Mona' }
];

/** Makes the accounts of helpers and moderator, unless they are there. */
export async function ensureHelpers( homeserver: Homeserver ): Promise<MatrixAccount[]> {
	return Promise.all( people.map( async ( person ) => {
		await homeserver.registerAccount( { name: person.name, password, displayName: person.displayName } );
		return { ...person, password, userId: `@${ person.name }:${ homeserver.serverName }` as UserId };
	} ) );
}

/**
 * Makes the team's Support room with the relay's own command, as an operator would, and lets everybody join; the room is
 * remembered in `stateDir` once all are in.
 */
export async function ensureSupportRoom(
	options: { homeserver: Homeserver; accounts: readonly MatrixAccount[]; relayConfigFile: string; relayMain: string; stateDir: string }
): Promise<RoomId> {
	const { homeserver, accounts, relayConfigFile, relayMain, stateDir } = options;
	const file = path.join( stateDir, 'support-rooms.json' );
	const known: unknown = await readFile( file, 'utf8' ).then( JSON.parse, () => undefined );
	if ( isRecord( known ) && isRoomId( known.general ) ) {
		return known.general;
	}
	const roomId = await createRoom( relayMain, [
		'create-room', '--config', relayConfigFile, '--team', 'general', '--name', 'Support',
		...accounts.flatMap( ( { role, userId } ) => [ role === 'moderator' ? '--moderator' : '--invite', userId ] )
	] );
	await Promise.all( accounts.map( ( account ) => join( homeserver.url, account, roomId ) ) );
	await mkdir( stateDir, { recursive: true } );
	await writePrivate( file, JSON.stringify( { general: roomId } ) );
	return roomId;
}

async function createRoom( relayMain: string, args: readonly string[] ): Promise<RoomId> {
	const { stdout } = await execa( process.execPath, [ relayMain, ...args ], { stdin: 'ignore' } ).catch( ( error: unknown ) => {
		const reason = error instanceof ExecaError ? String( error.stderr ?? '' ).trim() || error.shortMessage : String( error );
		throw new Error( `The Support room could not be made: ${ reason }`, { cause: error } );
	} );
	const answer: unknown = JSON.parse( stdout );
	if ( !isRecord( answer ) || !isRoomId( answer.roomId ) ) {
		throw new Error( `The relay's create-room did not name a room: ${ stdout }` );
	}
	return answer.roomId;
}

async function join( homeserverUrl: string, account: MatrixAccount, roomId: RoomId ): Promise<void> {
	const session = await createMatrixClient( { homeserverUrl } ).request<{ access_token: string }>( 'POST', '/v3/login', {
		type: 'm.login.password',
		identifier: { type: 'm.id.user', user: account.name },
		password: account.password,
		initial_device_display_name: 'Sandbox'
	} );
	const client = createMatrixClient( { homeserverUrl, accessToken: session.access_token } );
	await client.joinRoom( roomId );
	await client.logout();
}
