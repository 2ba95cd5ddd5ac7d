import { expect, it } from 'vitest';
import type { EventId, UserId } from '../../../src/protocol/ids.ts';
import type { Status } from '../../../src/relay/status-text.ts';
import { statusText } from '../../../src/relay/status-text.ts';

const nowMs = Date.UTC( 2026, 0, 2, 12, 0 );
const minute = 60_000;
const quiet: Status = {
	figures: { waiting: 0, oldestWaitingAtMs: undefined, setAside: [], requests: [], receivers: [] },
	lanes: [], setAside: [], pauses: [], thanks: { total: 0, lately: 0 }
};

it( 'says of an idle store that there is nothing', () => {
	expect( statusText( quiet, nowMs ).split( '\n' ) ).toEqual( [
		'Received: nothing yet', 'Waiting: nothing', 'Open requests: none', 'Thanks to helpers: 0, 0 in the last 30 days', 'Set aside: nothing'
	] );
} );

it( 'tells what waits and how long, what was set aside and why, and pauses', () => {
	expect( statusText( {
		figures: {
			waiting: 4, oldestWaitingAtMs: nowMs - 5 * minute, setAside: [ { kind: 'answer', count: 1 } ],
			requests: [ { wiki: 'enwiki', state: 'waiting', count: 2 } ],
			receivers: [ { receiver: '@bot:example.org' as UserId, takenAtMs: nowMs - 12_000 } ]
		},
		lanes: [ { lane: '7:in', waiting: 2, oldestAtMs: nowMs - 5 * minute }, { lane: 'room:!x', waiting: 1, oldestAtMs: nowMs - 30_000 },
			{ lane: '7:seen', waiting: 1, oldestAtMs: nowMs }, { lane: '7:place', waiting: 1, oldestAtMs: nowMs } ],
		setAside: [ { lane: '7:out', kind: 'answer', event: '$e' as EventId, reason: 'M_TOO_LARGE (413)', atMs: nowMs - 90 * minute } ],
		pauses: [ { scope: '*', reason: 'training', sinceMs: nowMs }, { scope: 'dewiki', reason: '', sinceMs: nowMs } ],
		thanks: { total: 12, lately: 3 }
	}, nowMs ).split( '\n' ) ).toEqual( [
		'PAUSED for all wikis since 2026-01-02 12:00 UTC: training',
		'PAUSED for dewiki since 2026-01-02 12:00 UTC',
		'Received:',
		'  @bot:example.org: last /sync 12 s ago',
		'Waiting: 4 in 4 lanes',
		'  conversation 7, to the helpers: 2, the oldest for 5 min',
		'  room:!x: 1, the oldest for 30 s',
		'  conversation 7, seen by helpers: 1, the oldest for 0 s',
		'  conversation 7, place in the queue: 1, the oldest for 0 s',
		'Open requests:',
		'  enwiki, waiting: 2',
		'Thanks to helpers: 12, 3 in the last 30 days',
		'Set aside: 1',
		'  2026-01-02 10:30 UTC answer $e (conversation 7, to the newcomer): M_TOO_LARGE (413)'
	] );
} );

it( 'shortens long lists', () => {
	const lanes = Array.from( { length: 25 }, ( _, index ) => ( { lane: `${ index }:in`, waiting: 1, oldestAtMs: nowMs } ) );
	expect( statusText( { ...quiet, figures: { ...quiet.figures, waiting: 25 }, lanes }, nowMs ) ).toContain( '  … and 5 more' );
} );
