import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../../src/protocol/ids.ts';
import type { NewItem } from '../../../../src/relay/routing/model.ts';
import { setAside } from '../../../../src/relay/note-sent.ts';
import { migrations } from '../../../../src/relay/store/migrations.ts';
import { openSqliteStore } from '../../../../src/relay/store/sqlite-store.ts';
import { openScratchStore } from '../../../support/relay-store.ts';

const bot = '@bot:example.org' as UserId;
const newcomer = '@mw-4-:example.org' as UserId;
const room = '!room:example.org' as RoomId;

let scratch: ReturnType<typeof openScratchStore>;
beforeEach( () => {
	scratch = openScratchStore();
} );
afterEach( () => scratch.dispose() );

const say = ( eventId: string, lane = '1:in' ): NewItem => ( {
	lane, receiver: bot, transactionId: `say ${ eventId }`,
	task: { kind: 'say', roomId: room, eventId: eventId as EventId, conversationId: 1, text: eventId, saidAtMs: 1, context: undefined }
} );

describe( 'the store', () => {
	it( 'keeps nothing of a transaction that fails', async () => {
		await expect( scratch.store.transaction( async ( tx ) => {
			await tx.setPosition( bot, 's1' );
			throw new Error( 'no' );
		} ) ).rejects.toThrow( 'no' );
		expect( await scratch.store.transaction( ( tx ) => tx.position( bot ) ) ).toBeUndefined();
	} );

	it( 'runs transactions one after the other', async () => {
		const order: string[] = [];
		await Promise.all( [ 'a', 'b' ].map( ( name ) => scratch.store.transaction( async ( tx ) => {
			order.push( `${ name } begins` );
			await tx.position( bot );
			order.push( `${ name } ends` );
		} ) ) );
		expect( order ).toEqual( [ 'a begins', 'a ends', 'b begins', 'b ends' ] );
	} );

	it( 'notes each received event once', async () => {
		const receive = (): Promise<boolean> => scratch.store.transaction( ( tx ) => tx.receive( bot, room, '$e' as EventId ) );
		expect( [ await receive(), await receive() ] ).toEqual( [ true, false ] );
	} );

	it( 'gives each lane in the order in which it was filled, and takes the same thing in once', async () => {
		await scratch.store.transaction( async ( tx ) => {
			for ( const item of [ say( 'a' ), say( 'x', '2:in' ), say( 'b' ), say( 'a' ) ] ) {
				await tx.enqueue( item );
			}
			expect( await tx.pendingLanes() ).toEqual( [ '1:in', '2:in' ] );
			const first = await tx.nextInLane( '1:in' );
			expect( first?.transactionId ).toBe( 'say a' );
			await tx.removeItem( first!.id );
			const second = await tx.nextInLane( '1:in' );
			expect( second?.transactionId ).toBe( 'say b' );
			await tx.removeItem( second!.id );
			expect( await tx.nextInLane( '1:in' ) ).toBeUndefined();
		} );
	} );

	it( 'numbers requests for each wiki by itself', async () => {
		await scratch.store.transaction( async ( tx ) => {
			const numbers: number[] = [];
			for ( const [ index, wiki ] of [ 'a', 'a', 'b', 'a' ].entries() ) {
				const { id: conversationId } = await tx.ensureConversation( { newcomer: `@mw-${ index }-:x` as UserId, wiki, team: 'general' } );
				numbers.push( ( await tx.addRequest( {
					conversationId, wiki, question: 'q', questionEvent: `$${ index }` as EventId, context: undefined, askedAtMs: 1
				} ) ).number );
			}
			expect( numbers ).toEqual( [ 1, 2, 1, 3 ] );
		} );
	} );

	it( 'is refused to a second relay while the first lives, with a sentence that says so', () => {
		expect( () => openSqliteStore( scratch.file, Date.now ) ).toThrow( /Another relay uses the store/ );
	} );

	it( 'has everything when it is opened again', async () => {
		await scratch.store.transaction( ( tx ) => tx.setPosition( bot, 's5' ) );
		await scratch.store.close();
		const again = openSqliteStore( scratch.file, Date.now );
		expect( await again.transaction( ( tx ) => tx.position( bot ) ) ).toBe( 's5' );
		await again.close();
		scratch.store = openSqliteStore( scratch.file, Date.now );
	} );

	it( 'keeps the mirrors that an older relay has noted', async () => {
		await scratch.store.close();
		const file = `${ scratch.file }.old`;
		const database = new DatabaseSync( file );
		database.exec( `${ migrations[ 0 ] }; PRAGMA user_version = 1;
			INSERT INTO conversation ( id, newcomer, wiki, team ) VALUES ( 1, '@n:x', 'enwiki', 'general' );
			INSERT INTO request ( id, conversation_id, wiki, number, state, question, question_event, asked_at )
				VALUES ( 1, 1, 'enwiki', 1, 'waiting', 'q', '$q', 1 );
			INSERT INTO mapping ( source_event, source_room, mirror_event, mirror_room, request_id ) VALUES ( '$q', '!r:x', '$card', '!s:x', 1 )` );
		database.close();
		const opened = openSqliteStore( file, Date.now );
		expect( await opened.transaction( ( tx ) => tx.mappingsOf( '$q' as EventId ) ) ).toEqual( [ {
			mirror: { roomId: '!s:x', eventId: '$card' }, source: { roomId: '!r:x', eventId: '$q' }, original: '$q',
			isEdit: false, speaker: undefined, requestId: 1
		} ] );
		await opened.close();
		scratch.store = openSqliteStore( scratch.file, Date.now );
	} );

	it( 'is refused when a newer relay wrote it', async () => {
		await scratch.store.close();
		const database = new DatabaseSync( scratch.file );
		const { user_version: version } = database.prepare( 'PRAGMA user_version' ).get() as { user_version: number };
		database.exec( 'PRAGMA user_version = 999' );
		expect( () => openSqliteStore( scratch.file, Date.now ) ).toThrow( /written by a newer relay \(version 999/ );
		database.exec( `PRAGMA user_version = ${ version }` );
		database.close();
		scratch.store = openSqliteStore( scratch.file, Date.now );
	} );
} );

describe( 'setting aside', () => {
	it( 'a card that was refused lets the next message open a request of its own', async () => {
		await scratch.store.transaction( async ( tx ) => {
			await tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } );
			await tx.enqueue( say( '$q' ) );
			await tx.addRequest( { conversationId: 1, wiki: 'enwiki', question: 'q', questionEvent: '$q' as EventId, context: undefined, askedAtMs: 1 } );
			await setAside( tx, ( await tx.nextInLane( '1:in' ) )!, 'too large', bot );
			expect( await tx.openRequest( 1 ) ).toBeUndefined();
			expect( await tx.nextInLane( '1:in' ) ).toBeUndefined();
		} );
	} );

	it( 'an answer that was refused tells the helpers', async () => {
		await scratch.store.transaction( async ( tx ) => {
			await tx.enqueue( { lane: '1:out', receiver: bot, transactionId: 'answer $a', task: {
				kind: 'answer', conversationId: 1, requestId: 1, source: { roomId: room, eventId: '$a' as EventId }, speaker: bot,
				name: 'N', role: 'helper', text: 't', saidAtMs: 1
			} } );
			expect( await setAside( tx, ( await tx.nextInLane( '1:out' ) )!, 'too large', bot ) ).toEqual( [ '1:in' ] );
			expect( ( await tx.nextInLane( '1:in' ) )?.task.kind ).toBe( 'helper-notice' );
		} );
	} );
} );
