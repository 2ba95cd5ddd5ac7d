import { defineConfig } from '@playwright/test';

export default defineConfig( {
	testDir: '.',
	testMatch: '*.test.ts',
	outputDir: '../../.sandbox/test-results/browser',
	// They share one wiki, homeserver and relay, and one of them stops the homeserver.
	workers: 1,
	fullyParallel: false,
	forbidOnly: true,
	retries: 0,
	// Generous, because a machine may have other things to do; nothing waits longer than it has to.
	timeout: 240_000,
	expect: { timeout: 60_000 },
	use: {
		viewport: { width: 1280, height: 800 },
		screenshot: 'only-on-failure',
		// Without its film, which costs more than the tests themselves on two cores.
		trace: { mode: 'retain-on-failure', screenshots: false },
		launchOptions: {
			executablePath: '/usr/bin/chromium',
			args: [
				'--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
				'--disable-background-networking', '--disable-component-update', '--disable-sync'
			]
		}
	}
} );
