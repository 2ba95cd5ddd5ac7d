import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigHelper, rigNewcomer, rigRoom, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

const room = '!two:example.org' as RoomId;
const newcomer = '@mw-5-:example.org' as UserId;
let rig: RelayRig;

const answersIn = ( roomId: RoomId ): string[] => rig.shown( roomId ).filter( ( text ) => text.startsWith( 'Nita B.: ' ) ).map( ( text ) => text.slice( 9 ) );
const told = (): string => rig.shown( rigSupport ).at( -1 )!;
const isCalled = ( name: string, user = newcomer ): Promise<void> => rig.store.transaction( ( tx ) => (
	tx.setProfile( { newcomer: user, wiki: 'enwiki' }, { name, editCount: 0, registeredAtMs: undefined, isBlocked: false } )
) );

beforeEach( async () => {
	rig = await startRelayRig();
	rig.say( rigRoom, rigNewcomer, 'How?' );
	await rig.settle();
	rig.open( room, 10, newcomer );
	rig.say( room, newcomer, 'Mine?' );
	await rig.settle();
} );
afterEach( () => rig.dispose() );

describe( 'an edit of an answer with an address', () => {
	it.each( [ '#2 secret for two', '#77 secret for two' ] )( 'that becomes "%s" is taken back, and the helper told', async ( corrected ) => {
		const said = rig.say( rigSupport, rigHelper, '#1 secret for one' );
		await rig.settle();
		expect( answersIn( rigRoom ) ).toEqual( [ 'secret for one' ] );
		rig.edit( rigSupport, rigHelper, said, corrected );
		await rig.settle();
		expect( [ ...answersIn( rigRoom ), ...answersIn( room ) ] ).toEqual( [] );
		expect( JSON.stringify( rig.said( rigRoom ) ) ).not.toContain( 'secret' );
		expect( told() ).toContain( 'does not have the message any more' );
	} );

	it( 'that corrects the words only goes to the same newcomer, with the address or without it', async () => {
		const said = rig.say( rigSupport, rigHelper, '#1 on' );
		await rig.settle();
		rig.edit( rigSupport, rigHelper, said, '#1 one' );
		await rig.settle();
		expect( answersIn( rigRoom ) ).toEqual( [ 'one' ] );
		rig.edit( rigSupport, rigHelper, said, 'one: so' );
		await rig.settle();
		expect( answersIn( rigRoom ) ).toEqual( [ 'one: so' ] );
	} );

	it( 'is ordinary talk in a thread', async () => {
		const card = rig.mirrorOf( rigSupport, 'How?' );
		const said = rig.say( rigSupport, rigHelper, '#2 is alik', { 'm.relates_to': { rel_type: 'm.thread', event_id: card } } );
		await rig.settle();
		rig.edit( rigSupport, rigHelper, said, '#2 is alike' );
		await rig.settle();
		expect( answersIn( rigRoom ) ).toEqual( [ '#2 is alike' ] );
	} );

	it( 'to one of what was said to nobody gets a hint', async () => {
		const said = rig.say( rigSupport, rigHelper, '#77 oops' );
		await rig.settle();
		rig.edit( rigSupport, rigHelper, said, '#2 right' );
		await rig.settle();
		expect( answersIn( room ) ).toEqual( [] );
		expect( told() ).toContain( 'Please write it as a new message' );
	} );
} );

describe( 'a name', () => {
	it( 'is that of the newcomer\'s latest request, earlier ones have their number', async () => {
		const next = '!three:example.org' as RoomId;
		await isCalled( 'Pyg' );
		rig.change( room, newcomer, 'm.room.member', newcomer, { membership: 'leave' } );
		await rig.settle();
		rig.open( next, 20, newcomer );
		rig.say( next, newcomer, 'Again?' );
		await rig.settle();
		expect( await rig.store.transaction( ( tx ) => tx.namedRequests( 'general' ) ) ).toEqual( [ { requestId: 3, number: 3, name: 'Pyg' } ] );
		rig.say( rigSupport, rigHelper, 'Pyg: by name' );
		rig.say( rigSupport, rigHelper, '#2 by number' );
		await rig.settle();
		expect( answersIn( next ) ).toEqual( [ 'by name', 'by number' ] );
	} );

	it( 'of two newcomers fits neither', async () => {
		await isCalled( 'Twin' );
		await isCalled( 'Twin', rigNewcomer );
		rig.say( rigSupport, rigHelper, 'Twin: hello' );
		await rig.settle();
		expect( told() ).toContain( '(#1, #2)' );
	} );

	it( 'that is misspelt gets a hint, other talk with a colon none', async () => {
		await isCalled( 'Pygmy Fan' );
		rig.say( rigSupport, rigHelper, 'Note: I am away' );
		await rig.settle();
		expect( told() ).toBe( 'Note: I am away' );
		rig.say( rigSupport, rigHelper, 'Pgymy Fan: hello' );
		await rig.settle();
		expect( told() ).toMatch( /^Nobody got this.*Pygmy Fan \(#2\)/ );
	} );
} );
