import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import type { EventId } from '../../../src/protocol/ids.ts';
import type { Database } from '../../../src/relay/store/database.ts';
import { StoreError } from '../../../src/relay/store/database.ts';
import { migrate } from '../../../src/relay/store/migrate.ts';
import { migrations } from '../../../src/relay/store/migrations.ts';
import { openPostgresDatabase } from '../../../src/relay/store/postgres-database.ts';
import { createStore } from '../../../src/relay/store/store.ts';
import { freePort } from '../../support/homeserver.ts';
import { queryPostgres } from '../../support/postgres.ts';
import { until } from '../../support/relay-house.ts';
import { bot, storeForEachTest } from '../../support/store-for-each-test.ts';
import { makeStorePlace, openDatabase, storeKinds } from '../../support/store-places.ts';

const statements = migrations.flatMap( ( step ) => step.split( ';' ).map( ( text ) => text.trim() ).filter( Boolean ) );

describe.each( storeKinds )( 'a store in %s', ( kind ) => {
	const store = storeForEachTest( kind );

	function spawnChild( ...args: string[] ): ChildProcess {
		const child = spawn( process.execPath, [
			path.join( import.meta.dirname, '../../support/store-child.ts' ), JSON.stringify( store.place.location ), ...args
		], { stdio: [ 'ignore', 'pipe', 'inherit' ] } );
		onTestFinished( () => void child.kill( 'SIGKILL' ) );
		return child;
	}

	describe( 'one at a time', () => {
		it( 'is refused to a second relay while the first lives, with a sentence that says so', async () => {
			await expect( store.open( { lockWithinMs: 0 } ) ).rejects.toThrow( /^Another relay uses the store .*; only one may at a time\. Stop it first\.$/ );
			expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBeUndefined();
		} );

		it( 'is free again when the relay that used it was killed', async () => {
			await store.close();
			const child = spawnChild();
			await once( child.stdout!, 'data' );
			await expect( store.open( { lockWithinMs: 0 } ) ).rejects.toThrow( /Another relay uses the store/ );
			child.kill( 'SIGKILL' );
			await once( child, 'exit' );
			await store.reopen();
		} );
	} );

	describe( 'a migration', () => {
		it( 'of a newer relay is refused', async () => {
			await store.reopen( [ ...migrations, 'CREATE TABLE later ( id INTEGER PRIMARY KEY ) STRICT' ] );
			await store.close();
			await expect( store.open() ).rejects.toThrow( new RegExp( `was written by a newer relay \\(version ${ migrations.length + 1 }, this one knows ${ migrations.length }\\)\\. Run the newer one\\.$` ) );
			await store.reopen( [ ...migrations, '' ] );
		} );

		it( 'keeps what is there, and comes after all others', async () => {
			await store.transaction( ( tx ) => tx.setPosition( bot, 's1' ) );
			await store.reopen( [ ...migrations, 'ALTER TABLE position ADD COLUMN more INTEGER; UPDATE position SET more = 7' ] );
			expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBe( 's1' );
		} );

		it( 'keeps the mirrors that an older relay has noted', async () => {
			await store.moveTo( await makeStorePlace( kind, inject( 'postgresUrl' ) ) );
			const old = await openDatabase( store.place.location );
			await migrate( old, migrations.slice( 0, 1 ) );
			await old.transaction( async ( { run } ) => {
				await run( 'INSERT INTO conversation ( newcomer, wiki, team ) VALUES ( \'@n:x\', \'enwiki\', \'general\' )' );
				await run( `INSERT INTO request ( conversation_id, wiki, number, state, question, question_event, asked_at )
					VALUES ( 1, 'enwiki', 1, 'waiting', 'q', '$q', 1 )` );
				await run( `INSERT INTO mapping ( source_event, source_room, mirror_event, mirror_room, request_id )
					VALUES ( '$q', '!r:x', '$card', '!s:x', 1 )` );
			} );
			await old.close();
			await store.reopen();
			expect( await store.transaction( ( tx ) => tx.mappingsOf( '$q' as EventId ) ) ).toEqual( [ {
				mirror: { roomId: '!s:x', eventId: '$card' }, source: { roomId: '!r:x', eventId: '$q' }, original: '$q',
				isEdit: false, speaker: undefined, requestId: 1
			} ] );
			expect( await store.transaction( ( tx ) => tx.request( 1 ) ) ).toMatchObject( { roomId: '!r:x' } );
			expect( ( await store.transaction( ( tx ) => tx.addRequest( {
				conversationId: 1, wiki: 'enwiki', question: 'q', questionEvent: '$2' as EventId, context: undefined, askedAtMs: 1
			} ) ) ).number ).toBe( 2 );
		} );

		it( 'that fails between two statements has not happened', async () => {
			await store.close();
			const another = await makeStorePlace( kind, inject( 'postgresUrl' ) );
			for ( const fatal of statements ) {
				const database = await openDatabase( another.location );
				const dying: Database = { ...database, schema: { ...database.schema, async change( sql, statement ) {
					if ( statement === fatal ) {
						throw new Error( 'interrupted' );
					}
					await database.schema.change( sql, statement );
				} } };
				await expect( createStore( dying, { now: Date.now, keepSetAsideMs: 1 } ) ).rejects.toThrow( 'interrupted' );
			}
			await store.moveTo( another );
			await store.reopen();
			await store.transaction( ( tx ) => tx.setPosition( bot, 's1' ) );
		} );

		it( 'that is killed between two statements is made by the next relay', async () => {
			await store.moveTo( await makeStorePlace( kind, inject( 'postgresUrl' ) ) );
			for ( const life of [ 1, statements.length - 1 ] ) {
				const child = spawnChild( String( life ) );
				expect( await once( child, 'exit' ) ).toEqual( [ null, 'SIGKILL' ] );
			}
			await store.reopen();
			await store.transaction( ( tx ) => tx.setPosition( bot, 's1' ) );
		} );
	} );

	if ( kind === 'PostgreSQL' ) {
		const url = (): string => store.place.location.kind === 'postgres' ? store.place.location.url : '';
		const changed = ( change: ( url: URL ) => void ): string => {
			const address = new URL( url() );
			change( address );
			return address.href;
		};
		const refusal = ( address: string, password?: string ): Promise<string> => openDatabase( { kind: 'postgres', url: address, password } ).then(
			() => 'opened',
			( error: unknown ) => error instanceof StoreError ? error.message : `not for the operator: ${ String( error ) }`
		);
		/** Ends the relay's connections on the server. */
		const cut = (): Promise<unknown> => queryPostgres( inject( 'postgresUrl' ), `SELECT pg_terminate_backend( pid ) FROM pg_stat_activity
			WHERE application_name = 'Ask for Help relay' AND datname = '${ new URL( url() ).pathname.slice( 1 ) }'` );

		it( 'is over for a relay whose connection breaks, because the lock went with it', async () => {
			await store.close();
			let lost: StoreError | undefined;
			const first = await store.open( { onLost: ( error ) => {
				lost = error;
			} } );
			await cut();
			await until( 'the relay to notice', () => lost !== undefined );
			expect( lost?.message ).toMatch( /^The store postgresql:\/\/127\.0\.0\.1:\d+\/test_\S+ fails: / );
			await store.reopen();
			await expect( first.transaction( ( tx ) => tx.setPosition( bot, 'late' ) ) ).rejects.toBe( lost );
			expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBeUndefined();
			await first.close();
		} );

		it( 'keeps nothing of a transaction in which the connection broke', async () => {
			await expect( store.transaction( async ( tx ) => {
				await tx.setPosition( bot, 's1' );
				await cut();
				await tx.setPosition( bot, 's2' );
			} ) ).rejects.toBeInstanceOf( StoreError );
			await store.reopen();
			expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBeUndefined();
		} );

		it( 'is free again when a relay was killed in the middle of a long statement', async () => {
			await store.close();
			const child = spawnChild( 'Infinity', 'SELECT pg_sleep( 3600 )' );
			await until( 'the statement to run', async () => ( await queryPostgres( inject( 'postgresUrl' ),
				'SELECT 1 FROM pg_stat_activity WHERE query = \'SELECT pg_sleep( 3600 )\' AND state = \'active\'' ) ).length > 0 );
			child.kill( 'SIGKILL' );
			await store.reopen();
		} );

		it( 'is opened with a password that is kept elsewhere', async () => {
			await store.close();
			const password = decodeURIComponent( new URL( url() ).password );
			const database = await openDatabase( { kind: 'postgres', url: changed( ( address ) => {
				address.password = '';
			} ), password } );
			await database.close();
			await store.reopen();
		} );

		it.each<[ string, ( url: URL ) => void, RegExp ]>( [
			[ 'a wrong password', ( address ) => { address.password = 'wrong-secret'; }, /cannot be opened: password authentication failed/ ],
			[ 'a database that is not there', ( address ) => { address.pathname = '/nowhere'; }, /cannot be opened: database "nowhere" does not exist/ ],
			[ 'a server that does not answer', ( address ) => { address.port = '9'; }, /cannot be opened: connect ECONNREFUSED/ ]
		] )( 'is refused with a sentence for %s, which never says the password', async ( _, change, sentence ) => {
			const address = changed( change );
			const said = await refusal( address );
			expect( said ).toMatch( sentence );
			expect( said ).not.toContain( new URL( address ).password );
			expect( said ).not.toContain( decodeURIComponent( new URL( address ).password ) );
		} );

		it( 'is waited for until the server answers', async () => {
			await store.close();
			const server = new URL( url() );
			const door = createServer( ( socket ) => {
				const onward = connect( Number( server.port ), server.hostname );
				socket.on( 'error', () => {} ).pipe( onward.on( 'error', () => {} ) ).pipe( socket );
			} );
			onTestFinished( () => void door.close() );
			const port = await freePort();
			const reasons: string[] = [];
			const database = await openPostgresDatabase( {
				url: changed( ( address ) => { address.port = String( port ); } ), password: undefined, onLost: () => {}, onWait( reason ) {
					reasons.push( reason );
					door.listen( port, '127.0.0.1' );
				}
			} );
			await database.close();
			expect( reasons ).toEqual( [ expect.stringMatching( /^store\.postgres: postgresql:\/\/127\.0\.0\.1:\d+\/\w+ cannot be reached yet: connect ECONNREFUSED/ ) ] );
			await store.reopen();
		} );

		it( 'is refused in a database with another encoding', async () => {
			await queryPostgres( inject( 'postgresUrl' ), 'DROP DATABASE IF EXISTS latin', 'CREATE DATABASE latin ENCODING \'LATIN1\' LOCALE \'C\' TEMPLATE template0' );
			expect( await refusal( changed( ( address ) => { address.pathname = '/latin'; } ) ) ).toMatch( /has the encoding LATIN1; it has to be UTF8\.$/ );
		} );

		it( 'shares a database with another, in a schema of its own', async () => {
			await queryPostgres( url(), 'CREATE SCHEMA other' );
			const other = changed( ( address ) => address.searchParams.set( 'options', '-c search_path=other' ) );
			const second = await createStore( await openDatabase( { kind: 'postgres', url: other, password: undefined } ), { now: Date.now, keepSetAsideMs: 1 } );
			await second.transaction( ( tx ) => tx.setPosition( bot, 'other' ) );
			expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBeUndefined();
			await second.close();
		} );
	}
} );
