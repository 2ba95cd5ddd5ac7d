import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { EventId, UserId } from '../../../../src/protocol/ids.ts';
import type { Request } from '../../../../src/relay/routing/model.ts';
import { migrate } from '../../../../src/relay/store/migrate.ts';
import { migrations } from '../../../../src/relay/store/migrations.ts';
import { openSqliteDatabase } from '../../../../src/relay/store/sqlite-database.ts';
import { createStoreTransaction } from '../../../../src/relay/store/store-transaction.ts';

it( 'a store of a relay that knew no private teams keeps its numbers and counts on, a private team from 1', async ( { onTestFinished } ) => {
	const dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-store-' ) );
	onTestFinished( () => rmSync( dir, { recursive: true } ) );
	const database = openSqliteDatabase( path.join( dir, 'relay.db' ) );
	await migrate( database, migrations.slice( 0, 7 ) );
	await database.transaction( async ( { run } ) => {
		await run( 'INSERT INTO conversation ( newcomer, wiki, team ) VALUES ( ?, ?, ? )', '@mw-1-:x', 'enwiki', 'general' );
		for ( const number of [ 1, 2 ] ) {
			await run( `INSERT INTO request ( conversation_id, wiki, number, state, question, question_event, asked_at, root_event )
				VALUES ( 1, 'enwiki', ?, 'waiting', 'q', ?, 1, ? )`, number, `$q${ number }`, `$r${ number }` );
		}
		// The third one was refused, and its number is not given again.
		await run( 'INSERT INTO request_number ( wiki, last ) VALUES ( ?, ? )', 'enwiki', 3 );
	} );
	await migrate( database, migrations );
	const found = await database.transaction( async ( sql ) => {
		const tx = createStoreTransaction( sql, { now: () => 1, keepSetAsideMs: 1, privateTeams: [ 'harassment' ] } );
		const conversation = await tx.ensureConversation( { newcomer: '@mw-1-:x' as UserId, wiki: 'enwiki', team: 'general' } );
		const other = await tx.ensureConversation( { newcomer: '@mw-1-:x' as UserId, wiki: 'enwiki', team: 'harassment' } );
		const add = ( conversationId: number, questionEvent: string ): Promise<Request> => tx.addRequest( {
			conversationId, wiki: 'enwiki', question: 'q', questionEvent: questionEvent as EventId, context: undefined, askedAtMs: 1
		} );
		return {
			kept: ( await tx.request( 2 ) )?.number,
			byNumber: await tx.requestsNumbered( 'general', 2 ),
			next: [
				await add( conversation.id, '$q4' ), await add( other.id, '$q5' ), await add( conversation.id, '$q6' ), await add( other.id, '$q7' )
			].map( ( { number } ) => number )
		};
	} );
	await database.close();
	expect( found ).toEqual( { kept: 2, byNumber: [ { requestId: 2, number: 2, name: undefined } ], next: [ 4, 1, 5, 2 ] } );
} );
