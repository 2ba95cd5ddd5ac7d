import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoomId } from '../../../src/protocol/ids.ts';
import { findConversationRoom } from '../../../src/gadget/panel/viewmodels/conversation-room.ts';
import { createServiceClient } from '../../../src/matrix/index.ts';
import { conversationCreation } from '../../../src/protocol/conversation.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import { shownBody, threadRootOf } from '../../../src/sandbox/actors/matrix-helper.ts';
import type { TestAccount } from '../../support/homeserver.ts';
import type { RelayChild, RelayHouse, TestNewcomer } from '../../support/relay-house.ts';
import { readRoom, runRelayCommand, startRelayHouse, until } from '../../support/relay-house.ts';
import { comes } from '../../support/waiting.ts';

let house: RelayHouse;
let relay: RelayChild;
let admin: Promise<TestAccount> | undefined;
beforeAll( async () => {
	house = await startRelayHouse();
	const wiki = { apiUrl: 'http://127.0.0.1:9/api.php', articleUrl: 'https://wiki.example/wiki/$1' };
	await house.configure( {
		wikis: { testwiki: { name: 'Test wiki', ...wiki }, otherwiki: { name: 'Other wiki', ...wiki } },
		limits: { conversationsPerNewcomer: 1, roomsPerMinute: 4 }
	} );
	relay = await house.startRelay();
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
		const client = createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: stranger.accessToken } );
		const strangersRoom = await client.createRoom( { preset: 'private_chat', invite: [ house.homeserver.bot ] } );
		const unknownTeam = await newcomer.createRoom( {}, 'nobody' );
		await until( 'the invitation to be declined', async () => (
			( await client.stateContent( strangersRoom, 'm.room.member', house.homeserver.bot ) )?.membership === 'leave'
		) );
		await until( 'the other one to be declined', () => hasLeft( newcomer, unknownTeam ) );
	} );
} );

/** What a server's administrator does. */
async function administer( method: string, path: string, body: Record<string, unknown> ): Promise<void> {
	admin ??= house.homeserver.admin( 'root' );
	const { accessToken } = await admin;
	// Synapse may answer 500 to the deletion of a room in which something is going on.
	await comes( async () => {
		const answer = await fetch( `${ house.homeserver.url }/_synapse/admin/${ path }`, {
			method, headers: { Authorization: `Bearer ${ accessToken }` }, body: JSON.stringify( body )
		} );
		expect( answer.ok, await answer.text() ).toBe( true );
	} );
}

describe( 'a conversation room that is changed later', () => {
	it( 'is left, and the newcomer\'s next room goes on with a card that leads to the earlier one', async () => {
		const newcomer = await house.newcomer( 350 );
		const roomId = await newcomer.createRoom();
		await newcomer.ask( roomId, 'Who else is here?' );
		const first = await house.helper.waitForCard( house.supportRoom, 'Who else is here?' );
		await until( 'the notice', async () => ( await newcomer.notices( roomId ) ).length === 1 );
		// In the bot's own name: it gives the administrator its power, and invites them.
		await administer( 'POST', `v1/rooms/${ encodeURIComponent( roomId ) }/make_room_admin`, {} );
		await until( 'the bot to leave', () => hasLeft( newcomer, roomId ) );
		expect( await newcomer.notices( roomId ) ).toEqual( [ 'request-open', 'room-refused' ] );
		await newcomer.ask( roomId, 'said to a stranger' );
		await until( 'the helpers to be told', () => shownToHelpers( 'The chat with the newcomer has ended' ) );

		const next = await newcomer.createRoom();
		await newcomer.ask( next, 'Only us now?' );
		const second = await house.helper.waitForCard( house.supportRoom, 'Only us now?' );
		expect( shownBody( second ) ).toMatch( /earlier: #\d+$/ );
		expect( String( second.getContent().formatted_body ) ).toContain( encodeURIComponent( first.getId()! ) );
		await house.helper.answer( house.supportRoom, first.getId()!, 'In the earlier thread' );
		await house.helper.answer( house.supportRoom, second.getId()!, 'In the new thread' );
		await until( 'the answers', async () => ( await newcomer.answers( next ) ).length === 2 );
		expect( await newcomer.answers( next ) ).toEqual( [ 'In the earlier thread', 'In the new thread' ] );
		expect( await newcomer.answers( roomId ) ).toEqual( [] );
		expect( shownToHelpers( 'said to a stranger' ) ).toBe( false );
	} );

	it.each( [
		[ 'deleted by an administrator', 351, ( roomId: RoomId ) => (
			administer( 'DELETE', `v1/rooms/${ encodeURIComponent( roomId ) }`, { purge: true } )
		) ],
		[ 'left in the bot\'s name', 352, ( roomId: RoomId ) => createServiceClient( {
			homeserverUrl: house.homeserver.url, accessToken: house.homeserver.appServiceToken, actAs: { userId: house.homeserver.bot }
		} ).leaveRoom( roomId ) ]
	] )( 'or %s, is given up, with what was said in it passed on', async ( _, centralId, end ) => {
		const newcomer = await house.newcomer( centralId );
		const roomId = await newcomer.createRoom();
		await newcomer.ask( roomId, `Is this room safe, ${ centralId }?` );
		await house.helper.waitForCard( house.supportRoom, `Is this room safe, ${ centralId }?` );
		await newcomer.ask( roomId, `The last thing said by ${ centralId }` );
		await end( roomId );
		await until( 'its last words', () => shownToHelpers( `The last thing said by ${ centralId }` ) );
		await newcomer.ask( await newcomer.createRoom(), `And this one, ${ centralId }?` );
		const card = await house.helper.waitForCard( house.supportRoom, `And this one, ${ centralId }?` );
		expect( shownBody( card ) ).toMatch( /earlier: #\d+$/ );
	} );
} );

describe( 'a room that was deleted while the relay was away', () => {
	it( 'does not take the place of the newcomer\'s next one', async () => {
		const newcomer = await house.newcomer( 355 );
		const roomId = await newcomer.createRoom();
		await newcomer.ask( roomId, 'Will you be gone for long?' );
		const first = await house.helper.waitForCard( house.supportRoom, 'Will you be gone for long?' );
		await until( 'the notice', async () => ( await newcomer.notices( roomId ) ).length === 1 );
		await relay.kill( 'SIGKILL' );
		await administer( 'DELETE', `v1/rooms/${ encodeURIComponent( roomId ) }`, { purge: true } );
		const next = await newcomer.createRoom();
		await newcomer.ask( next, 'Are you back?' );
		relay = await house.startRelay();
		await until( 'the question', () => shownToHelpers( 'Are you back?' ) );
		await house.helper.answer( house.supportRoom, first.getId()!, 'Yes, here' );
		await until( 'the answer', async () => ( await newcomer.answers( next ) ).length > 0 );
		expect( await newcomer.answers( next ) ).toEqual( [ 'Yes, here' ] );
		expect( await hasLeft( newcomer, next ) ).toBe( false );
	} );
} );

describe( 'two rooms of a newcomer for the same wiki and team', () => {
	it( 'made at once, with words in both, end as the one that the panel finds, and nothing is lost or doubled', async () => {
		const newcomer = await house.newcomer( 360 );
		const rooms = await Promise.all( [ newcomer.createRoom(), newcomer.createRoom() ] );
		const said = await Promise.all( rooms.map( async ( roomId, device ) => {
			const texts = [ 'one', 'two', 'three' ].map( ( word ) => `${ word } from device ${ device }` );
			for ( const text of texts ) {
				await newcomer.ask( roomId, text );
			}
			return texts;
		} ) );
		const left = async (): Promise<RoomId[]> => {
			const gone = await Promise.all( rooms.map( ( roomId ) => hasLeft( newcomer, roomId ) ) );
			return rooms.filter( ( _, index ) => gone[ index ] );
		};
		await until( 'one of them to be left', async () => ( await left() ).length === 1 );
		await until( 'all that was said', () => said.flat().every( shownToHelpers ) );
		const [ other ] = await left();
		const stays = rooms.find( ( roomId ) => roomId !== other )!;
		const query = { identity: { wiki: 'testwiki', team: 'general' }, me: newcomer.userId, bot: house.homeserver.bot };
		expect( await findConversationRoom( newcomer.client, query ) ).toBe( stays );
		expect( ( await newcomer.notices( other! ) ).at( -1 ) ).toBe( 'moved' );

		const passedOn = (): string[] => house.helper.events( house.supportRoom ).flatMap( ( event ) => (
			event.getWireContent()[ 'm.new_content' ] === undefined ? readMirrorMarker( event.getWireContent() )?.text ?? [] : []
		) ).filter( ( text ) => text.includes( 'from device' ) );
		expect( passedOn().toSorted() ).toEqual( said.flat().toSorted() );
		for ( const texts of said ) {
			expect( passedOn().filter( ( text ) => texts.includes( text ) ) ).toEqual( texts );
		}
		const inThread = house.helper.events( house.supportRoom ).find( ( event ) => threadRootOf( event ) && shownBody( event ).includes( 'from device' ) )!;
		const card = threadRootOf( inThread )!;
		await house.helper.answer( house.supportRoom, card, 'One answer for both' );
		await until( 'the answer', async () => ( await newcomer.answers( stays ) ).length > 0 );
		expect( await newcomer.answers( stays ) ).toEqual( [ 'One answer for both' ] );
		expect( await newcomer.answers( other! ) ).toEqual( [] );
	} );
} );

describe( 'a newcomer who wants too much', () => {
	it( 'is told politely that there are too many conversations, and the one that there is goes on', async () => {
		const newcomer = await house.newcomer( 370 );
		const roomId = await newcomer.createRoom();
		await newcomer.ask( roomId, 'My one conversation' );
		const card = await house.helper.waitForCard( house.supportRoom, 'My one conversation' );
		const creation = conversationCreation( { wiki: 'otherwiki', team: 'general' }, newcomer.userId, house.homeserver.bot );
		const second = await newcomer.createRoom( { creation_content: creation.creation_content } );
		await newcomer.ask( second, 'My second conversation' );
		await until( 'the second room to be left', () => hasLeft( newcomer, second ) );
		expect( await newcomer.notices( second ) ).toEqual( [ 'too-many' ] );
		await house.helper.answer( house.supportRoom, card.getId()!, 'Still here' );
		await until( 'the answer', async () => ( await newcomer.answers( roomId ) ).length === 1 );
		expect( shownToHelpers( 'My second conversation' ) ).toBe( false );
	} );

	it( 'has invitations declined that come too fast', async () => {
		const newcomer = await house.newcomer( 371 );
		const rooms: RoomId[] = [];
		for ( let count = 0; count < 6; count++ ) {
			rooms.push( await newcomer.createRoom() );
		}
		await newcomer.ask( rooms[ 0 ]!, 'One of many' );
		await house.helper.waitForCard( house.supportRoom, 'One of many' );
		const reasons = async (): Promise<unknown[]> => Promise.all( rooms.map( async ( roomId ) => (
			( await newcomer.client.stateContent( roomId, 'm.room.member', house.homeserver.bot ) )?.reason
		) ) );
		await until( 'all but the first to be left', async () => ( await reasons() ).slice( 1 ).every( ( reason ) => typeof reason === 'string' ) );
		expect( ( await reasons() ).filter( ( reason ) => String( reason ).startsWith( 'Too many rooms at once' ) ) ).toHaveLength( 2 );
		expect( ( await reasons() )[ 0 ] ).toBeUndefined();
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
		const helper = createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: house.helper.client.getAccessToken()! } );
		const levels = await helper.stateContent( house.supportRoom, 'm.room.power_levels' );
		expect( levels ).toMatchObject( { events: { 'm.room.encryption': 101 }, users: { [ house.homeserver.bot ]: 101 } } );
		expect( await helper.stateContent( house.supportRoom, 'm.room.encryption' ) ).toBeUndefined();
		expect( await helper.stateContent( house.supportRoom, 'm.room.join_rules' ) ).toEqual( { join_rule: 'invite' } );
		await expect( helper.setState( house.supportRoom, 'm.room.encryption', '', { algorithm: 'm.megolm.v1.aes-sha2' } ) )
			.rejects.toMatchObject( { code: 'forbidden' } );
	} );
} );
