import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EventId } from '../../../src/protocol/ids.ts';
import { THANKS_KEY } from '../../../src/protocol/message.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigHelper, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

let rig: RelayRig;
let answer: EventId;
const count = ( sinceMs = 0 ): Promise<{ total: number; lately: number }> => rig.store.transaction( ( tx ) => tx.countThanks( sinceMs ) );

beforeEach( async () => {
	rig = await startRelayRig();
	rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	rig.say( rigSupport, rigHelper, '#1 so' );
	await rig.settle();
	answer = rig.mirrorOf( rigRoom, 'so' );
} );
afterEach( () => rig.dispose() );

it( 'thanks are passed on as a reaction, and counted once', async () => {
	rig.react( rigRoom, rigNewcomer, answer, THANKS_KEY );
	await rig.settle();
	rig.repeat();
	await rig.settle();
	expect( rig.reactions( rigSupport ) ).toEqual( [ `${ THANKS_KEY } #1 so` ] );
	expect( await count() ).toEqual( { total: 1, lately: 1 } );
	expect( await count( 8 ) ).toEqual( { total: 1, lately: 0 } );
	expect( rig.thanks ).toEqual( [ { wiki: 'enwiki' } ] );
} );

it( 'thanks that are taken back count no longer', async () => {
	const thanks = rig.react( rigRoom, rigNewcomer, answer, THANKS_KEY );
	await rig.settle();
	rig.redact( rigRoom, rigNewcomer, thanks );
	await rig.settle();
	expect( rig.reactions( rigSupport ) ).toEqual( [] );
	expect( await count() ).toEqual( { total: 0, lately: 0 } );
} );

it( 'another sign, a helper\'s own, and one to what no helper said are no thanks', async () => {
	rig.react( rigRoom, rigNewcomer, answer, '👍' );
	rig.react( rigSupport, rigHelper, rig.mirrorOf( rigSupport, 'How?' ), THANKS_KEY );
	const own = rig.say( rigRoom, rigNewcomer, 'more' );
	await rig.settle();
	rig.react( rigRoom, rigNewcomer, own, THANKS_KEY );
	await rig.settle();
	expect( await count() ).toEqual( { total: 0, lately: 0 } );
	expect( rig.thanks ).toEqual( [] );
} );
