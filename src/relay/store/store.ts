import { randomUUID } from 'node:crypto';
import type { Store } from '../routing/ports.ts';
import type { Database, StoreError } from './database.ts';
import { checkVersion, migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { openPostgresDatabase } from './postgres-database.ts';
import { openSqliteDatabase } from './sqlite-database.ts';
import type { StoreTransactionOptions } from './store-transaction.ts';
import { createStoreTransaction } from './store-transaction.ts';

/** Where a store is: a file, or a PostgreSQL database. */
export type StoreLocation =
	{ readonly kind: 'sqlite'; readonly path: string } |
	{ readonly kind: 'postgres'; readonly url: string; readonly password: string | undefined };

export type StoreOptions = StoreTransactionOptions & {
	/** Called when the store breaks while nothing is asked of it: the relay must not go on. */
	readonly onLost: ( error: StoreError ) => void;
	/** Called with what is waited for, when opening has to wait. */
	readonly onWait: ( reason: string ) => void;
};

/**
 * Opens a store, making or migrating it as needed.
 *
 * @throws StoreError when another relay uses it, it is newer than this program, or it cannot be opened
 */
export async function openStore( location: StoreLocation, options: StoreOptions ): Promise<Store> {
	const { onLost, onWait } = options;
	return createStore( location.kind === 'sqlite' ?
			openSqliteDatabase( location.path ) :
			await openPostgresDatabase( { ...location, onLost, onWait } ), options );
}

/** Makes a store of an open database, which is closed when that fails. */
export async function createStore( database: Database, options: StoreTransactionOptions, steps = migrations ): Promise<Store> {
	try {
		await migrate( database, steps );
		await database.transaction( async ( sql ) => {
			const tx = createStoreTransaction( sql, options );
			if ( await tx.storeId() === undefined ) {
				await tx.setStoreId( randomUUID() );
			}
		} );
	} catch ( error ) {
		await database.close();
		throw error;
	}
	return storeOf( database, options );
}

/**
 * Opens the store beside the relay that may be running on it, for a moment: for commands.
 *
 * @throws StoreError when there is none, or it is of another version than this program
 */
export async function openStoreBeside( location: StoreLocation, options: StoreTransactionOptions ): Promise<Store> {
	const database = location.kind === 'sqlite' ?
			openSqliteDatabase( location.path, { isBeside: true } ) :
			await openPostgresDatabase( { ...location, isBeside: true, reachWithinMs: 5_000, onLost: () => {}, onWait: () => {} } );
	try {
		await checkVersion( database, migrations );
	} catch ( error ) {
		await database.close();
		throw error;
	}
	return storeOf( database, options );
}

function storeOf( database: Database, options: StoreTransactionOptions ): Store {
	const alone = createQueue();
	return {
		transaction: ( work ) => alone( () => database.transaction( ( sql ) => work( createStoreTransaction( sql, options ) ) ) ),
		close: () => alone( () => database.close() )
	};
}

/** Runs one piece of work after the other. */
function createQueue(): <Result>( work: () => Promise<Result> ) => Promise<Result> {
	let last: Promise<unknown> = Promise.resolve();
	return ( work ) => {
		const result = last.then( work );
		last = result.catch( () => {} );
		return result;
	};
}
