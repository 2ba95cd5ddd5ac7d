import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database, StoreError } from '../../src/relay/store/database.ts';
import { openPostgresDatabase } from '../../src/relay/store/postgres-database.ts';
import { openSqliteDatabase } from '../../src/relay/store/sqlite-database.ts';
import type { StoreLocation } from '../../src/relay/store/store.ts';
import { createTestDatabase } from './postgres.ts';

export const storeKinds = [ 'SQLite', 'PostgreSQL' ] as const;
export type StoreKind = ( typeof storeKinds )[ number ];

/** Where a test may make a store, and what becomes of it afterwards. */
export type StorePlace = { readonly location: StoreLocation; dispose(): void };

/** A new, empty place for a store. */
export async function makeStorePlace( kind: StoreKind, postgresUrl: string ): Promise<StorePlace> {
	if ( kind === 'PostgreSQL' ) {
		return { location: { kind: 'postgres', url: await createTestDatabase( postgresUrl ), password: undefined }, dispose() {} };
	}
	const dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-store-' ) );
	return { location: { kind: 'sqlite', path: path.join( dir, 'relay.db' ) }, dispose: () => rmSync( dir, { recursive: true } ) };
}

export type OpenOptions = { readonly lockWithinMs?: number; readonly onLost?: ( error: StoreError ) => void };

/** Opens the database alone, with less patience than a relay has. */
export async function openDatabase(
	location: StoreLocation, { lockWithinMs = 10_000, onLost = () => {} }: OpenOptions = {}
): Promise<Database> {
	return location.kind === 'sqlite' ?
			openSqliteDatabase( location.path ) :
			openPostgresDatabase( { ...location, onLost, onWait: () => {}, reachWithinMs: 500, lockWithinMs } );
}
