import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId } from '../../../src/protocol/ids.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigBot, rigHelper, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

let rig: RelayRig;
let answer: EventId;
let before: number;

const inRoom = (): number => rig.events.filter( ( { room_id: roomId, sender } ) => roomId === rigRoom && sender === rigBot ).length;

beforeEach( async () => {
	rig = await startRelayRig();
	rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	const card = rig.mirrorOf( rigSupport, 'How?' );
	answer = rig.say( rigSupport, rigHelper, 'Like this', { 'm.relates_to': { 'm.in_reply_to': { event_id: card } } } );
	await rig.settle();
	before = inRoom();
} );
afterEach( () => rig.dispose() );

describe.each( [ 'gone', 'refused' ] as const )( 'into a room that is %s', ( state ) => {
	beforeEach( () => rig.store.transaction( ( tx ) => tx.setRoomState( rigRoom, state ) ) );

	it( 'no edit goes, and the helper is told', async () => {
		rig.edit( rigSupport, rigHelper, answer, 'Like that' );
		await rig.settle();
		expect( inRoom() ).toBe( before );
		expect( rig.shown( rigSupport ).at( -1 ) ).toContain( 'This edit could not be passed on' );
	} );

	it( 'no edit goes that is taken back meanwhile, and nobody is told', async () => {
		const edit = rig.edit( rigSupport, rigHelper, answer, 'Like that' );
		await rig.receive();
		const { length } = rig.shown( rigSupport );
		rig.redact( rigSupport, rigHelper, edit );
		await rig.settle();
		expect( inRoom() ).toBe( before );
		expect( rig.shown( rigSupport ).length ).toBeLessThanOrEqual( length );
	} );

	it( 'no reaction goes', async () => {
		rig.react( rigSupport, rigHelper, rig.mirrorOf( rigSupport, 'How?' ), '👍' );
		await rig.settle();
		expect( inRoom() ).toBe( before );
	} );

	it( 'no notice goes', async () => {
		await rig.store.transaction( ( tx ) => tx.enqueue( {
			lane: '1:out', receiver: rigBot, transactionId: 'notice', task: { kind: 'notice', roomId: rigRoom, code: 'too-fast', about: answer }
		} ) );
		await rig.work();
		expect( inRoom() ).toBe( before );
	} );
} );
