import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventId, RoomId } from '../../../src/protocol/ids.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigBot, rigHelper, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

const foreignRoom = '!foreign:example.org' as RoomId;

let rig: RelayRig;
/** Somebody else's message, and its mirror in the Support room. */
let foreign: EventId;
let mirror: EventId;

beforeEach( async () => {
	rig = await startRelayRig();
	rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	foreign = rig.happens( foreignRoom, '@mw-9-:example.org' as typeof rigNewcomer, { msgtype: 'm.text', body: 'mine' } );
	mirror = rig.happens( rigSupport, rigBot, { msgtype: 'm.text', body: 'newcomer 9: mine' } );
	await rig.store.transaction( ( tx ) => tx.addMapping( {
		mirror: { roomId: rigSupport, eventId: mirror }, source: { roomId: foreignRoom, eventId: foreign }, original: foreign,
		isEdit: false, speaker: undefined, requestId: 1
	} ) );
	await rig.settle();
} );
afterEach( () => rig.dispose() );

it.each( [
	[ 'edits', () => rig.edit( rigRoom, rigNewcomer, foreign, 'forged' ) ],
	[ 'takes back', () => rig.redact( rigRoom, rigNewcomer, foreign ) ],
	[ 'takes back the mirror of', () => rig.redact( rigRoom, rigNewcomer, mirror ) ],
	[ 'reacts to', () => rig.react( rigRoom, rigNewcomer, foreign, '👎' ) ],
	[ 'reacts to the mirror of', () => rig.react( rigRoom, rigNewcomer, mirror, '👎' ) ]
] )( 'a newcomer whose client %s another newcomer\'s message, by its id, changes nothing of it', async ( _, act ) => {
	const events = (): unknown[] => rig.events.filter( ( { sender } ) => sender === rigBot );
	const before = structuredClone( events() );
	act();
	await rig.settle();
	expect( events() ).toEqual( before );
	expect( rig.shown( rigSupport ) ).toContain( 'newcomer 9: mine' );
} );

it( 'an answer that was set aside is not the newcomer\'s to put other words in its place', async () => {
	const answer = rig.say( rigSupport, rigHelper, 'Like this', { 'm.relates_to': { 'm.in_reply_to': { event_id: rig.mirrorOf( rigSupport, 'How?' ) } } } );
	await rig.receive();
	await rig.store.transaction( async ( tx ) => {
		await tx.refuseItem( ( await tx.pendingItem( `answer ${ answer }` ) )!, 'M_TOO_LARGE (413)' );
	} );
	await rig.settle();
	const before = rig.shown( rigSupport );
	rig.edit( rigRoom, rigNewcomer, answer, 'forged' );
	await rig.settle();
	expect( rig.shown( rigSupport ) ).toEqual( before );
	expect( await rig.store.transaction( ( tx ) => tx.isSetAside( answer, 'answer' ) ) ).toBe( true );
} );
