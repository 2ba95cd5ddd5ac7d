import { createServiceClient, startHoldingLoop } from '../../../src/matrix/index.ts';
import type { UserId } from '../../../src/protocol/ids.ts';
import { createHomeserver } from '../../../src/relay/matrix/homeserver.ts';
import { createProfiles } from '../../../src/relay/profiles.ts';
import { createReceiver, noteSupportRoom } from '../../../src/relay/receiver.ts';
import type { Store } from '../../../src/relay/routing/ports.ts';
import type { SetAside } from '../../../src/relay/routing/reports.ts';
import { createSender } from '../../../src/relay/sender.ts';
import { createDoTask } from '../../../src/relay/tasks.ts';
import { openScratchStore, silentLog } from '../relay-store.ts';
import type { FakeAnswer, FakeRequest } from './fake-endpoints.ts';
import { createFakeEndpoints, readFakeRequest } from './fake-endpoints.ts';
import { fakeBot, fakeSupport } from './fake-house.ts';
import type { FakeRooms } from './fake-rooms.ts';
import { answerSync, placeOf } from './fake-sync.ts';

const LONGEST_SETTLING_MS = 10_000;
const NOW_MS = 1_000;

/** The relay's pipelines over a real store and the real client, with rooms in memory and without a network. */
export type FakeRelay = {
	readonly store: Store;
	/** All requests, in order. */
	readonly requests: readonly FakeRequest[];
	/** How long receiving was to wait, each time, in ms; it does not. */
	readonly waits: readonly number[];
	readonly scratch: ReturnType<typeof openScratchStore>;
	/** Resolves when all that has happened was received, and all that follows from it was done. @throws what ended the relay */
	settle(): Promise<void>;
	/** Ends the waiting of what failed. */
	retryNow(): void;
	setAside(): Promise<SetAside[]>;
	/** Ends it, the store staying as it is. */
	stop(): Promise<void>;
	dispose(): Promise<void>;
};

export type FakeRelayOptions = {
	/** Changes what the homeserver answers. */
	readonly tamper?: ( request: FakeRequest, body: unknown ) => unknown;
	/** How a request fails: without an answer, before or after it was done, or with another answer. */
	readonly faultOf?: ( request: FakeRequest ) => 'before' | 'after' | FakeAnswer | undefined;
	/** How the wiki calls every newcomer. */
	readonly name?: string;
	/** Before something that failed is tried again, in ms. */
	readonly firstDelayMs?: number;
	/** The store of an earlier one that has been stopped, and how long ago that was. */
	readonly after?: Pick<FakeRelay, 'scratch'> & { readonly agoMs: number };
};

export async function startFakeRelay( rooms: FakeRooms, options: FakeRelayOptions = {} ): Promise<FakeRelay> {
	const { tamper = ( _, body ) => body, faultOf = () => undefined, name = 'PygmyFan', after } = options;
	const scratch = after?.scratch ?? openScratchStore( NOW_MS );
	const { store } = scratch;
	const requests: FakeRequest[] = [];
	const waits: number[] = [];
	const answer = createFakeEndpoints( rooms );
	let heldAt = -1;
	let broken: unknown;

	const client = createServiceClient( {
		homeserverUrl: 'http://fake', accessToken: 'token', actAs: { userId: fakeBot, deviceId: 'RELAY' },
		async fetch( input, init ) {
			const request = readFakeRequest( init?.method ?? 'GET', new URL( String( input ) ), typeof init?.body === 'string' ? init.body : '' );
			const gone = init?.signal ?? new AbortController().signal;
			heldAt = request.endpoint === 'sync' ? placeOf( request.query.get( 'since' ) ?? 's0' ) : heldAt;
			const fault = faultOf( request );
			requests.push( request );
			if ( fault === 'before' ) {
				throw new TypeError( 'fetch failed' );
			}
			const { status, body } = typeof fault === 'object' ? fault : await answer( request, gone );
			if ( fault === 'after' ) {
				throw new TypeError( 'fetch failed' );
			}
			gone.throwIfAborted();
			return Response.json( status === 200 ? tamper( request, body ) : body, { status } );
		}
	} );
	const shared = { store, bot: fakeBot, log: silentLog, serverName: 'example.org' };
	const receiver = createReceiver( {
		...shared, receiver: fakeBot, ownAccounts: new Set<UserId>( [ fakeBot ] ), wikis: new Set( [ 'testwiki' ] ),
		teamOfRoom: new Map( [ [ fakeSupport, 'general' ] ] ), teams: new Set( [ 'general' ] ), messagesPerMinute: 1_000
	} );
	const profiles = createProfiles( {
		...shared, random: () => 0, onWork: ( lanes ) => sender.wake( lanes ),
		directory: { find: () => Promise.resolve( { name, editCount: 3, registeredAtMs: undefined, isBlocked: false } ) }
	} );
	const sender = createSender( {
		...shared, lanesAtOnce: 8, random: () => 0, seenAfterMs: 0,
		...( options.firstDelayMs !== undefined && { firstDelayMs: options.firstDelayMs } ),
		onBroken: ( error ) => {
			broken ??= error;
		},
		doTask: createDoTask( {
			...shared, profiles, now: () => NOW_MS + ( after?.agoMs ?? 0 ), wikiLookupMs: 1_000, closeAfterMs: 0, toldEveryMs: 0,
			wikis: { testwiki: { name: 'Test wiki', articleUrl: 'https://wiki.example/wiki/$1' } },
			supportRooms: new Map( [ [ 'general', fakeSupport ] ] ), homeservers: new Map( [ [ fakeBot, createHomeserver( client, fakeBot ) ] ] )
		} )
	} );
	await noteSupportRoom( store, fakeBot, fakeSupport, await client.roomState( fakeSupport ) );
	const since = await store.transaction( ( tx ) => tx.position( fakeBot ) );
	const loop = startHoldingLoop( {
		client, ...( since !== undefined && { since } ), filter: { room: { timeline: { limit: 20 } } }, random: () => 0,
		sleep( delayMs ) {
			waits.push( delayMs );
			return new Promise( ( resolve ) => setImmediate( resolve ) );
		},
		gap: ( roomId ) => receiver.gap( roomId ),
		takenInAtMs: () => NOW_MS,
		async onBatch( batch ) {
			sender.wake( await receiver.takeIn( batch ) );
		}
	} );
	loop.ended.catch( ( error: unknown ) => {
		broken ??= error;
	} );
	sender.wake( await store.transaction( ( tx ) => tx.pendingLanes() ) );
	async function stop(): Promise<void> {
		profiles.stop();
		await Promise.all( [ loop.stop(), sender.stop( 1_000 ) ] );
	}

	return {
		store, scratch, requests, waits, stop,
		retryNow: () => sender.retryNow(),
		async settle() {
			const giveUpAt = Date.now() + LONGEST_SETTLING_MS;
			const pending = (): Promise<string[]> => store.transaction( ( tx ) => tx.pendingLanes() );
			for ( let isIdle = false; !isIdle; ) {
				await new Promise( ( resolve ) => setImmediate( resolve ) );
				if ( broken !== undefined ) {
					throw broken;
				}
				if ( Date.now() > giveUpAt ) {
					throw new Error( `at ${ heldAt } of ${ rooms.events.length }, with ${ ( await pending() ).join( ', ' ) } to do` );
				}
				isIdle = heldAt >= 0 && answerSync( rooms, fakeBot, heldAt, 1 ).isEmpty && ( await pending() ).length === 0;
			}
		},
		setAside: () => store.transaction( ( tx ) => tx.setAsideItems( 1_000 ) ),
		async dispose() {
			await stop();
			await scratch.dispose();
		}
	};
}
