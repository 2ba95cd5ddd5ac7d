import { setTimeout as wait } from 'node:timers/promises';
import type { BenchConversation, ChatHouse } from './chat-house.ts';
import type { Measurement } from './figure.ts';

/** How many conversations are open, and take turns. */
export const LATENCY_CONVERSATIONS = 10;
export const RELAY_BUDGET = 2.0;

const WARM_UP_ROUNDS = 5;
/** Between two messages: what the last one has set off is over, and everybody listens again. */
const REST_MS = 150;

/** One message: from the begin of the sender's PUT until the receiver has read the /sync answer that holds it. */
type Leg = ( text: string, round: number ) => Promise<number>;

/** Sends messages one at a time, each way in turn, so that what else the machine does meets all alike. */
export async function measureLatency(
	house: ChatHouse, conversations: readonly BenchConversation[], samples: number, onRound: ( round: number ) => void
): Promise<Measurement[]> {
	const { direct, echoed, helper, supportRoom } = house;
	const inTurn = ( round: number ): BenchConversation => conversations[ round % conversations.length ]!;
	const legs = {
		direct: ( text ) => time( text, direct.receiver, () => direct.sender.send( direct.from, text ) ),
		echoed: ( text ) => time( text, echoed.receiver, () => echoed.sender.send( echoed.from, text ) ),
		inward( text, round ) {
			const { newcomer, roomId } = inTurn( round );
			return time( text, helper, () => newcomer.send( roomId, text ) );
		},
		outward( text, round ) {
			const { newcomer, inThread } = inTurn( round );
			return time( text, newcomer, () => helper.send( supportRoom, text, inThread ) );
		}
	} satisfies Record<string, Leg>;
	const names = Object.keys( legs ) as ( keyof typeof legs )[];
	const values: Record<keyof typeof legs, number[]> = { direct: [], echoed: [], inward: [], outward: [] };
	for ( let round = -WARM_UP_ROUNDS; round < samples; round++ ) {
		onRound( round );
		for ( let turn = 0; turn < names.length; turn++ ) {
			const name = names[ ( turn + round + WARM_UP_ROUNDS ) % names.length ]!;
			const tookMs = await legs[ name ]( `(${ name } ${ round })`, round + WARM_UP_ROUNDS );
			if ( round >= 0 ) {
				values[ name ].push( tookMs );
			}
			await wait( REST_MS );
		}
	}
	const comparedWith = { name: 'a direct message', values: values.direct };
	return [
		{ name: 'a direct message, send to sync', unit: 'ms', values: values.direct },
		{ name: 'newcomer to helper, through the relay', unit: 'ms', values: values.inward, comparedWith, budget: { of: 'ratio', atMost: RELAY_BUDGET } },
		{ name: 'helper to newcomer, through the relay', unit: 'ms', values: values.outward, comparedWith },
		{ name: 'through an echo bot that keeps nothing', unit: 'ms', values: values.echoed, comparedWith }
	];
}

async function time(
	text: string, receiver: ChatHouse[ 'helper' ], send: () => Promise<{ readonly begunAtMs: number }>
): Promise<number> {
	const arrival = receiver.next( text );
	// Both are awaited, so that a failure of either is no stray one.
	const [ { begunAtMs }, { atMs } ] = await Promise.all( [ send(), arrival ] );
	return atMs - begunAtMs;
}
