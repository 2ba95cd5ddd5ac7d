import type { StoragePort } from '../panel/viewmodels/browser-memory.ts';

/** A storage of the browser; where that is forbidden, one that forgets with the page. */
export function storageOrNone( kind: 'sessionStorage' | 'localStorage' ): StoragePort {
	try {
		// Some browsers throw here, others give nothing.
		const storage = window[ kind ];
		storage.getItem( '' );
		return storage;
	} catch {
		const values = new Map<string, string>();
		return {
			getItem: ( key ) => values.get( key ) ?? null,
			setItem: ( key, value ) => void values.set( key, value ),
			removeItem: ( key ) => void values.delete( key )
		};
	}
}
