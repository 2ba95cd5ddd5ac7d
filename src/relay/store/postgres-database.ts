import { setTimeout as wait } from 'node:timers/promises';
import { Client, DatabaseError, types } from 'pg';
import type { Database, Sql, SqlValue } from './database.ts';
import { refusedBefore, storable, StoreError, usedByAnother } from './database.ts';
import { numberValues, toPostgresWords } from './postgres-words.ts';

export type PostgresOptions = {
	/** `postgresql://user@host:port/database`. */
	readonly url: string;
	/** Unless it is in the URL. */
	readonly password: string | undefined;
	/** Called when the connection breaks, and the lock with it: the relay must not go on. */
	readonly onLost: ( error: StoreError ) => void;
	/** Called with what is waited for, when opening has to wait. */
	readonly onWait: ( reason: string ) => void;
	/** For a moment, beside the relay that uses it. */
	readonly isBeside?: boolean;
	/** How long to try to reach PostgreSQL, in ms. */
	readonly reachWithinMs?: number;
	/** How long to wait for the lock of a relay that has just died, in ms: the server may not have noticed yet. */
	readonly lockWithinMs?: number;
};

/** A statement, and the name under which the server keeps it. */
type Statement = { readonly text: string; readonly name?: string };

const BETWEEN_TRIES_MS = 250;
const CONNECT_TIMEOUT_MS = 10_000;
/** No statement of the relay takes a hundredth of this; without it, a lost network would be waited for. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** A migration may have to go through a whole table. */
const MIGRATION_TIMEOUT_MS = 3_600_000;
/** The first of the two numbers of the lock; the second is made from the schema. "AFH1" */
const LOCK_NUMBER = 0x41464831;

/** `SET`, where the server knows the setting and allows it. */
const SESSION: Readonly<Record<string, string>> = {
	// As SQLite's "NORMAL": a crash of the server may undo the last transactions, position included, and they are received again.
	synchronous_commit: 'off',
	// A server that disconnects idle sessions would end the relay for having nothing to do.
	idle_session_timeout: '0',
	idle_in_transaction_session_timeout: '0',
	statement_timeout: '0',
	lock_timeout: '0',
	// A relay that died with its machine gives the lock back within half a minute, one that was killed in a statement at once.
	tcp_keepalives_idle: '10',
	tcp_keepalives_interval: '5',
	tcp_keepalives_count: '3',
	client_connection_check_interval: '1000'
};

/** Server still starting or stopping, or without a place for one more connection. */
const FOR_THE_MOMENT: readonly unknown[] = [ '57P03', '57P01', '57P02', '53300' ];
const NOT_REACHED: readonly unknown[] = [ 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN' ];

function codeOf( error: unknown ): unknown {
	const first: unknown = error instanceof AggregateError ? error.errors[ 0 ] : error;
	return first instanceof Error && 'code' in first ? first.code : undefined;
}

function mayPass( error: unknown ): boolean {
	return [ ...FOR_THE_MOMENT, ...NOT_REACHED ].includes( codeOf( error ) ) ||
		( error instanceof Error && /timeout expired|terminated unexpectedly/i.test( error.message ) );
}

function reasonOf( error: unknown ): string {
	const message = error instanceof Error && error.message !== '' ? error.message : String( codeOf( error ) ?? error );
	return message.replace( /\.$/, '' );
}

/** Host, port and database, without user, password and options. */
function nameOf( url: string ): string {
	const { host, pathname, searchParams } = new URL( url );
	return `postgresql://${ host || searchParams.get( 'host' ) || '' }${ pathname }`;
}

const withPassword = ( url: string, password: string | undefined ): string => (
	password === undefined ? url : `${ url }${ url.includes( '?' ) ? '&' : '?' }password=${ encodeURIComponent( password ) }`
);

async function untilReached( options: PostgresOptions, name: string ): Promise<Client> {
	const giveUpAt = Date.now() + ( options.reachWithinMs ?? 60_000 );
	let isTold = false;
	for ( ;; ) {
		const client = new Client( {
			connectionString: withPassword( options.url, options.password ), application_name: 'Ask for Help relay', keepAlive: true, keepAliveInitialDelayMillis: 10_000,
			connectionTimeoutMillis: CONNECT_TIMEOUT_MS, query_timeout: STATEMENT_TIMEOUT_MS,
			// Numbers of 64 bits come as text; ours are ids and times, which fit.
			types: { getTypeParser: ( type, format ) => type === types.builtins.INT8 && format !== 'binary' ? Number : types.getTypeParser( type, format ) }
		} );
		// A connection that breaks while it is made rejects `connect`, too.
		client.on( 'error', () => {} );
		try {
			await client.connect();
			return client;
		} catch ( error ) {
			await client.end().catch( () => {} );
			if ( !mayPass( error ) || Date.now() > giveUpAt ) {
				throw new StoreError( `The store ${ name } cannot be opened: ${ reasonOf( error ) }.`, { cause: error } );
			}
			if ( !isTold ) {
				options.onWait( `store.postgres: ${ name } cannot be reached yet: ${ reasonOf( error ) }` );
				isTold = true;
			}
			await wait( BETWEEN_TRIES_MS );
		}
	}
}

async function prepareSession( client: Client, name: string ): Promise<void> {
	for ( const [ setting, value ] of Object.entries( SESSION ) ) {
		// What an older server does not know, or another system cannot do, is no condition.
		await client.query( 'SELECT set_config( $1, $2, false )', [ setting, value ] ).catch( () => {} );
	}
	const { rows: [ encoding ] } = await client.query<{ server_encoding: string }>( 'SHOW server_encoding' );
	if ( encoding?.server_encoding !== 'UTF8' ) {
		throw new StoreError( `The database ${ name } has the encoding ${ encoding?.server_encoding }; it has to be UTF8.` );
	}
}

/**
 * Holds the store for this process alone. The lock belongs to the connection over which everything is written, so a relay
 * that has lost it cannot write any more: no moment in which two relays work on one store.
 */
async function lock( client: Client, name: string, options: PostgresOptions ): Promise<void> {
	const giveUpAt = Date.now() + ( options.lockWithinMs ?? 10_000 );
	let isTold = false;
	for ( ;; ) {
		const { rows: [ answer ] } = await client.query<{ held: boolean }>(
			'SELECT pg_try_advisory_lock( $1, hashtext( coalesce( current_schema(), \'\' ) ) ) AS held', [ LOCK_NUMBER ]
		);
		if ( answer?.held ) {
			return;
		}
		if ( Date.now() > giveUpAt ) {
			throw usedByAnother( name );
		}
		if ( !isTold ) {
			options.onWait( 'store.postgres: another relay uses this store; if it has just died, the server will notice' );
			isTold = true;
		}
		await wait( BETWEEN_TRIES_MS );
	}
}

/**
 * Opens a PostgreSQL database over one connection.
 *
 * @throws StoreError when another relay uses it, or it cannot be opened
 */
export async function openPostgresDatabase( options: PostgresOptions ): Promise<Database> {
	const name = nameOf( options.url );
	const client = await untilReached( options, name );
	/** What ended the connection; nothing is done after it. */
	let broken: StoreError | undefined;
	let isClosing = false;

	function breakDown( error: unknown ): StoreError {
		if ( !broken ) {
			broken = new StoreError( `The store ${ name } fails: ${ reasonOf( error ) }.`, { cause: error } );
			// With an answer still to come this cuts the connection, and the server undoes what was not committed.
			client.end().catch( () => {} );
			if ( !isClosing ) {
				options.onLost( broken );
			}
		}
		return broken;
	}

	try {
		await prepareSession( client, name );
		if ( !options.isBeside ) {
			await lock( client, name, options );
		}
	} catch ( error ) {
		await client.end().catch( () => {} );
		throw error instanceof StoreError ? error : new StoreError( `The store ${ name } cannot be opened: ${ reasonOf( error ) }.`, { cause: error } );
	}
	client.on( 'error', breakDown );
	client.on( 'end', () => void breakDown( new Error( 'the connection has ended' ) ) );

	/** Statements that the server has seen, by the names under which it keeps them. */
	const prepared = new Map<string, Statement>();
	function prepare( statement: string ): Statement {
		const known = prepared.get( statement ) ?? { name: `s${ prepared.size }`, text: numberValues( statement ) };
		prepared.set( statement, known );
		return known;
	}

	async function query( statement: Statement, values: readonly SqlValue[] = [], timeoutMs = STATEMENT_TIMEOUT_MS ) {
		if ( broken ) {
			throw broken;
		}
		try {
			const config = { ...statement, values: values.map( storable ), query_timeout: timeoutMs };
			return await client.query<Record<string, unknown>>( config );
		} catch ( error ) {
			// Class 22: a value that does not fit; 23: one against a constraint. Neither is said aloud: it may be somebody's words.
			if ( error instanceof DatabaseError && /^2[23]/.test( error.code ?? '' ) ) {
				throw new Error( `PostgreSQL refuses to store this (${ error.code })`, { cause: error } );
			}
			throw breakDown( error );
		}
	}

	const sql: Sql = {
		run: async ( statement, ...values ) => ( await query( prepare( statement ), values ) ).rowCount ?? 0,
		get: async <Row>( statement: string, ...values: SqlValue[] ) => (
			( await query( prepare( statement ), values ) ).rows[ 0 ] as Row | undefined
		),
		all: async <Row>( statement: string, ...values: SqlValue[] ) => ( await query( prepare( statement ), values ) ).rows as Row[]
	};

	return {
		name,
		async transaction( work ) {
			await query( { text: 'BEGIN' } );
			try {
				const result = await work( sql );
				// After a statement that was refused, PostgreSQL answers a COMMIT with a ROLLBACK.
				if ( ( await query( { text: 'COMMIT' } ) ).command !== 'COMMIT' ) {
					throw refusedBefore();
				}
				return result;
			} catch ( error ) {
				if ( !broken ) {
					await query( { text: 'ROLLBACK' } );
				}
				throw error;
			}
		},
		schema: {
			async version( { run, get } ) {
				await run( 'CREATE TABLE IF NOT EXISTS schema_version ( version BIGINT NOT NULL )' );
				return ( await get<{ version: number | null }>( 'SELECT max( version ) AS version FROM schema_version' ) )?.version ?? 0;
			},
			setVersion: async ( { run }, version ) => void await run( 'INSERT INTO schema_version VALUES ( ? )', version ),
			change: async ( _, statement ) => void await query( { text: toPostgresWords( statement ) }, [], MIGRATION_TIMEOUT_MS )
		},
		async close() {
			isClosing = true;
			if ( !broken ) {
				await client.end().catch( () => {} );
			}
		}
	};
}
