import path from 'node:path';
import type { UserId } from '../../src/protocol/ids.ts';
import type { RelayConfigFile } from '../../src/relay/config/schema.ts';
import type { Status } from '../../src/relay/status-text.ts';
import type { RelayChild, RelayHouse } from '../support/relay-house.ts';
import { readRoom, runRelayCommand, startRelayHouse } from '../support/relay-house.ts';
import type { Finding } from './case.ts';
import type { Comparison } from './compare.ts';
import { compare } from './compare.ts';
import type { Evidence, RoomReading } from './evidence.ts';
import { createKiller } from './killer.ts';
import type { Load, SeenRoom } from './load.ts';
import { startLoad } from './load.ts';
import type { MemorySample } from './memory.ts';
import { sampleMemory } from './memory.ts';
import type { Kill } from './schedule.ts';
import type { Watch } from './watch.ts';
import { createWatch } from './watch.ts';

export type RunOptions = {
	readonly seed: number;
	readonly conversations: number;
	/** What is killed meanwhile; nothing for a run of a given length. */
	readonly kills: readonly Kill[];
	/** How long people talk at least. */
	readonly leastMs: number;
	/** How many steps each of them makes at least. */
	readonly leastSteps: number;
	/** Things done a second, by all of them together, as far as the machine can. */
	readonly pace: number;
	readonly store?: RelayConfigFile[ 'store' ];
	/** The wiki that is asked for names. */
	readonly apiUrl: string;
	/** Nothing moves any more after so long. */
	readonly silenceMs: number;
	readonly signal: AbortSignal;
	readonly say: ( line: string ) => void;
};

export type RunResult = {
	readonly comparison: Comparison;
	readonly evidence: Evidence;
	readonly memory: readonly MemorySample[];
	readonly log: string;
};

/** In one /sync answer: few, so that there are gaps to fill whenever the relay was away. */
const SYNC_EVENTS = 3;
/** Nobody is to be told that they write too fast. */
const MESSAGES_PER_MINUTE = 10_000;
/** Both sides of a conversation; the second helper does less than one person. */
const ACTORS_OF_A_CONVERSATION = 2.5;
const TELL_EVERY_MS = 15_000;

async function readAll( bot: UserId, load: Load ): Promise<Evidence> {
	const read = async ( { roomId, client }: SeenRoom ): Promise<RoomReading> => ( { roomId, events: await readRoom( client, roomId ) } );
	const conversations: RoomReading[] = [];
	for ( const room of load.conversations ) {
		conversations.push( await read( room ) );
	}
	return { bot, acts: [ ...load.acts ], supportRoom: await read( load.supportRoom ), conversations };
}

/** Waits until all is as it has to be, or nothing moves any more; then what is missing does not come. */
async function settle( bot: UserId, load: Load, watch: Watch ): Promise<void> {
	let known = -1;
	for ( ;; ) {
		const evidence = await readAll( bot, load );
		const events = [ evidence.supportRoom, ...evidence.conversations ].reduce( ( sum, room ) => sum + room.events.length, 0 );
		if ( events !== known ) {
			known = events;
			watch.moved();
		}
		if ( compare( evidence ).findings.length === 0 || watch.isSilent() ) {
			return;
		}
		await watch.wait( 1_000 );
	}
}

async function readStatus( house: RelayHouse ): Promise<Status> {
	const { stdout, stderr, code } = await runRelayCommand( [ 'status', '--json', '--config', house.configFile ] );
	if ( code !== 0 ) {
		throw new Error( `the relay's status cannot be had: ${ stderr }` );
	}
	return JSON.parse( stdout ) as Status;
}

/** What the store itself tells: nothing may wait any more, and nothing may have been refused. */
function storeFindings( { lanes, setAside }: Status ): Finding[] {
	const finding = ( lane: string, what: string, eventId = '' ): Finding => (
		{ kind: 'wrong', conversation: -1, from: lane.endsWith( ':out' ) ? 'helper' : 'newcomer', eventId: eventId as Finding[ 'eventId' ], what }
	);
	return [
		...lanes.map( ( { lane, waiting } ) => finding( lane, `${ waiting } still wait in the lane ${ lane }` ) ),
		...setAside.map( ( { lane, kind, event, reason } ) => finding( lane, `${ kind } was set aside in the lane ${ lane }: ${ reason }`, event ) )
	];
}

/** Lets people talk while relay and homeserver are killed, then compares what was sent with what is there. */
export async function runSoak( options: RunOptions, keep: ( part: { stop(): Promise<void> } ) => Promise<void> ): Promise<RunResult> {
	const { seed, conversations, kills, say, signal, leastSteps, pace, store, silenceMs } = options;
	const limits = { syncEvents: SYNC_EVENTS, messagesPerMinute: MESSAGES_PER_MINUTE };
	const house = await startRelayHouse( { apiUrl: options.apiUrl, limits, ...( store && { store } ) } );
	await keep( { stop: () => house.dispose() } );
	signal.throwIfAborted();
	await house.configure( { log: { level: 'info' } } );
	const { bot } = house.homeserver;
	const ended = new AbortController();
	const watch = createWatch( { silenceMs, signal: AbortSignal.any( [ signal, ended.signal ] ) } );
	const meanPauseMs = 1_000 * conversations * ACTORS_OF_A_CONVERSATION / pace;
	const load = await startLoad( { house, seed, conversations, meanPauseMs, leastSteps, watch } );
	const startedAtMs = performance.now();
	const memory: MemorySample[] = [];
	let relay: RelayChild | undefined;
	const endSampling = sampleMemory( () => relay?.process.pid, ( sample ) => memory.push( sample ) );
	const killer = createKiller( {
		house, watch, storeFile: store ? undefined : path.join( path.dirname( house.configFile ), 'relay.db-wal' ), actCount: () => load.acts.length,
		onKill: ( index ) => say( `kill ${ index + 1 } of ${ kills.length } (${ wordsOf( kills[ index ]! ) }); ${ load.acts.length } sent so far` ),
		onRelay: ( started ) => {
			relay = started;
		}
	} );
	try {
		await Promise.race( [ killer.carryOut( kills ), load.done.then( () => new Promise<never>( () => {} ) ) ] );
		await killer.ensureRunning();
		for ( let toldAtMs = performance.now(); performance.now() - startedAtMs < options.leastMs; ) {
			await Promise.race( [ watch.wait( 250 ), load.done.then( () => new Promise<never>( () => {} ) ) ] );
			await killer.ensureRunning();
			if ( performance.now() - toldAtMs > TELL_EVERY_MS ) {
				toldAtMs = performance.now();
				say( `${ Math.round( ( toldAtMs - startedAtMs ) / 1000 ) } s; ${ load.acts.length } sent so far` );
			}
		}
		load.stop();
		await load.done;
		say( `${ load.acts.length } sent; waiting until all is passed on` );
		await settle( bot, load, watch );
	} catch ( error ) {
		// Nobody may start anything any more when all is stopped.
		ended.abort( error );
		throw error;
	} finally {
		endSampling();
	}
	// What would be doubled or undone comes with another start.
	await killer.stop();
	await killer.ensureRunning();
	while ( ( await readStatus( house ) ).lanes.length > 0 && !watch.isSilent() ) {
		await watch.wait( 200 );
	}
	await killer.stop();
	const evidence = await readAll( bot, load );
	const found = compare( evidence );
	const comparison = { ...found, findings: [ ...found.findings, ...storeFindings( await readStatus( house ) ) ] };
	const log = await house.log();
	await house.dispose();
	return { comparison, evidence, memory, log };
}

function wordsOf( { victim, moment, isRelayFirst }: Kill ): string {
	return `${ victim }, ${ moment }${ victim === 'both' ? `, then the ${ isRelayFirst ? 'relay' : 'homeserver' } first` : '' }`;
}
