import { beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../../src/protocol/message.ts';
import type { Monitor } from '../../../../src/relay/http/monitor.ts';
import { createMonitor } from '../../../../src/relay/http/monitor.ts';
import type { OutboxItem } from '../../../../src/relay/routing/model.ts';
import type { Figures } from '../../../../src/relay/routing/reports.ts';

const bot = '@bot:example.org' as UserId;
const roomId = '!secret-room:example.org' as RoomId;

let nowMs: number;
let figures: Figures;
let paused: string[];
let monitor: Monitor;
beforeEach( () => {
	nowMs = 100_000;
	figures = { waiting: 0, oldestWaitingAtMs: undefined, setAside: [], requests: [], receivers: [] };
	paused = [];
	monitor = createMonitor( {
		receivers: [ bot ], wikis: [ 'enwiki' ], now: () => nowMs, figures: () => Promise.resolve( figures ), pauses: () => Promise.resolve( paused )
	} );
} );

const event = ( type: string, content: Record<string, unknown> = { body: 'secret text' } ): RoomEvent => (
	{ event_id: '$e' as EventId, type, sender: '@secret:example.org' as UserId, origin_server_ts: 98_000, content }
);
const said: OutboxItem = {
	id: 1, lane: '1:in', receiver: bot, transactionId: 't', createdAtMs: 1,
	task: { kind: 'say', roomId, eventId: '$e' as EventId, conversationId: 1, text: 'secret text', saidAtMs: 99_500, context: undefined }
};
const lines = async (): Promise<string[]> => ( await monitor.metrics() ).split( '\n' );

describe( 'the metrics', () => {
	it( 'count what was received, by direction and kind, and how late it came', async () => {
		monitor.received( { firstAnswers: [], events: [
			{ from: 'newcomer', roomId, event: event( 'm.room.message' ) },
			{ from: 'newcomer', roomId, event: event( 'm.room.message', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$x' } } ) },
			{ from: 'helper', roomId, event: event( 'm.reaction' ) },
			{ from: 'helper', roomId, event: event( 'org.example.who-knows' ) }
		] } );
		expect( await lines() ).toEqual( expect.arrayContaining( [
			'askforhelp_received_total{direction="from_newcomer",kind="message"} 1',
			'askforhelp_received_total{direction="from_newcomer",kind="edit"} 1',
			'askforhelp_received_total{direction="from_helper",kind="reaction"} 1',
			'askforhelp_received_total{direction="from_helper",kind="other"} 1',
			'askforhelp_sync_lag_seconds_sum 8'
		] ) );
	} );

	it( 'count what was sent, tried again and set aside, and how long it took from when it was said', async () => {
		monitor.tried( said, 'retried' );
		monitor.tried( said, 'done' );
		monitor.tried( { ...said, lane: '1:out' }, 'set-aside' );
		expect( await lines() ).toEqual( expect.arrayContaining( [
			'askforhelp_retried_total{direction="to_helpers",kind="say"} 1',
			'askforhelp_sent_total{direction="to_helpers",kind="say"} 1',
			'askforhelp_set_aside_total{direction="to_newcomer",kind="say"} 1',
			'askforhelp_latency_seconds_sum{direction="to_helpers"} 0.5',
			'askforhelp_latency_seconds_count{direction="to_helpers"} 1'
		] ) );
	} );

	it( 'say how the store stands now, with nothing left over from the last look', async () => {
		figures = {
			waiting: 3, oldestWaitingAtMs: 90_000, setAside: [ { kind: 'answer', count: 2 } ],
			requests: [ { wiki: 'enwiki', state: 'waiting', count: 4 } ], receivers: []
		};
		paused = [ 'enwiki' ];
		monitor.contacted( bot );
		nowMs += 5_000;
		expect( await lines() ).toEqual( expect.arrayContaining( [
			'askforhelp_waiting 3',
			'askforhelp_oldest_waiting_seconds 15',
			'askforhelp_set_aside_stored{kind="answer"} 2',
			'askforhelp_requests{wiki="enwiki",state="waiting"} 4',
			'askforhelp_sync_age_seconds{receiver="0"} 5',
			'askforhelp_paused{scope="*"} 0',
			'askforhelp_paused{scope="enwiki"} 1'
		] ) );
		figures = { ...figures, waiting: 0, oldestWaitingAtMs: undefined, requests: [] };
		const later = await lines();
		expect( later ).toContain( 'askforhelp_oldest_waiting_seconds 0' );
		expect( later.join( '\n' ) ).not.toContain( 'askforhelp_requests{' );
	} );

	it( 'tell the time to the first answer for each wiki', async () => {
		monitor.received( { events: [], firstAnswers: [ { wiki: 'enwiki', afterMs: 45_000 } ] } );
		expect( await lines() ).toContain( 'askforhelp_first_answer_seconds_bucket{le="60",wiki="enwiki"} 1' );
	} );

	it( 'count thanks', async () => {
		monitor.received( { events: [], firstAnswers: [], thanks: [ { wiki: 'enwiki' }, { wiki: 'enwiki' } ] } );
		monitor.received( { events: [], firstAnswers: [] } );
		expect( await lines() ).toContain( 'askforhelp_thanks_total{wiki="enwiki"} 2' );
	} );

	it( 'name no person, text or room', async () => {
		monitor.contacted( bot );
		monitor.received( { firstAnswers: [], events: [ { from: 'helper', roomId, event: event( 'm.room.message' ) } ] } );
		monitor.tried( said, 'done' );
		expect( await monitor.metrics() ).not.toMatch( /secret|@bot|\$e/ );
	} );
} );

describe( 'readiness', () => {
	it( 'never comes while a team has no Support room', async () => {
		monitor.closed( [ 'teams.b.supportRoom: the bot cannot join this room' ] );
		monitor.contacted( bot );
		expect( await monitor.problem() ).toBe( 'teams.b.supportRoom: the bot cannot join this room' );
	} );

	it( 'comes with the first /sync, and goes when what waits is not sent', async () => {
		expect( await monitor.problem() ).toContain( 'has not been reached' );
		monitor.contacted( bot );
		expect( await monitor.problem() ).toBeUndefined();
		figures = { ...figures, waiting: 1, oldestWaitingAtMs: nowMs - 61_000 };
		expect( await monitor.problem() ).toContain( 'Nothing was sent within the last minute' );
		monitor.tried( said, 'retried' );
		expect( await monitor.problem() ).toContain( 'Nothing was sent within the last minute' );
		monitor.tried( said, 'done' );
		expect( await monitor.problem() ).toBeUndefined();
	} );
} );
