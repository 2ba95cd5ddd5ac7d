import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HelperClient } from '../../../src/helper/matrix/helper-client.ts';
import { startHelperClient } from '../../../src/helper/matrix/helper-client.ts';
import type { ServiceClient } from '../../../src/matrix/index.ts';
import { createServiceClient } from '../../../src/matrix/index.ts';
import type { RoomId } from '../../../src/protocol/ids.ts';
import type { TestAccount, TestHomeserver } from '../../support/homeserver.ts';
import { startTestHomeserver } from '../../support/homeserver.ts';
import { readRoom, until } from '../../support/relay-house.ts';

/** More than the client asks for at first, so that the rest has to be read back. */
const MESSAGES = 110;

type Way = 'pass' | 'hang' | 'refuse';

let homeserver: TestHomeserver;
let bot: ServiceClient;
let account: TestAccount;
let supportRoom: RoomId;
let proxy: Server;
let wayOf: ( message: IncomingMessage ) => Way = () => 'pass';
const clients: HelperClient[] = [];

/** Between the client and Synapse: lets a request through, refuses it, or never answers it. */
function startProxy( target: string ): Server {
	return createServer( ( incoming, outgoing ) => {
		const way = wayOf( incoming );
		if ( way === 'refuse' ) {
			outgoing.writeHead( 502 ).end();
		} else if ( way === 'pass' ) {
			const onward = request( target + incoming.url, { method: incoming.method!, headers: incoming.headers }, ( answer ) => {
				outgoing.writeHead( answer.statusCode!, answer.headers );
				answer.pipe( outgoing );
			} );
			onward.on( 'error', () => outgoing.destroy() );
			outgoing.on( 'close', () => onward.destroy() );
			incoming.pipe( onward );
		}
	} ).listen( 0, '127.0.0.1' );
}

async function start(): Promise<HelperClient> {
	const client = await startHelperClient( {
		session: { ...account, homeserverUrl: `http://127.0.0.1:${ ( proxy.address() as AddressInfo ).port }` },
		wantedRooms: [ supportRoom ], bot: undefined, now: Date.now, onChange: () => {}, onLoggedOut: () => {}
	} );
	clients.push( client );
	return client;
}

const textsIn = ( client: HelperClient ): unknown[] => client.logs()[ 0 ]!.events.map( ( { content } ) => content.body );

beforeAll( async () => {
	homeserver = await startTestHomeserver();
	account = await homeserver.helper( 'omar' );
	bot = createServiceClient( {
		homeserverUrl: homeserver.url, accessToken: homeserver.appServiceToken, actAs: { userId: homeserver.bot }
	} );
	supportRoom = await bot.createRoom( { invite: [ account.userId ] } );
	await createServiceClient( { homeserverUrl: homeserver.url, accessToken: account.accessToken } ).joinRoom( supportRoom );
	for ( let index = 0; index < MESSAGES; index++ ) {
		await bot.sendEvent( supportRoom, 'm.room.message', `message-${ index }`, { msgtype: 'm.text', body: `message ${ index }` } );
	}
	proxy = startProxy( homeserver.url );
	await once( proxy, 'listening' );
} );
afterEach( () => {
	wayOf = () => 'pass';
} );
afterAll( async () => {
	await Promise.all( clients.map( ( client ) => client.logOut( 3_000 ) ) );
	proxy.closeAllConnections();
	proxy.close();
	await homeserver.dispose();
} );

describe( 'a helper\'s client', () => {
	it( 'reads the rest of a room as soon as it can be read', async () => {
		let refusals = 0;
		wayOf = ( { url } ) => {
			const isHistory = url!.includes( '/messages' );
			refusals += Number( isHistory );
			return isHistory ? 'refuse' : 'pass';
		};
		const client = await start();
		await until( 'history to be refused', () => refusals > 0 );
		expect( textsIn( client ) ).toContain( `message ${ MESSAGES - 1 }` );
		expect( textsIn( client ) ).not.toContain( 'message 0' );
		wayOf = () => 'pass';
		await until( 'the first message', () => textsIn( client ).includes( 'message 0' ), 60_000 );
	} );

	it( 'is offline while nobody answers what it sends, and sends it once', async () => {
		const client = await start();
		expect( client.offlineSinceMs() ).toBeUndefined();
		wayOf = ( { url } ) => url!.includes( '/send/' ) ? 'hang' : 'pass';
		client.send( supportRoom, 'm.room.message', { msgtype: 'm.text', body: 'Is anybody there?' } );
		await until( 'it to be offline', () => client.offlineSinceMs() !== undefined );
		wayOf = () => 'pass';
		await until( 'it to be sent', () => client.logs()[ 0 ]!.pending.length === 0 && textsIn( client ).includes( 'Is anybody there?' ) );
		await until( 'it to be online', () => client.offlineSinceMs() === undefined );
		expect( textsIn( client ).filter( ( text ) => text === 'Is anybody there?' ) ).toHaveLength( 1 );
	} );

	it( 'is offline within a minute while the homeserver hangs, and back when that goes on', async () => {
		const client = await start();
		process.kill( homeserver.pid, 'SIGSTOP' );
		try {
			await until( 'it to be offline', () => client.offlineSinceMs() !== undefined, 60_000 );
			client.send( supportRoom, 'm.room.message', { msgtype: 'm.text', body: 'while it hangs' } );
		} finally {
			process.kill( homeserver.pid, 'SIGCONT' );
		}
		await until( 'it to be online', () => client.offlineSinceMs() === undefined, 60_000 );
		await until( 'it to be sent', () => textsIn( client ).includes( 'while it hangs' ), 60_000 );
		const sent = await readRoom( bot, supportRoom );
		expect( sent.filter( ( { content } ) => content.body === 'while it hangs' ) ).toHaveLength( 1 );
	} );
} );
