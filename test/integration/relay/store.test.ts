import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { NewItem } from '../../../src/relay/routing/model.ts';
import type { Mapping, Store } from '../../../src/relay/routing/ports.ts';
import type { Database } from '../../../src/relay/store/database.ts';
import { StoreError } from '../../../src/relay/store/database.ts';
import { migrate } from '../../../src/relay/store/migrate.ts';
import { migrations } from '../../../src/relay/store/migrations.ts';
import { openPostgresDatabase } from '../../../src/relay/store/postgres-database.ts';
import { createStore } from '../../../src/relay/store/store.ts';
import { freePort } from '../../support/homeserver.ts';
import { queryPostgres } from '../../support/postgres.ts';
import { until } from '../../support/relay-house.ts';
import type { OpenOptions, StorePlace } from '../../support/store-places.ts';
import { makeStorePlace, openDatabase, storeKinds } from '../../support/store-places.ts';

const bot = '@bot:example.org' as UserId;
const newcomer = '@mw-4-:example.org' as UserId;
const room = '!room:example.org' as RoomId;
const DAY_MS = 86_400_000;
const statements = migrations.flatMap( ( step ) => step.split( ';' ).map( ( text ) => text.trim() ).filter( Boolean ) );

const say = ( eventId: string, lane = '1:in', roomId = room ): NewItem => ( {
	lane, receiver: bot, transactionId: `say ${ eventId }`,
	task: { kind: 'say', roomId, eventId: eventId as EventId, conversationId: 1, text: eventId, saidAtMs: 1, context: undefined }
} );

describe.each( storeKinds )( 'a store in %s', ( kind ) => {
	let place: StorePlace;
	let nowMs: number;
	let store: Store;

	const open = async ( options: OpenOptions = {}, steps = migrations ): Promise<Store> => (
		createStore( await openDatabase( place.location, options ), { now: () => nowMs, keepSetAsideMs: 90 * DAY_MS }, steps )
	);
	const reopen = async ( steps = migrations ): Promise<void> => {
		await store.close();
		store = await open( {}, steps );
	};
	function spawnChild( ...args: string[] ): ChildProcess {
		const child = spawn( process.execPath, [
			path.join( import.meta.dirname, '../../support/store-child.ts' ), JSON.stringify( place.location ), ...args
		], { stdio: [ 'ignore', 'pipe', 'inherit' ] } );
		onTestFinished( () => void child.kill( 'SIGKILL' ) );
		return child;
	}

	beforeEach( async () => {
		nowMs = 1_000;
		place = await makeStorePlace( kind, inject( 'postgresUrl' ) );
		store = await open();
	} );
	afterEach( async () => {
		await store.close();
		place.dispose();
	} );

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
			expect( first ).toEqual( { ...say( 'a' ), id: expect.any( Number ) as number, createdAtMs: nowMs } );
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
			expect( await tx.openRequests( 'general' ) ).toEqual( [] );
			await tx.setRequestRoot( requestId, '$card' as EventId );
			await tx.setRequestAnswered( requestId, 9 );
			expect( await tx.openRequests( 'general' ) ).toEqual( [ {
				conversation: { id, newcomer, wiki: 'enwiki', team: 'general', profile: { ...profile, registeredAtMs: undefined } },
				request: {
					id: requestId, conversationId: id, wiki: 'enwiki', number: 1, state: 'answered', question: 'How\'s "this"? 🐢',
					questionEvent: '$q', context: undefined, askedAtMs, answeredAtMs: 9, rootEvent: '$card'
				}
			} ] );
			expect( await tx.openRequest( id ) ).toEqual( await tx.request( requestId ) );
			for ( const eventId of [ '$card', '$one', '$one', '$two' ] as EventId[] ) {
				await tx.addToThread( requestId, eventId );
			}
			expect( await tx.latestInThread( requestId ) ).toBe( '$two' );
			expect( await tx.requestOfEvent( '$one' as EventId ) ).toBe( requestId );
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
			const requests = await tx.openRequests( 'general' );
			const said = async ( request: number, name: string, speaker?: UserId ): Promise<void> => {
				const mirror = { roomId: support, eventId: `$${ name }` as EventId };
				const source = { roomId: room, eventId: `$of-${ name }` as EventId };
				const requestId = requests[ request ]!.request.id;
				await tx.addToThread( requestId, mirror.eventId );
				await tx.addMapping( { mirror, source, original: source.eventId, isEdit: false, speaker, requestId } );
			};
			await said( 0, 'card0' );
			await said( 1, 'card1' );
			await said( 0, 'one' );
			await said( 0, 'two' );
			await said( 0, 'answer', bot );
			const at = async ( name: string ): Promise<number> => ( await tx.threadPosition( `$${ name }` as EventId ) )!;
			const id = requests[ 0 ]!.request.id;
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
		await reopen();
		expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBe( 's5' );
		expect( await store.transaction( ( tx ) => tx.storeId() ) ).toBe( id );
		expect( id ).toMatch( /^[\da-f-]{36}$/ );
	} );

	describe( 'one at a time', () => {
		it( 'is refused to a second relay while the first lives, with a sentence that says so', async () => {
			await expect( open( { lockWithinMs: 0 } ) ).rejects.toThrow( /^Another relay uses the store .*; only one may at a time\. Stop it first\.$/ );
			expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBeUndefined();
		} );

		it( 'is free again when the relay that used it was killed', async () => {
			await store.close();
			const child = spawnChild();
			await once( child.stdout!, 'data' );
			await expect( open( { lockWithinMs: 0 } ) ).rejects.toThrow( /Another relay uses the store/ );
			child.kill( 'SIGKILL' );
			await once( child, 'exit' );
			store = await open();
		} );
	} );

	describe( 'a migration', () => {
		it( 'of a newer relay is refused', async () => {
			await reopen( [ ...migrations, 'CREATE TABLE later ( id INTEGER PRIMARY KEY ) STRICT' ] );
			await store.close();
			await expect( open() ).rejects.toThrow( new RegExp( `was written by a newer relay \\(version ${ migrations.length + 1 }, this one knows ${ migrations.length }\\)\\. Run the newer one\\.$` ) );
			store = await open( {}, [ ...migrations, '' ] );
		} );

		it( 'keeps what is there, and comes after all others', async () => {
			await store.transaction( ( tx ) => tx.setPosition( bot, 's1' ) );
			await reopen( [ ...migrations, 'ALTER TABLE position ADD COLUMN more INTEGER; UPDATE position SET more = 7' ] );
			expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBe( 's1' );
		} );

		it( 'keeps the mirrors that an older relay has noted', async () => {
			await store.close();
			place.dispose();
			place = await makeStorePlace( kind, inject( 'postgresUrl' ) );
			const old = await openDatabase( place.location );
			await migrate( old, migrations.slice( 0, 1 ) );
			await old.transaction( async ( { run } ) => {
				await run( 'INSERT INTO conversation ( newcomer, wiki, team ) VALUES ( \'@n:x\', \'enwiki\', \'general\' )' );
				await run( `INSERT INTO request ( conversation_id, wiki, number, state, question, question_event, asked_at )
					VALUES ( 1, 'enwiki', 1, 'waiting', 'q', '$q', 1 )` );
				await run( `INSERT INTO mapping ( source_event, source_room, mirror_event, mirror_room, request_id )
					VALUES ( '$q', '!r:x', '$card', '!s:x', 1 )` );
			} );
			await old.close();
			store = await open();
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
			place.dispose();
			place = another;
			store = await open();
			await store.transaction( ( tx ) => tx.setPosition( bot, 's1' ) );
		} );

		it( 'that is killed between two statements is made by the next relay', async () => {
			await store.close();
			place.dispose();
			place = await makeStorePlace( kind, inject( 'postgresUrl' ) );
			for ( const life of [ 1, statements.length - 1 ] ) {
				const child = spawnChild( String( life ) );
				expect( await once( child, 'exit' ) ).toEqual( [ null, 'SIGKILL' ] );
			}
			store = await open();
			await store.transaction( ( tx ) => tx.setPosition( bot, 's1' ) );
		} );
	} );

	if ( kind === 'PostgreSQL' ) {
		const url = (): string => place.location.kind === 'postgres' ? place.location.url : '';
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
			const first = await open( { onLost: ( error ) => {
				lost = error;
			} } );
			await cut();
			await until( 'the relay to notice', () => lost !== undefined );
			expect( lost?.message ).toMatch( /^The store postgresql:\/\/127\.0\.0\.1:\d+\/test_\S+ fails: / );
			store = await open();
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
			store = await open();
			expect( await store.transaction( ( tx ) => tx.position( bot ) ) ).toBeUndefined();
		} );

		it( 'is free again when a relay was killed in the middle of a long statement', async () => {
			await store.close();
			const child = spawnChild( 'Infinity', 'SELECT pg_sleep( 3600 )' );
			await until( 'the statement to run', async () => ( await queryPostgres( inject( 'postgresUrl' ),
				'SELECT 1 FROM pg_stat_activity WHERE query = \'SELECT pg_sleep( 3600 )\' AND state = \'active\'' ) ).length > 0 );
			child.kill( 'SIGKILL' );
			store = await open();
		} );

		it( 'is opened with a password that is kept elsewhere', async () => {
			await store.close();
			const password = decodeURIComponent( new URL( url() ).password );
			const database = await openDatabase( { kind: 'postgres', url: changed( ( address ) => {
				address.password = '';
			} ), password } );
			await database.close();
			store = await open();
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
			store = await open();
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
