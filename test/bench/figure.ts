import { median, p95 } from './statistics.ts';

export type Unit = 'ms' | '/s' | 'bytes' | 'chars' | 'count' | 'times';

/** What a figure may be at most, or has to be at least, and what of it is meant. */
export type Budget = { readonly of: 'median' | 'ratio' } & ( { readonly atMost: number } | { readonly atLeast: number } );

export type Measurement = {
	readonly name: string;
	readonly unit: Unit;
	readonly values: readonly number[];
	/** What the median is compared with: a figure of the same run. */
	readonly comparedWith?: { readonly name: string; readonly values: readonly number[] };
	readonly budget?: Budget;
};

/** One line of the table. */
export type Figure = Measurement & {
	readonly samples: number;
	readonly median: number;
	readonly p95: number;
	/** Median as a multiple of the median of what it is compared with. */
	readonly ratio: number | undefined;
	/** `undefined` without a budget. */
	readonly holds: boolean | undefined;
};

/** Sums a measurement up. What was not measured (no values) holds no budget. */
export function figureOf( measurement: Measurement ): Figure {
	const { values, comparedWith, budget } = measurement;
	const middle = median( values );
	const base = comparedWith && median( comparedWith.values );
	const ratio = base === undefined || base === 0 ? undefined : middle / base;
	const judged = budget?.of === 'ratio' ? ratio ?? Number.NaN : middle;
	return {
		...measurement, samples: values.length, median: middle, p95: p95( values ), ratio,
		holds: budget && ( 'atMost' in budget ? judged <= budget.atMost : judged >= budget.atLeast )
	};
}
