import { sleepUnlessAborted } from '../matrix/index.ts';
import type { Log } from './log.ts';
import type { Store, WikiSwitch } from './routing/ports.ts';
import { StoreError } from './store/database.ts';

export type OffSwitchesOptions = {
	readonly store: Store;
	readonly wikis: readonly string[];
	readonly wikiSwitch: WikiSwitch;
	/** How long to wait between two looks. */
	readonly everyMs: number;
	readonly log: Log;
	/** Called with a broken store: the relay cannot go on. */
	readonly onBroken: ( error: unknown ) => void;
	/** Waits, and ends early when the signal fires. */
	readonly sleep?: ( delayMs: number, signal: AbortSignal ) => Promise<void>;
};

const LONGEST_LOOK_MS = 15_000;

/** Keeps in the store which wikis have switched themselves off; a wiki that does not say stays as it was. Returns what ends it. */
export function watchOffSwitches( options: OffSwitchesOptions ): () => void {
	const { store, wikis, wikiSwitch, everyMs, log, onBroken, sleep = sleepUnlessAborted } = options;
	const stopper = new AbortController();
	const unclear = new Set<string>();

	async function look( wiki: string ): Promise<void> {
		let isOn: boolean | undefined;
		let failure: unknown;
		try {
			isOn = await wikiSwitch.isOn( wiki, LONGEST_LOOK_MS );
		} catch ( error ) {
			failure = error;
		}
		if ( stopper.signal.aborted ) {
			return;
		}
		if ( isOn === undefined ) {
			// Once, not every minute: a wiki without the page is none of the operator's troubles.
			if ( !unclear.has( wiki ) ) {
				unclear.add( wiki );
				log.warn( { wiki, ...( failure !== undefined && { error: failure } ) }, 'the wiki does not say whether it is switched on; it stays as it was' );
			}
			return;
		}
		unclear.delete( wiki );
		const hasChanged = await store.transaction( async ( tx ) => {
			const wasOn = !( await tx.pauses() ).some( ( { scope } ) => scope === wiki );
			if ( wasOn && !isOn ) {
				await tx.setPause( wiki, 'switched off on the wiki' );
			} else if ( isOn ) {
				await tx.removePause( wiki );
			}
			return wasOn !== isOn;
		} );
		if ( hasChanged ) {
			log.warn( { wiki }, isOn ? 'the wiki has switched itself on' : 'the wiki has switched itself off' );
		}
	}

	async function watch( wiki: string ): Promise<void> {
		while ( !stopper.signal.aborted ) {
			try {
				await look( wiki );
			} catch ( error ) {
				// A store that fails is no fault of the wiki's; whatever else goes wrong once may go well next time.
				if ( error instanceof StoreError ) {
					throw error;
				}
				log.error( { wiki, error }, 'whether the wiki is switched on cannot be noted; it is looked for again' );
			}
			await sleep( everyMs, stopper.signal );
		}
	}

	for ( const wiki of wikis ) {
		watch( wiki ).catch( ( error: unknown ) => {
			if ( !stopper.signal.aborted ) {
				onBroken( error );
			}
		} );
	}
	return () => stopper.abort();
}
