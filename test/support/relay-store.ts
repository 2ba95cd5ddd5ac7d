import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { Store } from '../../src/relay/routing/ports.ts';
import { openSqliteStore } from '../../src/relay/store/sqlite-store.ts';

export const silentLog = pino( { level: 'silent' } );

/** A store in a temporary folder, with a clock that stands still. */
export function openScratchStore( nowMs = 1_000 ): { store: Store; file: string; dispose(): Promise<void> } {
	const dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-store-' ) );
	const file = path.join( dir, 'relay.db' );
	const scratch = {
		store: openSqliteStore( file, () => nowMs ),
		file,
		async dispose() {
			await scratch.store.close();
			rmSync( dir, { recursive: true } );
		}
	};
	return scratch;
}
