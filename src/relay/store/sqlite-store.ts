import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store, StoreTransaction } from '../routing/ports.ts';
import { migrations } from './migrations.ts';
import { createSqliteTransaction } from './sqlite-transaction.ts';

/** Why a store cannot be used, as one sentence for the operator. */
export class StoreError extends Error {
	override readonly name = 'StoreError';
}

function isBusy( error: unknown ): boolean {
	return error instanceof Error && /database is locked|SQLITE_BUSY/.test( error.message );
}

/** Holds the store for this process alone. The lock is the system's, so it goes when the process goes, however that ends. */
function lock( file: string ): DatabaseSync {
	const database = new DatabaseSync( `${ file }.lock` );
	try {
		database.exec( 'PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE' );
	} catch ( error ) {
		database.close();
		throw isBusy( error ) ?
				new StoreError( `Another relay uses the store ${ file }; only one may at a time. Stop it first.`, { cause: error } ) :
			error;
	}
	return database;
}

const BUSY_TIMEOUT_MS = 5_000;

function versionOf( database: DatabaseSync, file: string ): number {
	const { user_version: version } = database.prepare( 'PRAGMA user_version' ).get() as { user_version: number };
	if ( version > migrations.length ) {
		throw new StoreError( `The store ${ file } was written by a newer relay (version ${ version }, this one knows ${ migrations.length }). Run the newer one.` );
	}
	return version;
}

function migrate( database: DatabaseSync, file: string ): void {
	const version = versionOf( database, file );
	for ( const [ index, step ] of migrations.entries() ) {
		if ( index >= version ) {
			// The step and its number in one transaction: a migration that is interrupted has not happened.
			database.exec( `BEGIN IMMEDIATE; ${ step }; PRAGMA user_version = ${ index + 1 }; COMMIT` );
		}
	}
}

/**
 * Opens the store in one SQLite file, making or migrating it as needed.
 *
 * @throws StoreError when another relay uses it, it is newer than this program, or it cannot be opened
 */
export function openSqliteStore( file: string, now: () => number ): Store {
	let held: DatabaseSync | undefined;
	let opened: DatabaseSync | undefined;
	try {
		mkdirSync( path.dirname( file ), { recursive: true } );
		held = lock( file );
		// Commands beside the relay write, too, for a moment.
		opened = new DatabaseSync( file, { timeout: BUSY_TIMEOUT_MS } );
		// NORMAL: a crash of the machine may undo the last transactions, position included, and they are received again.
		opened.exec( 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON' );
		migrate( opened, file );
	} catch ( error ) {
		opened?.close();
		held?.close();
		throw error instanceof StoreError ? error : new StoreError( `The store ${ file } cannot be opened: ${ String( error ) }`, { cause: error } );
	}
	return createStore( opened, 'BEGIN IMMEDIATE', now, held );
}

/**
 * Opens the store beside the relay that may be running on it, for a moment: for commands.
 *
 * @throws StoreError when there is none, or it is of another version than this program
 */
export function openSqliteStoreBeside( file: string, now: () => number, { readOnly }: { readonly readOnly: boolean } ): Store {
	if ( !existsSync( file ) ) {
		throw new StoreError( `There is no store at ${ file } yet; the relay makes it when it first runs. If it has run, check store.path.` );
	}
	let database: DatabaseSync | undefined;
	try {
		database = new DatabaseSync( file, { readOnly, timeout: BUSY_TIMEOUT_MS } );
		const version = versionOf( database, file );
		if ( version < migrations.length ) {
			throw new StoreError( `The store ${ file } was written by an older relay (version ${ version }, this one knows ${ migrations.length }). Run this relay once, which brings it up to date.` );
		}
		return createStore( database, readOnly ? 'BEGIN' : 'BEGIN IMMEDIATE', now );
	} catch ( error ) {
		database?.close();
		throw error instanceof StoreError ? error : new StoreError( `The store ${ file } cannot be opened: ${ String( error ) }`, { cause: error } );
	}
}

function createStore( database: DatabaseSync, begin: string, now: () => number, lockHeld?: DatabaseSync ): Store {
	const tx: StoreTransaction = createSqliteTransaction( database, now );
	let last: Promise<unknown> = Promise.resolve();
	return {
		transaction<Result>( work: ( tx: StoreTransaction ) => Promise<Result> ): Promise<Result> {
			const result = last.then( async () => {
				database.exec( begin );
				try {
					const value = await work( tx );
					database.exec( 'COMMIT' );
					return value;
				} catch ( error ) {
					database.exec( 'ROLLBACK' );
					throw error;
				}
			} );
			last = result.catch( () => {} );
			return result;
		},
		async close() {
			await last;
			database.close();
			lockHeld?.close();
		}
	};
}
