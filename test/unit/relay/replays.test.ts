import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { setAside } from '../../../src/relay/note-sent.ts';
import { createReceiver } from '../../../src/relay/receiver.ts';
import type { OutboxItem } from '../../../src/relay/routing/model.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigBot, rigHelper, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';
import { silentLog } from '../../support/relay-store.ts';

const room = '!two:example.org' as RoomId;
const newcomer = '@mw-5-:example.org' as UserId;

let rig: RelayRig;
beforeEach( async () => {
	rig = await startRelayRig();
} );
afterEach( () => rig.dispose() );

/** Takes in one room of a /sync answer, beside those that the rig makes. */
async function takeIn( roomId: RoomId, timeline: readonly RoomEvent[], state: readonly RoomEvent[] = [] ): Promise<void> {
	const receiver = createReceiver( {
		receiver: rigBot, bot: rigBot, ownAccounts: new Set( [ rigBot ] ), serverName: 'example.org', wikis: new Set( [ 'enwiki' ] ),
		teamOfRoom: new Map( [ [ rigSupport, 'general' ] ] ), teams: new Set( [ 'general' ] ), store: rig.store, log: silentLog,
		messagesPerMinute: 1_000
	} );
	await receiver.takeIn( { nextBatch: 'beside', joined: [ { roomId, state, timeline } ], invited: [], left: [] } );
}
const nextIn = async ( lane: string ): Promise<OutboxItem> => ( await rig.store.transaction( ( tx ) => tx.nextInLane( lane ) ) )!;

it( 'a conversation of which everything comes again is not one that was changed', async () => {
	rig.open( room, 10, newcomer );
	rig.say( room, newcomer, 'How?' );
	await rig.settle();
	const all = rig.events.filter( ( event ) => event.room_id === room );
	await takeIn( room, all );
	expect( ( await rig.store.transaction( ( tx ) => tx.room( room ) ) )?.state ).toBe( 'open' );
	rig.say( room, newcomer, 'Hello?' );
	await rig.settle();
	expect( rig.shown( rigSupport ) ).toEqual( [ expect.stringContaining( 'How?' ), expect.stringContaining( 'Hello?' ) ] );
} );

it( 'a helper who answers and leaves within one gap has answered', async () => {
	rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	const card = rig.mirrorOf( rigSupport, 'How?' );
	const leave: RoomEvent = {
		event_id: '$leave' as EventId, type: 'm.room.member', state_key: rigHelper, sender: rigHelper, origin_server_ts: 9, content: { membership: 'leave' }
	};
	await takeIn( rigSupport, [ {
		event_id: '$answer' as EventId, type: 'm.room.message', sender: rigHelper, origin_server_ts: 8, content: {
			msgtype: 'm.text', body: 'Like this.',
			'm.relates_to': { rel_type: 'm.thread', event_id: card, is_falling_back: true, 'm.in_reply_to': { event_id: card } }
		}
	}, leave ], [ leave ] );
	await rig.settle();
	expect( rig.shown( rigRoom ) ).toContain( 'Nita B.: Like this.' );
	rig.say( rigSupport, rigHelper, 'And this.', { 'm.relates_to': { rel_type: 'm.thread', event_id: card } } );
	await rig.settle();
	expect( rig.shown( rigRoom ) ).not.toContain( 'Nita B.: And this.' );
} );

it( 'the file of a question is sent also when the card comes back before its send is answered', async () => {
	rig.happens( rigRoom, rigNewcomer, {
		msgtype: 'm.image', body: 'What?', filename: 'goat.png', url: 'mxc://example.org/goat', info: { size: 10, mimetype: 'image/png' }
	} );
	await rig.receive();
	const item = await nextIn( '1:in' );
	let isFirst = true;
	rig.interrupt = ( what ) => {
		const failure = what === 'send' && isFirst ? 'after' : undefined;
		isFirst = false;
		return failure;
	};
	await rig.do( item );
	await rig.receive();
	await rig.do( item );
	await rig.settle();
	expect( rig.said( rigSupport ).filter( ( { url } ) => url !== undefined ) ).toHaveLength( 1 );
} );

it( 'what has come back is not set aside when another try of it is refused', async () => {
	rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.receive();
	const item = await nextIn( '1:in' );
	rig.interrupt = ( what ) => what === 'send' ? 'after' : undefined;
	await rig.do( item );
	rig.interrupt = undefined;
	await rig.receive();
	expect( await rig.store.transaction( ( tx ) => setAside( tx, item, 'M_FORBIDDEN', rigBot ) ) ).toEqual( [] );
	expect( await rig.store.transaction( ( tx ) => tx.setAsideItems( 10 ) ) ).toEqual( [] );
	await rig.settle();
	expect( rig.shown( rigSupport ) ).toHaveLength( 1 );
} );
