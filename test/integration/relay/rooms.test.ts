import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoomId } from '../../../src/protocol/ids.ts';
import { createMatrixClient } from '../../../src/matrix/index.ts';
import { shownBody } from '../../../src/sandbox/actors/matrix-helper.ts';
import type { RelayHouse, TestNewcomer } from '../../support/relay-house.ts';
import { readRoom, runRelayCommand, startRelayHouse, until } from '../../support/relay-house.ts';

let house: RelayHouse;
beforeAll( async () => {
	house = await startRelayHouse();
	await house.startRelay();
} );
afterAll( () => house.dispose() );

const shownToHelpers = ( text: string ): boolean => (
	house.helper.events( house.supportRoom ).some( ( event ) => shownBody( event ).includes( text ) )
);

async function hasLeft( newcomer: TestNewcomer, roomId: RoomId ): Promise<boolean> {
	return ( await newcomer.client.stateContent( roomId, 'm.room.member', house.homeserver.bot ) )?.membership === 'leave';
}

/** A question that comes after, in a room that is as it has to be: when it is there, everything before was dealt with. */
async function askProperly( newcomer: TestNewcomer, text: string ): Promise<void> {
	await newcomer.ask( await newcomer.createRoom(), text );
	await house.helper.waitForCard( house.supportRoom, text );
}

describe( 'a conversation room that is not as it has to be', () => {
	it.each( [
		[ 'without the locks', 301, { power_level_content_override: {} }, 'its power levels do not let the bot lock it' ],
		[ 'that is encrypted', 302, { initial_state: [
			{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'invited' } },
			{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }
		] }, 'it is encrypted' ],
		[ 'of another version', 303, { room_version: '10' }, 'its room version is not 11' ],
		[ 'whose history the bot could not read', 304, { initial_state: [
			{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'joined' } }
		] }, 'its history is not visible from the invitation on' ],
		[ 'that everybody may join', 305, { initial_state: [
			{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'invited' } },
			{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'public' } }
		] }, 'one can join it without an invitation' ]
	] )( '%s is told what is wrong, once, and left, and none of it reaches the helpers', async ( _, centralId, changes, problem ) => {
		const newcomer = await house.newcomer( centralId );
		const roomId = await newcomer.createRoom( changes );
		await newcomer.ask( roomId, `misplaced ${ centralId }` );
		await until( 'the bot to leave', () => hasLeft( newcomer, roomId ) );
		expect( await newcomer.notices( roomId ) ).toEqual( [ 'room-refused' ] );
		const said = ( await readRoom( newcomer.client, roomId ) ).filter( ( { sender, type } ) => sender === house.homeserver.bot && type === 'm.room.message' );
		expect( said.map( ( { content } ) => String( content.body ) ).join() ).toContain( problem );
		await askProperly( newcomer, `well placed ${ centralId }` );
		expect( shownToHelpers( `misplaced ${ centralId }` ) ).toBe( false );
	} );

	it( 'is declined when it is no conversation, or of a wiki, team or creator that is not known here', async () => {
		const newcomer = await house.newcomer( 320 );
		const stranger = await house.homeserver.helper( 'stranger' );
		const client = createMatrixClient( { homeserverUrl: house.homeserver.url, accessToken: stranger.accessToken } );
		const strangersRoom = await client.createRoom( { preset: 'private_chat', invite: [ house.homeserver.bot ] } );
		const unknownTeam = await newcomer.createRoom( {}, 'nobody' );
		await until( 'the invitation to be declined', async () => (
			( await client.stateContent( strangersRoom, 'm.room.member', house.homeserver.bot ) )?.membership === 'leave'
		) );
		await until( 'the other one to be declined', () => hasLeft( newcomer, unknownTeam ) );
	} );
} );

describe( 'somebody who is in neither room', () => {
	it( 'can send to neither, and is heard by nobody after having been removed from the Support room', async () => {
		const newcomer = await house.newcomer( 330 );
		const roomId = await newcomer.createRoom();
		await newcomer.ask( roomId, 'Only helpers answer me' );
		const card = await house.helper.waitForCard( house.supportRoom, 'Only helpers answer me' );
		const outsider = await house.newcomer( 331 );
		await expect( outsider.client.sendEvent( house.supportRoom, 'm.room.message', 'x', { msgtype: 'm.text', body: 'psst' } ) )
			.rejects.toMatchObject( { code: 'forbidden' } );
		await expect( outsider.client.sendEvent( roomId, 'm.room.message', 'x', { msgtype: 'm.text', body: 'psst' } ) )
			.rejects.toMatchObject( { code: 'forbidden' } );
		const former = await house.addHelper( 'former', 'Former' );
		await former.client.leave( house.supportRoom );
		await expect( former.answer( house.supportRoom, card.getId()!, 'still me' ) ).rejects.toThrow();
		await house.helper.answer( house.supportRoom, card.getId()!, 'the right one' );
		await until( 'the answer', async () => ( await newcomer.answers( roomId ) ).length > 0 );
		expect( await newcomer.answers( roomId ) ).toEqual( [ 'the right one' ] );
	} );

	it( 'gets no answer any more after having left the conversation, and the helper is told', async () => {
		const newcomer = await house.newcomer( 340 );
		const roomId = await newcomer.createRoom();
		await newcomer.ask( roomId, 'I am off' );
		const card = await house.helper.waitForCard( house.supportRoom, 'I am off' );
		await until( 'the notice', async () => ( await newcomer.notices( roomId ) ).length === 1 );
		await newcomer.client.leaveRoom( roomId );
		await until( 'the relay to notice', async () => {
			await house.helper.answer( house.supportRoom, card.getId()!, 'are you there?' );
			return shownToHelpers( 'The newcomer has left' );
		} );
	} );
} );

describe( 'the command', () => {
	it( 'names the wrong key and ends with 1', async () => {
		await house.configure( { botNaem: 'x' } as never );
		const { code, stderr } = await runRelayCommand( [ '--config', house.configFile ] );
		expect( code ).toBe( 1 );
		expect( stderr ).toContain( 'botNaem: no such key (did you mean "botName"?)' );
		expect( stderr ).not.toContain( house.homeserver.appServiceToken );
	} );

	it( 'makes a Support room that nobody but the bot could encrypt, and that nobody can join uninvited', async () => {
		const helper = createMatrixClient( { homeserverUrl: house.homeserver.url, accessToken: house.helper.client.getAccessToken()! } );
		const levels = await helper.stateContent( house.supportRoom, 'm.room.power_levels' );
		expect( levels ).toMatchObject( { events: { 'm.room.encryption': 101 }, users: { [ house.homeserver.bot ]: 101 } } );
		expect( await helper.stateContent( house.supportRoom, 'm.room.encryption' ) ).toBeUndefined();
		expect( await helper.stateContent( house.supportRoom, 'm.room.join_rules' ) ).toEqual( { join_rule: 'invite' } );
		await expect( helper.setState( house.supportRoom, 'm.room.encryption', '', { algorithm: 'm.megolm.v1.aes-sha2' } ) )
			.rejects.toMatchObject( { code: 'forbidden' } );
	} );
} );
