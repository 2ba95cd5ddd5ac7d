import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MatrixFailure } from '../../../src/matrix/index.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { OutboxItem } from '../../../src/relay/routing/model.ts';
import { NotYet } from '../../../src/relay/refusal.ts';
import type { Sender } from '../../../src/relay/sender.ts';
import { createSender } from '../../../src/relay/sender.ts';
import { StoreError } from '../../../src/relay/store/database.ts';
import { openScratchStore, silentLog } from '../../support/relay-store.ts';
import { comes } from '../../support/waiting.ts';

const bot = '@bot:example.org' as UserId;
const roomId = '!room:example.org' as RoomId;

let scratch: ReturnType<typeof openScratchStore>;
let sender: Sender;
let done: string[];
let attempts: number;
let broken: unknown;
let behave: ( item: OutboxItem ) => Promise<void>;

beforeEach( () => {
	scratch = openScratchStore();
	done = [];
	attempts = 0;
	broken = undefined;
	behave = async () => {};
	sender = createSender( {
		// Longer than any test: what is tried again in one was woken.
		store: scratch.store, lanesAtOnce: 2, bot, log: silentLog, random: () => 0, firstDelayMs: 30_000,
		onBroken: ( error ) => {
			broken = error;
		},
		async doTask( item ) {
			attempts += 1;
			await behave( item );
			await scratch.store.transaction( ( tx ) => tx.removeItem( item.id ) );
			done.push( item.transactionId );
			return [];
		}
	} );
} );
afterEach( async () => {
	await sender.stop( 1_000 );
	await scratch.dispose();
} );

async function put( lane: string, ...names: string[] ): Promise<void> {
	await scratch.store.transaction( async ( tx ) => {
		for ( const name of names ) {
			await tx.enqueue( { lane, receiver: bot, transactionId: name, task: { kind: 'notice', roomId, code: 'request-open', about: `$${ name }` as EventId } } );
		}
	} );
	sender.wake( [ lane ] );
}

const comesTo = ( expected: string[] ): Promise<void> => comes( () => expect( done ).toEqual( expected ) );

describe( 'a lane', () => {
	it( 'that waits for something else goes on when it is woken, although a failing one does not', async () => {
		const tries = { waiting: 0, failing: 0 };
		behave = async ( { lane } ) => {
			tries[ lane as keyof typeof tries ] += 1;
			throw lane === 'waiting' ? new NotYet( 'not there' ) : new MatrixFailure( 'limited', 'slowly', { retryAfterMs: 60_000 } );
		};
		await put( 'waiting', '1' );
		await put( 'failing', '2' );
		await comes( () => expect( tries ).toEqual( { waiting: 1, failing: 1 } ) );
		// What it would wait doubles each time: to a minute, by then.
		for ( let woken = 1; woken < 10; woken++ ) {
			sender.wake( [ 'waiting', 'failing' ] );
			await comes( () => expect( tries.waiting ).toBeGreaterThan( woken ) );
		}
		expect( tries.failing ).toBe( 1 );
	} );

	it( 'is done in order, also what is added while it is worked on', async () => {
		await put( 'a', '1', '2' );
		await put( 'a', '3' );
		await comesTo( [ '1', '2', '3' ] );
	} );

	it( 'of places in the queue waits until messages are through, and there is one at a time', async () => {
		const answers: ( () => void )[] = [];
		behave = () => new Promise( ( resolve ) => answers.push( resolve ) );
		await put( '1:in', 'message' );
		await comes( () => expect( answers ).toHaveLength( 1 ) );
		for ( const id of [ 1, 2, 3 ] ) {
			await put( `${ id }:place`, `place ${ id }` );
		}
		expect( attempts ).toBe( 1 );
		answers.shift()!();
		for ( const count of [ 2, 3, 4 ] ) {
			await comes( () => expect( attempts ).toBe( count ) );
			expect( answers ).toHaveLength( 1 );
			answers.shift()!();
		}
		await comesTo( [ 'message', 'place 1', 'place 2', 'place 3' ] );
	} );

	it( 'of a place keeps nobody from stopping', async () => {
		for ( let id = 0; id < 50; id++ ) {
			await put( `${ id }:place`, `place ${ id }` );
		}
		expect( await sender.stop( 5_000 ) ).toBe( true );
		expect( done.length ).toBeLessThan( 20 );
	} );

	it( 'of what was seen holds up no message, however long it takes', async () => {
		const answers: ( () => void )[] = [];
		behave = ( { lane } ) => lane.endsWith( ':seen' ) ? new Promise( ( resolve ) => answers.push( resolve ) ) : Promise.resolve();
		for ( const id of [ 1, 2, 3, 4, 5 ] ) {
			await put( `${ id }:seen`, `seen ${ id }` );
		}
		await comes( () => expect( attempts ).toBe( 2 ) );
		await sender.quiet( 3_600_000 );
		await put( '1:out', 'message' );
		await comesTo( [ 'message' ] );
		behave = async () => {};
		answers.forEach( ( answer ) => answer() );
		await comes( () => expect( done ).toHaveLength( 6 ) );
	} );

	it( 'waits at what fails for the moment, without holding others up, and goes on when the homeserver is back', async () => {
		let isDown = true;
		behave = async ( { lane } ) => {
			if ( lane === 'a' && isDown ) {
				throw new MatrixFailure( 'unreachable', 'cut off' );
			}
		};
		await put( 'a', 'a1', 'a2' );
		await put( 'b', 'b1' );
		await put( 'c', 'c1' );
		await put( 'd', 'd1' );
		await comes( () => expect( [ ...done ].sort() ).toEqual( [ 'b1', 'c1', 'd1' ] ) );
		expect( attempts ).toBe( 4 );
		isDown = false;
		sender.retryNow();
		await comes( () => expect( done.slice( 3 ) ).toEqual( [ 'a1', 'a2' ] ) );
	} );

	it.each( [ 'limited', 'server', 'unreachable' ] as const )( 'that waits (%s) holds no place, however many wait', async ( code ) => {
		behave = async ( { lane } ) => {
			if ( lane.startsWith( 'slow' ) ) {
				throw new MatrixFailure( code, 'later', { retryAfterMs: 3_600_000 } );
			}
		};
		const slow = [ 'slow1', 'slow2', 'slow3', 'slow4', 'slow5' ];
		for ( const lane of slow ) {
			await put( lane, lane );
		}
		await comes( () => expect( attempts ).toBe( slow.length ) );
		await put( 'fast', 'f1', 'f2' );
		await comesTo( [ 'f1', 'f2' ] );
		expect( attempts ).toBe( slow.length + 2 );
	} );

	it( 'tries once more when the homeserver seems to be back, and waits again when it is not', async () => {
		behave = async () => {
			throw new MatrixFailure( 'server', 'later' );
		};
		await put( 'a', '1' );
		await comes( () => expect( attempts ).toBe( 1 ) );
		sender.retryNow();
		await comes( () => expect( attempts ).toBeGreaterThan( 1 ) );
		behave = async () => {};
		await put( 'b', '2' );
		await comesTo( [ '2' ] );
		expect( attempts ).toBe( 3 );
	} );

	it( 'that was told how long to wait does so, also when the homeserver seems to be back', async () => {
		behave = async ( { lane } ) => {
			if ( lane === 'told' ) {
				throw new MatrixFailure( 'limited', 'slow down', { retryAfterMs: 3_600_000 } );
			}
		};
		await put( 'told', '1' );
		await comes( () => expect( attempts ).toBe( 1 ) );
		behave = async () => {};
		sender.retryNow();
		await put( 'other', '2' );
		await comesTo( [ '2' ] );
		expect( attempts ).toBe( 2 );
	} );

	it( 'goes on without what is refused for good', async () => {
		behave = async ( { transactionId } ) => {
			if ( transactionId === '1' ) {
				throw new MatrixFailure( 'forbidden', 'M_FORBIDDEN (403)' );
			}
		};
		await put( 'a', '1', '2' );
		await comesTo( [ '2' ] );
		expect( await scratch.store.transaction( ( tx ) => tx.nextInLane( 'a' ) ) ).toBeUndefined();
	} );

	it( 'goes on without what a bug stumbles over', async () => {
		behave = async ( { transactionId } ) => {
			if ( transactionId === '1' ) {
				throw new TypeError( 'a bug' );
			}
		};
		await put( 'a', '1', '2' );
		await comesTo( [ '2' ] );
		expect( broken ).toBeUndefined();
	} );

	it( 'keeps everything while the token is no longer good', async () => {
		behave = async () => {
			throw new MatrixFailure( 'unauthorised', 'M_UNKNOWN_TOKEN (401)' );
		};
		await put( 'a', '1' );
		await comes( () => expect( attempts ).toBeGreaterThan( 0 ) );
		await sender.stop( 1_000 );
		expect( ( await scratch.store.transaction( ( tx ) => tx.nextInLane( 'a' ) ) )?.transactionId ).toBe( '1' );
	} );

	it( 'ends the relay when the store fails', async () => {
		behave = async () => {
			throw new StoreError( 'disk full' );
		};
		await put( 'a', '1' );
		await comes( () => expect( broken ).toMatchObject( { message: 'disk full' } ) );
	} );
} );

describe( 'stopping', () => {
	it( 'finishes what was begun and begins nothing more', async () => {
		const begun = Promise.withResolvers<void>();
		const release = Promise.withResolvers<void>();
		behave = async () => {
			begun.resolve();
			await release.promise;
		};
		await put( 'a', '1', '2' );
		await begun.promise;
		const stopped = sender.stop( 60_000 );
		release.resolve();
		expect( await stopped ).toBe( true );
		expect( done ).toEqual( [ '1' ] );
	} );

	it( 'waits no longer than told for what hangs', async () => {
		const begun = Promise.withResolvers<void>();
		const release = Promise.withResolvers<void>();
		behave = () => {
			begun.resolve();
			return release.promise;
		};
		await put( 'a', '1' );
		await begun.promise;
		expect( await sender.stop( 0 ) ).toBe( false );
		release.resolve();
		await comesTo( [ '1' ] );
	} );
} );

describe( 'quiet', () => {
	const never = 2 ** 30;

	it( 'is at once what has nothing to do', async () => {
		await sender.quiet( never );
	} );

	it( 'comes when the last lane is done', async () => {
		await put( 'a', '1', '2' );
		await put( 'b', '3' );
		await sender.quiet( never );
		expect( done.toSorted() ).toEqual( [ '1', '2', '3' ] );
	} );

	it( 'does not wait for a lane that waits for another try', async () => {
		behave = async () => {
			throw new MatrixFailure( 'unreachable', 'cut off' );
		};
		await put( 'a', '1' );
		await sender.quiet( never );
		expect( attempts ).toBe( 1 );
		behave = async () => {};
		sender.retryNow();
		await comesTo( [ '1' ] );
	} );

	it( 'is waited for no longer than told', async () => {
		let finish: () => void = () => {};
		behave = () => new Promise( ( resolve ) => {
			finish = resolve;
		} );
		await put( 'a', '1' );
		await sender.quiet( 0 );
		expect( done ).toEqual( [] );
		await comes( () => expect( attempts ).toBe( 1 ) );
		finish();
		await sender.quiet( never );
		expect( done ).toEqual( [ '1' ] );
	} );
} );
