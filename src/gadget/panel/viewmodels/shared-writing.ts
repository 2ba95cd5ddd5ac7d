import { isRecord } from '../../../protocol/ids.ts';
import type { MutableObservable } from './observable.ts';
import type { TabCircle } from './tab-circle.ts';

/** What is half written. */
export type Writing = { readonly draft: string; readonly composer: string };

export type SharedWritingPorts = {
	readonly circle: Pick<TabCircle, 'send' | 'hear'>;
	readonly state: MutableObservable<Writing & { readonly editing: string | undefined }>;
	/** When what is there was typed, in ms since 1970; 0 for nothing. */
	readonly typedAtMs: number;
	readonly now: () => number;
	/** Called when another tab has written. */
	readonly remember: () => void;
};

/**
 * What is half written is one thing in all tabs: whoever types tells the others, and the newest counts. A person types in one
 * tab at a time, so nobody loses what they write.
 *
 * @returns when it was typed
 */
export function shareWriting( ports: SharedWritingPorts ): () => number {
	const { circle, state, now, remember } = ports;
	let { typedAtMs } = ports;
	let { draft, composer } = state.value;
	const tell = (): void => circle.send( 'writing', { draft, composer, typedAtMs } );

	state.subscribe( ( value ) => {
		// An old message that is edited is no new one for the other tabs.
		const next = value.editing === undefined ? value.composer : composer;
		if ( value.draft !== draft || next !== composer ) {
			( { draft } = value );
			composer = next;
			typedAtMs = now();
			tell();
		}
	} );
	circle.hear( 'writing', ( raw ) => {
		if ( isRecord( raw ) && typeof raw.draft === 'string' && typeof raw.composer === 'string' && Number( raw.typedAtMs ) > typedAtMs ) {
			( { draft, composer } = raw as Writing );
			typedAtMs = Number( raw.typedAtMs );
			state.patch( Object.assign( { draft }, state.value.editing === undefined && { composer } ) );
			remember();
		}
	} );
	circle.hear( 'hello', () => {
		if ( typedAtMs > 0 ) {
			tell();
		}
	} );
	return () => typedAtMs;
}
