import { createRandom, seedOf, shuffled } from './random.ts';

export type Victim = 'relay' | 'homeserver' | 'both';

/**
 * When a kill comes:
 * - `starting`: the relay is away for `awayMs`, and the kill comes `afterMs` after the start of its process
 * - `catching up`: so too, `afterMs` after it runs again
 * - `keeping`: so too, `thenMs` after its store first keeps something
 * - `at work`: `afterMs` after it runs, then `thenMs` after the next thing that somebody does, while that is passed on
 */
export type Moment = 'starting' | 'catching up' | 'at work' | 'keeping';

/** One SIGKILL, or two at once. */
export type Kill = {
	readonly victim: Victim;
	readonly moment: Moment;
	readonly afterMs: number;
	readonly thenMs: number;
	/** How long what was stopped or killed is away. */
	readonly awayMs: number;
	/** Of both: the relay is started again before the homeserver is. */
	readonly isRelayFirst: boolean;
};

const FOUR_OF_ALL: readonly Victim[] = [ 'relay', 'relay', 'homeserver', 'both' ];
const FOUR_OF_TWO: readonly Victim[] = [ 'relay', 'relay', 'relay', 'homeserver' ];
/** In what came at once most can go wrong. */
const OTHER_MOMENTS: readonly Moment[] = [ 'catching up', 'catching up', 'at work', 'keeping', 'keeping' ];
/** At most so long after: a start, what has waited for it received and sent, a life. */
const LONGEST_MS: Readonly<Record<Moment, number>> = { starting: 2_000, 'catching up': 500, 'at work': 2_500, keeping: 0 };
/** What was done is received, stored and sent on; what came is stored. */
const THEN_MS: Readonly<Record<Moment, number>> = { starting: 0, 'catching up': 0, 'at work': 90, keeping: 6 };
const AWAY_MS = { least: 1_000, most: 4_000 } as const;

/** The kills of a run: among each four at least one of the homeserver; every other relay is killed while it starts. */
export function scheduleOf( seed: number, kills: number ): Kill[] {
	const random = createRandom( seedOf( seed, 'kills' ) );
	const victims = Array.from( { length: Math.ceil( kills / 4 ) }, ( _, block ) => (
		shuffled( block % 2 === 0 ? FOUR_OF_ALL : FOUR_OF_TWO, random )
	) ).flat().slice( 0, kills );
	let relays = 0;
	return victims.map( ( victim ) => {
		const isStarting = victim === 'relay' && relays++ % 2 === 1;
		const moment = isStarting ? 'starting' : OTHER_MOMENTS[ Math.floor( random() * OTHER_MOMENTS.length ) ]!;
		return {
			victim, moment,
			afterMs: Math.round( random() * LONGEST_MS[ moment ] ),
			// Mostly the first of it, which is the shortest.
			thenMs: Math.floor( random() ** 2 * THEN_MS[ moment ] ),
			awayMs: Math.round( AWAY_MS.least + random() * ( AWAY_MS.most - AWAY_MS.least ) ),
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
