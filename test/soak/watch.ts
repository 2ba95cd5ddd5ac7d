/** Bounds waiting by progress and not by time: a slow machine is late, and one on which nothing moves any more is wrong. */
export interface Watch {
	/** Says that something has moved. */
	moved(): void;
	/** Whether nothing has moved for too long. */
	isSilent(): boolean;
	/** Fires when all of it is to end. */
	readonly signal: AbortSignal;
	/** Waits. @throws what the signal says, when it has fired */
	wait( delayMs: number ): Promise<void>;
	/** Looks until `look` gives something; rejects with `what` when nothing has moved for too long. */
	until<Found>( what: string, look: () => Found | undefined | false | Promise<Found | undefined | false> ): Promise<Found>;
}

const LOOK_EVERY_MS = 100;

export function createWatch( { silenceMs, signal, now = () => performance.now() }: {
	readonly silenceMs: number; readonly signal: AbortSignal; readonly now?: () => number;
} ): Watch {
	let movedAtMs = now();
	const watch: Watch = {
		signal,
		moved() {
			movedAtMs = now();
		},
		isSilent: () => now() - movedAtMs > silenceMs,
		wait: ( delayMs ) => new Promise( ( resolve, reject ) => {
			const end = (): void => {
				clearTimeout( timer );
				signal.removeEventListener( 'abort', abort );
			};
			const abort = (): void => {
				end();
				reject( signal.reason as Error );
			};
			const timer = setTimeout( () => {
				end();
				resolve();
			}, delayMs );
			signal.addEventListener( 'abort', abort );
			if ( signal.aborted ) {
				abort();
			}
		} ),
		async until( what, look ) {
			for ( ;; ) {
				const found = await look();
				if ( found !== undefined && found !== false ) {
					return found;
				}
				if ( watch.isSilent() ) {
					throw new Error( `nothing has moved for ${ silenceMs / 1000 } s while ${ what } was waited for` );
				}
				await watch.wait( LOOK_EVERY_MS );
			}
		}
	};
	return watch;
}
