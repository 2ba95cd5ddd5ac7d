import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MatrixClient } from '../../../src/matrix/index.ts';
import { createMatrixClient } from '../../../src/matrix/index.ts';
import type { EventId, RoomId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { readReceipts } from '../../../src/relay/routing/ephemeral.ts';
import type { RelayChild, RelayHouse, TestNewcomer } from '../../support/relay-house.ts';
import { readRoom, startRelayHouse, until } from '../../support/relay-house.ts';

let house: RelayHouse;
let relay: RelayChild;
let helper: MatrixClient;
let transactions = 0;
beforeAll( async () => {
	house = await startRelayHouse();
	relay = await house.startRelay();
	helper = createMatrixClient( { homeserverUrl: house.homeserver.url, accessToken: house.helper.client.getAccessToken()! } );
	await house.liftRateLimit( house.helper.userId );
} );
afterAll( () => house.dispose() );

type Watched = {
	/** Events up to which the bot has said that it has read the room, in the order in which that was said. */
	readonly seen: EventId[];
	/** Goes on receiving for a moment. */
	look(): Promise<void>;
};

/** What an account's client is told of a room beside its messages, from now on. */
async function watch( client: MatrixClient, roomId: RoomId ): Promise<Watched> {
	const filter = { room: { rooms: [ roomId ], timeline: { limit: 1 }, state: { types: [] } } };
	let since = ( await client.sync( { timeoutMs: 0, filter } ) ).next_batch;
	const watched: Watched = {
		seen: [],
		async look() {
			const answer = await client.sync( { since, timeoutMs: 200, filter } );
			since = answer.next_batch;
			for ( const event of answer.rooms?.join?.[ roomId ]?.ephemeral?.events ?? [] ) {
				const fromBot = readReceipts( event ).filter( ( { userId } ) => userId === house.homeserver.bot );
				watched.seen.push( ...fromBot.map( ( { eventId } ) => eventId ) );
			}
		}
	};
	return watched;
}

function lookFor( what: string, watched: Watched, isThere: () => boolean ): Promise<true> {
	return until( what, async () => {
		await watched.look();
		return isThere();
	} );
}

const waitForText = ( roomId: RoomId, part: string, client = helper ): Promise<EventId> => until( `"${ part }"`, async () => (
	( await readRoom( client, roomId ) ).find( ( { content }: RoomEvent ) => String( content.body ).includes( part ) )?.event_id
) );

function read( client: MatrixClient, roomId: RoomId, eventId: EventId, thread?: string, type = 'm.read' ): Promise<unknown> {
	return client.request( 'POST', `/v3/rooms/${ encodeURIComponent( roomId ) }/receipt/${ type }/${ encodeURIComponent( eventId ) }`, {
		...( thread !== undefined && { thread_id: thread } )
	} );
}
const answer = ( root: EventId, body: string ): Promise<EventId> => helper.sendEvent( house.supportRoom, 'm.room.message', `seen-${ transactions++ }`, {
	msgtype: 'm.text', body, 'm.relates_to': { rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root } }
} );

type Asked = { newcomer: TestNewcomer; roomId: RoomId; asking: EventId; card: EventId; watched: Watched };

async function asked( centralId: number, question: string ): Promise<Asked> {
	const newcomer = await house.newcomer( centralId );
	await house.liftRateLimit( newcomer.userId );
	const roomId = await newcomer.createRoom();
	const watched = await watch( newcomer.client, roomId );
	const asking = await newcomer.ask( roomId, question );
	return { newcomer, roomId, asking, card: await waitForText( house.supportRoom, question ), watched };
}

describe( 'what a helper has read', () => {
	it( 'is told to the newcomer: the card, then the thread, and what was answered', async () => {
		const { newcomer, roomId, asking, card, watched } = await asked( 501, '501-question' );
		await read( helper, house.supportRoom, card, 'main' );
		await lookFor( 'the question to be seen', watched, () => watched.seen.length > 0 );
		expect( watched.seen ).toEqual( [ asking ] );
		const one = await newcomer.ask( roomId, '501-one' );
		const mirror = await waitForText( house.supportRoom, '501-one' );
		const two = await newcomer.ask( roomId, '501-two' );
		await waitForText( house.supportRoom, '501-two' );
		await read( helper, house.supportRoom, mirror, card );
		await lookFor( 'the first message to be seen', watched, () => watched.seen.length > 1 );
		expect( watched.seen ).toEqual( [ asking, one ] );
		await answer( card, '501-answer' );
		await lookFor( 'the second message to be seen', watched, () => watched.seen.length > 2 );
		expect( watched.seen ).toEqual( [ asking, one, two ] );
	} );

	it( 'is told by clients without threads, too, and also when the relay was away meanwhile', async () => {
		const { newcomer, roomId, watched } = await asked( 502, '502-question' );
		const one = await newcomer.ask( roomId, '502-one' );
		const mirror = await waitForText( house.supportRoom, '502-one' );
		await relay.kill( 'SIGKILL' );
		await read( helper, house.supportRoom, mirror );
		relay = await house.startRelay();
		await lookFor( 'the message to be seen', watched, () => watched.seen.includes( one ) );
	} );

	it( 'stays with the helper when it is private, and nothing that the newcomer reads is told to helpers', async () => {
		const { newcomer, roomId, card, watched } = await asked( 503, '503-question' );
		const support = await watch( helper, house.supportRoom );
		await read( helper, house.supportRoom, card, undefined, 'm.read.private' );
		await answer( card, '!note 503-note' );
		const one = await newcomer.ask( roomId, '503-one' );
		await read( helper, house.supportRoom, await waitForText( house.supportRoom, '503-one' ), card );
		await lookFor( 'the message to be seen', watched, () => watched.seen.length > 0 );
		expect( watched.seen ).toEqual( [ one ] );
		await answer( card, '503-answer' );
		await read( newcomer.client, roomId, await waitForText( roomId, '503-answer', newcomer.client ) );
		await newcomer.ask( roomId, '503-last' );
		await waitForText( house.supportRoom, '503-last' );
		await support.look();
		expect( support.seen ).toEqual( [] );
	} );
} );
