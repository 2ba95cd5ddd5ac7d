import type { TestProject } from 'vitest/node';
import { startTestPostgres } from './postgres.ts';

declare module 'vitest' {
	interface ProvidedContext {
		/** Address of the run's PostgreSQL. */
		postgresUrl: string;
	}
}

/** Starts the one PostgreSQL of a run of the integration tests. */
export default async function setUp( { provide }: TestProject ): Promise<() => Promise<void>> {
	const postgres = await startTestPostgres();
	provide( 'postgresUrl', postgres.url );
	return () => postgres.stop();
}
