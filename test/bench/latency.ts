import { setTimeout as wait } from 'node:timers/promises';
import type { BenchConversation, ChatHouse, Path, RelayedChat } from './chat-house.ts';
import type { Measurement } from './figure.ts';
import { median } from './statistics.ts';

/** How many conversations are open, and take turns. */
export const LATENCY_CONVERSATIONS = 10;
export const RELAY_BUDGET = 2.0;
export const CROWD_BUDGET = 1.5;

const WARM_UP_ROUNDS = 5;
/** Between two messages: what the last one has set off is over, and everybody listens again. */
const REST_MS = 150;

/** One message: from the begin of the sender's PUT until the receiver has read the /sync answer that holds it. */
type Leg = ( text: string, round: number ) => Promise<number>;

/** The ways that messages take in one house, by name. */
type Legs = Readonly<Record<string, Leg>>;

function throughRelay( { helper, supportRoom }: RelayedChat, conversations: readonly BenchConversation[] ) {
	const inTurn = ( round: number ): BenchConversation => conversations[ round % conversations.length ]!;
	return {
		inward( text, round ) {
			const { newcomer, roomId } = inTurn( round );
			return time( text, helper, () => newcomer.send( roomId, text ) );
		},
		outward( text, round ) {
			const { newcomer, inThread } = inTurn( round );
			return time( text, newcomer, () => helper.send( supportRoom, text, inThread ) );
		}
	} satisfies Legs;
}

const along = ( { sender, from, receiver }: Path ): Leg => ( text ) => time( text, receiver, () => sender.send( from, text ) );

/** Sends messages one at a time, along all legs in turn, so that what else the machine does meets all alike. */
async function inTurn<Name extends string>(
	legs: Readonly<Record<Name, Leg>>, samples: number, onRound: ( round: number ) => void
): Promise<Record<Name, number[]>> {
	const names = Object.keys( legs ) as Name[];
	const values = Object.fromEntries( names.map( ( name ) => [ name, [] as number[] ] ) ) as unknown as Record<Name, number[]>;
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
	return values;
}

/** How long a message takes, directly, through the relay both ways, and through the echo bot. */
export async function measureLatency(
	house: ChatHouse, conversations: readonly BenchConversation[], samples: number, onRound: ( round: number ) => void
): Promise<Measurement[]> {
	const values = await inTurn(
		{ direct: along( house.direct ), echoed: along( house.echoed ), ...throughRelay( house, conversations ) }, samples, onRound
	);
	const comparedWith = { name: 'a direct message', values: values.direct };
	return [
		{ name: 'a direct message, send to sync', unit: 'ms', values: values.direct },
		{ name: 'newcomer to helper, through the relay', unit: 'ms', values: values.inward, comparedWith, budget: { of: 'ratio', atMost: RELAY_BUDGET } },
		{ name: 'helper to newcomer, through the relay', unit: 'ms', values: values.outward, comparedWith },
		{ name: 'through an echo bot that keeps nothing', unit: 'ms', values: values.echoed, comparedWith }
	];
}

/**
 * What many open conversations cost: the ratio of newcomer to helper to a direct message, in a house with a few and in one
 * with many. All in turn, as two homeservers, with a relay each, run side by side.
 */
export async function measureCrowd(
	few: RelayedChat & { readonly conversations: readonly BenchConversation[] },
	many: RelayedChat & { readonly conversations: readonly BenchConversation[]; readonly open: number },
	samples: number, onRound: ( round: number ) => void
): Promise<Measurement[]> {
	const legsOf = ( house: RelayedChat, conversations: readonly BenchConversation[] ) => (
		{ direct: along( house.direct ), ...throughRelay( house, conversations ) }
	);
	const one = legsOf( few, few.conversations );
	const other = legsOf( many, many.conversations );
	const values = await inTurn( {
		fewDirect: one.direct, manyDirect: other.direct, fewInward: one.inward, manyInward: other.inward,
		fewOutward: one.outward, manyOutward: other.outward
	}, samples, onRound );
	const ratio = ( through: readonly number[], direct: readonly number[] ): number[] => {
		const base = median( direct );
		return through.map( ( value ) => value / base );
	};
	const inward = ratio( values.fewInward, values.fewDirect );
	const outward = ratio( values.fewOutward, values.fewDirect );
	const budget = { of: 'ratio', atMost: CROWD_BUDGET } as const;
	return [
		{ name: `newcomer to helper, as a multiple of direct, ${ few.conversations.length } open`, unit: 'times', values: inward },
		{
			name: `the same, ${ many.open } open`, unit: 'times', values: ratio( values.manyInward, values.manyDirect ),
			comparedWith: { name: 'few', values: inward }, budget
		},
		{ name: `helper to newcomer, as a multiple of direct, ${ few.conversations.length } open`, unit: 'times', values: outward },
		{
			name: `the same, ${ many.open } open`, unit: 'times', values: ratio( values.manyOutward, values.manyDirect ),
			comparedWith: { name: 'few', values: outward }, budget
		}
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
