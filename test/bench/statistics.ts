/** Middle of the values, mean of the middle two when their number is even; `NaN` for none. */
export function median( values: readonly number[] ): number {
	const sorted = [ ...values ].sort( ( a, b ) => a - b );
	const middle = sorted.length / 2;
	return ( ( sorted[ Math.ceil( middle ) - 1 ] ?? Number.NaN ) + ( sorted[ Math.floor( middle ) ] ?? Number.NaN ) ) / 2;
}

/** The smallest value that 95 of 100 values do not exceed (nearest rank); `NaN` for none. */
export function p95( values: readonly number[] ): number {
	const sorted = [ ...values ].sort( ( a, b ) => a - b );
	return sorted[ Math.ceil( sorted.length * 0.95 ) - 1 ] ?? Number.NaN;
}
