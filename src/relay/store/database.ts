/** What goes into a statement and comes out of it; booleans are 0 and 1. */
export type SqlValue = string | number | null;

/**
 * The statements of one open transaction, with `?` for each value, in the SQL that SQLite and PostgreSQL share.
 *
 * @throws StoreError when the database fails, so that the relay cannot go on
 * @throws Error when the database refuses what was to be stored, which is a fault of that alone
 */
export interface Sql {
	/** Resolves with the number of rows that were changed. */
	run( statement: string, ...values: SqlValue[] ): Promise<number>;
	get<Row>( statement: string, ...values: SqlValue[] ): Promise<Row | undefined>;
	all<Row>( statement: string, ...values: SqlValue[] ): Promise<Row[]>;
}

/** One database, which no other relay uses while it is open. */
export interface Database {
	/** How messages call it. */
	readonly name: string;
	/**
	 * Runs `work`; what it wrote is kept when it fulfils, and undone when it rejects, or goes on after a statement that was
	 * refused. The caller runs one at a time.
	 */
	transaction<Result>( work: ( sql: Sql ) => Promise<Result> ): Promise<Result>;
	readonly schema: {
		/** Number of migrations that it has gone through. */
		version( sql: Sql ): Promise<number>;
		setVersion( sql: Sql, version: number ): Promise<void>;
		/** Runs a statement of a migration, in this database's words. */
		change( sql: Sql, statement: string ): Promise<void>;
	};
	close(): Promise<void>;
}

/** Why a store cannot be used, or no longer, as one sentence for the operator. */
export class StoreError extends Error {
	override readonly name = 'StoreError';
}

/** PostgreSQL keeps no NUL in a text; a newcomer may send one, and both stores have to give back the same. */
export function storable( value: SqlValue ): SqlValue {
	return typeof value === 'string' ? value.replaceAll( '\0', '\ufffd' ) : value;
}

/** What a transaction rejects with that was to be kept although a statement in it was refused. */
export const refusedBefore = (): Error => new Error( 'a statement of this transaction was refused, so nothing of it is kept' );

/** What the second relay on a store is told. */
export function usedByAnother( name: string, cause?: unknown ): StoreError {
	return new StoreError( `Another relay uses the store ${ name }; only one may at a time. Stop it first.`, { cause } );
}
