import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { createPlaces } from '../../../src/relay/places.ts';
import type { Homeserver } from '../../../src/relay/routing/ports.ts';
import type { Waiting } from '../../../src/relay/routing/queue.ts';
import { placesMoved } from '../../../src/relay/routing/queue.ts';
import { silentLog } from '../../support/relay-store.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigHelper, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

const otherSupport = '!other-support:example.org' as RoomId;
let rig: RelayRig;
const newcomer = ( name: string ): UserId => `@mw-${ name.codePointAt( 0 )! }-:example.org` as UserId;
const roomOf = ( name: string ): RoomId => `!${ name }:example.org` as RoomId;

async function asks( name: string, team = 'general', roomId = roomOf( name ) ): Promise<void> {
	if ( !rig.inRooms().includes( roomId ) ) {
		rig.open( roomId, 5, newcomer( name ), team );
	}
	rig.say( roomId, newcomer( name ), `Question ${ name }` );
	await rig.settle();
}
function answer( name: string, more: Record<string, unknown> = {}, supportRoom = rigSupport ): EventId {
	const root = rig.mirrorOf( supportRoom, `Question ${ name }` );
	return rig.say( supportRoom, rigHelper, 'so', { ...more, 'm.relates_to': {
		rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root }
	} } );
}
/** What each conversation was told since the last look, in order: "a 1" for the place, "a answered". */
const told = (): string[] => rig.statuses.splice( 0 ).map( ( { roomId, content: { position, state } } ) => `${ roomId[ 1 ] } ${ String( position ?? state ) }` );
const pendingLanes = (): Promise<string[]> => rig.store.transaction( ( tx ) => tx.pendingLanes() );

beforeEach( async () => {
	rig = await startRelayRig();
} );
afterEach( () => rig.dispose() );

describe( 'a newcomer is told how it stands with the request', () => {
	it( 'when it opens, once, with its number', async () => {
		await asks( 'a' );
		rig.say( roomOf( 'a' ), newcomer( 'a' ), 'and more' );
		await rig.settle();
		expect( rig.statuses ).toEqual( [ { roomId: roomOf( 'a' ), content: { number: 1, state: 'waiting', position: 1 } } ] );
	} );

	it( 'and its place in the queue, which moves when one before is answered, for those behind it only', async () => {
		for ( const name of [ 'a', 'b', 'c', 'd' ] ) {
			await asks( name );
		}
		expect( told() ).toEqual( [ 'a 1', 'b 2', 'c 3', 'd 4' ] );
		answer( 'b' );
		await rig.settle();
		expect( told().sort() ).toEqual( [ 'b answered', 'c 2', 'd 3' ] );
		answer( 'b' );
		await rig.settle();
		expect( told() ).toEqual( [] );
		answer( 'a' );
		answer( 'd' );
		await rig.settle();
		expect( told().sort() ).toEqual( [ 'a answered', 'c 1', 'd answered' ] );
	} );

	it( 'once, as it is by then, when much has changed at once', async () => {
		for ( const name of [ 'a', 'b', 'c', 'd' ] ) {
			await asks( name );
		}
		told();
		rig.interrupt = ( what ) => what === 'status' ? 'before' : undefined;
		answer( 'a' );
		await rig.settle();
		answer( 'b' );
		answer( 'c' );
		await rig.settle();
		expect( ( await pendingLanes() ).sort() ).toEqual( [ '2:place', '3:place', '4:place', '5:place' ] );
		rig.interrupt = undefined;
		await rig.settle();
		expect( told().sort() ).toEqual( [ 'a answered', 'b answered', 'c answered', 'd 1' ] );
		expect( await pendingLanes() ).toEqual( [] );
	} );

	it( 'by no answer that a bot writes, that is refused, or that is on its way', async () => {
		await asks( 'a' );
		await asks( 'b' );
		told();
		answer( 'a', { msgtype: 'm.notice' } );
		await rig.settle();
		rig.interrupt = ( what ) => what === 'send' ? 'before' : undefined;
		answer( 'a' );
		await rig.settle();
		expect( told() ).toEqual( [] );
		rig.interrupt = undefined;
		await rig.settle();
		expect( told().sort() ).toEqual( [ 'a answered', 'b 1' ] );
	} );

	it( 'by each team apart', async () => {
		await rig.addTeam( 'dewiki', otherSupport );
		await asks( 'a' );
		await asks( 'b', 'dewiki' );
		await asks( 'c' );
		expect( told() ).toEqual( [ 'a 1', 'b 1', 'c 2' ] );
		answer( 'b', {}, otherSupport );
		await rig.settle();
		expect( told() ).toEqual( [ 'b answered' ] );
	} );

	it( 'in the room that they are in by now, the request before it counting no more', async () => {
		await asks( 'a' );
		rig.change( roomOf( 'a' ), newcomer( 'a' ), 'm.room.member', newcomer( 'a' ), { membership: 'leave' } );
		await rig.settle();
		told();
		await asks( 'a', 'general', '!A:example.org' as RoomId );
		await asks( 'b' );
		expect( told() ).toEqual( [ 'A 1', 'A 1', 'b 2' ] );
	} );

	it( 'not in a room that is left, and nothing is set aside for it', async () => {
		await asks( 'a' );
		await asks( 'b' );
		told();
		rig.forget( roomOf( 'b' ) );
		await rig.store.transaction( ( tx ) => tx.setRoomState( roomOf( 'b' ), 'gone' ) );
		answer( 'a' );
		await rig.settle();
		expect( told() ).toEqual( [ 'a answered' ] );
		expect( await pendingLanes() ).toEqual( [] );
	} );

	it( 'or not, where the room does not allow it', async () => {
		rig.interrupt = ( what ) => what === 'status' ? 'refused' : undefined;
		await asks( 'a' );
		expect( await pendingLanes() ).toEqual( [] );
		expect( await rig.store.transaction( ( tx ) => tx.setAsideItems( 9 ) ) ).toEqual( [] );
	} );

	it( 'again after it was told and that was not noted, as the same', async () => {
		rig.interrupt = ( what ) => what === 'status' ? 'after' : undefined;
		await asks( 'a' );
		rig.interrupt = undefined;
		await rig.settle();
		expect( new Set( told() ) ).toEqual( new Set( [ 'a 1' ] ) );
		expect( await pendingLanes() ).toEqual( [] );
	} );

	it( 'again when it changed while they were told', async () => {
		await asks( 'a' );
		await asks( 'b' );
		told();
		rig.interrupt = ( what ) => what === 'status' ? 'before' : undefined;
		answer( 'a' );
		await rig.settle();
		let next: Promise<void> | undefined;
		rig.interrupt = ( what ) => {
			// While "b 1" is on its way, b is answered.
			next ??= what === 'status' ? rig.store.transaction( ( tx ) => tx.setRequestAnswered( 2, 9 ) ) : undefined;
			return undefined;
		};
		await rig.do( ( await rig.store.transaction( ( tx ) => tx.nextInLane( '3:place' ) ) )! );
		await next;
		await rig.settle();
		expect( told().filter( ( one ) => one.startsWith( 'b' ) ) ).toEqual( [ 'b 1', 'b answered' ] );
	} );
} );

it( 'nobody is told twice within ten seconds, and then what is true', async () => {
	await asks( 'a' );
	rig.interrupt = ( what ) => what === 'status' ? 'before' : undefined;
	answer( 'a' );
	await rig.settle();
	const item = ( await rig.store.transaction( ( tx ) => tx.nextInLane( '2:place' ) ) )!;
	let nowMs = 1_000 + 9_999;
	const sent: unknown[] = [];
	const homeserver = { setState: ( _room: RoomId, _type: string, content: unknown ) => Promise.resolve( void sent.push( content ) ) };
	const { tell } = createPlaces(
		{ store: rig.store, now: () => nowMs, log: silentLog }, { homeserverOf: () => homeserver as unknown as Homeserver }
	);
	await expect( tell( item, { kind: 'place', conversationId: 2 } ) ).rejects.toMatchObject( { isTemporary: true, retryAfterMs: 1 } );
	expect( sent ).toEqual( [] );
	nowMs += 1;
	await tell( item, { kind: 'place', conversationId: 2 } );
	expect( sent ).toEqual( [ { number: 1, state: 'answered' } ] );
	expect( await pendingLanes() ).toEqual( [] );
} );

it( 'those who asked more than a day ago are not before anybody', async () => {
	await rig.dispose();
	rig = await startRelayRig( 86_400_000 + 8 );
	await asks( 'a' );
	await asks( 'b' );
	expect( told() ).toEqual( [ 'a 1', 'b 1' ] );
} );

describe( 'placesMoved', () => {
	const waits = ( conversationId: number, told: string | undefined, more: Partial<Waiting> = {} ): Waiting => (
		{ conversationId, number: conversationId, askedAtMs: 5, told, isToBeTold: false, ...more }
	);
	const at = ( number: number, position: number ): string => JSON.stringify( { number, state: 'waiting', position } );

	it( 'finds those who were told another place, or nothing', () => {
		const queue = [ waits( 1, at( 1, 1 ) ), waits( 2, at( 2, 3 ) ), waits( 3, undefined ), waits( 4, at( 4, 4 ) ) ];
		expect( placesMoved( queue, 9 ) ).toEqual( [ 2, 3 ] );
	} );

	it( 'leaves out who is to be told anyway, and counts them', () => {
		const queue = [ waits( 1, undefined, { isToBeTold: true } ), waits( 2, at( 2, 2 ) ), waits( 3, at( 3, 4 ) ) ];
		expect( placesMoved( queue, 9 ) ).toEqual( [ 3 ] );
	} );

	it( 'counts nobody who asked more than a day ago', () => {
		const dayMs = 86_400_000;
		const queue = [ waits( 1, at( 1, 1 ) ), waits( 2, at( 2, 2 ), { askedAtMs: 6 } ), waits( 3, at( 3, 2 ), { askedAtMs: 7 } ) ];
		expect( placesMoved( queue, dayMs + 5 ) ).toEqual( [ 2 ] );
	} );
} );

it( 'one answer before many moves all of them', async () => {
	await asks( 'a' );
	const names = Array.from( { length: 60 }, ( _, index ) => String.fromCodePoint( 0x4e00 + index ) );
	for ( const name of names ) {
		await asks( name );
	}
	told();
	answer( 'a' );
	await rig.settle();
	expect( told().sort() ).toEqual( [ 'a answered', ...names.map( ( name, index ) => `${ name } ${ index + 1 }` ) ].sort() );
} );
