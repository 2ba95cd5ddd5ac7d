import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Database, Sql } from './database.ts';
import { refusedBefore, storable, StoreError, usedByAnother } from './database.ts';

/** SQLite's codes (the lower byte) for what cannot be stored: too big, against a constraint, of the wrong type. */
const REFUSALS: readonly unknown[] = [ 18, 19, 20 ];

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
		throw isBusy( error ) ? usedByAnother( file, error ) : error;
	}
	return database;
}

/** Tells a database that fails from one that refuses what it was given. */
function failure( file: string, error: unknown ): unknown {
	if ( !( error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error ) ) {
		return error;
	}
	return REFUSALS.includes( Number( error.errcode ) & 0xff ) ?
		error :
			new StoreError( `The store ${ file } fails: ${ error.message }.`, { cause: error } );
}

/** How long a write waits for one of a command beside the relay, or the command for the relay's. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens a database in one SQLite file, made when it is missing; `isBeside`: for a moment, beside the relay that uses it.
 *
 * @throws StoreError when another relay uses it, it cannot be opened, or there is none to be beside of
 */
export function openSqliteDatabase( file: string, { isBeside = false }: { readonly isBeside?: boolean } = {} ): Database {
	if ( isBeside && !existsSync( file ) ) {
		throw new StoreError( `There is no store at ${ file } yet; the relay makes it when it first runs. If it has run, check store.path.` );
	}
	let held: DatabaseSync | undefined;
	let opened: DatabaseSync | undefined;
	try {
		mkdirSync( path.dirname( file ), { recursive: true } );
		held = isBeside ? undefined : lock( file );
		opened = new DatabaseSync( file, { timeout: BUSY_TIMEOUT_MS } );
		// NORMAL: a crash of the machine may undo the last transactions, position included, and they are received again.
		// secure_delete: what was passed on or taken back does not stay in the pages that it was in.
		opened.exec( 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON' );
	} catch ( error ) {
		opened?.close();
		held?.close();
		throw error instanceof StoreError ? error : new StoreError( `The store ${ file } cannot be opened: ${ String( error ) }`, { cause: error } );
	}
	const database = opened;
	const lockHeld = held;
	const prepared = new Map<string, ReturnType<DatabaseSync[ 'prepare' ]>>();
	/** Whether a statement of the open transaction was refused. */
	let isRefused = false;
	const attempt = <Result>( work: () => Result ): Result => {
		try {
			return work();
		} catch ( error ) {
			isRefused = true;
			throw failure( file, error );
		}
	};
	const execute = <Result>( text: string, work: ( statement: ReturnType<DatabaseSync[ 'prepare' ]> ) => Result ): Result => attempt( () => {
		const statement = prepared.get( text ) ?? database.prepare( text );
		prepared.set( text, statement );
		return work( statement );
	} );
	const sql: Sql = {
		run: async ( text, ...values ) => execute( text, ( statement ) => Number( statement.run( ...values.map( storable ) ).changes ) ),
		get: async <Row>( text: string, ...values: Parameters<Sql[ 'get' ]>[ 1 ][] ) => (
			execute( text, ( statement ) => statement.get( ...values.map( storable ) ) as Row | undefined )
		),
		all: async <Row>( text: string, ...values: Parameters<Sql[ 'all' ]>[ 1 ][] ) => (
			execute( text, ( statement ) => statement.all( ...values.map( storable ) ) as Row[] )
		)
	};
	return {
		name: file,
		async transaction( work ) {
			isRefused = false;
			attempt( () => database.exec( 'BEGIN IMMEDIATE' ) );
			try {
				const result = await work( sql );
				if ( isRefused ) {
					throw refusedBefore();
				}
				attempt( () => database.exec( 'COMMIT' ) );
				return result;
			} catch ( error ) {
				// Some failures have ended the transaction already, and the first one is what counts.
				if ( database.isTransaction ) {
					attempt( () => database.exec( 'ROLLBACK' ) );
				}
				throw error;
			}
		},
		schema: {
			version: async ( { get } ) => ( await get<{ user_version: number }>( 'PRAGMA user_version' ) )?.user_version ?? 0,
			setVersion: async ( { run }, version ) => void await run( `PRAGMA user_version = ${ version }` ),
			change: async ( { run }, statement ) => void await run( statement )
		},
		async close() {
			database.close();
			lockHeld?.close();
		}
	};
}
