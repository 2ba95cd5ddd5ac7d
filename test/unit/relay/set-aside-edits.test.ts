import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigHelper, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

let rig: RelayRig;
beforeEach( async () => {
	rig = await startRelayRig();
	rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
} );
afterEach( () => rig.dispose() );

describe( 'an edit', () => {
	it( 'of what was set aside may be passed on later, when it cannot be at first', async () => {
		const said = rig.say( rigRoom, rigNewcomer, 'far too long' );
		rig.interrupt = ( what ) => what === 'send' ? 'refused' : undefined;
		await rig.settle();
		rig.edit( rigRoom, rigNewcomer, said, 'still too long' );
		await rig.settle();
		rig.interrupt = undefined;
		rig.edit( rigRoom, rigNewcomer, said, 'short' );
		await rig.settle();
		expect( rig.shown( rigSupport ) ).toContain( 'newcomer 4: short' );
		expect( await rig.store.transaction( ( tx ) => tx.isSetAside( said, 'say' ) ) ).toBe( false );
	} );

	it( 'of an answer that reached nobody is passed on when the newcomer has a room again', async () => {
		const said = rig.say( rigSupport, rigHelper, '#1 so' );
		await rig.receive();
		await rig.store.transaction( async ( tx ) => {
			await tx.refuseItem( ( await tx.nextInLane( '1:out' ) )!, 'too large' );
			await tx.setRoomState( rigRoom, 'closing' );
		} );
		rig.edit( rigSupport, rigHelper, said, 'once' );
		await rig.settle();
		await rig.store.transaction( ( tx ) => tx.setRoomState( rigRoom, 'open' ) );
		rig.edit( rigSupport, rigHelper, said, 'twice' );
		await rig.settle();
		expect( rig.shown( rigRoom ).filter( ( text ) => text.startsWith( 'Nita B.: ' ) ) ).toEqual( [ 'Nita B.: twice' ] );
	} );
} );
