import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceClient } from '../../../src/matrix/index.ts';
import { createServiceClient } from '../../../src/matrix/index.ts';
import { conversationCreation } from '../../../src/protocol/conversation.ts';
import type { RoomId, UserId } from '../../../src/protocol/ids.ts';
import { startTestHomeserver } from '../../support/homeserver.ts';
import type { TestAccount, TestHomeserver } from '../../support/homeserver.ts';

type Person = { readonly userId: UserId; readonly client: ServiceClient };

let homeserver: TestHomeserver;
let newcomer: Person;
let otherNewcomer: Person;
let helper: Person & TestAccount;
let bot: Person;

beforeAll( async () => {
	homeserver = await startTestHomeserver();
	const client = ( accessToken: string ) => createServiceClient( { homeserverUrl: homeserver.url, accessToken } );
	const first = await homeserver.newcomer( 4, 'Pygmy Fan' );
	const second = await homeserver.newcomer( 5 );
	const nita = await homeserver.helper( 'nita', 'Nita B.' );
	newcomer = { userId: first.userId, client: client( first.accessToken ) };
	otherNewcomer = { userId: second.userId, client: client( second.accessToken ) };
	helper = { ...nita, client: client( nita.accessToken ) };
	bot = {
		userId: homeserver.bot,
		client: createServiceClient( {
			homeserverUrl: homeserver.url, accessToken: homeserver.appServiceToken, actAs: { userId: homeserver.bot }
		} )
	};
} );
afterAll( async () => {
	await homeserver?.dispose();
} );

const forbidden = { code: 'forbidden' };
const part = encodeURIComponent;

function conversation( person = newcomer ): Promise<RoomId> {
	return person.client.createRoom( conversationCreation( { wiki: 'sandboxwiki', team: 'general' }, person.userId, bot.userId ) );
}

test( 'a newcomer makes a conversation, the bot joins it and both can talk', async () => {
	const roomId = await conversation();
	await bot.client.joinRoom( roomId );
	await newcomer.client.sendEvent( roomId, 'm.room.message', 't1', { msgtype: 'm.text', body: 'How?' } );
	await bot.client.sendEvent( roomId, 'm.room.message', 't1', { msgtype: 'm.text', body: 'So.' } );
} );

test( 'the account of the relay carries its name, which nobody there could have given itself', async () => {
	expect( await bot.client.displayName( bot.userId ) ).toBe( 'Ask for Help' );
} );

test( 'a newcomer cannot take another name, everywhere or in one room', async () => {
	await expect( newcomer.client.setDisplayName( newcomer.userId, 'Nita B.' ) ).rejects.toMatchObject( forbidden );
	const roomId = await conversation();
	await newcomer.client.setState( roomId, 'm.room.member', newcomer.userId, { membership: 'join', displayname: 'Nita B.' } );
	expect( await newcomer.client.displayName( newcomer.userId ) ).toBe( 'Pygmy Fan' );
	expect( await newcomer.client.stateContent( roomId, 'm.room.member', newcomer.userId ) ).toMatchObject( { displayname: 'Pygmy Fan' } );
} );

test( 'a newcomer cannot make an alias, with a room or later', async () => {
	const roomId = await conversation();
	await expect( newcomer.client.request( 'PUT', `/v3/directory/room/${ part( '#help:help.localhost' ) }`, { room_id: roomId } ) )
		.rejects.toMatchObject( forbidden );
	await expect( newcomer.client.createRoom( { invite: [ bot.userId ], room_alias_name: 'official' } ) ).rejects.toMatchObject( forbidden );
} );

test( 'nobody finds a room in the directory, nor can put one there', async () => {
	const roomId = await helper.client.createRoom( { preset: 'public_chat' } );
	await expect( helper.client.request( 'PUT', `/v3/directory/list/room/${ part( roomId ) }`, { visibility: 'public' } ) )
		.rejects.toMatchObject( forbidden );
	await expect( newcomer.client.request( 'PUT', `/v3/directory/list/room/${ part( await conversation() ) }`, { visibility: 'public' } ) )
		.rejects.toMatchObject( forbidden );
	const list = await newcomer.client.request<{ chunk: unknown[] }>( 'POST', '/v3/publicRooms', {} );
	expect( list.chunk ).toEqual( [] );
	const withoutLogin = await fetch( `${ homeserver.url }/_matrix/client/v3/publicRooms` );
	expect( withoutLogin.status ).toBe( 401 );
} );

test( 'a newcomer finds nobody in the user directory', async () => {
	for ( const term of [ 'Nita', 'Newcomer', 'mw-5-', 'Ask' ] ) {
		const found = await newcomer.client.request<{ results: unknown[] }>( 'POST', '/v3/user_directory/search', { search_term: term } );
		expect( found.results ).toEqual( [] );
	}
} );

test( 'a newcomer cannot read the profiles of people with whom they share no room', async () => {
	await expect( newcomer.client.displayName( otherNewcomer.userId ) ).rejects.toMatchObject( forbidden );
	await expect( newcomer.client.displayName( helper.userId ) ).rejects.toMatchObject( forbidden );
	const withoutLogin = await fetch( `${ homeserver.url }/_matrix/client/v3/profile/${ part( newcomer.userId ) }` );
	expect( withoutLogin.status ).toBe( 401 );
} );

test( 'a newcomer invites nobody but the bot', async () => {
	const roomId = await conversation();
	await expect( newcomer.client.invite( roomId, helper.userId ) ).rejects.toMatchObject( forbidden );
	await expect( newcomer.client.invite( roomId, otherNewcomer.userId ) ).rejects.toMatchObject( forbidden );
	await expect( newcomer.client.createRoom( { invite: [ bot.userId, helper.userId ] } ) ).rejects.toMatchObject( forbidden );
	await expect( newcomer.client.createRoom( { preset: 'public_chat' } ) ).rejects.toMatchObject( forbidden );
	await expect( newcomer.client.createRoom( { visibility: 'public' } ) ).rejects.toMatchObject( forbidden );
} );

test( 'nobody but the bot invites a newcomer, and a newcomer joins no room unasked', async () => {
	await expect( helper.client.createRoom( { invite: [ newcomer.userId ] } ) ).rejects.toMatchObject( forbidden );
	const open = await helper.client.createRoom( { preset: 'public_chat' } );
	await expect( helper.client.invite( open, newcomer.userId ) ).rejects.toMatchObject( forbidden );
	await expect( newcomer.client.joinRoom( open ) ).rejects.toMatchObject( forbidden );
	const invited = await bot.client.createRoom( { preset: 'private_chat', invite: [ newcomer.userId ] } );
	await newcomer.client.joinRoom( invited );
} );

test( 'a newcomer has no password login, even when there is a password; a helper has', async () => {
	const logIn = ( user: string, password: string ) => createServiceClient( { homeserverUrl: homeserver.url } )
		.request( 'POST', '/v3/login', { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password } );
	await logIn( 'nita', helper.password );
	const admin = await homeserver.admin( 'operator2' );
	const response = await fetch( `${ homeserver.url }/_synapse/admin/v1/reset_password/${ part( newcomer.userId ) }`, {
		method: 'POST',
		headers: { Authorization: `Bearer ${ admin.accessToken }` },
		body: JSON.stringify( { new_password: 'a-password-9', logout_devices: false } )
	} );
	expect( response.status ).toBe( 200 );
	await expect( logIn( 'mw-4-', 'a-password-9' ) ).rejects.toMatchObject( forbidden );
} );

test( 'nobody can register or come as a guest', async () => {
	for ( const kind of [ 'user', 'guest' ] ) {
		const response = await fetch( `${ homeserver.url }/_matrix/client/v3/register?kind=${ kind }`, {
			method: 'POST', body: JSON.stringify( { username: `intruder-${ kind }`, password: 'x', auth: { type: 'm.login.dummy' } } )
		} );
		expect( response.status ).toBe( 403 );
	}
} );

test( 'a browser on the wiki may read the answers', async () => {
	const response = await fetch( `${ homeserver.url }/_matrix/client/versions`, { headers: { Origin: 'http://127.0.0.1:8480' } } );
	expect( response.headers.get( 'access-control-allow-origin' ) ).toBe( '*' );
} );

test( 'there is nothing to federate with', async () => {
	expect( ( await fetch( `${ homeserver.url }/_matrix/federation/v1/version` ) ).status ).toBe( 404 );
	expect( ( await fetch( `${ homeserver.url }/_matrix/key/v2/server` ) ).status ).toBe( 404 );
} );

test( 'killed and started again, it knows everybody and every room', async () => {
	const roomId = await conversation( otherNewcomer );
	await homeserver.kill();
	await homeserver.start();
	expect( await otherNewcomer.client.joinedRooms() ).toContain( roomId );
} );
