import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { UserId } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';
import { readRelation } from '../../protocol/message.ts';
import type { OutboxItem, Task } from '../routing/model.ts';
import type { Outcome, Watcher } from '../routing/ports.ts';
import type { Figures } from '../routing/reports.ts';
import { readinessProblem } from './readiness.ts';

export type MonitorOptions = {
	/** The accounts that receive; labels name them by their place in this list. */
	readonly receivers: readonly UserId[];
	readonly wikis: readonly string[];
	readonly now: () => number;
	/** How the store stands; asked for at every look. */
	readonly figures: () => Promise<Figures>;
	/** Scopes of the pauses that there are. */
	readonly pauses: () => Promise<readonly string[]>;
};

/** Counts what the relay does, and says how it is. No name, text, room or token is in any label. */
export interface Monitor extends Watcher {
	/** Told at the start of teams that have to wait, one sentence each. */
	closed( problems: readonly string[] ): void;
	/** One sentence of why the relay is not ready; `undefined` when it is. */
	problem(): Promise<string | undefined>;
	/** All metrics in Prometheus' text format. */
	metrics(): Promise<string>;
	readonly contentType: string;
}

const SECONDS = [ 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400 ];
const ANSWER_SECONDS = [ 15, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400 ];
const KINDS: Readonly<Record<string, string>> = { 'm.reaction': 'reaction', 'm.room.redaction': 'redaction', 'm.room.message': 'message' };

function kindOf( { type, content }: Pick<RoomEvent, 'type' | 'content'> ): string {
	return readRelation( content ).replaces === undefined ? KINDS[ type ] ?? 'other' : 'edit';
}

function directionOf( { lane }: Pick<OutboxItem, 'lane'> ): string {
	return lane.endsWith( ':in' ) ? 'to_helpers' : lane.endsWith( ':out' ) ? 'to_newcomer' : 'none';
}

const saidAt = ( task: Task ): number | undefined => 'saidAtMs' in task ? task.saidAtMs : undefined;

export function createMonitor( { receivers, wikis, now, figures, pauses }: MonitorOptions ): Monitor {
	const registry = new Registry();
	const registers = [ registry ];
	const receivedAtMs = new Map<UserId, number>();
	let sentAtMs: number | undefined;
	let closedTeams: readonly string[] = [];
	collectDefaultMetrics( { register: registry } );

	const received = new Counter( {
		registers, name: 'askforhelp_received_total', help: 'Events received from newcomers and helpers', labelNames: [ 'direction', 'kind' ]
	} );
	const sent = new Counter( {
		registers, name: 'askforhelp_sent_total', help: 'Tasks done, by kind of task', labelNames: [ 'direction', 'kind' ]
	} );
	const retried = new Counter( {
		registers, name: 'askforhelp_retried_total', help: 'Attempts that failed for the moment, by kind of task', labelNames: [ 'direction', 'kind' ]
	} );
	const setAside = new Gauge( {
		registers, name: 'askforhelp_set_aside_stored', help: 'Tasks in the store that were refused for good, by kind of task', labelNames: [ 'kind' ]
	} );
	const refused = new Counter( {
		registers, name: 'askforhelp_set_aside_total', help: 'Tasks refused for good since the start, by kind of task', labelNames: [ 'direction', 'kind' ]
	} );
	const waiting = new Gauge( { registers, name: 'askforhelp_waiting', help: 'Tasks that are still to be done' } );
	const oldest = new Gauge( { registers, name: 'askforhelp_oldest_waiting_seconds', help: 'Age of the oldest of them; 0 when nothing waits' } );
	const latency = new Histogram( {
		registers, name: 'askforhelp_latency_seconds', help: 'From when a message was said until it was passed on', labelNames: [ 'direction' ], buckets: SECONDS
	} );
	const syncLag = new Histogram( {
		registers, name: 'askforhelp_sync_lag_seconds', help: 'From when an event was sent until it was received', buckets: SECONDS
	} );
	const syncAge = new Gauge( {
		registers, name: 'askforhelp_sync_age_seconds', help: 'Since the last answered /sync of each account, by its place in the configuration', labelNames: [ 'receiver' ]
	} );
	const requests = new Gauge( { registers, name: 'askforhelp_requests', help: 'Open requests of each wiki', labelNames: [ 'wiki', 'state' ] } );
	const firstAnswer = new Histogram( {
		registers, name: 'askforhelp_first_answer_seconds', help: 'From a question until its first answer', labelNames: [ 'wiki' ], buckets: ANSWER_SECONDS
	} );
	const thanks = new Counter( {
		registers, name: 'askforhelp_thanks_total', help: 'Thanks of newcomers to helpers since the start', labelNames: [ 'wiki' ]
	} );
	const paused = new Gauge( {
		registers, name: 'askforhelp_paused', help: '1 where no new requests are taken: "*" for all wikis, or one wiki', labelNames: [ 'scope' ]
	} );
	const counters: Readonly<Record<Outcome, Counter>> = { done: sent, retried, 'set-aside': refused };

	async function look(): Promise<void> {
		const nowMs = now();
		const found = await figures();
		waiting.set( found.waiting );
		oldest.set( found.oldestWaitingAtMs === undefined ? 0 : Math.max( 0, nowMs - found.oldestWaitingAtMs ) / 1000 );
		for ( const gauge of [ setAside, requests, syncAge, paused ] ) {
			gauge.reset();
		}
		for ( const { kind, count } of found.setAside ) {
			setAside.set( { kind }, count );
		}
		for ( const { wiki, state, count } of found.requests ) {
			requests.set( { wiki, state }, count );
		}
		for ( const [ index, receiver ] of receivers.entries() ) {
			const atMs = receivedAtMs.get( receiver );
			if ( atMs !== undefined ) {
				syncAge.set( { receiver: String( index ) }, Math.max( 0, nowMs - atMs ) / 1000 );
			}
		}
		const scopes = await pauses();
		for ( const scope of [ '*', ...wikis ] ) {
			paused.set( { scope }, scopes.includes( scope ) ? 1 : 0 );
		}
	}

	return {
		closed( problems ) {
			closedTeams = problems;
		},
		contacted( receiver ) {
			receivedAtMs.set( receiver, now() );
		},
		received( news ) {
			const nowMs = now();
			for ( const { from, event } of news.events ) {
				received.inc( { direction: `from_${ from }`, kind: kindOf( event ) } );
				syncLag.observe( Math.max( 0, nowMs - event.origin_server_ts ) / 1000 );
			}
			for ( const { wiki, afterMs } of news.firstAnswers ) {
				firstAnswer.observe( { wiki }, Math.max( 0, afterMs ) / 1000 );
			}
			for ( const { wiki } of news.thanks ?? [] ) {
				thanks.inc( { wiki } );
			}
		},
		tried( item, outcome ) {
			const direction = directionOf( item );
			counters[ outcome ].inc( { direction, kind: item.task.kind } );
			if ( outcome !== 'done' ) {
				return;
			}
			sentAtMs = now();
			const saidAtMs = saidAt( item.task );
			if ( saidAtMs !== undefined ) {
				latency.observe( { direction }, Math.max( 0, sentAtMs - saidAtMs ) / 1000 );
			}
		},
		async problem() {
			const { oldestWaitingAtMs } = await figures();
			const heard = receivers.map( ( receiver ) => receivedAtMs.get( receiver ) );
			// First, as for what waits it is the reason.
			return closedTeams[ 0 ] ?? readinessProblem( { receivedAtMs: heard, sentAtMs, oldestWaitingAtMs }, now() );
		},
		async metrics() {
			await look();
			return registry.metrics();
		},
		contentType: registry.contentType
	};
}
