import { watch as watchFile } from 'node:fs';
import type { RelayChild, RelayHouse } from '../support/relay-house.ts';
import type { Kill } from './schedule.ts';
import type { Watch } from './watch.ts';

export type KillerOptions = {
	readonly house: RelayHouse;
	readonly watch: Watch;
	/** A file that changes whenever the relay's store keeps something, where there is one. */
	readonly storeFile: string | undefined;
	/** How much has been done by people so far. */
	readonly actCount: () => number;
	/** Called when a kill is about to be made ready. */
	readonly onKill: ( index: number ) => void;
	/** Called with each relay that is started. */
	readonly onRelay: ( relay: RelayChild ) => void;
};

/** The relay of a house, which is started and killed as it is told. */
export interface Killer {
	/** Carries out a schedule. @throws when the relay ends that was not killed */
	carryOut( kills: readonly Kill[] ): Promise<void>;
	/** Makes sure that the relay runs. */
	ensureRunning(): Promise<void>;
	/** Stops it as an operator does. */
	stop(): Promise<void>;
}

const LONGEST_WAIT_MS = 1_500;

/** Waits until a file changes; not much longer than that may take. */
function nextChange( file: string ): Promise<void> {
	return new Promise( ( resolve ) => {
		const watcher = watchFile( file, () => end() );
		const timer = setTimeout( () => end(), LONGEST_WAIT_MS );
		const end = (): void => {
			clearTimeout( timer );
			watcher.close();
			resolve();
		};
	} );
}

export function createKiller( { house, watch, storeFile, actCount, onKill, onRelay }: KillerOptions ): Killer {
	const { homeserver } = house;
	let relay: RelayChild | undefined;

	function begun( started: RelayChild ): RelayChild {
		onRelay( started );
		relay = started;
		return started;
	}

	/** The end of a relay that nobody has ended is a fault, whatever the rooms hold. */
	async function requireAlive(): Promise<void> {
		const { exitCode, signalCode } = relay?.process ?? { exitCode: null, signalCode: null };
		if ( exitCode !== null || signalCode !== null ) {
			throw new Error( `the relay has ended by itself (${ String( exitCode ?? signalCode ) }):\n${ ( await house.log() ).slice( -2_000 ) }` );
		}
	}

	/** What starts moves, however long it takes; it has a limit of its own. */
	async function started<Result>( starting: Promise<Result> ): Promise<Result> {
		const timer = setInterval( watch.moved, 1_000 );
		try {
			return await starting;
		} finally {
			clearInterval( timer );
			watch.moved();
		}
	}

	async function ensureRunning(): Promise<void> {
		if ( !relay ) {
			begun( await started( house.startRelay() ) );
		}
		await requireAlive();
	}

	async function stop(): Promise<void> {
		await requireAlive();
		const code = await relay?.kill( 'SIGTERM' );
		relay = undefined;
		// Told before it can listen for that, it ends by the signal.
		if ( typeof code === 'number' && code !== 0 ) {
			throw new Error( `the relay was told to stop and ended with ${ code }:\n${ ( await house.log() ).slice( -2_000 ) }` );
		}
	}

	async function killRelay(): Promise<void> {
		await requireAlive();
		await relay?.kill( 'SIGKILL' );
		relay = undefined;
	}

	async function nextAct(): Promise<void> {
		const before = actCount();
		const giveUpAtMs = performance.now() + LONGEST_WAIT_MS;
		while ( actCount() === before && performance.now() < giveUpAtMs ) {
			await watch.wait( 5 );
		}
	}

	async function makeReady( { moment, afterMs, thenMs, awayMs }: Kill ): Promise<void> {
		if ( moment !== 'at work' ) {
			await stop();
			await watch.wait( awayMs );
		}
		if ( moment === 'starting' ) {
			begun( house.spawnRelay() );
			return watch.wait( afterMs );
		}
		await ensureRunning();
		await ( afterMs > 0 && watch.wait( afterMs ) );
		await ( moment === 'at work' ? nextAct() : moment === 'keeping' && storeFile !== undefined && nextChange( storeFile ) );
		await ( thenMs > 0 && watch.wait( thenMs ) );
	}

	async function carryOutOne( { victim, awayMs, isRelayFirst }: Kill ): Promise<void> {
		if ( victim === 'relay' ) {
			return killRelay();
		}
		await Promise.all( [ homeserver.kill(), victim === 'both' && killRelay() ] );
		await watch.wait( awayMs );
		if ( victim === 'both' && isRelayFirst ) {
			begun( house.spawnRelay() );
		}
		await started( homeserver.start() );
		await requireAlive();
	}

	return {
		ensureRunning, stop,
		async carryOut( kills ) {
			for ( const [ index, kill ] of kills.entries() ) {
				onKill( index );
				await makeReady( kill );
				await carryOutOne( kill );
				watch.moved();
			}
		}
	};
}
