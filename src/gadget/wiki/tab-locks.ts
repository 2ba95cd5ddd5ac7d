import type { TabLocks } from '../panel/viewmodels/tab-circle.ts';

/**
 * Locks over the tabs of this wiki in this browser (Web Locks API): one that closes, crashes or leaves the page loses its own.
 *
 * @returns `undefined` in browsers without them, and without the channel that tabs need to talk to each other
 */
export function tabLocks(): TabLocks | undefined {
	const { locks } = navigator as { readonly locks?: LockManager };
	return locks && window.BroadcastChannel && {
		hold( name, { onHeld, onLost }, isTakenAway = false ) {
			let isHeld = false;
			const stopper = new AbortController();
			let release = (): void => {};
			const hold = (): Promise<void> | undefined => {
				if ( stopper.signal.aborted ) {
					return undefined;
				}
				isHeld = true;
				onHeld();
				return new Promise( ( resolve ) => {
					release = resolve;
					if ( stopper.signal.aborted ) {
						resolve();
					}
				} );
			};
			locks.request( name, isTakenAway ? { steal: true } : { signal: stopper.signal }, hold ).catch( () => {
				if ( !stopper.signal.aborted ) {
					if ( isHeld ) {
						onLost?.();
					} else {
						// Locks are forbidden, as storages may be: then each tab is by itself.
						onHeld();
					}
				}
			} );
			return () => {
				stopper.abort();
				release();
			};
		}
	};
}
