import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { readNotice } from '../../../src/protocol/notice.ts';
import type { OutboxItem } from '../../../src/relay/routing/model.ts';
import type { Homeserver } from '../../../src/relay/routing/ports.ts';
import { sayTransaction } from '../../../src/relay/note-sent.ts';
import type { DoTask } from '../../../src/relay/tasks.ts';
import { createDoTask } from '../../../src/relay/tasks.ts';
import { openScratchStore, silentLog } from '../../support/relay-store.ts';

const bot = '@bot:example.org' as UserId;
const newcomer = '@mw-4-:example.org' as UserId;
const room = '!room:example.org' as RoomId;
const support = '!support:example.org' as RoomId;

let scratch: ReturnType<typeof openScratchStore>;
let sent: { roomId: RoomId; content: Record<string, unknown> }[];
let doTask: DoTask;

beforeEach( async () => {
	scratch = openScratchStore();
	sent = [];
	const homeserver = {
		send: ( roomId: RoomId, _transactionId: string, content: Record<string, unknown> ) => {
			sent.push( { roomId, content } );
			return Promise.resolve( `$sent${ sent.length }` as EventId );
		}
	} as unknown as Homeserver;
	doTask = createDoTask( {
		store: scratch.store, homeservers: new Map( [ [ bot, homeserver ] ] ), bot, serverName: 'example.org',
		wikis: { enwiki: { name: 'W', articleUrl: 'https://w.example/$1' } }, supportRooms: new Map( [ [ 'general', support ] ] ),
		profiles: { learn: () => Promise.resolve(), completeCards: () => {}, stop: () => {} },
		wikiLookupMs: 0, now: () => 1_000, log: silentLog
	} );
	await scratch.store.transaction( async ( tx ) => {
		const { id: conversationId } = await tx.ensureConversation( { newcomer, wiki: 'enwiki', team: 'general' } );
		await tx.addRoom( { roomId: room, conversationId, receiver: bot } );
		await tx.setRoomState( room, 'open' );
	} );
} );
afterEach( () => scratch.dispose() );

/** Puts a message in, and does all that follows. */
async function say( text: string ): Promise<void> {
	const eventId = `$${ text }` as EventId;
	await scratch.store.transaction( ( tx ) => tx.enqueue( { lane: '1:in', receiver: bot, transactionId: sayTransaction( eventId ), task: {
		kind: 'say', roomId: room, eventId, conversationId: 1, text, saidAtMs: 1, context: undefined
	} } ) );
	for ( const lane of [ '1:in', '1:out' ] ) {
		for ( let item: OutboxItem | undefined; ( item = await scratch.store.transaction( ( tx ) => tx.nextInLane( lane ) ) ); ) {
			await doTask( item );
		}
	}
}
const pause = ( scope: string ): Promise<void> => scratch.store.transaction( ( tx ) => tx.setPause( scope, 'secret reason' ) );
const inSupportRoom = (): unknown[] => sent.filter( ( { roomId } ) => roomId === support );
const notices = (): unknown[] => sent.filter( ( { roomId } ) => roomId === room ).map( ( { content } ) => readNotice( content ) );

describe( 'while new questions are paused', () => {
	it.each( [ [ 'for all wikis', '*' ], [ 'for this wiki', 'enwiki' ] ] )( '%s, the newcomer is told, and nothing of the question is mirrored or kept', async ( _, scope ) => {
		await pause( scope );
		await say( 'how' );
		expect( notices() ).toEqual( [ 'paused' ] );
		expect( inSupportRoom() ).toEqual( [] );
		expect( JSON.stringify( sent ) ).not.toContain( 'secret reason' );
		expect( await scratch.store.transaction( ( tx ) => tx.openRequest( 1 ) ) ).toBeUndefined();
	} );

	it( 'for another wiki, it becomes a card as ever', async () => {
		await pause( 'dewiki' );
		await say( 'how' );
		expect( notices() ).toEqual( [ 'request-open' ] );
		expect( inSupportRoom() ).toHaveLength( 1 );
	} );

	it( 'a request that runs goes on', async () => {
		await say( 'how' );
		await pause( '*' );
		await say( 'and-this' );
		expect( inSupportRoom() ).toHaveLength( 2 );
		expect( notices() ).toEqual( [ 'request-open' ] );
	} );

	it( 'and they are taken again after it', async () => {
		await pause( '*' );
		await say( 'early' );
		await scratch.store.transaction( ( tx ) => tx.removePause( '*' ) );
		await say( 'late' );
		expect( notices() ).toEqual( [ 'paused', 'request-open' ] );
		expect( JSON.stringify( inSupportRoom() ) ).not.toContain( 'early' );
	} );
} );
