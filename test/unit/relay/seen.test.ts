import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, UserId } from '../../../src/protocol/ids.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigBot, rigHelper, rigModerator, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

let rig: RelayRig;
let question: EventId;
let card: EventId;

const inThread = (): Record<string, unknown> => ( { 'm.relates_to': {
	rel_type: 'm.thread', event_id: card, is_falling_back: true, 'm.in_reply_to': { event_id: card }
} } );
/** Lets the newcomer say something; gives it and its mirror. */
async function said( text: string ): Promise<{ readonly source: EventId; readonly mirror: EventId }> {
	const source = rig.say( rigRoom, rigNewcomer, text );
	await rig.settle();
	return { source, mirror: rig.mirrorOf( rigSupport, text ) };
}

beforeEach( async () => {
	rig = await startRelayRig();
	( { source: question, mirror: card } = await said( 'How?' ) );
} );
afterEach( () => rig.dispose() );

describe( 'a newcomer is told that a helper has seen', () => {
	it( 'the question, when the card was read, in any way in which clients say so', async () => {
		for ( const thread of [ undefined, 'main', card ] ) {
			const other = await startRelayRig();
			const asking = other.say( rigRoom, rigNewcomer, 'How?' );
			await other.settle();
			other.read( rigHelper, other.mirrorOf( rigSupport, 'How?' ), thread === card ? other.mirrorOf( rigSupport, 'How?' ) : thread );
			await other.settle();
			expect( other.marks ).toEqual( [ asking ] );
			await other.dispose();
		}
	} );

	it( 'the newest message that was read, and no later one', async () => {
		const one = await said( 'one' );
		const two = await said( 'two' );
		rig.read( rigHelper, one.mirror, card );
		await rig.settle();
		expect( rig.marks ).toEqual( [ one.source ] );
		rig.read( rigModerator, two.mirror );
		await rig.settle();
		expect( rig.marks ).toEqual( [ one.source, two.source ] );
	} );

	it( 'only the question, when only what is in no thread was read', async () => {
		await said( 'one' );
		rig.say( rigSupport, rigHelper, 'talk among helpers' );
		const talk = rig.say( rigSupport, rigModerator, 'more talk' );
		rig.read( rigHelper, talk, 'main' );
		await rig.settle();
		expect( rig.marks ).toEqual( [ question ] );
	} );

	it( 'everything before what was read, where clients know no threads', async () => {
		const one = await said( 'one' );
		const talk = rig.say( rigSupport, rigModerator, 'talk among helpers' );
		await said( 'two' );
		rig.read( rigHelper, talk );
		await rig.settle();
		expect( rig.marks ).toEqual( [ one.source ] );
	} );

	it( 'what is read by way of a reaction in the thread', async () => {
		const one = await said( 'one' );
		const reaction = rig.react( rigSupport, rigModerator, one.mirror, '👍' );
		rig.read( rigHelper, reaction, card );
		await rig.settle();
		expect( rig.marks ).toEqual( [ one.source ] );
	} );

	it( 'what somebody has answered, also without a receipt', async () => {
		const one = await said( 'one' );
		rig.say( rigSupport, rigHelper, 'so', inThread() );
		await rig.settle();
		expect( rig.marks ).toEqual( [ one.source ] );
		rig.say( rigSupport, rigHelper, '#1 and so' );
		await rig.settle();
		expect( rig.marks ).toEqual( [ one.source ] );
	} );

	it( 'each thing once, and never one before it', async () => {
		const one = await said( 'one' );
		rig.read( rigHelper, one.mirror, card );
		await rig.settle();
		rig.read( rigModerator, one.mirror, card );
		rig.read( rigModerator, card, 'main' );
		rig.read( rigHelper, card );
		await rig.settle();
		expect( rig.marks ).toEqual( [ one.source ] );
	} );
} );

describe( 'a newcomer is not told of', () => {
	it.each( [
		[ 'somebody who is no helper', (): void => rig.read( '@eve:example.org' as UserId, card ) ],
		[ 'the relay itself', (): void => rig.read( rigBot, card ) ],
		[ 'a private receipt', (): void => rig.read( rigHelper, card, undefined, 'm.read.private' ) ],
		[ 'an event that nobody knows', (): void => rig.read( rigHelper, '$elsewhere' as EventId, card ) ],
		[ 'a thread that is none', (): void => rig.read( rigHelper, card, '$elsewhere' ) ],
		[ 'a receipt for something else than an event', (): void => rig.read( rigHelper, 'x' as EventId ) ],
		[ 'a thread of a wrong type', (): void => rig.read( rigHelper, card, 7 as unknown as string ) ],
		[ 'a note among helpers', (): unknown => rig.say( rigSupport, rigHelper, '!note hm', inThread() ) ],
		[ 'what another bot says', (): unknown => rig.say( rigSupport, rigHelper, 'beep', { msgtype: 'm.notice', ...inThread() } ) ],
		[ 'talk outside of the thread', (): unknown => rig.say( rigSupport, rigHelper, 'hello' ) ]
	] )( '%s', async ( _what, happen ) => {
		happen();
		await rig.settle();
		expect( rig.marks ).toEqual( [] );
	} );
} );

describe( 'what is to be told', () => {
	it( 'waits for the homeserver, at most one of a conversation, the newest', async () => {
		const one = await said( 'one' );
		const two = await said( 'two' );
		rig.interrupt = ( what ) => what === 'mark' ? 'before' : undefined;
		rig.read( rigHelper, one.mirror, card );
		await rig.settle();
		rig.read( rigHelper, two.mirror, card );
		await rig.settle();
		expect( await rig.store.transaction( ( tx ) => tx.itemsInLane( '1:seen' ) ) ).toHaveLength( 1 );
		rig.say( rigSupport, rigHelper, 'so', inThread() );
		await rig.settle();
		expect( rig.shown( rigRoom ).at( -1 ) ).toBe( 'Nita B.: so' );
		rig.interrupt = undefined;
		await rig.settle();
		expect( rig.marks ).toEqual( [ two.source ] );
		expect( await rig.store.transaction( ( tx ) => tx.pendingLanes() ) ).toEqual( [] );
	} );

	it( 'is told again when more was seen while it was on its way', async () => {
		const one = await said( 'one' );
		const two = await said( 'two' );
		rig.read( rigHelper, one.mirror, card );
		await rig.receive();
		const item = await rig.store.transaction( ( tx ) => tx.nextInLane( '1:seen' ) );
		rig.read( rigHelper, two.mirror, card );
		await rig.receive();
		await rig.do( item! );
		expect( rig.marks ).toEqual( [ one.source ] );
		await rig.work();
		expect( rig.marks ).toEqual( [ one.source, two.source ] );
	} );

	it( 'is dropped without a word where the room does not allow it', async () => {
		rig.interrupt = ( what ) => what === 'mark' ? 'refused' : undefined;
		rig.read( rigHelper, card );
		await rig.settle();
		expect( await rig.store.transaction( ( tx ) => tx.pendingLanes() ) ).toEqual( [] );
		expect( await rig.store.transaction( ( tx ) => tx.setAsideItems( 9 ) ) ).toEqual( [] );
	} );

	it( 'is not told in a room that the newcomer has left', async () => {
		await rig.store.transaction( ( tx ) => tx.setRoomState( rigRoom, 'gone' ) );
		rig.read( rigHelper, card );
		await rig.settle();
		expect( rig.marks ).toEqual( [] );
	} );
} );
