/** Between two ticks, in ms. */
const TICK_MS = 60_000;

/** What happens to a page besides what is done on it. */
export type PageLife = {
	/** Called at first, and whenever the page comes into view or goes out of it. */
	readonly onVisible: ( isVisible: boolean ) => void;
	/** There may be a network again. */
	readonly onOnline: () => void;
	/** Now and then; the machine may have been asleep meanwhile, of which nobody tells. */
	readonly onTick: () => void;
	/** The page goes, perhaps into the browser's memory. */
	readonly onFreeze: () => void;
	/** It has come back out of it. */
	readonly onThaw: () => void;
};

export function watchPage( { onVisible, onOnline, onTick, onFreeze, onThaw }: PageLife ): void {
	const tellVisible = (): void => onVisible( document.visibilityState === 'visible' );
	document.addEventListener( 'visibilitychange', tellVisible );
	window.addEventListener( 'online', onOnline );
	window.addEventListener( 'pagehide', onFreeze );
	window.addEventListener( 'pageshow', ( { persisted } ) => {
		if ( persisted ) {
			onThaw();
		}
	} );
	setInterval( onTick, TICK_MS );
	tellVisible();
}
