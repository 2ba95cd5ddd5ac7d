import { readFile } from 'node:fs/promises';

/** What a process has of the machine's memory. */
export type MemorySample = { readonly atMs: number; readonly bytes: number };

/** The least tells more of what is kept than the median, which is mostly what has not been collected yet. */
export type QuarterFigures = { readonly medianBytes: number; readonly leastBytes: number };

export type MemoryFigures = {
	readonly samples: number;
	readonly first: QuarterFigures;
	readonly last: QuarterFigures;
	readonly mostBytes: number;
};

const EVERY_MS = 1_000;

/** Resident memory out of the text of `/proc/<pid>/status` (proc_pid_status(5)); `undefined` for a process that has ended. */
export function residentBytes( status: string ): number | undefined {
	const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec( status )?.[ 1 ];
	return kibibytes === undefined ? undefined : Number( kibibytes ) * 1024;
}

/** Samples the memory of whichever process there is now, each second; returns what ends it. */
export function sampleMemory( pidNow: () => number | undefined, onSample: ( sample: MemorySample ) => void ): () => void {
	const startedAtMs = performance.now();
	const timer = setInterval( () => {
		const pid = pidNow();
		if ( pid !== undefined ) {
			// A process that has ended meanwhile has no file.
			readFile( `/proc/${ pid }/status`, 'utf8' ).catch( () => '' ).then( ( status ) => {
				const bytes = residentBytes( status );
				if ( bytes !== undefined ) {
					onSample( { atMs: Math.round( performance.now() - startedAtMs ), bytes } );
				}
			} );
		}
	}, EVERY_MS );
	return () => clearInterval( timer );
}

function median( values: readonly number[] ): number {
	return values.toSorted( ( a, b ) => a - b )[ Math.floor( values.length / 2 ) ] ?? 0;
}

function quarterOf( bytes: readonly number[] ): QuarterFigures {
	return { medianBytes: median( bytes ), leastBytes: Math.min( ...bytes ) };
}

/** The first and the last quarter of a run, beside each other. */
export function figuresOf( samples: readonly MemorySample[] ): MemoryFigures {
	const bytes = samples.map( ( sample ) => sample.bytes );
	const quarter = Math.ceil( bytes.length / 4 );
	return {
		samples: bytes.length,
		first: quarterOf( bytes.slice( 0, quarter ) ),
		last: quarterOf( bytes.slice( -quarter ) ),
		mostBytes: Math.max( 0, ...bytes )
	};
}

const megabytes = ( bytes: number ): string => `${ ( bytes / 1_000_000 ).toFixed( 0 ) } MB`;

const inWords = ( { medianBytes, leastBytes }: QuarterFigures ): string => `${ megabytes( medianBytes ) } (least ${ megabytes( leastBytes ) })`;

/** The figures as one sentence. */
export function memoryLine( { samples, first, last, mostBytes }: MemoryFigures ): string {
	if ( samples === 0 ) {
		return 'memory of the relay: not sampled';
	}
	const change = ( last.medianBytes / first.medianBytes - 1 ) * 100;
	return `memory of the relay: ${ inWords( first ) } in the first quarter, ${ inWords( last ) } in the last ` +
		`(${ change < 0 ? '' : '+' }${ change.toFixed( 0 ) } %), ${ megabytes( mostBytes ) } at most; ${ samples } samples`;
}
