import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigHelper, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

const room = '!two:example.org' as RoomId;
const newcomer = '@mw-5-:example.org' as UserId;
let rig: RelayRig;
let card: EventId;

const answer = ( body: string, more: Record<string, unknown> = {} ): EventId => rig.say( rigSupport, rigHelper, body, {
	...more, 'm.relates_to': { rel_type: 'm.thread', event_id: card, is_falling_back: true, 'm.in_reply_to': { event_id: card } }
} );
const signs = (): string => rig.shown( rigSupport ).map( ( text ) => /^[❓💬]/u.exec( text )?.[ 0 ] ?? '' ).join( '' );
const cardEdits = (): number => rig.said( rigSupport ).filter( ( content ) => 'm.new_content' in content ).length;

beforeEach( async () => {
	rig = await startRelayRig();
	rig.open( room, 5, newcomer );
	rig.say( room, newcomer, 'How?' );
	await rig.settle();
	card = rig.mirrorOf( rigSupport, 'How?' );
} );
afterEach( () => rig.dispose() );

describe( 'a request is answered', () => {
	it( 'when an answer has reached the newcomer, by the first one only', async () => {
		answer( 'so' );
		await rig.settle();
		answer( 'and so' );
		await rig.settle();
		expect( signs() ).toBe( '💬' );
		expect( cardEdits() ).toBe( 1 );
		expect( rig.firstAnswers ).toEqual( [ { wiki: 'enwiki', afterMs: 0 } ] );
	} );

	it( 'not by an answer that is refused, is a bot\'s, or waits still', async () => {
		rig.interrupt = ( what ) => what === 'send' ? 'refused' : undefined;
		answer( 'too long' );
		await rig.receive();
		await rig.do( ( await rig.store.transaction( ( tx ) => tx.nextInLane( '2:out' ) ) )! );
		rig.interrupt = undefined;
		answer( 'a link', { msgtype: 'm.notice' } );
		await rig.settle();
		answer( 'so' );
		await rig.receive();
		expect( signs() ).toBe( '❓' );
		expect( rig.firstAnswers ).toEqual( [] );
		await rig.settle();
		expect( signs() ).toBe( '💬' );
		expect( rig.firstAnswers ).toHaveLength( 1 );
	} );

	it( 'once, when /sync brings the answer before its sending is noted', async () => {
		answer( 'so' );
		await rig.receive();
		const item = ( await rig.store.transaction( ( tx ) => tx.nextInLane( '2:out' ) ) )!;
		rig.interrupt = ( what ) => what === 'send' ? 'after' : undefined;
		await rig.do( item );
		rig.interrupt = undefined;
		await rig.receive();
		expect( ( await rig.store.transaction( ( tx ) => tx.openRequest( 2 ) ) )?.state ).toBe( 'answered' );
		expect( await rig.store.transaction( ( tx ) => tx.itemsInLane( '2:in' ) ) ).toHaveLength( 1 );
		await rig.do( item );
		await rig.settle();
		expect( signs() ).toBe( '💬' );
		expect( cardEdits() ).toBe( 1 );
		expect( rig.firstAnswers ).toHaveLength( 1 );
	} );

	it( 'once, when the process was killed between sending and noting', async () => {
		answer( 'so' );
		await rig.receive();
		rig.interrupt = ( what ) => what === 'send' ? 'after' : undefined;
		await rig.work();
		rig.interrupt = undefined;
		expect( rig.firstAnswers ).toEqual( [] );
		await rig.work();
		await rig.settle();
		expect( rig.shown( room ).filter( ( text ) => text.endsWith( ': so' ) ) ).toHaveLength( 1 );
		expect( cardEdits() ).toBe( 1 );
		expect( rig.firstAnswers ).toHaveLength( 1 );
	} );

	it( 'by a refused answer that was corrected', async () => {
		rig.interrupt = ( what ) => what === 'send' ? 'refused' : undefined;
		const said = answer( 'too long' );
		await rig.settle();
		rig.interrupt = undefined;
		rig.edit( rigSupport, rigHelper, said, 'short' );
		await rig.settle();
		expect( signs() ).toBe( '💬' );
		expect( rig.firstAnswers ).toHaveLength( 1 );
	} );

	it( 'in the room that the answer went to, which is the one that stays', async () => {
		const newer = '!newer:example.org' as RoomId;
		const older = '!older:example.org' as RoomId;
		rig.change( room, newcomer, 'm.room.member', newcomer, { membership: 'leave' } );
		rig.open( newer, 20, newcomer );
		rig.say( newer, newcomer, 'Again?' );
		await rig.settle();
		card = rig.mirrorOf( rigSupport, 'Again?' );
		answer( 'one' );
		answer( 'two' );
		rig.open( older, 10, newcomer );
		await rig.settle();
		const rooms = [ newer, older ].map( ( one ) => rig.shown( one ).filter( ( text ) => text.startsWith( 'Nita' ) ).length ).sort();
		expect( rooms ).toEqual( [ 0, 2 ] );
	} );
} );
