import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventId } from '../../../src/protocol/ids.ts';
import { createServiceClient } from '../../../src/matrix/index.ts';
import { threadRootOf } from '../../../src/sandbox/actors/matrix-helper.ts';
import type { RelayHouse } from '../../support/relay-house.ts';
import { askIn, runRelayCommand, startRelayHouse, until } from '../../support/relay-house.ts';

let house: RelayHouse;
let adminToken: string;
beforeAll( async () => {
	house = await startRelayHouse();
	adminToken = ( await house.homeserver.admin( 'caretaker' ) ).accessToken;
	await house.startRelay();
} );
afterAll( () => house.dispose() );

const asked = ( centralId: number, question: string ) => askIn( house, centralId, question );

async function asAdmin( method: string, path: string, body: object ): Promise<void> {
	const answer = await fetch( `${ house.homeserver.url }/_synapse/admin${ path }`, {
		method, headers: { Authorization: `Bearer ${ adminToken }` }, body: JSON.stringify( body )
	} );
	expect( [ answer.status, path ] ).toEqual( [ 200, path ] );
}

const inThread = ( card: EventId, what: string, text: string ) => (
	house.helper.waitFor( house.supportRoom, what, ( event ) => (
		threadRootOf( event ) === card && String( event.getContent().body ).includes( text )
	) )
);

it( 'tells the helper of an answer that is too large, and passes on what comes after it', async () => {
	const { newcomer, roomId, card } = await asked( 601, 'How long may it be?' );
	await house.helper.answer( house.supportRoom, card, 'x'.repeat( 30_000 ) );
	await house.helper.answer( house.supportRoom, card, 'short' );
	await until( 'the short one', async () => ( await newcomer.answers( roomId ) ).length === 1 );
	expect( await newcomer.answers( roomId ) ).toEqual( [ 'short' ] );
	await inThread( card, 'the notice', 'too long to be passed on' );
} );

it( 'tells the helper when the newcomer\'s account is gone', async () => {
	const { newcomer, card } = await asked( 602, 'Am I still here?' );
	await asAdmin( 'POST', `/v1/deactivate/${ encodeURIComponent( newcomer.userId ) }`, { erase: false } );
	await house.helper.answer( house.supportRoom, card, 'Hello?' );
	await inThread( card, 'the notice', 'The newcomer has left the chat' );
} );

it( 'tells the helper when the conversation\'s room is gone', async () => {
	const { roomId, card } = await asked( 603, 'Where is my room?' );
	await asAdmin( 'DELETE', `/v1/rooms/${ encodeURIComponent( roomId ) }`, { purge: true } );
	await house.helper.answer( house.supportRoom, card, 'Hello?' );
	await house.helper.waitFor( house.supportRoom, 'the notice', ( event ) => (
		threadRootOf( event ) === card && /left the chat|could not be passed on/.test( String( event.getContent().body ) )
	) );
} );

it( 'tells the newcomer when the Support room refuses their message, which status lists, and goes on when it takes them again', async () => {
	const { newcomer, roomId, card } = await asked( 604, 'Can you read this?' );
	const bot = createServiceClient( {
		homeserverUrl: house.homeserver.url, accessToken: house.homeserver.appServiceToken, actAs: { userId: house.homeserver.bot }
	} );
	const levels = await bot.stateContent( house.supportRoom, 'm.room.power_levels' );
	await bot.setState( house.supportRoom, 'm.room.power_levels', '', {
		...levels, users: { [ house.homeserver.bot ]: 101, [ house.helper.userId ]: 50 }
	} );
	await bot.leaveRoom( house.supportRoom );
	await newcomer.ask( roomId, 'Nobody can read this' );
	await until( 'the notice', async () => ( await newcomer.notices( roomId ) ).includes( 'not-delivered' ) );
	const { stdout } = await runRelayCommand( [ 'status', '--config', house.configFile ] );
	expect( stdout ).toMatch( / say \$\S+ \(conversation \d+, to the helpers\): M_FORBIDDEN \(403\)/ );
	expect( ( await newcomer.notices( roomId ) ).filter( ( code ) => code === 'not-delivered' ) ).toHaveLength( 1 );

	const helper = createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: house.helper.client.getAccessToken()! } );
	await helper.invite( house.supportRoom, house.homeserver.bot );
	await until( 'the bot to be back', async () => (
		( await helper.stateContent( house.supportRoom, 'm.room.member', house.homeserver.bot ) )?.membership === 'join'
	) );
	await newcomer.ask( roomId, 'And this?' );
	await inThread( card, 'what was said later', 'And this?' );
	expect( await newcomer.notices( roomId ) ).toEqual( [ 'request-open', 'not-delivered' ] );
} );
