import type { MatrixClient, SyncLoop } from '../matrix/index.ts';
import { createBackOff, MatrixFailure, sleepUnlessAborted, startSyncLoop } from '../matrix/index.ts';
import type { RoomId, UserId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import type { ReceiverConfig, RelayConfig } from './config/config.ts';
import { ConfigError } from './config/config.ts';
import type { Log } from './log.ts';
import { openAccount } from './matrix/account.ts';
import { createHomeserver } from './matrix/homeserver.ts';
import { createProfiles } from './profiles.ts';
import { createReceiver, noteSupportRoom } from './receiver.ts';
import type { Store } from './routing/ports.ts';
import { createSender } from './sender.ts';
import { openSqliteStore } from './store/sqlite-store.ts';
import { createDoTask } from './tasks.ts';
import { createWikiDirectory } from './wiki/wiki-directory.ts';

export interface Relay {
	/** Settles when the relay has ended: fulfilled after `stop`, rejected when it cannot go on. */
	readonly ended: Promise<void>;
	stop(): Promise<void>;
}

/** A send takes about a third of this; past it, receiving what others say is more urgent. */
const LONGEST_QUIET_WAIT_MS = 100;

/** What the accounts receive: room events alone, and of state only what the rules look at. */
function syncFilter( events: number ): Readonly<Record<string, unknown>> {
	const nothing = { types: [] };
	return {
		presence: nothing,
		account_data: nothing,
		room: {
			account_data: nothing,
			ephemeral: nothing,
			timeline: { limit: events },
			state: { types: [ 'm.room.create', 'm.room.member', 'm.room.power_levels' ], lazy_load_members: true }
		}
	};
}

/** Tries until the homeserver answers; a refusal ends it. */
async function untilReached<Result>( work: () => Promise<Result>, signal: AbortSignal, log: Log ): Promise<Result> {
	const backOff = createBackOff( { random: Math.random } );
	for ( ;; ) {
		try {
			return await work();
		} catch ( error ) {
			if ( !( error instanceof MatrixFailure ) || !error.isTemporary || signal.aborted ) {
				throw error;
			}
			const isElse = error.cause instanceof Error && 'httpStatus' in error.cause;
			log.warn( { error }, isElse ?
				'homeserver.url: something answers at this address, but no homeserver yet' :
				'homeserver.url: the homeserver cannot be reached yet' );
			await sleepUnlessAborted( backOff.next( error.retryAfterMs ), signal );
		}
	}
}

/**
 * Starts the relay: the composition root. Configuration, store, accounts, pipelines, in this order.
 *
 * @throws StoreError when the store cannot be used
 * @throws MatrixFailure when the homeserver refuses the relay
 */
export async function startRelay( config: RelayConfig, { log }: { readonly log: Log } ): Promise<Relay> {
	const store = openSqliteStore( config.store.path, Date.now );
	const stopper = new AbortController();
	let giveUp: ( error: unknown ) => void = () => {};
	const broken = new Promise<never>( ( _resolve, reject ) => {
		giveUp = reject;
	} );
	broken.catch( () => {} );
	const starting = connect( config, store, stopper.signal, log, giveUp );
	const running = starting.then( ( { loops } ) => Promise.race( [ broken, ...loops.map( ( loop ) => loop.ended ) ] ) );

	/** @returns what had been started, its loops stopped */
	async function stopReceiving() {
		const parts = await starting.catch( () => undefined );
		await Promise.all( parts?.loops.map( ( loop ) => loop.stop() ) ?? [] );
		return parts;
	}
	async function shutDown(): Promise<void> {
		const parts = await stopReceiving();
		parts?.profiles.stop();
		await parts?.sender.stop( config.limits.stopMs );
		await store.close();
		log.info( 'stopped' );
	}
	const ended = running.catch( ( error: unknown ) => {
		// Stopped before the homeserver was reached: that is no failure.
		if ( !stopper.signal.aborted ) {
			log.fatal( { error }, 'the relay cannot go on' );
			throw error;
		}
	} ).finally( shutDown );
	return {
		ended,
		async stop() {
			stopper.abort();
			await stopReceiving();
			await ended.catch( () => {} );
		}
	};
}

/** Makes the homeserver's refusal of an account a sentence that names the key. */
function accountProblem( error: unknown, index: number ): unknown {
	if ( !( error instanceof MatrixFailure ) || error.isTemporary || error.code === 'stopped' ) {
		return error;
	}
	const problem = error.code === 'unauthorised' ?
		'homeserver.asToken: the homeserver does not know this token; it is "as_token" in the registration that Synapse was started with' :
		`receivers[${ index }].userId: the homeserver refuses this account (${ error.errcode }); it has to be in the namespace of the registration`;
	return new ConfigError( 'configuration', [ problem ], { cause: error } );
}

/** Makes sure that a Support room is as it has to be. @throws ConfigError that names the key */
async function readSupportRoom( client: MatrixClient, team: string, roomId: RoomId ): Promise<RoomEvent[]> {
	const problem = ( what: string, cause?: unknown ): ConfigError => new ConfigError(
		'configuration', [ `teams.${ team }.supportRoom: ${ what }; "create-room --team ${ team }" makes one as it has to be` ], { cause }
	);
	try {
		await client.joinRoom( roomId );
	} catch ( error ) {
		throw error instanceof MatrixFailure && !error.isTemporary && error.code !== 'unauthorised' ?
				problem( 'the bot cannot join this room', error ) :
			error;
	}
	const state = await client.roomState( roomId );
	if ( state.some( ( { type } ) => type === 'm.room.encryption' ) ) {
		throw problem( 'this room is encrypted' );
	}
	if ( state.find( ( { type } ) => type === 'm.room.join_rules' )?.content.join_rule !== 'invite' ) {
		throw problem( 'one can join this room without an invitation' );
	}
	return state;
}

async function connect( config: RelayConfig, store: Store, signal: AbortSignal, log: Log, onBroken: ( error: unknown ) => void ) {
	const { homeserver, receivers, botName, wikis, limits } = config;
	const [ { userId: bot } ] = receivers;
	const { serverName } = homeserver;
	const media = { maxBytes: limits.mediaBytes, types: limits.mediaTypes };
	const supportRooms = new Map<string, RoomId>(
		Object.entries( config.teams ).map( ( [ team, { supportRoom } ] ) => [ team, supportRoom ] )
	);
	const teamOfRoom = new Map( [ ...supportRooms ].map( ( [ team, roomId ] ) => [ roomId, team ] ) );

	const clients = new Map<UserId, MatrixClient>();
	for ( const [ index, { userId, deviceId } ] of receivers.entries() ) {
		const open = (): Promise<MatrixClient> => openAccount( {
			homeserverUrl: homeserver.url, asToken: homeserver.asToken, userId, deviceId, displayName: botName
		} );
		clients.set( userId, await untilReached( open, signal, log ).catch( ( error: unknown ) => {
			throw accountProblem( error, index );
		} ) );
	}
	const botClient = clients.get( bot )!;
	for ( const [ team, roomId ] of supportRooms ) {
		const state = await untilReached( () => readSupportRoom( botClient, team, roomId ), signal, log );
		await noteSupportRoom( store, bot, roomId, state );
	}

	const profiles = createProfiles( {
		store, bot, log, serverName, directory: createWikiDirectory( wikis, config.contact ),
		onWork: ( lanes ) => sender.wake( lanes ), random: Math.random
	} );
	const sender = createSender( {
		store, bot, log, lanesAtOnce: limits.lanesAtOnce, random: Math.random, onBroken,
		doTask: createDoTask( {
			store, bot, log, supportRooms, wikis, profiles, serverName, media, wikiLookupMs: limits.wikiLookupMs, now: Date.now,
			homeservers: new Map( [ ...clients ].map( ( [ userId, client ] ) => [ userId, createHomeserver( client, userId ) ] ) )
		} )
	} );

	async function receive( { userId }: ReceiverConfig ): Promise<SyncLoop> {
		const receiver = createReceiver( {
			receiver: userId, bot, ownAccounts: new Set( clients.keys() ), serverName, wikis: new Set( Object.keys( wikis ) ), teamOfRoom,
			teams: new Set( supportRooms.keys() ), store, media, log
		} );
		const since = await store.transaction( ( tx ) => tx.position( userId ) );
		let isLost = false;
		return startSyncLoop( {
			client: clients.get( userId )!,
			filter: syncFilter( limits.syncEvents ),
			gap: ( roomId ) => receiver.gap( roomId ),
			async onBatch( batch ) {
				sender.wake( await receiver.takeIn( batch ) );
				// A /sync held open would be answered together with the receivers' of what is sent now, and slow theirs down.
				await sender.quiet( LONGEST_QUIET_WAIT_MS );
			},
			onContact( failure ) {
				if ( isLost !== ( failure !== undefined ) ) {
					isLost = failure !== undefined;
					log.warn( { receiver: userId, ...( failure && { error: failure } ) }, isLost ? 'the homeserver is lost' : 'the homeserver is back' );
					if ( !isLost ) {
						sender.retryNow();
					}
				}
			},
			...( since !== undefined && { since } )
		} );
	}

	const loops: SyncLoop[] = [];
	for ( const account of receivers ) {
		loops.push( await receive( account ) );
	}
	sender.wake( await store.transaction( ( tx ) => tx.pendingLanes() ) );
	profiles.completeCards();
	log.info( { receivers: receivers.map( ( { userId } ) => userId ), wikis: Object.keys( wikis ), teams: [ ...supportRooms.keys() ] }, 'the relay runs' );
	return { loops, sender, profiles };
}
