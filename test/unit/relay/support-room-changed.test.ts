import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId } from '../../../src/protocol/ids.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigHelper, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

const next = '!next:example.org' as RoomId;
let rig: RelayRig;
let card: EventId;

const setAside = async (): Promise<unknown> => ( await rig.store.transaction( ( tx ) => tx.figures() ) ).setAside;

beforeEach( async () => {
	rig = await startRelayRig();
	rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	card = rig.mirrorOf( rigSupport, 'How?' );
	await rig.moveSupportRoom( next );
} );
afterEach( () => rig.dispose() );

describe( 'when a team has another Support room than the card is in', () => {
	it( 'the newcomer\'s next message begins a request there, whose card leads to the one before', async () => {
		rig.say( rigRoom, rigNewcomer, 'Hello?' );
		rig.say( rigRoom, rigNewcomer, 'Anybody?' );
		await rig.settle();
		expect( rig.shown( next ) ).toEqual( [ expect.stringMatching( /^❓ #2 .*\nHello\?\n.*earlier: #1/ ), 'newcomer 4: Anybody?' ] );
		expect( String( rig.said( next )[ 0 ]!.formatted_body ) ).toContain( encodeURIComponent( rigSupport ) );
		expect( rig.shown( rigSupport ) ).toHaveLength( 1 );
		expect( rig.shown( rigRoom ).join() ).not.toContain( 'could not be passed on' );
		expect( await setAside() ).toEqual( [] );
	} );

	it( 'it does so also while new requests are paused, as theirs is none', async () => {
		await rig.store.transaction( ( tx ) => tx.setPause( '*', 'test' ) );
		rig.say( rigRoom, rigNewcomer, 'Hello?' );
		await rig.settle();
		expect( rig.shown( next ) ).toEqual( [ expect.stringContaining( 'Hello?' ) ] );
	} );

	it( 'helpers answer in the new room, and the newcomer may still edit what is in the old one', async () => {
		const question = rig.events.find( ( { content } ) => content.body === 'How?' )!.event_id;
		rig.edit( rigRoom, rigNewcomer, question, 'How do I cite?' );
		rig.say( rigSupport, rigHelper, 'ignored', { 'm.relates_to': { rel_type: 'm.thread', event_id: card } } );
		await rig.settle();
		expect( rig.shown( rigSupport )[ 0 ] ).toContain( 'How do I cite?' );
		rig.say( next, rigHelper, '#1 so' );
		await rig.settle();
		expect( rig.shown( rigRoom ).at( -1 ) ).toBe( 'Nita B.: so' );
	} );

	it( 'what helpers are told of an earlier request is told them there', async () => {
		rig.say( next, rigHelper, '#1 !help' );
		await rig.settle();
		expect( rig.shown( next ).at( -1 ) ).toMatch( /^#1: The newcomer has not seen this/ );
		expect( await setAside() ).toEqual( [] );
	} );

	it( 'a file whose card was sent already follows it', async () => {
		await rig.moveSupportRoom( rigSupport );
		rig.open( '!two:example.org' as RoomId, 10, rigNewcomer );
		rig.change( rigRoom, rigNewcomer, 'm.room.member', rigNewcomer, { membership: 'leave' } );
		await rig.settle();
		rig.happens( '!two:example.org' as RoomId, rigNewcomer, {
			msgtype: 'm.image', body: 'What?', filename: 'goat.png', url: 'mxc://example.org/goat', info: { size: 10, mimetype: 'image/png' }
		} );
		let sends = 0;
		rig.interrupt = ( what ) => what === 'send' && sends++ > 0 ? 'before' : undefined;
		await rig.settle();
		rig.interrupt = undefined;
		await rig.moveSupportRoom( next );
		await rig.settle();
		expect( rig.said( rigSupport ).filter( ( { url } ) => url !== undefined ) ).toHaveLength( 1 );
	} );
} );
