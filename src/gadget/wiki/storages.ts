import type { StoragePort } from '../panel/viewmodels/browser-memory.ts';

/** A storage of the browser; where that is forbidden, one that forgets with the page. */
export function storageOrNone( kind: 'sessionStorage' | 'localStorage' ): StoragePort {
	try {
		// Some browsers throw here, others give nothing.
		const storage = window[ kind ];
		storage.getItem( '' );
		return storage;
	} catch {
		// As in a real one, what is kept are its keys.
		const values = Object.create( {
			getItem: ( key: string ) => values[ key ] ?? null,
			setItem: ( key: string, value: string ) => {
				values[ key ] = value;
			},
			removeItem: ( key: string ) => delete values[ key ]
		} as StoragePort ) as StoragePort & Record<string, string>;
		return values;
	}
}
