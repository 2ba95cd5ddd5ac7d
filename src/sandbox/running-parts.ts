/** What was started and has to be stopped, last started first. */
export interface RunningParts {
	/** Keeps a part; one that comes after `stop` is stopped at once. */
	add( part: { stop(): Promise<void> } ): Promise<void>;
	/** Stops all parts, each once, even when one of them fails to stop. */
	stop(): Promise<void>;
}

/** Makes an empty list of running parts; `report` is told of a part that could not be stopped. */
export function createRunningParts( report: ( error: unknown ) => void ): RunningParts {
	const parts: { stop(): Promise<void> }[] = [];
	let stopping: Promise<void> | undefined;
	const stopOne = ( part: { stop(): Promise<void> } ): Promise<void> => part.stop().catch( report );
	return {
		async add( part ) {
			if ( stopping ) {
				await stopOne( part );
			} else {
				parts.push( part );
			}
		},
		stop() {
			stopping ??= ( async () => {
				for ( const part of parts.reverse() ) {
					await stopOne( part );
				}
			} )();
			return stopping;
		}
	};
}
