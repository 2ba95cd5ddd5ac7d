import { describe, expect, it } from 'vitest';
import type { MessagesPage, MessagesRequest, SyncRequest, SyncResponse } from '../../../src/matrix/client.ts';
import { MatrixFailure } from '../../../src/matrix/failure.ts';
import { fillEachGap } from '../../../src/matrix/gaps.ts';
import type { HoldingLoopOptions } from '../../../src/matrix/held-rooms.ts';
import { startHoldingLoop } from '../../../src/matrix/held-rooms.ts';
import type { SyncBatch } from '../../../src/matrix/sync-loop.ts';
import { startSyncLoop } from '../../../src/matrix/sync-loop.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';

const roomId = '!room:x' as RoomId;

function event( id: string ): RoomEvent {
	return { event_id: id as EventId, type: 'm.room.message', sender: '@a:x' as UserId, origin_server_ts: 1, content: { body: id } };
}

function answer( nextBatch: string, ids: readonly string[], timeline: { limited?: boolean; prev_batch?: string } = {} ): SyncResponse {
	return { next_batch: nextBatch, rooms: { join: { [ roomId ]: { timeline: { events: ids.map( event ), ...timeline } } } } };
}

/** A homeserver that gives its answers one after the other and then holds the request until it is stopped. */
function fakeHomeserver( answers: readonly ( SyncResponse | Error )[], pages: Readonly<Record<string, MessagesPage>> = {} ) {
	const requests: SyncRequest[] = [];
	const gapRequests: MessagesRequest[] = [];
	return {
		requests, gapRequests,
		sync( request: SyncRequest ): Promise<SyncResponse> {
			const next = answers[ requests.length ];
			requests.push( request );
			if ( next === undefined ) {
				return new Promise( ( _resolve, reject ) => {
					request.signal?.addEventListener( 'abort', () => reject( new MatrixFailure( 'stopped', 'stopped' ) ) );
				} );
			}
			return next instanceof Error ? Promise.reject( next ) : Promise.resolve( next );
		},
		messages( _room: RoomId, request: MessagesRequest ): Promise<MessagesPage> {
			gapRequests.push( request );
			return Promise.resolve( pages[ request.from ?? '' ] ?? { chunk: [], start: '' } );
		}
	};
}

const accountData = ( nextBatch: string, store: string ): SyncResponse => (
	{ next_batch: nextBatch, account_data: { events: [ { type: 'store', content: { store } } ] } }
);

/** Runs a loop until it has given `count` batches, then stops it. */
async function batches( count: number, options: Omit<HoldingLoopOptions, 'onBatch' | 'gap'> & Partial<Pick<HoldingLoopOptions, 'gap'>> ): Promise<SyncBatch[]> {
	const seen: SyncBatch[] = [];
	let enough = (): void => {};
	const reached = new Promise<void>( ( resolve ) => {
		enough = resolve;
	} );
	const loop = startHoldingLoop( {
		gap: () => 'position', sleep: () => Promise.resolve(), random: () => 0, ...options,
		onBatch( batch ) {
			seen.push( batch );
			if ( seen.length === count ) {
				enough();
			}
		}
	} );
	await Promise.race( [ reached, loop.ended ] );
	await loop.stop();
	return seen;
}

const ids = ( batch: SyncBatch | undefined ): string[] => ( batch?.joined[ 0 ]?.timeline ?? [] ).map( ( one ) => one.event_id );

describe( 'startSyncLoop', () => {
	it( 'begins at the position that it is given and goes on from each answer', async () => {
		const client = fakeHomeserver( [ answer( 's1', [ '$1' ] ), answer( 's2', [ '$2' ] ) ] );
		expect( ( await batches( 2, { client, since: 's0' } ) ).map( ids ) ).toEqual( [ [ '$1' ], [ '$2' ] ] );
		expect( client.requests.map( ( request ) => request.since ) ).toEqual( [ 's0', 's1', 's2' ] );
	} );

	it( 'fills a gap up to the last position, oldest event first, over several pages', async () => {
		const client = fakeHomeserver( [ answer( 's1', [ '$5' ], { limited: true, prev_batch: 'p1' } ) ], {
			p1: { chunk: [ event( '$4' ), event( '$3' ) ], start: 'p1', end: 'p2' },
			p2: { chunk: [ event( '$2' ) ], start: 'p2' }
		} );
		expect( ( await batches( 1, { client, since: 's0' } ) ).map( ids ) ).toEqual( [ [ '$2', '$3', '$4', '$5' ] ] );
		expect( client.gapRequests.map( ( request ) => request.to ) ).toEqual( [ 's0', 's0' ] );
	} );

	it( 'fills a gap over an empty page that is not the last one', async () => {
		const client = fakeHomeserver( [ answer( 's1', [ '$2' ], { limited: true, prev_batch: 'p1' } ) ], {
			p1: { chunk: [], start: 'p1', end: 'p2' },
			p2: { chunk: [ event( '$1' ) ], start: 'p2' }
		} );
		expect( ( await batches( 1, { client, since: 's0' } ) ).map( ids ) ).toEqual( [ [ '$1', '$2' ] ] );
	} );

	it( 'fills a gap back to the beginning of a room that is new to it', async () => {
		const client = fakeHomeserver( [ answer( 's1', [ '$2' ], { limited: true, prev_batch: 'p1' } ) ], {
			p1: { chunk: [ event( '$1' ) ], start: 'p1' }
		} );
		expect( ( await batches( 1, { client, since: 's0', gap: () => 'beginning' } ) ).map( ids ) ).toEqual( [ [ '$1', '$2' ] ] );
		expect( client.gapRequests[ 0 ]?.to ).toBeUndefined();
	} );

	it( 'gives what was said in a room until the account was removed from it, without gaps', async () => {
		const removed: SyncResponse = { next_batch: 's1', rooms: { leave: { [ roomId ]: {
			timeline: { events: [ event( '$2' ) ], limited: true, prev_batch: 'p1' }
		} } } };
		const client = fakeHomeserver( [ removed ], { p1: { chunk: [ event( '$1' ) ], start: 'p1' } } );
		const [ batch ] = await batches( 1, { client, since: 's0' } );
		expect( batch?.left.map( ( { roomId: id, timeline } ) => [ id, timeline.map( ( { event_id: eventId } ) => eventId ) ] ) )
			.toEqual( [ [ roomId, [ '$1', '$2' ] ] ] );
	} );

	it( 'does not end for all rooms because one was left before its gap was filled', async () => {
		const homeserver = fakeHomeserver( [ answer( 's1', [ '$5' ], { limited: true, prev_batch: 'p1' } ) ] );
		const client = { ...homeserver, messages: () => Promise.reject( new MatrixFailure( 'forbidden', 'M_FORBIDDEN (403)' ) ) };
		const [ batch ] = await batches( 1, { client, since: 's0' } );
		expect( batch?.joined[ 0 ]?.timeline.map( ( { event_id: id } ) => id ) ).toEqual( [ '$5' ] );
	} );

	it.each( [ 'forbidden', 'not-found', 'refused' ] as const )( 'tells of a gap that is refused (%s), and keeps what it has of it', async ( code ) => {
		const lost: string[] = [];
		const homeserver = fakeHomeserver( [ answer( 's1', [ '$5' ], { limited: true, prev_batch: 'p1' } ) ], {
			p1: { chunk: [ event( '$4' ) ], start: 'p1', end: 'p2' }
		} );
		const client = { ...homeserver, messages: ( id: RoomId, request: MessagesRequest ) => (
			request.from === 'p2' ? Promise.reject( new MatrixFailure( code, 'no' ) ) : homeserver.messages( id, request )
		) };
		const seen = await batches( 1, { client, since: 's0', onGapLost: ( id, failure ) => lost.push( `${ id } ${ failure.code }` ) } );
		expect( seen.map( ids ) ).toEqual( [ [ '$4', '$5' ] ] );
		expect( lost ).toEqual( [ `${ roomId } ${ code }` ] );
	} );

	it( 'does not give a gap up because the account is refused', async () => {
		const failure = new MatrixFailure( 'forbidden', 'M_USER_SUSPENDED (403)', { errcode: 'M_USER_SUSPENDED' } );
		const homeserver = fakeHomeserver( [ answer( 's1', [ '$5' ], { limited: true, prev_batch: 'p1' } ) ] );
		const client = { ...homeserver, messages: () => Promise.reject( failure ) };
		await expect( batches( 1, { client, since: 's0' } ) ).rejects.toBe( failure );
	} );

	it( 'does not turn in circles over pages that lead back to each other', async () => {
		const client = fakeHomeserver( [ answer( 's1', [ '$2' ], { limited: true, prev_batch: 'p1' } ) ], {
			p1: { chunk: [ event( '$1' ) ], start: 'p1', end: 'p2' }, p2: { chunk: [], start: 'p2', end: 'p1' }
		} );
		expect( ( await batches( 1, { client, since: 's0' } ) ).map( ids ) ).toEqual( [ [ '$1', '$2' ] ] );
	} );

	it( 'asks again from the same position when filling a gap failed, so that nothing is lost', async () => {
		const broken = answer( 's1', [ '$2' ], { limited: true, prev_batch: 'p1' } );
		const client = fakeHomeserver( [ broken, broken ], { p1: { chunk: [ event( '$1' ) ], start: 'p1' } } );
		const { messages } = client;
		let tries = 0;
		const flaky = { ...client, messages: ( room: RoomId, request: MessagesRequest ) => (
			( tries += 1 ) === 1 ? Promise.reject( new MatrixFailure( 'server', '502' ) ) : messages( room, request )
		) };
		expect( ( await batches( 1, { client: flaky, since: 's0' } ) ).map( ids ) ).toEqual( [ [ '$1', '$2' ] ] );
		expect( client.requests.slice( 0, 2 ).map( ( request ) => request.since ) ).toEqual( [ 's0', 's0' ] );
	} );

	it( 'waits longer after each failure, as long as it is told to, and begins anew after a success', async () => {
		const waits: number[] = [];
		const down = new MatrixFailure( 'unreachable', 'down' );
		const limited = new MatrixFailure( 'limited', 'slow', { retryAfterMs: 7_000 } );
		const client = fakeHomeserver( [ down, down, down, limited, answer( 's1', [] ), down, answer( 's2', [] ) ] );
		await batches( 2, { client, since: 's0', sleep( delayMs ) {
			waits.push( delayMs );
			return Promise.resolve();
		} } );
		expect( waits ).toEqual( [ 250, 500, 1_000, 7_000, 250 ] );
	} );

	it( 'tells when contact is lost and when it is back', async () => {
		const contact: ( string | undefined )[] = [];
		const client = fakeHomeserver( [ new MatrixFailure( 'unreachable', 'down' ), answer( 's1', [] ) ] );
		await batches( 1, { client, onContact: ( failure ) => contact.push( failure?.code ) } );
		expect( contact ).toEqual( [ 'unreachable', undefined ] );
	} );

	it( 'goes on when a room is deleted while it is read', async () => {
		const client = fakeHomeserver( [ new MatrixFailure( 'not-found', 'M_UNKNOWN (404)' ), answer( 's1', [ '$1' ] ) ] );
		const [ batch ] = await batches( 1, { client, since: 's0' } );
		expect( batch?.nextBatch ).toBe( 's1' );
	} );

	it( 'ends with the failure when the access token is no longer good', async () => {
		const client = fakeHomeserver( [ new MatrixFailure( 'unauthorised', 'M_UNKNOWN_TOKEN (401)' ) ] );
		await expect( batches( 1, { client } ) ).rejects.toMatchObject( { code: 'unauthorised' } );
	} );

	it( 'ends with what its consumer throws, and does not go on past the batch', async () => {
		const client = fakeHomeserver( [ answer( 's1', [ '$1' ] ), answer( 's2', [ '$2' ] ) ] );
		const loop = startHoldingLoop( { client, gap: () => 'none', onBatch: () => Promise.reject( new Error( 'disk full' ) ) } );
		await expect( loop.ended ).rejects.toThrow( 'disk full' );
		expect( client.requests ).toHaveLength( 1 );
	} );

	it( 'asks for the next batch only when the last one is safe', async () => {
		const client = fakeHomeserver( [ answer( 's1', [ '$1' ] ), answer( 's2', [ '$2' ] ) ] );
		let finish = (): void => {};
		const inHand = new Promise<void>( ( arrived ) => {
			const loop = startHoldingLoop( { client, gap: () => 'none', onBatch: () => {
				arrived();
				return new Promise<void>( ( resolve ) => {
					finish = () => {
						resolve();
						void loop.stop();
					};
				} );
			} } );
		} );
		await inHand;
		expect( client.requests ).toHaveLength( 1 );
		finish();
	} );
} );

describe( 'a room of which the homeserver has nothing to give', () => {
	const other = '!other:x' as RoomId;
	const trouble = new MatrixFailure( 'server', '500' );
	const answered = ( nextBatch: string, broken: string, kind: 'join' | 'leave' = 'join' ): SyncResponse => ( {
		next_batch: nextBatch, rooms: {
			[ kind ]: { [ roomId ]: { timeline: { events: [ event( broken ) ], limited: true, prev_batch: 'p1' } } }
		}
	} );
	const withOther = ( one: SyncResponse, well: string ): SyncResponse => ( { ...one, rooms: {
		...one.rooms, join: { ...one.rooms?.join, [ other ]: { timeline: { events: [ event( well ) ] } } }
	} } );
	const shown = ( { joined, left }: SyncBatch ): unknown => (
		[ ...joined, ...left ].map( ( { roomId: id, timeline } ) => [ id, ...timeline.map( ( one ) => one.event_id ) ] )
	);

	/** Runs until each answer's batch was given; `isBroken` says which pages do not come. */
	async function run(
		answers: readonly SyncResponse[], isBroken: ( request: MessagesRequest ) => boolean, options: Partial<HoldingLoopOptions> = {}
	) {
		const homeserver = fakeHomeserver( answers, {
			p1: { chunk: [ event( '$2' ), event( '$1' ) ], start: 'p1' },
			s2: { chunk: [ event( '$4' ), event( '$3' ), event( '$2' ), event( '$1' ) ], start: 's2' }
		} );
		const asked: MessagesRequest[] = [];
		const heldNow: ( string | undefined )[] = [];
		let nowMs = 0;
		const seen = await batches( new Set( answers.map( ( { next_batch: next } ) => next ) ).size, {
			since: 's0', now: () => ( nowMs += 10_000 ), onHeld: ( _room, failure ) => heldNow.push( failure?.code ), ...options,
			client: { ...homeserver, messages( room, request ) {
				asked.push( request );
				return isBroken( request ) ? Promise.reject( trouble ) : homeserver.messages( room, request );
			} }
		} );
		return { seen, asked, heldNow };
	}
	const first = withOther( answered( 's1', '$3' ), '$a' );

	it( 'holds the others up for three tries, is left out then, and comes whole when the homeserver is well', async () => {
		const { seen, asked, heldNow } = await run( [ first, first, first, withOther( answered( 's2', '$4' ), '$b' ) ], ( { from } ) => from === 'p1' );
		expect( seen.map( shown ) ).toEqual( [ [ [ other, '$a' ] ], [ [ other, '$b' ], [ roomId, '$1', '$2', '$3', '$4' ] ] ] );
		expect( seen.map( ( { held } ) => held ) ).toEqual( [ [ { roomId, since: 's0', olderThanMs: expect.any( Number ) as number, hasLeft: false } ], [] ] );
		expect( asked.map( ( { from, to } ) => `${ from } ${ to }` ) ).toEqual( [ 'p1 s0', 'p1 s0', 'p1 s0', 's2 s0' ] );
		expect( heldNow ).toEqual( [ 'server', undefined ] );
	} );

	it( 'stays left out as long as it does not come, over a restart too', async () => {
		const answers = [ withOther( { next_batch: 's1' }, '$a' ), withOther( answered( 's2', '$4' ), '$b' ) ];
		const { seen, asked } = await run( answers, ( { from } ) => from === 's1', {
			since: 's7', held: [ { roomId, since: 's0', hasLeft: false } ]
		} );
		expect( seen.map( shown ) ).toEqual( [ [ [ other, '$a' ] ], [ [ other, '$b' ], [ roomId, '$1', '$2', '$3', '$4' ] ] ] );
		expect( seen.map( ( { held } ) => held ) ).toEqual( [ undefined, [] ] );
		expect( asked.map( ( { from, to } ) => `${ from } ${ to }` ) ).toEqual( [ 's1 s0', 's2 s0' ] );
	} );

	it( 'is one that was left, when it was left meanwhile', async () => {
		const { seen } = await run( [ answered( 's1', '$4', 'leave' ), { next_batch: 's2' } ], ( { from } ) => from === 's1', {
			held: [ { roomId, since: 's0', hasLeft: false } ]
		} );
		expect( seen.map( ( { left } ) => left.map( ( { timeline } ) => timeline.length ) ) ).toEqual( [ [], [ 4 ] ] );
		expect( seen[ 0 ]?.held ).toEqual( [ { roomId, since: 's0', hasLeft: true } ] );
	} );

	it( 'is read from the beginning when it was never read', async () => {
		const { asked } = await run( [ first, first, first, { next_batch: 's2' } ], ( { from } ) => from === 'p1', { gap: () => 'beginning' } );
		expect( asked.at( -1 ) ).toEqual( { direction: 'b', from: 's2', limit: 200 } );
	} );
} );

describe( 'a position that is refused', () => {
	const DAY = 86_400_000;
	const refusal = new MatrixFailure( 'refused', 'M_UNKNOWN_POS (400)', { errcode: 'M_UNKNOWN_POS' } );
	const at = ( id: string, days: number ): RoomEvent => ( { ...event( id ), origin_server_ts: days * DAY } );
	const whole = ( events: readonly RoomEvent[], timeline: object ): SyncResponse => (
		{ next_batch: 's1', rooms: { join: { [ roomId ]: { timeline: { events, ...timeline } } } } }
	);
	const limited = whole( [ at( '$6', 10.2 ) ], { limited: true, prev_batch: 'p1' } );
	const pages = {
		p1: { chunk: [ at( '$5', 10.1 ), at( '$4', 8.9 ), at( '$3', 9.5 ) ], start: 'p1', end: 'p2' },
		p2: { chunk: [ at( '$2', 8.5 ) ], start: 'p2', end: 'p3' },
		p3: { chunk: [ at( '$1', 1 ) ], start: 'p3' }
	};

	it( 'is done without, and everything since a day before the last batch comes again', async () => {
		const client = fakeHomeserver( [ refusal, limited, answer( 's2', [ '$7' ] ) ], pages );
		const seen = await batches( 2, { client, since: 's0', takenInAtMs: () => 10 * DAY } );
		expect( seen.map( ids ) ).toEqual( [ [ '$3', '$5', '$6' ], [ '$7' ] ] );
		expect( client.requests.slice( 0, 3 ).map( ( { since } ) => since ) ).toEqual( [ 's0', undefined, 's1' ] );
		expect( client.gapRequests.map( ( { from, to } ) => [ from, to ] ) ).toEqual( [ [ 'p1', undefined ], [ 'p2', undefined ] ] );
	} );

	it( 'brings nothing of a room that was read long ago, and all of one that was never read', async () => {
		const old = whole( [ at( '$5', 4 ), at( '$6', 5 ) ], { limited: true, prev_batch: 'p3' } );
		const read = async ( gap: HoldingLoopOptions[ 'gap' ] ) => {
			const client = fakeHomeserver( [ refusal, old ], pages );
			return [ ...( await batches( 1, { client, since: 's0', takenInAtMs: () => 10 * DAY, gap } ) ).map( ids ), client.gapRequests.length ];
		};
		expect( await read( () => 'position' ) ).toEqual( [ [], 0 ] );
		expect( await read( () => 'beginning' ) ).toEqual( [ [ '$1', '$5', '$6' ], 1 ] );
		expect( await read( () => 'none' ) ).toEqual( [ [ '$5', '$6' ], 0 ] );
	} );

	it( 'ends the loop where nothing says what was taken in, and where it is not the position that is refused', async () => {
		await expect( batches( 1, { client: fakeHomeserver( [ refusal ] ), since: 's0' } ) ).rejects.toBe( refusal );
		await expect( batches( 1, { client: fakeHomeserver( [ refusal, refusal ] ), since: 's0', takenInAtMs: () => 0 } ) ).rejects.toBe( refusal );
		const forbidden = new MatrixFailure( 'forbidden', 'M_FORBIDDEN (403)' );
		await expect( batches( 1, { client: fakeHomeserver( [ forbidden ] ), since: 's0', takenInAtMs: () => 0 } ) ).rejects.toBe( forbidden );
		const noDevice = new MatrixFailure( 'refused', 'M_UNKNOWN_DEVICE (400)', { errcode: 'M_UNKNOWN_DEVICE' } );
		await expect( batches( 1, { client: fakeHomeserver( [ noDevice ] ), since: 's0', takenInAtMs: () => 0 } ) ).rejects.toBe( noDevice );
	} );
} );

describe( 'a homeserver that answers at once although nothing is new', () => {
	it( 'is not asked all the time; one that holds its answers is asked again at once', async () => {
		const empty: SyncResponse = { next_batch: 's1' };
		const waitsWith = async ( heldMs: number ): Promise<number[]> => {
			const waits: number[] = [];
			let nowMs = 0;
			await batches( 7, {
				client: fakeHomeserver( Array<SyncResponse>( 7 ).fill( empty ) ), since: 's0', now: () => ( nowMs += heldMs ),
				sleep( delayMs ) {
					waits.push( delayMs );
					return Promise.resolve();
				}
			} );
			return waits;
		};
		// The first answer is wanted at once, and three more may happen.
		expect( await waitsWith( 10 ) ).toEqual( [ 250, 500, 1_000 ] );
		expect( await waitsWith( 30_000 ) ).toEqual( [] );
	} );
} );

describe( 'account data', () => {
	it( 'is told of before the batch that came with it, and nothing when there is none', async () => {
		const told: unknown[] = [];
		await batches( 2, { client: fakeHomeserver( [ accountData( 's1', 'mine' ), answer( 's2', [ 'a' ] ) ] ), onAccountData: ( events ) => void told.push( ...events ) } );
		expect( told ).toEqual( [ { type: 'store', content: { store: 'mine' } } ] );
	} );

	it( 'that ends the loop keeps the batch that came with it from being taken in', async () => {
		const seen: SyncBatch[] = [];
		const loop = startHoldingLoop( {
			client: fakeHomeserver( [ accountData( 's1', 'theirs' ) ] ), gap: () => 'position', onBatch: ( batch ) => void seen.push( batch ),
			onAccountData() {
				throw new Error( 'taken over' );
			}
		} );
		await expect( loop.ended ).rejects.toThrow( 'taken over' );
		expect( seen ).toEqual( [] );
	} );
} );

describe( 'a loop of one who is in few rooms', () => {
	/** Runs until it has given `count` batches. */
	async function read( count: number, client: ReturnType<typeof fakeHomeserver>, since?: string ) {
		const seen: SyncBatch[] = [];
		const contacts: boolean[] = [];
		await new Promise<void>( ( resolve, reject ) => {
			const loop = startSyncLoop( {
				client, rooms: fillEachGap( client ), sleep: () => Promise.resolve(), random: () => 0,
				onContact: ( failure ) => contacts.push( failure === undefined ),
				onBatch( batch ) {
					seen.push( batch );
					if ( seen.length === count ) {
						void loop.stop().then( resolve );
					}
				},
				...( since !== undefined && { since } )
			} );
			loop.ended.catch( reject );
		} );
		return { seen, contacts };
	}

	it( 'fills a gap up to the position before', async () => {
		const client = fakeHomeserver( [ answer( 's2', [ '$4' ], { limited: true, prev_batch: 'p' } ) ], {
			p: { chunk: [ '$3', '$2' ].map( event ), start: 'p' }
		} );
		const { seen } = await read( 1, client, 's1' );
		expect( ids( seen[ 0 ] ) ).toEqual( [ '$2', '$3', '$4' ] );
		expect( client.gapRequests ).toMatchObject( [ { from: 'p', to: 's1', direction: 'b' } ] );
	} );

	it( 'fills none before the first position, and says where the past begins', async () => {
		const client = fakeHomeserver( [ answer( 's1', [ '$4' ], { limited: true, prev_batch: 'p' } ) ] );
		const { seen } = await read( 1, client );
		expect( seen[ 0 ]?.joined ).toMatchObject( [ { prevBatch: 'p' } ] );
		expect( client.gapRequests ).toEqual( [] );
	} );

	it( 'hands nothing on as long as a gap cannot be filled, and asks for the same again', async () => {
		const gap = answer( 's2', [ '$4' ], { limited: true, prev_batch: 'p' } );
		const client = fakeHomeserver( [ gap, gap, gap, gap, gap ] );
		let failures = 4;
		const messages = client.messages.bind( client );
		client.messages = ( room, request ) => failures-- > 0 ? Promise.reject( new MatrixFailure( 'server', '500' ) ) : messages( room, request );
		const { seen, contacts } = await read( 1, client, 's1' );
		expect( ids( seen[ 0 ] ) ).toEqual( [ '$4' ] );
		expect( contacts ).toEqual( [ false, false, false, false, true ] );
		expect( client.requests.map( ( { since } ) => since ) ).toEqual( [ 's1', 's1', 's1', 's1', 's1' ] );
	} );

	it( 'says that it has left, with what it could see, and who types', async () => {
		const other = '!other:x' as RoomId;
		const { seen } = await read( 1, fakeHomeserver( [ { next_batch: 's1', rooms: {
			join: { [ roomId ]: { ephemeral: { events: [ { type: 'm.typing', content: { user_ids: [] } } ] } } },
			leave: { [ other ]: { timeline: { events: [ event( '$1' ) ] } } }
		} } ] ) );
		expect( seen[ 0 ] ).toMatchObject( {
			joined: [ { roomId, timeline: [], ephemeral: [ { type: 'm.typing' } ] } ], left: [ { roomId: other, timeline: [ { event_id: '$1' } ] } ]
		} );
	} );

	it( 'ends when its position is refused', async () => {
		await expect( read( 1, fakeHomeserver( [ new MatrixFailure( 'refused', 'M_UNKNOWN_POS (400)' ) ] ), 's1' ) ).rejects.toMatchObject( { code: 'refused' } );
	} );
} );
