import { afterEach, beforeEach, inject } from 'vitest';
import type { EventId, RoomId, UserId } from '../../src/protocol/ids.ts';
import type { NewItem } from '../../src/relay/routing/model.ts';
import type { Store } from '../../src/relay/routing/ports.ts';
import { migrations } from '../../src/relay/store/migrations.ts';
import { createStore } from '../../src/relay/store/store.ts';
import type { OpenOptions, StoreKind, StorePlace } from './store-places.ts';
import { makeStorePlace, openDatabase } from './store-places.ts';

export const bot = '@bot:example.org' as UserId;
export const newcomer = '@mw-4-:example.org' as UserId;
export const room = '!room:example.org' as RoomId;
export const DAY_MS = 86_400_000;

/** Something that waits to be sent. */
export const say = ( eventId: string, lane = '1:in', roomId = room ): NewItem => ( {
	lane, receiver: bot, transactionId: `say ${ eventId }`,
	task: { kind: 'say', roomId, eventId: eventId as EventId, conversationId: 1, text: eventId, saidAtMs: 1, context: undefined }
} );

/** The store that a test looks at; it may close it and open it again. */
export interface TestStore extends Store {
	/** Its clock, which stands still. */
	nowMs: number;
	readonly place: StorePlace;
	/** Closes it and goes on in another place, where nothing is open yet. */
	moveTo( place: StorePlace ): Promise<void>;
	/** Opens what is in the place as one more relay would. */
	open( options?: OpenOptions, steps?: readonly string[] ): Promise<Store>;
	/** Opens it anew; it is closed before, if it is open. */
	reopen( steps?: readonly string[] ): Promise<void>;
}

/** Opens a store for each test of the `describe` around, in a place of its own, and closes it afterwards. */
export function storeForEachTest( kind: StoreKind ): TestStore {
	let place: StorePlace;
	let current: Store | undefined;

	const tested: TestStore = {
		nowMs: 0,
		get place() {
			return place;
		},
		transaction( work ) {
			return current!.transaction( work );
		},
		async close() {
			await current?.close();
			current = undefined;
		},
		async moveTo( next ) {
			await tested.close();
			place.dispose();
			place = next;
		},
		open: async ( options = {}, steps = migrations ) => (
			createStore( await openDatabase( place.location, options ), { now: () => tested.nowMs, keepSetAsideMs: 90 * DAY_MS }, steps )
		),
		async reopen( steps ) {
			await tested.close();
			current = await tested.open( {}, steps );
		}
	};

	beforeEach( async () => {
		tested.nowMs = 1_000;
		place = await makeStorePlace( kind, inject( 'postgresUrl' ) );
		await tested.reopen();
	} );
	afterEach( async () => {
		await tested.close();
		place.dispose();
	} );
	return tested;
}
