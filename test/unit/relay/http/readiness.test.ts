import { expect, it } from 'vitest';
import type { Activity } from '../../../../src/relay/http/readiness.ts';
import { readinessProblem } from '../../../../src/relay/http/readiness.ts';

const nowMs = 1_000_000;
const ago = ( seconds: number ): number => nowMs - seconds * 1000;
const idle: Activity = { receivedAtMs: [ ago( 30 ) ], sentAtMs: undefined, oldestWaitingAtMs: undefined };

it.each( [
	[ 'nothing to do', idle, undefined ],
	[ 'something that has just come', { ...idle, oldestWaitingAtMs: ago( 5 ) }, undefined ],
	[ 'a queue that moves', { ...idle, oldestWaitingAtMs: ago( 300 ), sentAtMs: ago( 10 ) }, undefined ],
	[ 'no homeserver yet', { ...idle, receivedAtMs: [ undefined ] }, 'The homeserver has not been reached since the start.' ],
	[ 'one account of two that has not received yet', { ...idle, receivedAtMs: [ ago( 1 ), undefined ] }, 'The homeserver has not been reached since the start.' ],
	[ 'one account of two that is silent', { ...idle, receivedAtMs: [ ago( 1 ), ago( 90 ) ] }, 'Nothing was received from the homeserver for 90 s.' ],
	[ 'a queue that stands', { ...idle, oldestWaitingAtMs: ago( 61 ), sentAtMs: ago( 61 ) }, 'Nothing was sent within the last minute, and something has waited for 61 s.' ],
	[ 'a queue that stands since the start', { ...idle, oldestWaitingAtMs: ago( 70 ) }, 'Nothing was sent within the last minute, and something has waited for 70 s.' ]
] )( 'with %s the relay is ready, or says in one sentence why not', ( _, activity, problem ) => {
	expect( readinessProblem( activity, nowMs ) ).toBe( problem );
} );
