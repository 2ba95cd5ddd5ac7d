import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { writePrivate } from '../homeserver/index.ts';
import type { RoomId } from '../protocol/ids.ts';
import type { RelayConfigFile } from '../relay/config/schema.ts';
import type { Homeserver } from './homeserver/index.ts';
import type { RunningProcess } from './processes.ts';
import { startProcess } from './processes.ts';
import type { SandboxTeam } from './status.ts';
import { statusPage } from './wiki/seed.ts';
import type { Wiki } from './wiki/start-wiki.ts';

/** The relay's program; it is run as a process of its own, as operators run it. */
export const relayMain = path.resolve( import.meta.dirname, '../relay/main.ts' );

const firstWordLimitMs = 10_000;

export type RelayFiles = { readonly configFile: string; readonly logFile: string; readonly pidFile: string };

/** Where the relay's files are in its folder. */
export function relayFilesIn( stateDir: string ): RelayFiles {
	return {
		configFile: path.join( stateDir, 'relay.yaml' ),
		logFile: path.join( stateDir, 'relay.log' ),
		pidFile: path.join( stateDir, 'relay.pid' )
	};
}

/** How fast the status page is in the sandbox, where nobody wants to wait for it. */
const statusEveryMs = 10_000;

/** Writes the relay's configuration; without Support rooms it is enough to make them. */
export async function writeRelayConfig(
	stateDir: string, { wiki, wikiId, homeserver, supportRooms }: {
		wiki: Pick<Wiki, 'url' | 'apiUrl' | 'accounts'>; wikiId: string; homeserver: Homeserver;
		supportRooms: Readonly<Record<SandboxTeam, RoomId>> | undefined;
	}
): Promise<void> {
	const { username: user, password } = wiki.accounts.find( ( { role } ) => role === 'relay' )!.botLogin!;
	const config: RelayConfigFile = {
		homeserver: { url: homeserver.url, serverName: homeserver.serverName, asTokenFile: 'as-token.txt' },
		receivers: [ { userId: homeserver.bot } ],
		store: { path: 'relay.db' },
		wikis: { [ wikiId ]: {
			name: 'Sandbox wiki', apiUrl: wiki.apiUrl, articleUrl: `${ wiki.url }/wiki/$1`, status: { user, password, page: statusPage }
		} },
		teams: {
			general: supportRooms ? { supportRoom: supportRooms.general } : {},
			harassment: supportRooms ? { supportRoom: supportRooms.harassment, private: true } : { private: true }
		},
		limits: { statusEveryMs }
	};
	await mkdir( stateDir, { recursive: true, mode: 0o700 } );
	await writePrivate( path.join( stateDir, 'as-token.txt' ), homeserver.appServiceToken );
	await writePrivate( relayFilesIn( stateDir ).configFile, stringify( config ) );
}

/** Starts the relay on the configuration in its folder; resolves when it has begun to log, which it does once it can work. */
export async function startRelayProcess( stateDir: string ): Promise<RunningProcess> {
	const { configFile, logFile, pidFile } = relayFilesIn( stateDir );
	const logStart = sizeOf( logFile );
	const relay = startProcess( {
		name: 'The relay', command: process.execPath, args: [ relayMain, '--config', configFile ], logFile, pidFile, graceMs: 10_000
	} );
	let ended = false;
	void relay.exited.then( () => { ended = true; } );
	const giveUpAt = Date.now() + firstWordLimitMs;
	while ( !ended && sizeOf( logFile ) === logStart && Date.now() < giveUpAt ) {
		await wait( 25 );
	}
	return relay;
}

function sizeOf( file: string ): number {
	return statSync( file, { throwIfNoEntry: false } )?.size ?? 0;
}
