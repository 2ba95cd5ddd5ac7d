import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { EventId, RoomId } from '../../src/protocol/ids.ts';
import type { RelayConfigFile } from '../../src/relay/config/schema.ts';
import { startHomeserver } from '../../src/sandbox/homeserver/index.ts';
import type { Progress } from '../../src/sandbox/progress.ts';
import type { RunningParts } from '../../src/sandbox/running-parts.ts';
import { createRunningParts } from '../../src/sandbox/running-parts.ts';
import { freePort, softwareDir } from '../support/homeserver.ts';
import { until } from '../support/relay-house.ts';
import type { BenchConversation, RelayedChat } from './chat-house.ts';
import { startChatHouse, threadOf } from './chat-house.ts';
import { startTalker } from './talker.ts';
import { startWikiStandIn } from './wiki-stand-in.ts';

export const CROWD = 1000;
const ACTIVE = 10;
/** Counts up when what is kept is no longer what is made here. */
const FORMAT = 1;
const KEPT = path.join( softwareDir, '../bench', `crowd-${ CROWD }-${ FORMAT }` );
const NOTES = 'crowd.json';
const MAIN = path.resolve( import.meta.dirname, '../../src/relay/main.ts' );

/** Who is in the kept house: access tokens, and where they talk. */
type Notes = {
	readonly supportRoom: RoomId;
	readonly helper: string;
	readonly direct: { readonly sender: string; readonly receiver: string; readonly from: RoomId };
	readonly active: readonly { readonly newcomer: string; readonly roomId: RoomId; readonly root: EventId }[];
};

export type CrowdHouse = RelayedChat & { readonly conversations: readonly BenchConversation[]; readonly open: number };

/** Opens the conversations, which takes minutes, and keeps the house for later runs. */
async function makeCrowd( running: RunningParts, progress: Progress ): Promise<void> {
	const making = createRunningParts( ( error ) => progress.say( `Could not be stopped: ${ String( error ) }` ) );
	await running.add( making );
	try {
		const house = await startChatHouse( making );
		const active = await house.openConversations( ACTIVE );
		await house.openIdleConversations( CROWD - ACTIVE, ( opened ) => {
			if ( opened % 100 === 0 ) {
				progress.say( `  ${ opened } of ${ CROWD - ACTIVE }` );
			}
		} );
		const { direct, helper, supportRoom } = house;
		const notes: Notes = {
			supportRoom, helper: helper.accessToken,
			direct: { sender: direct.sender.accessToken, receiver: direct.receiver.accessToken, from: direct.from },
			active: active.map( ( { newcomer, roomId, root } ) => ( { newcomer: newcomer.accessToken, roomId, root } ) )
		};
		// Whole, or not there.
		const unfinished = `${ KEPT }-unfinished`;
		await rm( unfinished, { recursive: true, force: true } );
		await house.keepIn( unfinished );
		await writeFile( path.join( unfinished, NOTES ), JSON.stringify( notes ), { mode: 0o600 } );
		await rename( unfinished, KEPT );
	} finally {
		await making.stop();
	}
}

/** A homeserver and a relay with many open conversations, of which a few talk. Made once, and copied for each run. */
export async function startCrowdHouse( running: RunningParts, progress: Progress ): Promise<CrowdHouse> {
	if ( !existsSync( KEPT ) ) {
		await progress.step( `Opening ${ CROWD } conversations, once; later runs have them`, () => makeCrowd( running, progress ) );
	}
	const stateDir = await mkdtemp( path.join( tmpdir(), 'ask-for-help-crowd-' ) );
	await running.add( { stop: () => rm( stateDir, { recursive: true, force: true } ) } );
	await cp( KEPT, stateDir, { recursive: true } );
	const { supportRoom, helper, direct, active } = JSON.parse( await readFile( path.join( stateDir, NOTES ), 'utf8' ) ) as Notes;
	const wiki = await startWikiStandIn();
	await running.add( wiki );
	const homeserver = await startHomeserver( {
		softwareDir, stateDir, port: await freePort(), login: { wikiUrl: 'http://127.0.0.1:9', clientId: 'test', clientSecret: 'test' }, progress
	} );
	await running.add( homeserver );
	await startRelay( running, path.join( stateDir, 'relay' ), homeserver.url, wiki.apiUrl );
	const talker = async ( accessToken: string ) => {
		const started = await startTalker( { homeserverUrl: homeserver.url, accessToken } );
		await running.add( started );
		return started;
	};
	return {
		supportRoom, open: CROWD,
		helper: await talker( helper ),
		direct: { sender: await talker( direct.sender ), receiver: await talker( direct.receiver ), from: direct.from },
		conversations: await Promise.all( active.map( async ( { newcomer, roomId, root } ) => (
			{ newcomer: await talker( newcomer ), roomId, root, inThread: threadOf( root ) }
		) ) )
	};
}

async function startRelay( running: RunningParts, folder: string, homeserverUrl: string, apiUrl: string ): Promise<void> {
	const configFile = path.join( folder, 'relay.yaml' );
	const logFile = path.join( folder, 'relay.log' );
	const kept = parse( await readFile( configFile, 'utf8' ) ) as RelayConfigFile;
	const config: RelayConfigFile = {
		...kept, homeserver: { ...kept.homeserver, url: homeserverUrl },
		wikis: Object.fromEntries( Object.entries( kept.wikis ).map( ( [ id, wiki ] ) => [ id, { ...wiki, apiUrl } ] ) )
	};
	await writeFile( configFile, stringify( config ) );
	await rm( logFile, { force: true } );
	const log = openSync( logFile, 'a' );
	const child = spawn( process.execPath, [ MAIN, 'run', '--config', configFile ], { stdio: [ 'ignore', log, log ] } );
	const exited = once( child, 'exit' );
	await running.add( { async stop() {
		child.kill( 'SIGTERM' );
		await exited;
	} } );
	await until( 'the relay to run', async () => {
		const text = await readFile( logFile, 'utf8' );
		if ( child.exitCode !== null ) {
			throw new Error( `The relay has ended:\n${ text }` );
		}
		return text.includes( '"the relay runs"' );
	}, 120_000 );
}
