import { defineConfig } from 'vitest/config';
import { MESSAGE_STUBS } from './vite.config.ts';

export default defineConfig( {
	test: {
		projects: [
			{
				// Messages are formatted as they are in the bundles.
				resolve: { alias: MESSAGE_STUBS },
				test: {
					name: 'unit', include: [ 'test/unit/**/*.test.ts' ], environment: 'node',
					// They run beside downloads and installations. A slow machine is late and not wrong.
					testTimeout: 150_000,
					hookTimeout: 150_000,
					server: { deps: { inline: [ /banana-i18n/ ] } }
				}
			},
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
