import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { stringify } from 'yaml';
import type { ServiceClient, MessagesPage } from '../../src/matrix/index.ts';
import { createServiceClient } from '../../src/matrix/index.ts';
import { conversationCreation } from '../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../src/protocol/ids.ts';
import type { RoomEvent } from '../../src/protocol/message.ts';
import { readMirrorMarker } from '../../src/protocol/mirror.ts';
import { readNotice } from '../../src/protocol/notice.ts';
import type { QuestionContext } from '../../src/protocol/question.ts';
import { writeQuestionContext } from '../../src/protocol/question.ts';
import type { RelayConfigFile } from '../../src/relay/config/schema.ts';
import type { MatrixHelper } from '../../src/sandbox/actors/matrix-helper.ts';
import { startMatrixHelper } from '../../src/sandbox/actors/matrix-helper.ts';
import type { TestHomeserver } from './homeserver.ts';
import { startTestHomeserver } from './homeserver.ts';
import { LONGEST_WAIT_MS } from './time-limits.ts';

const main = path.resolve( import.meta.dirname, '../../src/relay/main.ts' );

/** Looks until `look` gives something; rejects with `what` when it has not after `timeoutMs`. */
export async function until<Found>(
	what: string, look: () => Found | undefined | false | Promise<Found | undefined | false>, timeoutMs = LONGEST_WAIT_MS
): Promise<Found> {
	const giveUpAt = Date.now() + timeoutMs;
	for ( ;; ) {
		const found = await look();
		if ( found !== undefined && found !== false ) {
			return found;
		}
		if ( Date.now() > giveUpAt ) {
			throw new Error( `waited ${ timeoutMs } ms in vain for ${ what }` );
		}
		await new Promise( ( resolve ) => setTimeout( resolve, 50 ) );
	}
}

/** All that a client may read of a room, oldest first. */
export async function readRoom( client: Pick<ServiceClient, 'messages'>, roomId: RoomId ): Promise<RoomEvent[]> {
	const newestFirst: RoomEvent[] = [];
	let from: string | undefined;
	do {
		const page: MessagesPage = await client.messages( roomId, { direction: 'b', limit: 500, ...( from !== undefined && { from } ) } );
		newestFirst.push( ...page.chunk );
		from = page.end;
	} while ( from !== undefined );
	return newestFirst.reverse();
}

/** A newcomer's client: what the panel does, without the panel. */
export type TestNewcomer = {
	readonly userId: UserId;
	readonly accessToken: string;
	readonly client: ServiceClient;
	/** Makes the conversation room as the gadget does, `changes` put over it. */
	createRoom( changes?: Record<string, unknown>, team?: string ): Promise<RoomId>;
	ask( roomId: RoomId, text: string, context?: Partial<QuestionContext> ): Promise<EventId>;
	/** Texts of the helpers, in order, as the panel would show them. */
	answers( roomId: RoomId ): Promise<string[]>;
	/** Codes of what the relay itself said. */
	notices( roomId: RoomId ): Promise<string[]>;
};

export type RelayChild = { readonly process: ChildProcess; kill( signal: NodeJS.Signals ): Promise<number | null> };

/** Homeserver, Support room, helper and newcomers of one test file; the relay is a process of its own. */
export type RelayHouse = {
	readonly homeserver: TestHomeserver;
	readonly supportRoom: RoomId;
	readonly helper: MatrixHelper;
	readonly configFile: string;
	readonly logFile: string;
	/** The relay's log as text. */
	log(): Promise<string>;
	newcomer( centralId: number ): Promise<TestNewcomer>;
	/** Starts the relay and waits for nothing; `args` are added to its command. */
	spawnRelay( ...args: string[] ): RelayChild;
	/** Starts the relay; resolves when it runs, or has ended. */
	startRelay( ...args: string[] ): Promise<RelayChild>;
	/** Writes the configuration anew. */
	configure( changes: Partial<RelayConfigFile> ): Promise<void>;
	/** Another member of the Support room, by default one who has joined. */
	addHelper( name: string, displayName: string ): Promise<MatrixHelper>;
	/** Lets an account send as fast as it can. */
	liftRateLimit( userId: string ): Promise<void>;
	dispose(): Promise<void>;
};

export const testContext: QuestionContext = {
	wiki: 'testwiki', page: 'American Pygmy', pageId: 7, section: 'History', revision: 11, editor: 'visualeditor', language: 'en'
};

/** Lets a newcomer ask in a new room, and waits for the card of it. */
export async function askIn(
	house: RelayHouse, centralId: number, question: string
): Promise<{ newcomer: TestNewcomer; roomId: RoomId; card: EventId }> {
	const newcomer = await house.newcomer( centralId );
	const roomId = await newcomer.createRoom();
	await newcomer.ask( roomId, question );
	const card = await house.helper.waitForCard( house.supportRoom, question );
	return { newcomer, roomId, card: card.getId() as EventId };
}

/** Runs the relay's command to its end. */
export async function runRelayCommand( args: readonly string[] ): Promise<{ code: number | null; stdout: string; stderr: string }> {
	const child = spawn( process.execPath, [ main, ...args ], { stdio: [ 'ignore', 'pipe', 'pipe' ] } );
	let stdout = '';
	let stderr = '';
	child.stdout.on( 'data', ( chunk: Buffer ) => void ( stdout += chunk.toString() ) );
	child.stderr.on( 'data', ( chunk: Buffer ) => void ( stderr += chunk.toString() ) );
	const [ code ] = await once( child, 'close' ) as [ number | null ];
	return { code, stdout, stderr };
}

export type RelayHouseOptions = {
	/** The wiki's; without it the wiki is out of reach. */
	readonly apiUrl?: string;
	readonly helperName?: string;
	readonly store?: RelayConfigFile[ 'store' ];
	readonly limits?: RelayConfigFile[ 'limits' ];
};

/** Boots everything but the relay; what it booted is stopped when it cannot go on. */
export async function startRelayHouse( options: RelayHouseOptions = {} ): Promise<RelayHouse> {
	const homeserver = await startTestHomeserver();
	try {
		return await furnish( homeserver, options );
	} catch ( error ) {
		await homeserver.dispose();
		throw error;
	}
}

async function furnish( homeserver: TestHomeserver, options: RelayHouseOptions ): Promise<RelayHouse> {
	const stateDir = path.join( homeserver.stateDir, 'relay' );
	const configFile = path.join( stateDir, 'relay.yaml' );
	const logFile = path.join( stateDir, 'relay.log' );
	const config: RelayConfigFile = {
		homeserver: { url: homeserver.url, serverName: homeserver.serverName, asToken: homeserver.appServiceToken },
		receivers: [ { userId: homeserver.bot } ],
		store: options.store ?? { path: 'relay.db' },
		wikis: { testwiki: { name: 'Test wiki', apiUrl: options.apiUrl ?? 'http://127.0.0.1:9/api.php', articleUrl: 'https://wiki.example/wiki/$1' } },
		teams: { general: {} },
		...( options.limits && { limits: options.limits } ),
		log: { level: 'debug' }
	};
	const children = new Set<ChildProcess>();
	const helpers: MatrixHelper[] = [];
	let admin: Promise<{ accessToken: string }> | undefined;
	const configure = async ( changes: Partial<RelayConfigFile> ): Promise<void> => {
		Object.assign( config, changes );
		await writeFile( configFile, stringify( config ) );
	};
	await mkdir( stateDir, { recursive: true } );
	await configure( {} );

	const login = ( account: { userId: UserId; password: string } ): Promise<MatrixHelper> => (
		startMatrixHelper( { homeserverUrl: homeserver.url, user: account.userId, password: account.password } )
	);
	const account = await homeserver.helper( 'nita', options.helperName ?? 'Nita B.' );
	const made = await runRelayCommand( [ 'create-room', '--config', configFile, '--team', 'general', '--invite', account.userId ] );
	if ( made.code !== 0 ) {
		throw new Error( made.stderr );
	}
	const { roomId: supportRoom } = JSON.parse( made.stdout ) as { roomId: RoomId };
	await configure( { teams: { general: { supportRoom } } } );
	const helper = await login( account );
	helpers.push( helper );
	try {
		await helper.client.joinRoom( supportRoom );
		await until( 'the helper to be in the Support room', () => helper.client.getRoom( supportRoom )?.getMyMembership() === 'join' );
	} catch ( error ) {
		helper.stop();
		throw error;
	}

	let isDisposed = false;
	function spawnRelay( ...args: string[] ): RelayChild {
		if ( isDisposed ) {
			throw new Error( 'the house is disposed of' );
		}
		const log = openSync( logFile, 'a' );
		const child = spawn( process.execPath, [ main, 'run', '--config', configFile, ...args ], { stdio: [ 'ignore', log, log ] } );
		closeSync( log );
		children.add( child );
		const exited = once( child, 'exit' );
		void exited.then( () => children.delete( child ) );
		return {
			process: child,
			async kill( signal ) {
				child.kill( signal );
				await exited;
				return child.exitCode;
			}
		};
	}

	return {
		homeserver, supportRoom, helper, configFile, logFile, configure,
		log: () => readFile( logFile, 'utf8' ),
		async newcomer( centralId ) {
			const { userId, accessToken } = await homeserver.newcomer( centralId );
			const client = createServiceClient( { homeserverUrl: homeserver.url, accessToken } );
			let count = 0;
			const fromBot = async ( roomId: RoomId ): Promise<RoomEvent[]> => (
				( await readRoom( client, roomId ) ).filter( ( { sender } ) => sender === homeserver.bot )
			);
			return {
				userId,
				accessToken,
				client,
				createRoom: ( changes = {}, team = 'general' ) => (
					client.createRoom( { ...conversationCreation( { wiki: 'testwiki', team }, userId, homeserver.bot ), ...changes } )
				),
				ask: ( roomId, text, context = {} ) => client.sendEvent( roomId, 'm.room.message', `ask-${ count++ }`, {
					msgtype: 'm.text', body: text, ...writeQuestionContext( { ...testContext, ...context } )
				} ),
				answers: async ( roomId ) => (
					( await fromBot( roomId ) ).flatMap( ( { content } ) => readMirrorMarker( content )?.text ?? [] )
				),
				notices: async ( roomId ) => ( await fromBot( roomId ) ).flatMap( ( { content } ) => readNotice( content ) ?? [] )
			};
		},
		spawnRelay,
		async startRelay( ...args ) {
			const countRuns = async (): Promise<number> => (
				( await readFile( logFile, { encoding: 'utf8', flag: 'a+' } ) ).split( '"the relay runs"' ).length
			);
			const before = await countRuns();
			const child = spawnRelay( ...args );
			// A busy machine takes its time; the test's own limit is what ends a relay that hangs.
			await until( 'the relay to run', async () => child.process.exitCode !== null || await countRuns() > before, 120_000 );
			return child;
		},
		async addHelper( name, displayName ) {
			const added = await homeserver.helper( name, displayName );
			await createServiceClient( {
				homeserverUrl: homeserver.url, accessToken: homeserver.appServiceToken, actAs: { userId: homeserver.bot }
			} ).invite( supportRoom, added.userId );
			const other = await login( added );
			helpers.push( other );
			await other.client.joinRoom( supportRoom );
			await until( `${ name } to be in the Support room`, () => other.client.getRoom( supportRoom )?.getMyMembership() === 'join' );
			return other;
		},
		async liftRateLimit( userId ) {
			admin ??= homeserver.admin( 'limit-lifter' );
			const answer = await fetch( `${ homeserver.url }/_synapse/admin/v1/users/${ encodeURIComponent( userId ) }/override_ratelimit`, {
				method: 'POST', headers: { Authorization: `Bearer ${ ( await admin ).accessToken }` },
				body: JSON.stringify( { messages_per_second: 0, burst_count: 0 } )
			} );
			if ( !answer.ok ) {
				throw new Error( `the rate limit stays: ${ answer.status }` );
			}
		},
		async dispose() {
			isDisposed = true;
			helpers.forEach( ( one ) => one.stop() );
			try {
				await Promise.all( [ ...children ].map( async ( child ) => {
					const exited = once( child, 'exit' );
					child.kill( 'SIGKILL' );
					await exited;
				} ) );
			} finally {
				await homeserver.dispose();
			}
		}
	};
}
