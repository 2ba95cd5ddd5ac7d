/** A value that views can watch. */
export interface Observable<Value> {
	readonly value: Value;
	/** Calls back after each change. @returns a disposer */
	subscribe( listener: ( value: Value ) => void ): () => void;
}

export interface MutableObservable<Value> extends Observable<Value> {
	/** Replaces some parts of the value; listeners hear of it only when one differs. */
	patch( change: Partial<Value> ): void;
}

/** Makes an observable of plain data; `patch` compares its parts by identity. */
export function createObservable<Value extends object>( initial: Value ): MutableObservable<Value> {
	let value = initial;
	const listeners = new Set<( value: Value ) => void>();
	return {
		get value() {
			return value;
		},
		subscribe( listener ) {
			listeners.add( listener );
			return () => listeners.delete( listener );
		},
		patch( change ) {
			const keys = Object.keys( change ) as ( keyof Value )[];
			if ( keys.every( ( key ) => value[ key ] === change[ key ] ) ) {
				return;
			}
			value = Object.assign( {}, value, change );
			[ ...listeners ].forEach( ( listener ) => listener( value ) );
		}
	};
}
