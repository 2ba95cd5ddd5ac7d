import { expect, it } from 'vitest';
import { numberValues, toPostgresWords } from '../../../../src/relay/store/postgres-words.ts';

it.each( [
	[ 'CREATE TABLE a ( id INTEGER PRIMARY KEY, n INTEGER ) STRICT', 'CREATE TABLE a ( id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n BIGINT )' ],
	[ 'CREATE TABLE a ( id INTEGER PRIMARY KEY AUTOINCREMENT ) STRICT', 'CREATE TABLE a ( id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY )' ],
	[ 'CREATE TABLE a ( b TEXT PRIMARY KEY ) STRICT, WITHOUT ROWID', 'CREATE TABLE a ( b TEXT PRIMARY KEY )' ],
	[ 'ALTER TABLE a ADD COLUMN b INTEGER NOT NULL DEFAULT 0', 'ALTER TABLE a ADD COLUMN b BIGINT NOT NULL DEFAULT 0' ],
	[ 'CREATE INDEX strict_integers ON a ( b )', 'CREATE INDEX strict_integers ON a ( b )' ]
] )( 'a migration says in PostgreSQL\'s words: %s', ( statement, expected ) => {
	expect( toPostgresWords( statement ) ).toBe( expected );
} );

it( 'values are numbered in the order of their places', () => {
	expect( numberValues( 'SELECT ? WHERE a = ? AND b = ?' ) ).toBe( 'SELECT $1 WHERE a = $2 AND b = $3' );
} );
