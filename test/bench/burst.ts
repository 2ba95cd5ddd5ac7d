import { setTimeout as wait } from 'node:timers/promises';
import { readMirrorMarker } from '../../src/protocol/mirror.ts';
import type { BenchConversation, ChatHouse } from './chat-house.ts';
import type { Measurement } from './figure.ts';
import type { Talker } from './talker.ts';

export const BURST_CONVERSATIONS = 50;
export const DRAIN_BUDGET = 0.9;
export const MESSAGES_EACH = 4;
/** A relay that has sent nothing for so long has lost what is missing. */
const SILENCE_MS = 15_000;
const LOOK_EVERY_MS = 100;

type Burst = { readonly sentPerSecond: number; readonly drainedPerSecond: number; readonly faults: number };

/** One way through the relay: who sends, and who is to get it. */
type Way = {
	readonly title: string;
	/** Whether all conversations are written into side by side; else one message after the other, in each in turn. */
	readonly isAtOnce: boolean;
	send( conversation: BenchConversation, text: string ): Promise<unknown>;
	receivers( conversations: readonly BenchConversation[] ): readonly Talker[];
};

/** Writes as fast as the homeserver takes it, in each conversation one message after the other. */
async function burst( conversations: readonly BenchConversation[], way: Way, name: string ): Promise<Burst> {
	const expected = conversations.map( ( _, conversation ) => (
		Array.from( { length: MESSAGES_EACH }, ( _unused, index ) => `(${ name }: ${ conversation } says ${ index })` )
	) );
	const all = expected.flat();
	const known = new Set( all );
	const came: string[] = [];
	let lastAtMs = performance.now();
	const stops = way.receivers( conversations ).map( ( receiver ) => receiver.listen( ( { atMs, event } ) => {
		const text = readMirrorMarker( event.content )?.text;
		if ( text !== undefined && known.has( text ) ) {
			came.push( text );
			lastAtMs = atMs;
		}
	} ) );
	try {
		const begunAtMs = performance.now();
		if ( way.isAtOnce ) {
			await Promise.all( conversations.map( async ( conversation, index ) => {
				for ( const text of expected[ index ] ?? [] ) {
					await way.send( conversation, text );
				}
			} ) );
		} else {
			for ( let message = 0; message < MESSAGES_EACH; message++ ) {
				for ( const [ index, conversation ] of conversations.entries() ) {
					await way.send( conversation, expected[ index ]![ message ]! );
				}
			}
		}
		const sentAtMs = performance.now();
		while ( new Set( came ).size < all.length && performance.now() - Math.max( lastAtMs, sentAtMs ) < SILENCE_MS ) {
			await wait( LOOK_EVERY_MS );
		}
		const perSecond = ( untilMs: number, count: number ): number => count / ( untilMs - begunAtMs ) * 1000;
		return {
			sentPerSecond: perSecond( sentAtMs, all.length ), drainedPerSecond: perSecond( lastAtMs, new Set( came ).size ),
			faults: faultsIn( came, expected )
		};
	} finally {
		stops.forEach( ( stop ) => stop() );
	}
}

/** How many messages were lost, came twice, or came before one that had been said earlier in their conversation. */
export function faultsIn( came: readonly string[], expected: readonly ( readonly string[] )[] ): number {
	const once = [ ...new Set( came ) ];
	const lost = expected.flat().filter( ( text ) => !once.includes( text ) ).length;
	const late = expected.reduce( ( sum, texts ) => {
		const order = once.filter( ( text ) => texts.includes( text ) ).map( ( text ) => texts.indexOf( text ) );
		return sum + order.filter( ( index, at ) => at > 0 && index < Math.max( ...order.slice( 0, at ) ) ).length;
	}, 0 );
	return lost + ( came.length - once.length ) + late;
}

/** Bursts one after the other, each way in turn. */
export async function measureBursts(
	{ helper, supportRoom }: Pick<ChatHouse, 'helper' | 'supportRoom'>, conversations: readonly BenchConversation[], count: number,
	onBurst: ( index: number ) => void
): Promise<Measurement[]> {
	const toNewcomers = {
		send: ( { inThread }: BenchConversation, text: string ) => helper.send( supportRoom, text, inThread ),
		receivers: ( all: readonly BenchConversation[] ) => all.map( ( { newcomer } ) => newcomer )
	};
	const toHelper = {
		send: ( { newcomer, roomId }: BenchConversation, text: string ) => newcomer.send( roomId, text ), receivers: () => [ helper ]
	};
	const budget = { of: 'ratio', atLeast: DRAIN_BUDGET } as const;
	const ways: { readonly way: Way; readonly made: Burst[]; readonly budget?: typeof budget }[] = [
		{ way: { title: 'newcomers to helper', isAtOnce: false, ...toHelper }, made: [], budget },
		{ way: { title: 'helper to newcomers', isAtOnce: false, ...toNewcomers }, made: [], budget },
		{ way: { title: 'helper to newcomers, all at once', isAtOnce: true, ...toNewcomers }, made: [] },
		{ way: { title: 'newcomers to helper, all at once', isAtOnce: true, ...toHelper }, made: [] }
	];
	for ( let index = 0; index < count; index++ ) {
		onBurst( index );
		for ( const { way, made } of ways ) {
			made.push( await burst( conversations, way, `${ way.title } ${ index }` ) );
		}
	}
	return [
		...ways.flatMap( ( { way: { title }, made, budget: limit } ): Measurement[] => {
			const sent = made.map( ( { sentPerSecond } ) => sentPerSecond );
			return [
				{ name: `${ title }: sent`, unit: '/s', values: sent },
				{
					name: `${ title }: drained`, unit: '/s', values: made.map( ( { drainedPerSecond } ) => drainedPerSecond ),
					comparedWith: { name: 'sent', values: sent }, ...( limit && { budget: limit } )
				}
			];
		} ),
		{
			name: 'lost, doubled or out of order', unit: 'count',
			values: [ ways.flatMap( ( { made } ) => made ).reduce( ( sum, { faults } ) => sum + faults, 0 ) ],
			budget: { of: 'median', atMost: 0 }
		}
	];
}
