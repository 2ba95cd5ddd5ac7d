import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createServiceClient } from '../../../src/matrix/index.ts';
import { readRelation } from '../../../src/protocol/message.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import type { DeafProxy } from '../../support/deaf-proxy.ts';
import { startDeafProxy } from '../../support/deaf-proxy.ts';
import type { RelayHouse } from '../../support/relay-house.ts';
import { readRoom, startRelayHouse, until } from '../../support/relay-house.ts';

const LONGER_THAN_A_DAY_MS = 25 * 3_600_000;

/** Lets a day pass while both are down: what is to be sent gets older, and the homeserver forgets transaction ids. */
async function letADayPass( { homeserver, configFile }: RelayHouse ): Promise<void> {
	await homeserver.stop();
	const synapse = new DatabaseSync( path.join( homeserver.stateDir, 'homeserver.db' ) );
	expect( synapse.prepare( 'DELETE FROM event_txn_id_device_id' ).run().changes ).toBeGreaterThan( 0 );
	synapse.close();
	const store = new DatabaseSync( path.join( path.dirname( configFile ), 'relay.db' ) );
	expect( store.prepare( 'UPDATE outbox SET created_at = created_at - ?' ).run( LONGER_THAN_A_DAY_MS ).changes ).toBeGreaterThan( 0 );
	store.close();
	await homeserver.start();
}

/** A relay that dies with sent messages of which it does not know that they were sent. */
async function dieUnaware( house: RelayHouse, proxy: DeafProxy, kinds: readonly string[] ): Promise<void> {
	proxy.isDeaf = true;
	proxy.taken.length = 0;
	const relay = await house.startRelay();
	await until( `the homeserver to take ${ kinds.join( ' and ' ) }`, () => (
		kinds.every( ( kind ) => proxy.taken.some( ( sent ) => sent.includes( `/${ kind } ` ) ) )
	) );
	await relay.kill( 'SIGKILL' );
	proxy.isDeaf = false;
}

it( 'sends nothing twice after an outage of more than a day', { timeout: 180_000 }, async () => {
	const house = await startRelayHouse();
	onTestFinished( () => house.dispose() );
	const { homeserver, supportRoom, helper } = house;
	const proxy = await startDeafProxy( homeserver.url );
	onTestFinished( () => proxy.stop() );
	await house.configure( { homeserver: { url: proxy.url, serverName: homeserver.serverName, asToken: homeserver.appServiceToken } } );
	const newcomer = await house.newcomer( 41 );
	const roomId = await newcomer.createRoom();
	await newcomer.ask( roomId, 'How do I cite?' );
	const first = await house.startRelay();
	const card = ( await helper.waitForCard( supportRoom, 'How do I cite?' ) ).getId()!;
	await until( 'the newcomer to be told', async () => ( await newcomer.notices( roomId ) ).length === 1 );
	await first.kill( 'SIGTERM' );

	await newcomer.ask( roomId, 'I have a book.' );
	await helper.answer( supportRoom, card, 'Click Cite.' );
	await dieUnaware( house, proxy, [ 'say', 'answer' ] );
	await letADayPass( house );
	// The card's edit waits behind the newcomer's message, which is noted as sent now.
	await dieUnaware( house, proxy, [ 'answered' ] );
	await letADayPass( house );

	const last = await house.startRelay();
	await newcomer.ask( roomId, 'Thank you.' );
	await helper.waitFor( supportRoom, 'what came last', ( event ) => readMirrorMarker( event.getContent() )?.text === 'Thank you.' );
	await helper.answer( supportRoom, card, 'You are welcome.' );
	await until( 'the last answer', async () => ( await newcomer.answers( roomId ) ).includes( 'You are welcome.' ) );
	await last.kill( 'SIGTERM' );

	expect( await newcomer.answers( roomId ) ).toEqual( [ 'Click Cite.', 'You are welcome.' ] );
	const eyes = createServiceClient( { homeserverUrl: homeserver.url, accessToken: helper.client.getAccessToken()! } );
	const fromBot = ( await readRoom( eyes, supportRoom ) ).filter( ( { sender, type } ) => sender === homeserver.bot && type === 'm.room.message' );
	const isEdit = ( content: unknown ): boolean => readRelation( content ).replaces !== undefined;
	expect( fromBot.filter( ( { content } ) => !isEdit( content ) ).map( ( { content } ) => readMirrorMarker( content )?.text ) )
		.toEqual( [ 'How do I cite?', 'I have a book.', 'Thank you.' ] );
	expect( fromBot.filter( ( { content } ) => isEdit( content ) && String( content.body ).startsWith( '* 💬' ) ) ).toHaveLength( 1 );
} );
