import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { conversationCreation } from '../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../src/protocol/ids.ts';
import { createServiceClient } from '../../src/matrix/index.ts';
import { readMirrorMarker } from '../../src/protocol/mirror.ts';
import { writeQuestionContext } from '../../src/protocol/question.ts';
import type { RunningParts } from '../../src/sandbox/running-parts.ts';
import type { RelayHouse } from '../support/relay-house.ts';
import { startRelayHouse, testContext } from '../support/relay-house.ts';
import type { Talker } from './talker.ts';
import { startTalker } from './talker.ts';
import { startWikiStandIn } from './wiki-stand-in.ts';

/** A conversation with an answered request, and what one says into its thread. */
export type BenchConversation = {
	readonly newcomer: Talker;
	readonly roomId: RoomId;
	/** The card. */
	readonly root: EventId;
	/** Goes into what a helper sends, so that it is said in the thread. */
	readonly inThread: Readonly<Record<string, unknown>>;
};

/** Two accounts that hear of each other: what is said in `from` is to be seen by `receiver`. */
export type Path = { readonly sender: Talker; readonly from: RoomId; readonly receiver: Talker };

/** A homeserver with the relay, and people to talk through it and without it. */
export type RelayedChat = {
	readonly supportRoom: RoomId;
	readonly helper: Talker;
	/** Both in one room. */
	readonly direct: Path;
};

/** With an echo bot, and as many conversations as one wants. */
export type ChatHouse = RelayedChat & {
	/** In two rooms, with the echo bot between. */
	readonly echoed: Path;
	/** Opens conversations, each to its first answer. */
	openConversations( count: number ): Promise<BenchConversation[]>;
	/** Opens conversations to their cards; their newcomers are gone then. */
	openIdleConversations( count: number, onOpened: ( opened: number ) => void ): Promise<void>;
	/** Stops relay and homeserver, and copies all that they keep into a folder. */
	keepIn( folder: string ): Promise<void>;
};

const CONVERSATIONS_AT_ONCE = 4;

/** Starts it all; what it started is stopped with `running`. */
export async function startChatHouse( running: RunningParts ): Promise<ChatHouse> {
	const wiki = await startWikiStandIn();
	await running.add( wiki );
	const house = await startRelayHouse( { apiUrl: wiki.apiUrl } );
	await running.add( { stop: () => house.dispose() } );
	const { homeserver, supportRoom } = house;
	// As operators run it: with the log's level that is the default.
	await house.configure( { log: {} } );
	const relay = await house.startRelay();
	if ( relay.process.exitCode !== null ) {
		throw new Error( `The relay has ended:\n${ await house.log() }` );
	}

	async function talker( { userId, accessToken }: { readonly userId: UserId; readonly accessToken: string } ): Promise<Talker> {
		await house.liftRateLimit( userId );
		const started = await startTalker( { homeserverUrl: homeserver.url, accessToken } );
		await running.add( started );
		return started;
	}

	// A full client would only take cores from what is measured; its account goes on as a bare one.
	house.helper.stop();
	const helper = await talker( { userId: house.helper.userId as UserId, accessToken: house.helper.client.getAccessToken() ?? '' } );
	const pair = async ( name: string ): Promise<Path> => {
		const [ one, other ] = [ await homeserver.helper( `${ name }-a` ), await homeserver.helper( `${ name }-b` ) ];
		const [ sender, receiver ] = [ await talker( one ), await talker( other ) ];
		const from = await sender.createRoom( { preset: 'private_chat', room_version: '11', invite: [ other.userId ] } );
		await receiver.joinRoom( from );
		return { sender, from, receiver };
	};

	let lastCentralId = 1000;
	async function openConversation(): Promise<BenchConversation> {
		const centralId = ++lastCentralId;
		const account = await homeserver.newcomer( centralId );
		const newcomer = await talker( account );
		const roomId = await newcomer.createRoom( conversationCreation( { wiki: 'testwiki', team: 'general' }, account.userId, homeserver.bot ) );
		const question = `How do I cite a book, asks ${ centralId }?`;
		const card = helper.next( question );
		await newcomer.send( roomId, question, writeQuestionContext( testContext ) );
		const { event } = await card;
		if ( readMirrorMarker( event.content )?.source.roomId !== roomId ) {
			throw new Error( 'What came first is no card.' );
		}
		const inThread = threadOf( event.event_id );
		const answer = `Click Cite, ${ centralId }.`;
		const answered = newcomer.next( answer );
		await helper.send( supportRoom, answer, inThread );
		await answered;
		return { newcomer, roomId, root: event.event_id, inThread };
	}

	/** An account without a password, whose making would take the homeserver most of the time. */
	async function passwordless( adminToken: string ): Promise<{ readonly userId: UserId; readonly accessToken: string }> {
		const userId = `@mw-${ ++lastCentralId }-:${ homeserver.serverName }` as UserId;
		const ask = async ( method: string, path: string ): Promise<unknown> => {
			const answer = await fetch( `${ homeserver.url }/_synapse/admin/${ path }`, {
				method, headers: { authorization: `Bearer ${ adminToken }` }, body: '{}'
			} );
			if ( !answer.ok ) {
				throw new Error( `${ method } ${ path }: ${ answer.status } ${ await answer.text() }` );
			}
			return answer.json();
		};
		await ask( 'PUT', `v2/users/${ encodeURIComponent( userId ) }` );
		const { access_token: accessToken } = await ask( 'POST', `v1/users/${ encodeURIComponent( userId ) }/login` ) as { access_token: string };
		return { userId, accessToken };
	}

	async function openIdleConversation( adminToken: string ): Promise<void> {
		const { userId, accessToken } = await passwordless( adminToken );
		const client = createServiceClient( { homeserverUrl: homeserver.url, accessToken } );
		const roomId = await client.createRoom( conversationCreation( { wiki: 'testwiki', team: 'general' }, userId, homeserver.bot ) );
		const question = `How do I link to a page, asks ${ userId }?`;
		const card = helper.next( question );
		await client.sendEvent( roomId, 'm.room.message', 'question', { msgtype: 'm.text', body: question, ...writeQuestionContext( testContext ) } );
		await card;
	}

	async function sideBySide( count: number, open: () => Promise<void> ): Promise<void> {
		await Promise.all( Array.from( { length: CONVERSATIONS_AT_ONCE }, async ( _, lane ) => {
			for ( let index = lane; index < count; index += CONVERSATIONS_AT_ONCE ) {
				await open();
			}
		} ) );
	}

	return {
		supportRoom, helper,
		direct: await pair( 'direct' ),
		echoed: await startEcho( house, running, await pair( 'echo-in' ), talker ),
		async openConversations( count ) {
			const opened: BenchConversation[] = [];
			await sideBySide( count, async () => void opened.push( await openConversation() ) );
			return opened;
		},
		async openIdleConversations( count, onOpened ) {
			const { accessToken } = await homeserver.admin( 'crowd-maker' );
			let opened = 0;
			await sideBySide( count, async () => {
				await openIdleConversation( accessToken );
				onOpened( ++opened );
			} );
		},
		async keepIn( folder ) {
			await relay.kill( 'SIGTERM' );
			await homeserver.stop();
			await cp( homeserver.stateDir, folder, { recursive: true } );
		}
	};
}

/** Goes into what is sent, so that it is said in the thread of a card. */
export function threadOf( root: EventId ): Readonly<Record<string, unknown>> {
	return { 'm.relates_to': { rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root } } };
}

/** Puts the bot into the room of `first`, and into another one with its own receiver. */
async function startEcho(
	house: RelayHouse, running: RunningParts, first: Path, talker: ( account: { userId: UserId; accessToken: string } ) => Promise<Talker>
): Promise<Path> {
	const { homeserver } = house;
	const [ bot, end ] = [ await homeserver.helper( 'echo-bot' ), await homeserver.helper( 'echo-out' ) ];
	await house.liftRateLimit( bot.userId );
	const receiver = await talker( end );
	const to = await receiver.createRoom( { preset: 'private_chat', room_version: '11', invite: [ bot.userId ] } );
	const from = await first.sender.createRoom( { preset: 'private_chat', room_version: '11', invite: [ bot.userId ] } );
	const join = async ( roomId: RoomId ): Promise<void> => {
		const answer = await fetch( `${ homeserver.url }/_matrix/client/v3/rooms/${ encodeURIComponent( roomId ) }/join`, {
			method: 'POST', headers: { authorization: `Bearer ${ bot.accessToken }` }, body: '{}'
		} );
		if ( !answer.ok ) {
			throw new Error( `The echo bot cannot join: ${ await answer.text() }` );
		}
	};
	await join( from );
	await join( to );
	const child = spawn( process.execPath, [
		path.join( import.meta.dirname, 'echo-bot.ts' ),
		JSON.stringify( { homeserverUrl: homeserver.url, accessToken: bot.accessToken, from, to } )
	], { stdio: [ 'ignore', 'pipe', 'inherit' ] } );
	const exited = once( child, 'exit' );
	await running.add( { async stop() {
		child.kill( 'SIGKILL' );
		await exited;
	} } );
	await Promise.race( [ once( child.stdout, 'data' ), exited.then( () => { throw new Error( 'The echo bot has ended.' ); } ) ] );
	return { sender: first.sender, from, receiver };
}
