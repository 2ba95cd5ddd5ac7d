import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { readTyping } from '../../../src/relay/routing/ephemeral.ts';
import type { Talk } from '../../../src/relay/routing/typing.ts';
import { talksShown } from '../../../src/relay/routing/typing.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigHelper, rigModerator, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

const MINUTE_MS = 60_000;

describe( 'talksShown', () => {
	const nita = '@nita:example.org' as UserId;
	const mod = '@mod:example.org' as UserId;
	const support = '!support:example.org' as RoomId;
	const talk = ( conversationId: number, owner: UserId, changes: Partial<Talk> = {} ): Talk => (
		{ conversationId, requestId: conversationId, supportRoom: support, owner, saidAtMs: 0, ...changes }
	);
	it.each( [
		[ 'the one that its owner has', [ talk( 1, nita ), talk( 2, mod ) ], [ nita ], [ 1 ] ],
		[ 'one for each who types', [ talk( 1, nita ), talk( 2, mod ) ], [ mod, nita ], [ 2, 1 ] ],
		[ 'none when the owner has two', [ talk( 1, nita ), talk( 2, nita ) ], [ nita ], [] ],
		[ 'none when nothing was said in it for long', [ talk( 1, nita, { saidAtMs: -1 } ) ], [ nita ], [] ],
		[ 'the one of two in which something was said lately', [ talk( 1, nita ), talk( 2, nita, { saidAtMs: -1 } ) ], [ nita ], [ 1 ] ],
		[ 'none of another Support room', [ talk( 1, nita, { supportRoom: '!other:example.org' as RoomId } ) ], [ nita ], [] ],
		[ 'none when nobody types, or somebody else', [ talk( 1, nita ) ], [ mod ], [] ]
	] )( 'finds %s', ( _what, talks, typing, expected ) => {
		expect( talksShown( talks, support, typing, 30 * MINUTE_MS ).map( ( { conversationId } ) => conversationId ) ).toEqual( expected );
	} );

	it.each( [
		[ { type: 'm.typing', content: { user_ids: [ nita, 7, 'x' ] } }, [ nita ] ], [ { type: 'm.typing', content: { user_ids: 'x' } }, undefined ],
		[ { type: 'm.receipt', content: { user_ids: [ nita ] } }, undefined ]
	] )( 'reads who types out of %j', ( event, expected ) => {
		expect( readTyping( event ) ).toEqual( expected );
	} );
} );

describe( 'a helper who types', () => {
	let rig: RelayRig;
	let card: EventId;
	const answer = ( userId = rigHelper, more: Record<string, unknown> = {} ): EventId => rig.say( rigSupport, userId, 'so', { ...more, 'm.relates_to': {
		rel_type: 'm.thread', event_id: card, is_falling_back: true, 'm.in_reply_to': { event_id: card }
	} } );
	const types = async ( ...userIds: UserId[] ): Promise<void> => {
		rig.type( ...userIds );
		await rig.settle();
	};

	beforeEach( async () => {
		rig = await startRelayRig();
		rig.say( rigRoom, rigNewcomer, 'How?' );
		await rig.settle();
		card = rig.mirrorOf( rigSupport, 'How?' );
	} );
	afterEach( () => rig.dispose() );

	it( 'is shown to the newcomer whom they were the last to answer, until they stop', async () => {
		answer();
		await types( rigHelper );
		expect( rig.typing ).toEqual( [ 30_000 ] );
		await rig.pass( 5_000 );
		await types();
		expect( rig.typing ).toEqual( [ 30_000, undefined ] );
		await rig.pass( 10 * MINUTE_MS );
		expect( rig.typing ).toHaveLength( 2 );
	} );

	it.each( [
		[ 'who has answered nothing', (): void => {} ],
		[ 'whom somebody else has answered after', (): void => {
			answer();
			answer( rigModerator );
		} ],
		[ 'who has only written a note', (): void => void rig.say( rigSupport, rigHelper, '!note x', { 'm.relates_to': { 'm.in_reply_to': { event_id: card } } } ) ],
		[ 'that is a bot', (): void => void answer( rigHelper, { msgtype: 'm.notice' } ) ]
	] )( '%s is not shown', async ( _what, happen ) => {
		happen();
		await types( rigHelper, rigNewcomer );
		expect( rig.typing ).toEqual( [] );
	} );

	it( 'is shown for as long as they type, and half an hour after the last word at most', async () => {
		answer();
		await types( rigHelper );
		await rig.pass( 45_000 );
		expect( rig.typing ).toEqual( [ 30_000, 30_000, 30_000 ] );
		await rig.pass( 60 * MINUTE_MS );
		expect( rig.typing.at( -1 ) ).toBeUndefined();
		expect( rig.typing.length ).toBeLessThan( 95 );
	} );

	it( 'is told of at most every 3 seconds, and as it is then', async () => {
		answer();
		await types( rigHelper );
		await types();
		await types( rigHelper );
		await types();
		expect( rig.typing ).toEqual( [ 30_000 ] );
		await rig.pass( 2_999 );
		expect( rig.typing ).toEqual( [ 30_000 ] );
		await rig.pass( 1 );
		expect( rig.typing ).toEqual( [ 30_000, undefined ] );
		await types( rigHelper );
		expect( rig.typing ).toEqual( [ 30_000, undefined ] );
		await rig.pass( 3_000 );
		expect( rig.typing ).toEqual( [ 30_000, undefined, 30_000 ] );
	} );

	it( 'is not told of again when that fails, and no message waits for it', async () => {
		answer();
		rig.interrupt = ( what ) => what === 'type' ? 'before' : undefined;
		await types( rigHelper );
		expect( rig.shown( rigRoom ).at( -1 ) ).toBe( 'Nita B.: so' );
		await rig.pass( 10_000 );
		rig.interrupt = undefined;
		await rig.pass( 5_000 );
		expect( rig.typing ).toEqual( [] );
	} );

	it( 'is not shown in a room that the newcomer has left', async () => {
		answer();
		await rig.settle();
		await rig.store.transaction( ( tx ) => tx.setRoomState( rigRoom, 'gone' ) );
		await types( rigHelper );
		expect( rig.typing ).toEqual( [] );
	} );

	it( 'goes on to be shown when only somebody\'s receipt comes', async () => {
		answer();
		await types( rigHelper );
		rig.read( rigModerator, card );
		await rig.settle();
		await rig.pass( 19_000 );
		expect( rig.typing ).toEqual( [ 30_000 ] );
	} );
} );
