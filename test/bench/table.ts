import type { Budget, Figure, Unit } from './figure.ts';

const HEAD = [ 'figure', 'n', 'median', 'p95', '', 'ratio', 'budget', 'holds' ] as const;

function amount( value: number, unit: Unit ): string {
	if ( Number.isNaN( value ) ) {
		return '–';
	}
	if ( unit === 'times' ) {
		return value.toFixed( 2 );
	}
	return unit === 'ms' || unit === '/s' ? value.toFixed( value < 100 ? 1 : 0 ) : String( Math.round( value * 10 ) / 10 );
}

function limitOf( budget: Budget, unit: Unit ): string {
	const [ sign, limit ] = 'atMost' in budget ? [ '≤', budget.atMost ] : [ '≥', budget.atLeast ];
	return `${ sign } ${ budget.of === 'ratio' ? `${ limit.toFixed( 1 ) } ×` : amount( limit, unit ) }`;
}

function rowOf( { name, samples, unit, median, p95, ratio, budget, holds }: Figure ): string[] {
	return [
		name, String( samples ), amount( median, unit ), amount( p95, unit ), unit === 'count' || unit === 'times' ? '' : unit,
		ratio === undefined || Number.isNaN( ratio ) ? '' : `${ ratio.toFixed( 2 ) } ×`,
		budget ? limitOf( budget, unit ) : '',
		holds === undefined ? '' : holds ? 'yes' : 'NO'
	];
}

/** The figures as lines of text, in columns; a line of its own for each title. */
export function tableOf( sections: readonly { readonly title: string; readonly figures: readonly Figure[] }[] ): string[] {
	const rows = sections.map( ( { title, figures } ) => ( { title, cells: figures.map( rowOf ) } ) );
	const all = [ [ ...HEAD ] as string[], ...rows.flatMap( ( { cells } ) => cells ) ];
	const widths = HEAD.map( ( _, column ) => Math.max( ...all.map( ( cells ) => ( cells[ column ] ?? '' ).length ) ) );
	const isText = ( column: number ): boolean => HEAD[ column ] === 'figure' || HEAD[ column ] === '';
	const line = ( cells: readonly string[] ): string => widths
		.map( ( width, column ) => isText( column ) ? ( cells[ column ] ?? '' ).padEnd( width ) : ( cells[ column ] ?? '' ).padStart( width ) )
		.join( '  ' ).trimEnd();
	const head = line( HEAD );
	const rule = '─'.repeat( widths.reduce( ( sum, width ) => sum + width + 2, -2 ) );
	return [ head, rule, ...rows.flatMap( ( { title, cells } ) => [ title, ...cells.map( line ) ] ) ];
}
