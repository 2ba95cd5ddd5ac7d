import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openSqliteDatabase } from '../../../../src/relay/store/sqlite-database.ts';

it( 'keeps nothing in its file of what was deleted or overwritten', async ( { onTestFinished } ) => {
	const dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-store-' ) );
	onTestFinished( () => rmSync( dir, { recursive: true } ) );
	const file = path.join( dir, 'relay.db' );
	const change = async ( work: Parameters<ReturnType<typeof openSqliteDatabase>[ 'transaction' ]>[ 0 ] ): Promise<string> => {
		const database = openSqliteDatabase( file );
		await database.transaction( work );
		await database.close();
		return readFileSync( file, 'latin1' );
	};
	const written = await change( async ( { run } ) => {
		await run( 'CREATE TABLE said ( id INTEGER PRIMARY KEY, text TEXT NOT NULL )' );
		await run( 'INSERT INTO said VALUES ( 1, ? ), ( 2, ? )', 'deleted words'.repeat( 1_000 ), 'overwritten words'.repeat( 1_000 ) );
	} );
	expect( written ).toMatch( /deleted words[^]*overwritten words|overwritten words[^]*deleted words/ );
	const left = await change( async ( { run } ) => {
		await run( 'DELETE FROM said WHERE id = 1' );
		await run( 'UPDATE said SET text = ? WHERE id = 2', '' );
	} );
	expect( left ).not.toMatch( /deleted words|overwritten words/ );
} );
