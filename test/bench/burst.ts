import { setTimeout as wait } from 'node:timers/promises';
import { readMirrorMarker } from '../../src/protocol/mirror.ts';
import type { BenchConversation, ChatHouse } from './chat-house.ts';
import type { Measurement } from './figure.ts';

export const BURST_CONVERSATIONS = 50;
const MESSAGES_EACH = 4;
/** A relay that has sent nothing for so long has lost what is missing. */
const SILENCE_MS = 15_000;
const LOOK_EVERY_MS = 100;

type Burst = { readonly sentPerSecond: number; readonly drainedPerSecond: number; readonly faults: number };

/** Everybody writes as fast as the homeserver takes it, each newcomer one message after the other. */
async function burst( house: ChatHouse, conversations: readonly BenchConversation[], name: string ): Promise<Burst> {
	const expected = conversations.map( ( _, conversation ) => (
		Array.from( { length: MESSAGES_EACH }, ( _unused, index ) => `(${ name }: ${ conversation } says ${ index })` )
	) );
	const all = expected.flat();
	const known = new Set( all );
	const came: string[] = [];
	let lastAtMs = performance.now();
	const unlisten = house.helper.listen( ( { atMs, event } ) => {
		const text = readMirrorMarker( event.content )?.text;
		if ( text !== undefined && known.has( text ) ) {
			came.push( text );
			lastAtMs = atMs;
		}
	} );
	try {
		const begunAtMs = performance.now();
		await Promise.all( conversations.map( async ( { newcomer, roomId }, conversation ) => {
			for ( const text of expected[ conversation ] ?? [] ) {
				await newcomer.send( roomId, text );
			}
		} ) );
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
		unlisten();
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

/** Bursts one after the other. */
export async function measureBursts(
	house: ChatHouse, conversations: readonly BenchConversation[], count: number, onBurst: ( index: number ) => void
): Promise<Measurement[]> {
	const bursts: Burst[] = [];
	for ( let index = 0; index < count; index++ ) {
		onBurst( index );
		bursts.push( await burst( house, conversations, `burst ${ index }` ) );
	}
	const sent = bursts.map( ( { sentPerSecond } ) => sentPerSecond );
	const size = `${ conversations.length * MESSAGES_EACH } messages in ${ conversations.length } conversations`;
	return [
		{ name: `sent: ${ size }`, unit: '/s', values: sent },
		{
			name: 'drained: all of them with the helper', unit: '/s', values: bursts.map( ( { drainedPerSecond } ) => drainedPerSecond ),
			comparedWith: { name: 'sent', values: sent }
		},
		{
			name: 'lost, doubled or out of order', unit: 'count', values: bursts.map( ( { faults } ) => faults ),
			budget: { of: 'median', atMost: 0 }
		}
	];
}
