import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceClient } from '../../../src/matrix/index.ts';
import { createServiceClient } from '../../../src/matrix/index.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { readReceipts, readTyping } from '../../../src/relay/routing/ephemeral.ts';
import type { RelayChild, RelayHouse, TestNewcomer } from '../../support/relay-house.ts';
import { readRoom, startRelayHouse, until } from '../../support/relay-house.ts';

let house: RelayHouse;
let relay: RelayChild;
let helper: ServiceClient;
let transactions = 0;
beforeAll( async () => {
	house = await startRelayHouse();
	relay = await house.startRelay();
	helper = createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: house.helper.client.getAccessToken()! } );
	await house.liftRateLimit( house.helper.userId );
} );
afterAll( () => house.dispose() );

type Watched = {
	/** Events up to which the bot has said that it has read the room, in the order in which that was said. */
	readonly seen: EventId[];
	/** Whether it was shown to type, each time that this changed. */
	readonly typing: boolean[];
	/** Goes on receiving for a moment. */
	look(): Promise<void>;
};

/** What an account's client is told of a room beside its messages, from now on. */
async function watch( client: ServiceClient, roomId: RoomId ): Promise<Watched> {
	const filter = { room: { rooms: [ roomId ], timeline: { limit: 1 }, state: { types: [] } } };
	let since = ( await client.sync( { timeoutMs: 0, filter } ) ).next_batch;
	const watched: Watched = {
		seen: [],
		typing: [],
		async look() {
			const answer = await client.sync( { since, timeoutMs: 200, filter } );
			since = answer.next_batch;
			for ( const event of answer.rooms?.join?.[ roomId ]?.ephemeral?.events ?? [] ) {
				const fromBot = readReceipts( event ).filter( ( { userId } ) => userId === house.homeserver.bot );
				const typing = readTyping( event )?.includes( house.homeserver.bot );
				if ( typing !== undefined && typing !== ( watched.typing.at( -1 ) ?? false ) ) {
					watched.typing.push( typing );
				}
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

function read( client: ServiceClient, roomId: RoomId, eventId: EventId, thread?: string, type = 'm.read' ): Promise<unknown> {
	return client.request( 'POST', `/v3/rooms/${ encodeURIComponent( roomId ) }/receipt/${ type }/${ encodeURIComponent( eventId ) }`, {
		...( thread !== undefined && { thread_id: thread } )
	} );
}
const answer = ( root: EventId, body: string, client = helper ): Promise<EventId> => client.sendEvent( house.supportRoom, 'm.room.message', `seen-${ transactions++ }`, {
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

describe( 'a helper who types', () => {
	it( 'is shown to the newcomer whom they have answered, and to no other', async () => {
		// Who has answered nobody else in this file.
		const added = await house.addHelper( 'typist', 'Typist' );
		const userId = added.userId as UserId;
		await house.liftRateLimit( userId );
		const client = createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: added.client.getAccessToken()! } );
		const helperTypes = ( isTyping: boolean ): Promise<void> => (
			client.setTyping( house.supportRoom, userId, isTyping ? 60_000 : undefined )
		);
		const one = await asked( 504, '504-question' );
		const other = await asked( 505, '505-question' );
		await answer( one.card, '504-answer', client );
		await waitForText( one.roomId, '504-answer', one.newcomer.client );
		await helperTypes( true );
		await lookFor( 'somebody to type', one.watched, () => one.watched.typing.length > 0 );
		await helperTypes( false );
		await lookFor( 'nobody to type', one.watched, () => one.watched.typing.length > 1 );
		await answer( other.card, '505-answer', client );
		await waitForText( other.roomId, '505-answer', other.newcomer.client );
		await helperTypes( true );
		// By the answer after it the relay has received that the helper types.
		await answer( other.card, '505-another', client );
		await waitForText( other.roomId, '505-another', other.newcomer.client );
		await helperTypes( false );
		await answer( one.card, '504-another', client );
		await waitForText( one.roomId, '504-another', one.newcomer.client );
		await Promise.all( [ one.watched.look(), other.watched.look() ] );
		expect( one.watched.typing ).toEqual( [ true, false ] );
		expect( other.watched.typing ).toEqual( [] );
	} );

	it( 'is not told that a newcomer types', async () => {
		const { newcomer, roomId } = await asked( 506, '506-question' );
		const support = await watch( helper, house.supportRoom );
		await newcomer.client.setTyping( roomId, newcomer.userId, 30_000 );
		await newcomer.ask( roomId, '506-last' );
		await waitForText( house.supportRoom, '506-last' );
		await support.look();
		expect( support.typing ).toEqual( [] );
	} );
} );
