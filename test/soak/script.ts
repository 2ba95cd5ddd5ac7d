import { createRandom, seedOf } from './random.ts';

/** What an actor does next; where there is nothing to do it to, it says something instead. */
export type StepKind = 'text' | 'reply' | 'image' | 'edit' | 'undo' | 'deletion' | 'reaction' | 'removal';

export type Step = {
	readonly kind: StepKind;
	/** Rest before it. */
	readonly pauseMs: number;
	/** From 0 up to 1: which of the things that it can be done to, 0 for the latest. */
	readonly choice: number;
	/** Said by it, where it says something. */
	readonly words: string;
	/** Of a reaction. */
	readonly key: string;
	/** Whether it is done the other way, where there are two: a reply outside of the thread, an image with a caption. */
	readonly isOther: boolean;
};

/** Who acts: `first` answers the newcomer, and `second` reacts to the same, as one bot stands for all of them. */
export type Role = 'newcomer' | 'first' | 'second';

const WEIGHTS: Readonly<Record<Role, Readonly<Record<StepKind, number>>>> = {
	newcomer: { text: 34, reply: 12, image: 7, edit: 17, undo: 3, deletion: 7, reaction: 11, removal: 9 },
	first: { text: 34, reply: 12, image: 7, edit: 17, undo: 3, deletion: 7, reaction: 11, removal: 9 },
	second: { text: 8, reply: 4, image: 0, edit: 4, undo: 0, deletion: 2, reaction: 44, removal: 38 }
};

/** Few, so that several people often use the same one. */
const KEYS = [ '👍', '❤️', '🎉' ];
const WORDS = [
	'citation', 'a <b>bold</b> word', 'два', '引用', 'كتاب', '@room', 'two\nlines', '"quoted"', 'C:\\path', '🦆', 'https://example.org/?a=1&b=2', 'ref=12'
];
/** How often somebody does two things at once, or nearly so. */
const AT_ONCE = 0.35;

function drawn<Kind extends string>( weights: Readonly<Record<Kind, number>>, at: number ): Kind {
	const entries = Object.entries( weights ) as [ Kind, number ][];
	let left = at * entries.reduce( ( sum, [ , weight ] ) => sum + weight, 0 );
	return ( entries.find( ( [ , weight ] ) => ( left -= weight ) < 0 ) ?? entries[ 0 ]! )[ 0 ];
}

/** What one actor of one conversation does, without end; the same for the same seed. */
export function* stepsOf( seed: number, conversation: number, role: Role, meanPauseMs: number ): Generator<Step, never> {
	const random = createRandom( seedOf( seed, `${ conversation } ${ role }` ) );
	for ( let index = 0; ; index++ ) {
		const kind = drawn( WEIGHTS[ role ], random() );
		const pauseMs = Math.round( random() < AT_ONCE ? random() * 20 : random() * 2 * meanPauseMs / ( 1 - AT_ONCE ) );
		const words = WORDS[ Math.floor( random() * WORDS.length ) ]!;
		yield {
			kind, pauseMs,
			choice: random(),
			words: `${ conversation }/${ role }/${ index }: ${ words }.`,
			key: KEYS[ Math.floor( random() * KEYS.length ) ]!,
			isOther: random() < 0.5
		};
	}
}
