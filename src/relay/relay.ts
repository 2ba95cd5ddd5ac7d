import type { ServiceClient, SyncLoop } from '../matrix/index.ts';
import { createBackOff, isOfAccount, MatrixFailure, sleepUnlessAborted, startHoldingLoop } from '../matrix/index.ts';
import type { RoomId, UserId } from '../protocol/ids.ts';
import type { RoomEvent } from '../protocol/message.ts';
import type { ReceiverConfig, RelayConfig } from './config/config.ts';
import { ConfigError, privateTeams } from './config/config.ts';
import type { Log } from './log.ts';
import { openAccount } from './matrix/account.ts';
import type { Monitor } from './http/monitor.ts';
import { createMonitor } from './http/monitor.ts';
import type { StatusServer } from './http/server.ts';
import { startStatusServer } from './http/server.ts';
import { createHomeserver } from './matrix/homeserver.ts';
import { checkClaim, claimAccount, CLAIM_TYPE } from './claim.ts';
import type { HelpersHere } from './helpers-here.ts';
import { createHelpersHere } from './helpers-here.ts';
import { watchOffSwitches } from './off-switches.ts';
import { createProfiles } from './profiles.ts';
import { createReceiver } from './receiver.ts';
import type { Store } from './routing/ports.ts';
import { JUDGED_TYPES } from './routing/room-check.ts';
import { createSender } from './sender.ts';
import type { StatusPagesWriter } from './status-pages.ts';
import { keepStatusPages } from './status-pages.ts';
import { openStore } from './store/store.ts';
import { openSupportRooms, withoutRooms } from './support-rooms.ts';
import { createDoTask } from './tasks.ts';
import { createTypingSigns } from './typing.ts';
import { createStatusPages } from './wiki/status-page.ts';
import { createWikiDirectory } from './wiki/wiki-directory.ts';
import { createWikiSwitch } from './wiki/wiki-switch.ts';

export interface Relay {
	/** Settles when the relay has ended: fulfilled after `stop`, rejected when it cannot go on. */
	readonly ended: Promise<void>;
	stop(): Promise<void>;
}

export type RelayOptions = {
	readonly log: Log;
	/** Whether accounts that belong to another store are taken over. */
	readonly takeOver: boolean;
};

const DAY_MS = 86_400_000;
/** A send takes about a third of this; past it, receiving what others say is more urgent. */
const LONGEST_QUIET_WAIT_MS = 100;

/** Of the time to stop, what is for finishing; the rest is for closing the store. */
const SHARE_TO_FINISH = 0.9;

/**
 * What the accounts receive: room events, of state only what the rules look at, and who types and has read what in the
 * Support rooms alone: what newcomers do so is never asked for.
 */
function syncFilter( events: number, supportRooms: readonly RoomId[] ): Readonly<Record<string, unknown>> {
	const nothing = { types: [] };
	return {
		presence: nothing,
		account_data: { types: [ CLAIM_TYPE ] },
		room: {
			account_data: nothing,
			ephemeral: supportRooms.length === 0 ? nothing : { types: [ 'm.receipt', 'm.typing' ], rooms: supportRooms },
			timeline: { limit: events },
			state: { types: JUDGED_TYPES }
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
 * @throws StoreError when the store cannot be used, or an account belongs to another one
 * @throws MatrixFailure when the homeserver refuses the relay
 */
export async function startRelay( config: RelayConfig, { log, takeOver }: RelayOptions ): Promise<Relay> {
	const stopper = new AbortController();
	let giveUp: ( error: unknown ) => void = () => {};
	const broken = new Promise<never>( ( _resolve, reject ) => {
		giveUp = reject;
	} );
	broken.catch( () => {} );
	const store = await openStore( config.store, {
		now: Date.now, keepSetAsideMs: config.limits.keepSetAsideDays * DAY_MS, privateTeams: privateTeams( config.teams ),
		onLost: giveUp, onWait: ( reason ) => log.warn( reason )
	} );
	const monitor = createMonitor( {
		receivers: config.receivers.map( ( { userId } ) => userId ), wikis: Object.keys( config.wikis ), now: Date.now,
		figures: () => store.transaction( ( tx ) => tx.figures() ),
		pauses: async () => ( await store.transaction( ( tx ) => tx.pauses() ) ).map( ( { scope } ) => scope )
	} );
	const status = await listen( config, monitor, log ).catch( async ( error: unknown ) => {
		await store.close();
		throw error;
	} );
	const stopWatching = watchOffSwitches( {
		store, wikis: Object.keys( config.wikis ), wikiSwitch: createWikiSwitch( config.wikis, config.contact ),
		everyMs: config.limits.offSwitchMs, log, onBroken: giveUp
	} );
	const starting = connect( config, store, stopper.signal, { log, takeOver }, monitor, giveUp );
	const running = Promise.race( [ broken, starting.then( ( { loops } ) => Promise.race( loops.map( ( loop ) => loop.ended ) ) ) ] );

	/** Finishes what is in flight, on both sides at once. */
	async function finish( stopMs: number ): Promise<boolean> {
		const parts = await starting.catch( () => undefined );
		parts?.profiles.stop();
		parts?.typing.stop();
		const [ isSent ] = await Promise.all( [
			parts?.sender.stop( stopMs ), parts?.pages?.stop( stopMs ), ...parts?.loops.map( ( loop ) => loop.stop() ) ?? []
		] );
		return isSent !== false;
	}
	async function shutDown(): Promise<void> {
		stopper.abort();
		stopWatching();
		const stopMs = config.limits.stopMs * SHARE_TO_FINISH;
		const timer = new AbortController();
		const isFinished = await Promise.race( [ finish( stopMs ), sleepUnlessAborted( stopMs, timer.signal ) ] );
		timer.abort();
		if ( isFinished !== true ) {
			log.warn( 'not all that was begun is finished in time; it is in the store, and is done after the next start' );
		}
		await status?.close();
		await store.close();
		log.info( 'stopped' );
	}
	const stopped = new Promise<void>( ( resolve ) => stopper.signal.addEventListener( 'abort', () => resolve() ) );
	const ended = Promise.race( [ running, stopped ] ).catch( ( error: unknown ) => {
		log.fatal( { error }, 'the relay cannot go on' );
		throw error;
	} ).finally( shutDown );
	return {
		ended,
		async stop() {
			stopper.abort();
			await ended.catch( () => {} );
		}
	};
}

/** Begins to answer those who watch over the relay, before the homeserver is reached. @throws ConfigError that names the key */
async function listen( { http }: RelayConfig, monitor: Monitor, log: Log ): Promise<StatusServer | undefined> {
	if ( !http ) {
		return undefined;
	}
	try {
		const server = await startStatusServer( { ...http, monitor, onError: ( error ) => log.error( { error }, 'the store cannot be read' ) } );
		log.info( { host: http.host, port: server.port }, 'health and metrics are served' );
		return server;
	} catch ( error ) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		throw new ConfigError( 'configuration', [ code === 'EADDRINUSE' ?
			`http.port: another program listens on ${ http.host }:${ http.port } already; choose another port` :
			`http: nothing can listen on ${ http.host }:${ http.port } (${ String( code ?? error ) })` ], { cause: error } );
	}
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
async function readSupportRoom( client: ServiceClient, team: string, roomId: RoomId ): Promise<RoomEvent[]> {
	const problem = ( what: string, cause?: unknown ): ConfigError => new ConfigError(
		'configuration', [ `teams.${ team }.supportRoom: ${ what }; "create-room --team ${ team }" makes one as it has to be` ], { cause }
	);
	try {
		await client.joinRoom( roomId );
	} catch ( error ) {
		throw error instanceof MatrixFailure && !error.isTemporary && !isOfAccount( error ) ?
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

async function connect(
	config: RelayConfig, store: Store, signal: AbortSignal, { log, takeOver }: RelayOptions, watcher: Monitor,
	onBroken: ( error: unknown ) => void
) {
	const { homeserver, receivers, botName, wikis, limits } = config;
	const [ { userId: bot } ] = receivers;
	const { serverName } = homeserver;
	const media = { maxBytes: limits.mediaBytes, types: limits.mediaTypes };
	const supportRooms = new Map<string, RoomId>(
		Object.entries( config.teams ).map( ( [ team, { supportRoom } ] ) => [ team, supportRoom ] )
	);

	const storeId = await store.transaction( async ( tx ) => ( await tx.storeId() )! );
	const clients = new Map<UserId, ServiceClient>();
	for ( const [ index, { userId, deviceId } ] of receivers.entries() ) {
		const open = (): Promise<ServiceClient> => openAccount( {
			homeserverUrl: homeserver.url, asToken: homeserver.asToken, userId, deviceId, displayName: botName
		} );
		clients.set( userId, await untilReached( open, signal, log ).catch( ( error: unknown ) => {
			throw accountProblem( error, index );
		} ) );
		await untilReached( () => claimAccount( clients.get( userId )!, userId, storeId, takeOver ), signal, log );
	}
	const botClient = clients.get( bot )!;
	const closed = await openSupportRooms( supportRooms, {
		store, bot, log, read: ( team, roomId ) => untilReached( () => readSupportRoom( botClient, team, roomId ), signal, log )
	} );
	watcher.closed( [ ...closed.values() ] );
	const openRooms = new Map( [ ...supportRooms ].filter( ( [ , roomId ] ) => !closed.has( roomId ) ) );
	const teamOfRoom = new Map( [ ...openRooms ].map( ( [ team, roomId ] ) => [ roomId, team ] ) );

	const homeservers = new Map( [ ...clients ].map( ( [ userId, client ] ) => (
		[ userId, withoutRooms( createHomeserver( client, userId ), new Set( closed.keys() ) ) ]
	) ) );
	const here = createHelpersHere( {
		ownAccounts: new Set( clients.keys() ), now: Date.now, isOnline: ( userId ) => homeservers.get( bot )!.isOnline( userId )
	} );
	const pages = await startStatusPages( config, openRooms, { store, here, log, onBroken } );
	const typing = createTypingSigns( {
		store, homeservers, log, now: Date.now,
		after( delayMs, work ) {
			const timer = setTimeout( () => void work(), delayMs );
			return () => clearTimeout( timer );
		}
	} );
	const profiles = createProfiles( {
		store, bot, log, serverName, wikis: new Set( Object.keys( wikis ) ), directory: createWikiDirectory( wikis, config.contact ),
		onWork: ( lanes ) => sender.wake( lanes ), random: Math.random
	} );
	const sender = createSender( {
		store, bot, log, watcher, lanesAtOnce: limits.lanesAtOnce, random: Math.random, onBroken,
		doTask: createDoTask( {
			store, bot, log, watcher, supportRooms, wikis, profiles, serverName, media, homeservers,
			wikiLookupMs: limits.wikiLookupMs, now: Date.now
		} )
	} );

	async function receive( { userId }: ReceiverConfig ): Promise<SyncLoop> {
		const receiver = createReceiver( {
			receiver: userId, bot, ownAccounts: new Set( clients.keys() ), serverName, wikis: new Set( Object.keys( wikis ) ), teamOfRoom,
			teams: new Set( supportRooms.keys() ), store, media, log, watcher, typing, here,
			privateTeams: new Set( privateTeams( config.teams ) ),
			messagesPerMinute: limits.messagesPerMinute, limits
		} );
		const { since, held } = await store.transaction( async ( tx ) => (
			{ since: await tx.position( userId ), held: await tx.heldRooms( userId ) }
		) );
		let isLost = false;
		return startHoldingLoop( {
			client: clients.get( userId )!,
			filter: syncFilter( limits.syncEvents, userId === bot ? [ ...openRooms.values() ] : [] ),
			gap: ( roomId ) => receiver.gap( roomId ),
			async takenInAtMs() {
				log.error( { receiver: userId }, 'the homeserver does not know the position any more; everything since the last batch is received anew' );
				const { receivers: taken } = await store.transaction( ( tx ) => tx.figures() );
				return taken.find( ( { receiver: account } ) => account === userId )?.takenAtMs ?? 0;
			},
			onGapLost: ( roomId, failure ) => log.error( { room: roomId, error: failure }, 'the homeserver refuses what was said in a room meanwhile' ),
			onHeld: ( roomId, failure ) => failure ?
					log.error( { room: roomId, error: failure }, 'the homeserver does not give what was said in a room; the others go on without it, and it is asked for again' ) :
					log.warn( { room: roomId }, 'the homeserver gives again what was said in a room' ),
			held,
			onAccountData: ( events ) => checkClaim( clients.get( userId )!, events, userId, storeId ),
			async onBatch( batch ) {
				sender.wake( await receiver.takeIn( batch ) );
				// A /sync held open would be answered together with the receivers' of what is sent now, and slow theirs down.
				await sender.quiet( LONGEST_QUIET_WAIT_MS );
			},
			onContact( failure ) {
				if ( !failure ) {
					watcher.contacted( userId );
				} else if ( userId === bot ) {
					typing.lost();
				}
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
	log.info( { receivers: receivers.map( ( { userId } ) => userId ), wikis: Object.keys( wikis ), teams: [ ...openRooms.keys() ] }, 'the relay runs' );
	return { loops, sender, profiles, typing, pages };
}

/** Keeps status pages where there is an account for it; resolves with `undefined` where there is none at all. */
async function startStatusPages(
	{ wikis, teams, limits, contact }: RelayConfig, openRooms: ReadonlyMap<string, RoomId>,
	{ store, here, log, onBroken }: { store: Store; here: HelpersHere; log: Log; onBroken: ( error: unknown ) => void }
): Promise<StatusPagesWriter | undefined> {
	const withAccount = Object.keys( wikis ).filter( ( wiki ) => wikis[ wiki ]?.status );
	if ( withAccount.length === 0 ) {
		return undefined;
	}
	const { receivers } = await store.transaction( ( tx ) => tx.figures() );
	const shown = [ ...openRooms ].filter( ( [ team ] ) => !teams[ team ]!.isPrivate );
	return keepStatusPages( {
		store, here, log, onBroken, wikis: withAccount, pages: createStatusPages( wikis, contact ),
		teams: new Map( shown.map( ( [ team, supportRoom ] ) => [ team, { supportRoom, bots: teams[ team ]!.bots } ] ) ),
		tookLastAtMs: Math.max( 0, ...receivers.map( ( { takenAtMs } ) => takenAtMs ) ),
		everyMs: limits.statusEveryMs, validMs: limits.statusValidMs, now: Date.now, random: Math.random
	} );
}
