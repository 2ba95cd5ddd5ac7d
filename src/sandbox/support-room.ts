import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, ExecaError } from 'execa';
import { writePrivate } from '../homeserver/index.ts';
import { createServiceClient } from '../matrix/index.ts';
import type { RoomId, UserId } from '../protocol/ids.ts';
import { isRecord, isRoomId } from '../protocol/ids.ts';
import type { Homeserver } from './homeserver/index.ts';
import type { MatrixAccount, SandboxTeam } from './status.ts';

const password = 'ask-for-help-demo';

/** Who answers in the sandbox. Their password is public: the homeserver listens to this machine only. */
const people: readonly Pick<MatrixAccount, 'role' | 'name' | 'displayName' | 'teams'>[] = [
	{ role: 'helper', name: 'nita', displayName: 'Nita B.', teams: [ 'general' ] },
	{ role: 'helper', name: 'omar', displayName: 'عمر', teams: [ 'general' ] },
	{ role: 'moderator', name: 'mona', displayName: 'Mona', teams: [ 'general' ] },
	{ role: 'helper', name: 'hala', displayName: 'Hala', teams: [ 'harassment' ] }
];

const roomNames: Readonly<Record<SandboxTeam, string>> = { general: 'Support', harassment: 'Support: harassment' };

/** Makes the accounts of helpers and moderator, unless they are there. */
export async function ensureHelpers( homeserver: Homeserver ): Promise<MatrixAccount[]> {
	return Promise.all( people.map( async ( person ) => {
		await homeserver.registerAccount( { name: person.name, password, displayName: person.displayName } );
		return { ...person, password, userId: `@${ person.name }:${ homeserver.serverName }` as UserId };
	} ) );
}

/**
 * Makes each team's Support room with the relay's own command, as an operator would, and lets everybody join; the rooms are
 * remembered in `stateDir` once all are in.
 */
export async function ensureSupportRooms(
	options: { homeserver: Homeserver; accounts: readonly MatrixAccount[]; relayConfigFile: string; relayMain: string; stateDir: string }
): Promise<Record<SandboxTeam, RoomId>> {
	const { homeserver, accounts, relayConfigFile, relayMain, stateDir } = options;
	const file = path.join( stateDir, 'support-rooms.json' );
	const known: unknown = await readFile( file, 'utf8' ).then( JSON.parse, () => undefined );
	const ensure = async ( team: SandboxTeam ): Promise<RoomId> => {
		const former = isRecord( known ) ? known[ team ] : undefined;
		if ( isRoomId( former ) ) {
			return former;
		}
		const members = accounts.filter( ( { teams } ) => teams.includes( team ) );
		const roomId = await createRoom( relayMain, [
			'create-room', '--config', relayConfigFile, '--team', team, '--name', roomNames[ team ],
			...members.flatMap( ( { role, userId } ) => [ role === 'moderator' ? '--moderator' : '--invite', userId ] )
		] );
		await Promise.all( members.map( ( account ) => join( homeserver.url, account, roomId ) ) );
		return roomId;
	};
	const rooms = { general: await ensure( 'general' ), harassment: await ensure( 'harassment' ) };
	await mkdir( stateDir, { recursive: true } );
	await writePrivate( file, JSON.stringify( rooms ) );
	return rooms;
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
	const session = await createServiceClient( { homeserverUrl } ).request<{ access_token: string }>( 'POST', '/v3/login', {
		type: 'm.login.password',
		identifier: { type: 'm.id.user', user: account.name },
		password: account.password,
		initial_device_display_name: 'Sandbox'
	} );
	const client = createServiceClient( { homeserverUrl, accessToken: session.access_token } );
	await client.joinRoom( roomId );
	await client.logout();
}
