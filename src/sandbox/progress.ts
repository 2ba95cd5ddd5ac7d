/** Tells a person at the terminal, or a reader of the log afterwards, what is being done and how long it took. */
export type Progress = {
	/** Announces `title`, awaits `work`, and says how long it took, also when it failed; the failure is passed on. */
	step<T>( title: string, work: () => Promise<T> ): Promise<T>;
	say( line: string ): void;
};

/** A {@link Progress} that writes whole lines, each with the time since it was created; steps may overlap. */
export function createProgress( clock: { now(): number }, write: ( line: string ) => void ): Progress {
	const createdAt = clock.now();
	const line = ( text: string ) => write( `[${ seconds( clock.now() - createdAt ).padStart( 7 ) }] ${ text }\n` );
	return {
		say: line,
		async step( title, work ) {
			const startedAt = clock.now();
			line( `${ title } …` );
			try {
				const result = await work();
				line( `${ title }: done in ${ seconds( clock.now() - startedAt ) }` );
				return result;
			} catch ( error ) {
				line( `${ title }: failed after ${ seconds( clock.now() - startedAt ) }` );
				throw error;
			}
		}
	};
}

function seconds( durationMs: number ): string {
	return `${ ( durationMs / 1000 ).toFixed( 1 ) } s`;
}
