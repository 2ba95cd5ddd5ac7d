/** What a part that runs as one process has in common. */
type ProcessPart = { readonly pid: number; readonly exited: Promise<number | null>; stop(): Promise<void> };

/** Watches a part that ought to run, and can take it away and bring it back without that counting as a failure. */
export interface ReplaceablePart<Part extends ProcessPart> {
	readonly part: { readonly current: Part };
	/** Resolves when the part ended and nobody had asked for it. */
	failed( sentence: ( code: number | null ) => string ): Promise<string>;
	/** Ends it as a crash would. */
	kill(): Promise<void>;
	restart( start: () => Promise<Part> ): Promise<void>;
	stop(): Promise<void>;
}

/** Begins to watch the part that `starting` resolves with. */
export async function replaceable<Part extends ProcessPart>( starting: Promise<Part> ): Promise<ReplaceablePart<Part>> {
	const part = { current: await starting, isExpectedToRun: true };
	const failure = Promise.withResolvers<number | null>();
	const watch = ( watched: Part ): void => {
		void watched.exited.then( ( code ) => {
			if ( part.isExpectedToRun ) {
				failure.resolve( code );
			}
		} );
	};
	watch( part.current );
	return {
		part,
		failed: ( sentence ) => failure.promise.then( sentence ),
		async kill() {
			part.isExpectedToRun = false;
			process.kill( part.current.pid, 'SIGKILL' );
			await part.current.exited;
		},
		async restart( start ) {
			part.current = await start();
			part.isExpectedToRun = true;
			watch( part.current );
		},
		async stop() {
			part.isExpectedToRun = false;
			await part.current.stop();
		}
	};
}
