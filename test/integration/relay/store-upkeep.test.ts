import { describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { setAside } from '../../../src/relay/note-sent.ts';
import { bot, DAY_MS, newcomer, room, say, storeForEachTest } from '../../support/store-for-each-test.ts';
import { openDatabase, storeKinds } from '../../support/store-places.ts';

describe.each( storeKinds )( 'a store in %s', ( kind ) => {
	const store = storeForEachTest( kind );

	/** Looks into the database as nobody else does. */
	const count = async ( table: string ): Promise<number> => {
		await store.close();
		const database = await openDatabase( store.place.location );
		const row = await database.transaction( ( { get } ) => get<{ count: number }>( `SELECT count(*) AS count FROM ${ table }` ) );
		await database.close();
		await store.reopen();
		return row?.count ?? 0;
	};

	it( 'gives the number of a request that was removed to no other', async () => {
		await store.transaction( async ( tx ) => {
			await tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } );
			const ask = ( id: string ) => tx.addRequest( {
				conversationId: 1, wiki: 'enwiki', question: 'q', questionEvent: id as EventId, context: undefined, askedAtMs: 1
			} );
			await ask( '$1' );
			await tx.removeRequest( ( await ask( '$2' ) ).id );
			expect( ( await ask( '$3' ) ).number ).toBe( 3 );
		} );
	} );

	it( 'counts a newcomer\'s new rooms and their conversations that have one', async () => {
		await store.transaction( async ( tx ) => {
			for ( const [ index, state ] of ( [ 'invited', 'open', 'closing', 'refused', 'gone' ] as const ).entries() ) {
				const { id } = await tx.ensureConversation( { newcomer, wiki: `wiki${ index }`, team: 'general' } );
				await tx.addRoom( { roomId: `!${ index }:x` as RoomId, conversationId: id, receiver: bot } );
				await tx.setRoomState( `!${ index }:x` as RoomId, state );
			}
			expect( await tx.countConversations( newcomer ) ).toBe( 3 );
			expect( await tx.countConversations( '@mw-9-:x' as UserId ) ).toBe( 0 );
			expect( await tx.countRooms( newcomer, 60_000 ) ).toBe( 5 );
		} );
		store.nowMs += 60_000;
		expect( await store.transaction( ( tx ) => tx.countRooms( newcomer, 60_000 ) ) ).toBe( 0 );
	} );

	describe( 'forgets', () => {
		const receive = ( ...ids: string[] ): Promise<boolean[]> => store.transaction( async ( tx ) => {
			const answers: boolean[] = [];
			for ( const id of ids ) {
				answers.push( await tx.receive( bot, room, id as EventId ) );
			}
			return answers;
		} );
		const move = ( position: string ): Promise<void> => store.transaction( ( tx ) => tx.setPosition( bot, position ) );

		it( 'what was received 30 days before the position', async () => {
			await receive( '$old' );
			await move( 's1' );
			store.nowMs += 31 * DAY_MS;
			await receive( '$young' );
			await move( 's2' );
			await move( 's3' );
			expect( await receive( '$old', '$young' ) ).toEqual( [ true, false ] );
		} );

		it( 'nothing that a gap may bring again after an outage of any length', async () => {
			await receive( '$last' );
			await move( 's1' );
			store.nowMs += 400 * DAY_MS;
			expect( await receive( '$last' ) ).toEqual( [ false ] );
			await move( 's2' );
			expect( await receive( '$last' ) ).toEqual( [ false ] );
		} );

		it( 'nothing that another account has received', async () => {
			await receive( '$mine' );
			store.nowMs += 60 * DAY_MS;
			await store.transaction( ( tx ) => tx.setPosition( newcomer, 's1' ) );
			await store.transaction( ( tx ) => tx.setPosition( newcomer, 's2' ) );
			expect( await receive( '$mine' ) ).toEqual( [ false ] );
		} );

		it( 'only so much in one transaction, and all of it in the end', async () => {
			await receive( ...Array.from( { length: 700 }, ( _, index ) => `$${ index }` ) );
			await move( 's1' );
			store.nowMs += 31 * DAY_MS;
			await move( 's2' );
			await move( 's3' );
			expect( await count( 'inbox' ) ).toBe( 200 );
			await move( 's4' );
			expect( await count( 'inbox' ) ).toBe( 0 );
		} );

		it( 'what was set aside, after the configured time', async () => {
			await store.transaction( async ( tx ) => {
				await tx.enqueue( say( '$a' ) );
				await tx.refuseItem( ( await tx.nextInLane( '1:in' ) )!, 'too large' );
			} );
			store.nowMs += 89 * DAY_MS;
			await move( 's1' );
			expect( await count( 'set_aside' ) ).toBe( 1 );
			store.nowMs += 2 * DAY_MS;
			await move( 's2' );
			expect( await count( 'set_aside' ) ).toBe( 0 );
		} );
	} );

	describe( 'setting aside', () => {
		it( 'a card that was refused lets the next message open a request of its own', async () => {
			await store.transaction( async ( tx ) => {
				await tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } );
				await tx.enqueue( say( '$q' ) );
				await tx.addRequest( { conversationId: 1, wiki: 'enwiki', question: 'q', questionEvent: '$q' as EventId, context: undefined, askedAtMs: 1 } );
				await setAside( tx, ( await tx.nextInLane( '1:in' ) )!, 'too large', bot );
				expect( await tx.openRequest( 1 ) ).toBeUndefined();
				expect( await tx.nextInLane( '1:in' ) ).toBeUndefined();
			} );
		} );

		it( 'a message that was refused tells the newcomer, and the helpers in the thread', async () => {
			await store.transaction( async ( tx ) => {
				await tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } );
				const { id } = await tx.addRequest( {
					conversationId: 1, wiki: 'enwiki', question: 'q', questionEvent: '$q' as EventId, context: undefined, askedAtMs: 1
				} );
				await tx.setRequestRoot( id, '$card' as EventId );
				await tx.enqueue( say( '$m' ) );
				expect( await setAside( tx, ( await tx.nextInLane( '1:in' ) )!, 'M_FORBIDDEN (403)', bot ) ).toEqual( [ '1:out', '1:in' ] );
				expect( ( await tx.nextInLane( '1:out' ) )?.task ).toMatchObject( { kind: 'notice', code: 'not-delivered', about: '$m' } );
				expect( ( await tx.nextInLane( '1:in' ) )?.task ).toMatchObject( { kind: 'helper-notice', requestId: id, about: '$m' } );
			} );
		} );

		it( 'a notice that was refused, too, sets off nothing more', async () => {
			await store.transaction( async ( tx ) => {
				await tx.enqueue( { lane: '1:out', receiver: bot, transactionId: 'n', task: { kind: 'notice', roomId: room, code: 'not-delivered', about: '$m' as EventId } } );
				await tx.enqueue( { lane: '1:in', receiver: bot, transactionId: 'h', task: { kind: 'helper-notice', requestId: 1, text: 't', about: '$m' as EventId } } );
				for ( const lane of [ '1:out', '1:in' ] ) {
					expect( await setAside( tx, ( await tx.nextInLane( lane ) )!, 'M_FORBIDDEN (403)', bot ) ).toEqual( [] );
				}
				expect( await tx.pendingLanes() ).toEqual( [] );
				expect( ( await tx.setAsideItems( 10 ) ).map( ( { kind } ) => kind ) ).toEqual( [ 'helper-notice', 'notice' ] );
			} );
		} );

		it.each( [
			[ 'M_TOO_LARGE (413)', /too long .* shorter parts/ ],
			[ 'M_FORBIDDEN (403)', /has not seen it: M_FORBIDDEN \(403\)/ ]
		] )( 'an answer says to the helpers what to do after %s', async ( reason, expected ) => {
			await store.transaction( async ( tx ) => {
				await tx.enqueue( { lane: '1:out', receiver: bot, transactionId: 'answer $a', task: {
					kind: 'answer', conversationId: 1, requestId: 1, source: { roomId: room, eventId: '$a' as EventId }, speaker: bot,
					name: 'N', role: 'helper', text: 't', saidAtMs: 1
				} } );
				await setAside( tx, ( await tx.nextInLane( '1:out' ) )!, reason, bot );
				expect( ( await tx.nextInLane( '1:in' ) )?.task ).toMatchObject( { kind: 'helper-notice', text: expect.stringMatching( expected ) as unknown } );
			} );
		} );

		it( 'an answer that was refused tells the helpers', async () => {
			await store.transaction( async ( tx ) => {
				await tx.enqueue( { lane: '1:out', receiver: bot, transactionId: 'answer $a', task: {
					kind: 'answer', conversationId: 1, requestId: 1, source: { roomId: room, eventId: '$a' as EventId }, speaker: bot,
					name: 'N', role: 'helper', text: 't', saidAtMs: 1
				} } );
				expect( await setAside( tx, ( await tx.nextInLane( '1:out' ) )!, 'too large', bot ) ).toEqual( [ '1:in' ] );
				expect( ( await tx.nextInLane( '1:in' ) )?.task.kind ).toBe( 'helper-notice' );
			} );
		} );
	} );
} );
