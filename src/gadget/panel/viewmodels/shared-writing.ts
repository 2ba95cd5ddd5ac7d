import { isRecord } from '../../../protocol/ids.ts';
import type { MutableObservable } from './observable.ts';
import type { TabCircle } from './tab-circle.ts';

/** What is half written, and whom the newcomer has muted. */
export type Writing = {
	readonly draft: string;
	readonly composer: string;
	readonly muted: readonly string[];
	/** When that was typed, in ms since 1970; 0 for nothing. */
	readonly typedAtMs: number;
};

export type SharedWritingPorts = {
	readonly circle: Pick<TabCircle, 'send' | 'hear'>;
	readonly state: MutableObservable<Omit<Writing, 'typedAtMs'> & { readonly editing: string | undefined }>;
	readonly now: () => number;
	/** Called when another tab has written. */
	readonly remember: () => void;
};

export interface SharedWriting {
	typedAtMs(): number;
	/**
	 * Puts what was written elsewhere in the place of what is here, unless that is newer.
	 *
	 * @param isAll also in the place of an old message that is edited
	 * @returns whether it did
	 */
	take( writing: Writing, isAll?: boolean ): boolean;
}

/**
 * What is half written is one thing in all tabs: whoever types tells the others, and the newest counts. A person types in one
 * tab at a time, so nobody loses what they write.
 */
export function shareWriting( { circle, state, now, remember }: SharedWritingPorts ): SharedWriting {
	let draft = '';
	let composer = '';
	let { muted } = state.value;
	let typedAtMs = 0;
	const tell = (): void => circle.send( 'writing', { draft, composer, muted, typedAtMs } );

	function take( writing: Writing, isAll?: boolean ): boolean {
		if ( !( writing.typedAtMs >= typedAtMs ) ) {
			return false;
		}
		( { draft, composer, muted, typedAtMs } = writing );
		state.patch( Object.assign( { draft, muted }, ( isAll || state.value.editing === undefined ) && { composer } ) );
		return true;
	}

	state.subscribe( ( value ) => {
		// An old message that is edited is no new one for the other tabs.
		const next = value.editing === undefined ? value.composer : composer;
		if ( value.draft !== draft || next !== composer || value.muted !== muted ) {
			( { draft, muted } = value );
			composer = next;
			// Also where the clock was put back.
			typedAtMs = Math.max( now(), typedAtMs + 1 );
			tell();
		}
	} );
	circle.hear( 'writing', ( raw ) => {
		if ( isRecord( raw ) && typeof raw.draft === 'string' && typeof raw.composer === 'string' && Array.isArray( raw.muted ) && take( raw as Writing ) ) {
			remember();
		}
	} );
	circle.hear( 'hello', () => {
		if ( typedAtMs > 0 ) {
			tell();
		}
	} );
	return { typedAtMs: () => typedAtMs, take };
}
