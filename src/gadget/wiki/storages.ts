import type { StoragePort } from '../panel/viewmodels/browser-memory.ts';

/** A storage of the browser; where that is forbidden, one that is empty and full. */
export function storageOrNone( kind: 'sessionStorage' | 'localStorage' ): StoragePort {
	try {
		// Some browsers throw here, others give nothing.
		const storage = window[ kind ];
		storage.getItem( '' );
		return storage;
	} catch {
		return {
			getItem: () => null,
			setItem() {
				throw new Error( kind );
			},
			removeItem() {}
		};
	}
}
