import { defineConfig } from 'vitest/config';

export default defineConfig( {
	test: {
		projects: [
			{ test: { name: 'unit', include: [ 'test/unit/**/*.test.ts' ], environment: 'node' } },
			{
				test: {
					name: 'integration',
					include: [ 'test/integration/**/*.test.ts' ],
					environment: 'node',
					globalSetup: 'test/support/postgres-setup.ts',
					// They share one homeserver, and the machine may have two cores.
					fileParallelism: false,
					testTimeout: 180_000,
					hookTimeout: 300_000
				}
			}
		]
	}
} );
