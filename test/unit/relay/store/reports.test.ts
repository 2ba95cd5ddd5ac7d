import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../../src/protocol/ids.ts';
import type { Store } from '../../../../src/relay/routing/ports.ts';
import type { NewItem } from '../../../../src/relay/routing/model.ts';
import { openStoreBeside } from '../../../../src/relay/store/store.ts';
import { openScratchStore } from '../../../support/relay-store.ts';

const bot = '@bot:example.org' as UserId;
const newcomer = '@mw-4-:example.org' as UserId;

let scratch: ReturnType<typeof openScratchStore>;
beforeEach( () => {
	scratch = openScratchStore( 5_000 );
} );
afterEach( () => scratch.dispose() );

const notice = ( lane: string, event: string ): NewItem => ( {
	lane, receiver: bot, transactionId: event, task: { kind: 'notice', roomId: '!r' as RoomId, code: 'request-open', about: event as EventId }
} );

describe( 'what a store tells of itself', () => {
	it( 'is nothing in the beginning', async () => {
		await scratch.store.transaction( async ( tx ) => {
			expect( await tx.figures() ).toEqual( { waiting: 0, oldestWaitingAtMs: undefined, setAside: [], requests: [], receivers: [] } );
			expect( await tx.waitingLanes() ).toEqual( [] );
			expect( await tx.setAsideItems( 10 ) ).toEqual( [] );
		} );
	} );

	it( 'counts what waits, what was set aside and requests, and says when each account received last', async () => {
		await scratch.store.transaction( async ( tx ) => {
			const { id: conversationId } = await tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } );
			const { id } = await tx.addRequest( {
				conversationId, wiki: 'enwiki', question: 'q', questionEvent: '$q' as EventId, context: undefined, askedAtMs: 1
			} );
			await tx.setRequestAnswered( id, 2 );
			for ( const item of [ notice( 'a', '$1' ), notice( 'b', '$2' ), notice( 'b', '$3' ) ] ) {
				await tx.enqueue( item );
			}
			await tx.refuseItem( ( await tx.nextInLane( 'a' ) )!, 'too large' );
			await tx.setPosition( bot, 's1' );
			expect( await tx.figures() ).toEqual( {
				waiting: 2, oldestWaitingAtMs: 5_000, setAside: [ { kind: 'notice', count: 1 } ],
				requests: [ { wiki: 'enwiki', state: 'answered', count: 1 } ], receivers: [ { receiver: bot, takenAtMs: 5_000 } ]
			} );
			expect( await tx.waitingLanes() ).toEqual( [ { lane: 'b', waiting: 2, oldestAtMs: 5_000 } ] );
			expect( await tx.setAsideItems( 10 ) ).toEqual( [ { lane: 'a', kind: 'notice', event: '$1', reason: 'too large', atMs: 5_000 } ] );
		} );
	} );
} );

describe( 'a store that is opened beside its relay', () => {
	const openBeside = ( file: string, now = Date.now ): Promise<Store> => (
		openStoreBeside( { kind: 'sqlite', path: file }, { now, keepSetAsideMs: 1_000 } )
	);

	it( 'can be read for the status', async () => {
		await scratch.store.transaction( ( tx ) => tx.pendingLanes() );
		const beside = await openBeside( scratch.file );
		await scratch.store.transaction( ( tx ) => tx.setPosition( bot, 's1' ) );
		expect( ( await beside.transaction( ( tx ) => tx.figures() ) ).receivers ).toHaveLength( 1 );
		await beside.close();
	} );

	it( 'can be paused, which the relay sees and keeps', async () => {
		await scratch.store.transaction( ( tx ) => tx.pendingLanes() );
		const beside = await openBeside( scratch.file, () => 7 );
		await beside.transaction( ( tx ) => tx.setPause( '*', 'training' ) );
		await beside.transaction( ( tx ) => tx.setPause( '*', 'longer training' ) );
		expect( await scratch.store.transaction( ( tx ) => tx.pauses() ) ).toEqual( [ { scope: '*', reason: 'longer training', sinceMs: 7 } ] );
		expect( await beside.transaction( ( tx ) => tx.removePause( '*' ) ) ).toBe( true );
		expect( await beside.transaction( ( tx ) => tx.removePause( '*' ) ) ).toBe( false );
		await beside.close();
	} );

	it( 'has to be there', async () => {
		await expect( openBeside( `${ scratch.file }.not` ) ).rejects.toThrow( /There is no store at .*check store\.path/ );
	} );
} );
