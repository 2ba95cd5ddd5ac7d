import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { Store } from '../../src/relay/routing/ports.ts';
import { openStore } from '../../src/relay/store/store.ts';

export const silentLog = pino( { level: 'silent' } );

/** A store in a temporary folder, with a clock that stands still. */
export function openScratchStore( nowMs = 1_000 ): { store: Store; file: string; dispose(): Promise<void> } {
	const dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-store-' ) );
	const file = path.join( dir, 'relay.db' );
	const opening = openStore( { kind: 'sqlite', path: file }, { now: () => nowMs, keepSetAsideMs: 1_000, privateTeams: [ 'harassment' ], onLost: () => {}, onWait: () => {} } );
	const scratch = {
		store: {
			transaction: async ( work ) => ( await opening ).transaction( work ),
			close: async () => ( await opening ).close()
		} satisfies Store as Store,
		file,
		async dispose() {
			await scratch.store.close();
			rmSync( dir, { recursive: true } );
		}
	};
	return scratch;
}
