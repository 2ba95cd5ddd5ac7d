import type { Database } from './database.ts';
import { StoreError } from './database.ts';

/**
 * Looks whether a database has the shape that this program knows, which is changed by the relay alone.
 *
 * @throws StoreError when it has another
 */
export async function checkVersion( database: Database, steps: readonly string[] ): Promise<void> {
	const version = await database.transaction( ( sql ) => database.schema.version( sql ) );
	if ( version !== steps.length ) {
		throw new StoreError( `The store ${ database.name } was written by another version of the relay (${ version }, this one knows ${ steps.length }). ${
			version > steps.length ? 'Run the newer one.' : 'Run this relay once, which brings it up to date.' }` );
	}
}

/**
 * Brings a database to the shape that this program knows, step after step.
 *
 * @throws StoreError when a newer program has written it
 */
export async function migrate( database: Database, steps: readonly string[] ): Promise<void> {
	const version = await database.transaction( ( sql ) => database.schema.version( sql ) );
	if ( version > steps.length ) {
		throw new StoreError( `The store ${ database.name } was written by a newer relay (version ${ version }, this one knows ${ steps.length }). Run the newer one.` );
	}
	for ( const [ index, step ] of steps.entries() ) {
		if ( index < version ) {
			continue;
		}
		// The step and its number in one transaction: a migration that is interrupted has not happened.
		await database.transaction( async ( sql ) => {
			for ( const statement of step.split( ';' ).map( ( text ) => text.trim() ).filter( Boolean ) ) {
				await database.schema.change( sql, statement );
			}
			await database.schema.setVersion( sql, index + 1 );
		} );
	}
}
