import { createRandom, seedOf, shuffled } from './random.ts';

export type Victim = 'relay' | 'homeserver' | 'both';

/** One SIGKILL, or two at once. */
export type Kill = {
	readonly victim: Victim;
	/** Counted from the start of the relay's process: it may not have come to work yet. Otherwise from when it runs. */
	readonly isWhileStarting: boolean;
	readonly afterMs: number;
	/** Then the next thing that somebody does is waited for, and so long after it the kill comes: while that is passed on. */
	readonly afterActMs: number;
	/** How long the homeserver is away. */
	readonly awayMs: number;
	/** Of both: the relay is started again before the homeserver is. */
	readonly isRelayFirst: boolean;
};

const FOUR_OF_ALL: readonly Victim[] = [ 'relay', 'relay', 'homeserver', 'both' ];
const FOUR_OF_TWO: readonly Victim[] = [ 'relay', 'relay', 'relay', 'homeserver' ];
/** About as long as a relay takes to start, and to pass on what has waited for it. */
const LONGEST_START_MS = 2_500;
const LONGEST_LIFE_MS = 3_000;
const LONGEST_AWAY_MS = 3_000;
const LONGEST_AFTER_ACT_MS = 90;

/** The kills of a run: among each four at least one of the homeserver; every other relay is killed while it starts. */
export function scheduleOf( seed: number, kills: number ): Kill[] {
	const random = createRandom( seedOf( seed, 'kills' ) );
	const victims = Array.from( { length: Math.ceil( kills / 4 ) }, ( _, block ) => (
		shuffled( block % 2 === 0 ? FOUR_OF_ALL : FOUR_OF_TWO, random )
	) ).flat().slice( 0, kills );
	let relays = 0;
	return victims.map( ( victim ) => {
		const isWhileStarting = victim === 'relay' && relays++ % 2 === 1;
		return {
			victim, isWhileStarting,
			afterMs: Math.round( random() * ( isWhileStarting ? LONGEST_START_MS : LONGEST_LIFE_MS ) ),
			afterActMs: Math.round( random() * LONGEST_AFTER_ACT_MS ),
			awayMs: Math.round( random() * LONGEST_AWAY_MS ),
			isRelayFirst: random() < 0.5
		};
	} );
}

/** How often each was killed, in words. */
export function inWords( kills: readonly Kill[] ): string {
	const names = { relay: 'relay', homeserver: 'homeserver', both: 'both at once' } as const;
	const counts = ( Object.keys( names ) as Victim[] ).map( ( victim ) => (
		{ victim, count: kills.filter( ( kill ) => kill.victim === victim ).length }
	) ).filter( ( { count } ) => count > 0 );
	return `${ kills.length } kill${ kills.length === 1 ? '' : 's' } (${ counts.map( ( { victim, count } ) => `${ count } ${ names[ victim ] }` ).join( ', ' ) })`;
}
