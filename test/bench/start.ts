import path from 'node:path';
import type { EventId, RoomId, UserId } from '../../src/protocol/ids.ts';
import { openStore } from '../../src/relay/store/store.ts';
import type { RunningParts } from '../../src/sandbox/running-parts.ts';
import type { RelayHouse } from '../support/relay-house.ts';
import { startRelayHouse } from '../support/relay-house.ts';
import type { Measurement } from './figure.ts';

export const STORED_CONVERSATIONS = 10_000;
export const START_BUDGET_MS = 3000;
const MESSAGES_EACH = 5;
const AT_ONCE = 500;

/** Puts conversations into the store as they are after a question and some messages each, with nothing left to do. */
async function fill( file: string, bot: UserId ): Promise<void> {
	const store = await openStore( { kind: 'sqlite', path: file }, {
		now: Date.now, keepSetAsideMs: 86_400_000, onLost: () => {}, onWait: () => {}
	} );
	const supportRoom = '!stored-support:help.localhost' as RoomId;
	for ( let first = 0; first < STORED_CONVERSATIONS; first += AT_ONCE ) {
		await store.transaction( async ( tx ) => {
			for ( let index = first; index < first + AT_ONCE; index++ ) {
				const newcomer = `@mw-9${ index }-:help.localhost` as UserId;
				const roomId = `!stored-${ index }:help.localhost` as RoomId;
				const conversation = await tx.ensureConversation( { newcomer, wiki: 'testwiki', team: 'general' } );
				const profile = { name: `Stored ${ index }`, editCount: 3, registeredAtMs: 0, isBlocked: false };
				await tx.setProfile( { newcomer, wiki: 'testwiki' }, profile );
				await tx.addRoom( { roomId, conversationId: conversation.id, receiver: bot } );
				await tx.setRoomState( roomId, 'open' );
				await tx.setRoomReading( roomId );
				const request = await tx.addRequest( {
					conversationId: conversation.id, wiki: 'testwiki', question: 'How do I cite a book?',
					questionEvent: `$said-${ index }-0` as EventId, context: undefined, askedAtMs: Date.now()
				} );
				await tx.setRequestRoot( request.id, `$mirror-${ index }-0` as EventId );
				for ( let message = 0; message < MESSAGES_EACH; message++ ) {
					const source = { roomId, eventId: `$said-${ index }-${ message }` as EventId };
					const mirror = { roomId: supportRoom, eventId: `$mirror-${ index }-${ message }` as EventId };
					await tx.receive( bot, roomId, source.eventId );
					await tx.addToThread( request.id, mirror.eventId );
					await tx.addMapping( {
						source, mirror, original: source.eventId, isEdit: false, speaker: undefined, requestId: request.id
					} );
				}
			}
		} );
	}
	await store.close();
}

/** From the begin of the process until the relay receives, in ms. */
async function start( house: RelayHouse ): Promise<number> {
	const begunAt = performance.now();
	const relay = await house.startRelay();
	const tookMs = performance.now() - begunAt;
	if ( relay.process.exitCode !== null ) {
		throw new Error( `The relay has ended:\n${ await house.log() }` );
	}
	await relay.kill( 'SIGTERM' );
	return tookMs;
}

/** How long the relay takes to start with an empty store, and with one that holds much. */
export async function measureStart( running: RunningParts, count: number, onStep: ( what: string ) => void ): Promise<Measurement[]> {
	const house = await startRelayHouse();
	await running.add( { stop: () => house.dispose() } );
	const values = { empty: [] as number[], full: [] as number[] };
	// The first start of all makes the store, and reads the program from the disk.
	await start( house );
	for ( let index = 0; index < count; index++ ) {
		values.empty.push( await start( house ) );
	}
	onStep( `storing ${ STORED_CONVERSATIONS } conversations` );
	await fill( path.join( path.dirname( house.configFile ), 'relay.db' ), house.homeserver.bot );
	for ( let index = 0; index < count; index++ ) {
		values.full.push( await start( house ) );
	}
	return [
		{ name: 'process begun until it receives, empty store', unit: 'ms', values: values.empty },
		{
			name: `the same, ${ STORED_CONVERSATIONS } conversations stored`, unit: 'ms', values: values.full,
			comparedWith: { name: 'empty', values: values.empty }, budget: { of: 'median', atMost: START_BUDGET_MS }
		}
	];
}
