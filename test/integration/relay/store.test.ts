import { describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { Mapping } from '../../../src/relay/routing/ports.ts';
import { StoreError } from '../../../src/relay/store/database.ts';
import { bot, newcomer, room, say, storeForEachTest } from '../../support/store-for-each-test.ts';
import { storeKinds } from '../../support/store-places.ts';

describe.each( storeKinds )( 'a store in %s', ( kind ) => {
	const store = storeForEachTest( kind );

	it( 'keeps nothing of a transaction that fails', async () => {
		await expect( store.transaction( async ( tx ) => {
			await tx.setPosition( bot, 's1' );
			throw new Error( 'no' );
		} ) ).rejects.toThrow( 'no' );
		expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBeUndefined();
	} );

	it( 'runs transactions one after the other', async () => {
		const order: string[] = [];
		await Promise.all( [ 'a', 'b' ].map( ( name ) => store.transaction( async ( tx ) => {
			order.push( `${ name } begins` );
			await tx.position( bot );
			order.push( `${ name } ends` );
		} ) ) );
		expect( order ).toEqual( [ 'a begins', 'a ends', 'b begins', 'b ends' ] );
	} );

	it( 'notes each received event once', async () => {
		const receive = (): Promise<boolean> => store.transaction( ( tx ) => tx.receive( bot, room, '$e' as EventId ) );
		expect( [ await receive(), await receive() ] ).toEqual( [ true, false ] );
	} );

	it( 'gives each lane in the order in which it was filled, and takes the same thing in once', async () => {
		await store.transaction( async ( tx ) => {
			for ( const item of [ say( 'a' ), say( 'x', '2:in' ), say( 'b' ), say( 'a' ) ] ) {
				await tx.enqueue( item );
			}
			expect( await tx.pendingLanes() ).toEqual( [ '1:in', '2:in' ] );
			const first = await tx.nextInLane( '1:in' );
			expect( first ).toEqual( { ...say( 'a' ), id: expect.any( Number ) as number, createdAtMs: store.nowMs } );
			await tx.removeItem( first!.id );
			const second = await tx.nextInLane( '1:in' );
			expect( second?.transactionId ).toBe( 'say b' );
			await tx.removeItem( second!.id );
			expect( await tx.nextInLane( '1:in' ) ).toBeUndefined();
		} );
	} );

	it( 'drops from a lane what came from one room', async () => {
		await store.transaction( async ( tx ) => {
			await tx.enqueue( say( 'gone' ) );
			await tx.enqueue( say( 'stays', '1:in', '!other:example.org' as RoomId ) );
			await tx.enqueue( say( 'elsewhere', '2:in' ) );
			await tx.dropItemsOfRoom( '1:in', room );
			expect( ( await tx.nextInLane( '1:in' ) )?.transactionId ).toBe( 'say stays' );
			expect( ( await tx.nextInLane( '2:in' ) )?.transactionId ).toBe( 'say elsewhere' );
		} );
	} );

	it( 'numbers requests for each wiki by itself', async () => {
		await store.transaction( async ( tx ) => {
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

	it( 'knows a conversation with all that belongs to it', async () => {
		const profile = { name: 'Żółw 🐢', editCount: 0, registeredAtMs: undefined, isBlocked: false };
		const askedAtMs = Number.MAX_SAFE_INTEGER;
		await store.transaction( async ( tx ) => {
			const { id } = await tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } );
			expect( ( await tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } ) ).id ).toBe( id );
			await tx.addRoom( { roomId: room, conversationId: id, receiver: bot } );
			await tx.setRoomState( room, 'open' );
			await tx.setRoomReading( room );
			await tx.setRoomCreated( room, 5 );
			await tx.setRoomWatched( room );
			expect( await tx.roomsOf( id ) ).toEqual( [
				{ roomId: room, conversationId: id, receiver: bot, newcomer, state: 'open', isReading: true, isWatched: true, createdAtMs: 5 }
			] );
			await tx.addRoom( { roomId: room, conversationId: id, receiver: bot } );
			expect( await tx.room( room ) ).toMatchObject( { state: 'invited', isReading: false, createdAtMs: 0 } );

			const { id: requestId } = await tx.addRequest( {
				conversationId: id, wiki: 'enwiki', question: 'How\'s "this"? 🐢', questionEvent: '$q' as EventId, context: undefined, askedAtMs
			} );
			expect( await tx.conversationsWithoutProfile() ).toHaveLength( 1 );
			await tx.setProfile( { newcomer, wiki: 'enwiki' }, profile );
			expect( await tx.conversationsWithoutProfile() ).toEqual( [] );
			expect( await tx.namedRequests( 'general' ) ).toEqual( [] );
			expect( await tx.requestsNumbered( 'general', 1 ) ).toEqual( [] );
			await tx.setRequestRoot( requestId, '$card' as EventId );
			await tx.setRequestAnswered( requestId, 9 );
			const addressee = { requestId, number: 1, name: profile.name };
			expect( await tx.namedRequests( 'general' ) ).toEqual( [ addressee ] );
			expect( await tx.requestsNumbered( 'general', 1 ) ).toEqual( [ addressee ] );
			expect( await tx.requestsNumbered( 'general', 2 ) ).toEqual( [] );
			expect( await tx.requestsNumbered( 'other', 1 ) ).toEqual( [] );
			expect( ( await tx.conversation( id ) )?.profile ).toEqual( { ...profile, registeredAtMs: undefined } );
			expect( await tx.openRequest( id ) ).toEqual( {
				id: requestId, conversationId: id, wiki: 'enwiki', number: 1, state: 'answered', question: 'How\'s "this"? 🐢',
				questionEvent: '$q', context: undefined, askedAtMs, answeredAtMs: 9, rootEvent: '$card'
			} );
			expect( await tx.openRequest( id ) ).toEqual( await tx.request( requestId ) );
			for ( const eventId of [ '$card', '$one', '$one', '$two' ] as EventId[] ) {
				await tx.addToThread( requestId, eventId );
			}
			expect( await tx.latestInThread( requestId ) ).toBe( '$two' );
			expect( await tx.requestOfEvent( '$one' as EventId ) ).toBe( requestId );
			await tx.addToThread( requestId, '$addressed' as EventId, true );
			expect( await tx.isAddressed( '$addressed' as EventId ) ).toBe( true );
			expect( await tx.isAddressed( '$one' as EventId ) ).toBe( false );
			const mapping = ( mirror: string, source: string, more: Partial<Mapping> = {} ): Mapping => ( {
				mirror: { roomId: room, eventId: mirror as EventId }, source: { roomId: room, eventId: source as EventId },
				original: '$q' as EventId, isEdit: false, speaker: undefined, requestId, ...more
			} );
			const edit = mapping( '$edited', '$edit', { isEdit: true, speaker: newcomer } );
			for ( const one of [ edit, mapping( '$card', '$q' ), mapping( '$card', '$q' ), mapping( '$second', '$q' ) ] ) {
				await tx.addMapping( one );
			}
			expect( await tx.mapping( '$edited' as EventId ) ).toEqual( edit );
			expect( ( await tx.mappingsOf( '$q' as EventId ) ).map( ( { isEdit } ) => isEdit ) ).toEqual( [ false, false, true ] );
			expect( await tx.mappingsOfEdit( '$edit' as EventId ) ).toEqual( [ edit ] );
			await tx.removeMapping( '$edited' as EventId );
			expect( await tx.mapping( '$edited' as EventId ) ).toBeUndefined();
		} );
	} );

	it( 'knows in which order newcomers have said what', async () => {
		const support = '!support:example.org' as RoomId;
		await store.transaction( async ( tx ) => {
			for ( const [ index, user ] of [ newcomer, '@mw-5-:example.org' as UserId ].entries() ) {
				const { id: conversationId } = await tx.ensureConversation( { newcomer: user, wiki: 'enwiki', team: 'general' } );
				const { id } = await tx.addRequest( {
					conversationId, wiki: 'enwiki', question: '', questionEvent: `$q${ index }` as EventId, context: undefined, askedAtMs: 1
				} );
				await tx.setRequestRoot( id, `$card${ index }` as EventId );
			}
			const requests = [ ...await tx.requestsNumbered( 'general', 1 ), ...await tx.requestsNumbered( 'general', 2 ) ];
			const said = async ( request: number, name: string, speaker?: UserId ): Promise<void> => {
				const mirror = { roomId: support, eventId: `$${ name }` as EventId };
				const source = { roomId: room, eventId: `$of-${ name }` as EventId };
				const requestId = requests[ request ]!.requestId;
				await tx.addToThread( requestId, mirror.eventId );
				await tx.addMapping( { mirror, source, original: source.eventId, isEdit: false, speaker, requestId } );
			};
			await said( 0, 'card0' );
			await said( 1, 'card1' );
			await said( 0, 'one' );
			await said( 0, 'two' );
			await said( 0, 'answer', bot );
			const at = async ( name: string ): Promise<number> => ( await tx.threadPosition( `$${ name }` as EventId ) )!;
			const id = requests[ 0 ]!.requestId;
			expect( await tx.threadPosition( '$elsewhere' as EventId ) ).toBeUndefined();
			expect( ( await tx.newestSaid( id, support ) )?.source.eventId ).toBe( '$of-two' );
			expect( await tx.newestSaid( id, support, await at( 'one' ) ) ).toEqual( {
				source: { roomId: room, eventId: '$of-one' }, position: await at( 'one' )
			} );
			expect( await tx.newestSaid( id, room ) ).toBeUndefined();
			const between = async ( kind: 'all' | 'cards', after: number, upTo: number ): Promise<string[]> => (
				( await tx.saidBetween( support, after, upTo, kind ) ).map( ( { source } ) => source.eventId )
			);
			expect( await between( 'all', await at( 'card0' ), await at( 'answer' ) ) ).toEqual( [ '$of-card1', '$of-one', '$of-two' ] );
			expect( await between( 'cards', -500, await at( 'two' ) ) ).toEqual( [ '$of-card0', '$of-card1' ] );
		} );
	} );

	it( 'counts reactions, and knows the one that stands for them', async () => {
		await store.transaction( async ( tx ) => {
			const { id: conversationId } = await tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } );
			const target = '$target' as EventId;
			for ( const eventId of [ '$one', '$one', '$two' ] as EventId[] ) {
				await tx.addReaction( { eventId, roomId: room, sender: bot, target, key: '👍', conversationId } );
			}
			expect( await tx.removeReaction( '$one' as EventId ) ).toMatchObject( { eventId: '$one', key: '👍', target } );
			expect( await tx.removeReaction( '$one' as EventId ) ).toBeUndefined();
			expect( [ await tx.hasReactions( target, '👍' ), await tx.hasReactions( target, '👎' ) ] ).toEqual( [ true, false ] );
			await tx.setReactionMirror( target, '👍', { eventId: undefined, transactionId: 't' } );
			await tx.setReactionMirror( target, '👍', { eventId: '$mirror' as EventId, transactionId: 't' } );
			expect( await tx.reactionMirror( target, '👍' ) ).toEqual( { eventId: '$mirror', transactionId: 't' } );
			await tx.removeReactionsTo( target );
			expect( [ await tx.hasReactions( target, '👍' ), await tx.reactionMirror( target, '👍' ) ] ).toEqual( [ false, undefined ] );
		} );
	} );

	it( 'knows who is in a Support room, and what they may do there', async () => {
		await store.transaction( async ( tx ) => {
			await tx.setMember( room, { userId: newcomer, displayName: undefined } );
			await tx.setMember( room, { userId: newcomer, displayName: 'Nita' } );
			await tx.setMember( room, { userId: bot, displayName: undefined } );
			expect( await tx.member( room, newcomer ) ).toEqual( { userId: newcomer, displayName: 'Nita' } );
			await tx.removeMember( room, newcomer );
			expect( await tx.member( room, newcomer ) ).toBeUndefined();
			await tx.removeMembers( room );
			expect( await tx.member( room, bot ) ).toBeUndefined();
			expect( await tx.powerLevels( room ) ).toBeUndefined();
			await tx.setPowerLevels( room, { users: {} } );
			await tx.setPowerLevels( room, { users: { [ bot ]: 100 } } );
			expect( await tx.powerLevels( room ) ).toEqual( { users: { [ bot ]: 100 } } );
		} );
	} );

	it( 'gives back a text with a character that no database keeps, without that', async () => {
		await store.transaction( ( tx ) => tx.setMember( room, { userId: newcomer, displayName: 'a\0b' } ) );
		expect( ( await store.transaction( ( tx ) => tx.member( room, newcomer ) ) )?.displayName ).toBe( 'a\ufffdb' );
	} );

	it( 'refuses what contradicts itself, without breaking', async () => {
		const request = { conversationId: 1, wiki: 'enwiki', question: 'q', questionEvent: '$q' as EventId, context: undefined, askedAtMs: 1 };
		await store.transaction( ( tx ) => tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } ) );
		await store.transaction( ( tx ) => tx.addRequest( request ) );
		const refused = await store.transaction( ( tx ) => tx.addRequest( request ) ).catch( ( error: unknown ) => error );
		expect( refused ).toBeInstanceOf( Error );
		expect( refused ).not.toBeInstanceOf( StoreError );
		expect( await store.transaction( ( tx ) => tx.openRequest( 1 ) ) ).toMatchObject( { number: 1 } );
	} );

	it( 'keeps nothing of a transaction that goes on after something in it was refused', async () => {
		const request = { conversationId: 99, wiki: 'enwiki', question: 'q', questionEvent: '$q' as EventId, context: undefined, askedAtMs: 1 };
		await expect( store.transaction( async ( tx ) => {
			await tx.setPosition( bot, 's1' );
			await tx.addRequest( request ).catch( () => {} );
		} ) ).rejects.toThrow( 'nothing of it is kept' );
		expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBeUndefined();
	} );

	it( 'has everything when it is opened again, and is still the same store', async () => {
		const id = await store.transaction( ( tx ) => tx.storeId() );
		await store.transaction( ( tx ) => tx.setPosition( bot, 's5' ) );
		await store.reopen();
		expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBe( 's5' );
		expect( await store.transaction( ( tx ) => tx.storeId() ) ).toBe( id );
		expect( id ).toMatch( /^[\da-f-]{36}$/ );
	} );
} );
