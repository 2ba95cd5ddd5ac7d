/** How often a page looks whether the machine was asleep, in ms. */
const TICK_MS = 60_000;

/** What happens to a page besides what is done on it. */
export type PageLife = {
	/** Called at first, and whenever the page comes into view or goes out of it. */
	readonly onVisible: ( isVisible: boolean ) => void;
	/** There may be a network again, or the machine was asleep. */
	readonly onOnline: () => void;
	/** The page goes, perhaps into the browser's memory. */
	readonly onFreeze: () => void;
	/** It has come back out of it. */
	readonly onThaw: () => void;
};

export function watchPage( { onVisible, onOnline, onFreeze, onThaw }: PageLife ): void {
	const tellVisible = (): void => onVisible( document.visibilityState === 'visible' );
	document.addEventListener( 'visibilitychange', tellVisible );
	window.addEventListener( 'online', onOnline );
	window.addEventListener( 'pagehide', onFreeze );
	window.addEventListener( 'pageshow', ( { persisted } ) => {
		if ( persisted ) {
			onThaw();
		}
	} );
	// A machine that wakes up tells nobody.
	setInterval( onOnline, TICK_MS );
	tellVisible();
}
