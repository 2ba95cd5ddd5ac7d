import { createServer, request } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../support/homeserver.ts';
import type { RelayHouse } from '../../support/relay-house.ts';
import { startRelayHouse, until } from '../../support/relay-house.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import { LATE_MS } from '../../support/time-limits.ts';

let house: RelayHouse;
let road: Server;
/** Requests to which the road brings no answer, although it takes them to the homeserver. */
let hangs: ( method: string, path: string ) => boolean = () => false;
const hanging: ServerResponse[] = [];

beforeAll( async () => {
	house = await startRelayHouse();
	const port = await freePort();
	road = createServer( ( incoming, outgoing ) => {
		const { method = 'GET', url = '/' } = incoming;
		const isHanging = hangs( method, url );
		if ( isHanging ) {
			hanging.push( outgoing );
		}
		const onward = request( new URL( url, house.homeserver.url ), { method, headers: incoming.headers }, ( answer ) => {
			if ( isHanging ) {
				answer.resume();
				return;
			}
			outgoing.writeHead( answer.statusCode ?? 500, answer.headers );
			answer.pipe( outgoing );
		} );
		onward.on( 'error', () => outgoing.destroy() );
		// A /sync that nobody waits for any more.
		outgoing.on( 'close', () => onward.destroy() );
		incoming.pipe( onward );
	} );
	await new Promise<void>( ( resolve ) => road.listen( port, '127.0.0.1', resolve ) );
	await house.configure( { homeserver: {
		url: `http://127.0.0.1:${ port }`, serverName: house.homeserver.serverName, asToken: house.homeserver.appServiceToken
	} } );
} );
afterAll( async () => {
	road?.closeAllConnections();
	road?.close();
	await house?.dispose();
} );

it( 'ends within 5 s while the homeserver does not answer a send, and neither loses nor doubles what it was sending', async () => {
	const relay = await house.startRelay();
	const newcomer = await house.newcomer( 401 );
	const roomId = await newcomer.createRoom();
	await newcomer.ask( roomId, 'Does it arrive?' );
	await house.helper.waitForCard( house.supportRoom, 'Does it arrive?' );
	await until( 'the notice', async () => ( await newcomer.notices( roomId ) ).length === 1 );
	hangs = ( method, path ) => method === 'PUT' && path.includes( '/send/' );
	await newcomer.ask( roomId, 'And this?' );
	await until( 'the send that hangs', () => hanging.length > 0 );
	const toldAtMs = Date.now();
	expect( await relay.kill( 'SIGTERM' ) ).toBe( 0 );
	expect( Date.now() - toldAtMs ).toBeLessThan( 5_000 + LATE_MS );
	expect( await house.log() ).toContain( '"msg":"stopped"' );

	hangs = () => false;
	const again = await house.startRelay();
	await newcomer.ask( roomId, 'The last one' );
	await house.helper.waitFor( house.supportRoom, 'the last one', ( event ) => String( event.getContent().body ).endsWith( 'The last one' ) );
	const said = house.helper.events( house.supportRoom ).flatMap( ( event ) => readMirrorMarker( event.getContent() )?.text ?? [] );
	expect( said.filter( ( text ) => text === 'And this?' ) ).toHaveLength( 1 );
	expect( said.indexOf( 'And this?' ) ).toBeLessThan( said.indexOf( 'The last one' ) );
	await again.kill( 'SIGTERM' );
} );

it( 'ends within 5 s when the homeserver already does not answer at the start', async () => {
	hanging.length = 0;
	hangs = () => true;
	const relay = house.spawnRelay();
	await until( 'the first request', () => hanging.length > 0 );
	const toldAtMs = Date.now();
	expect( await relay.kill( 'SIGTERM' ) ).toBe( 0 );
	expect( Date.now() - toldAtMs ).toBeLessThan( 5_000 + LATE_MS );
} );
