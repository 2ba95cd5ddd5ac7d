import type { ServiceClient } from '../../src/matrix/index.ts';
import { createServiceClient } from '../../src/matrix/index.ts';
import type { EventId, RoomId, UserId } from '../../src/protocol/ids.ts';
import type { RelayHouse } from '../support/relay-house.ts';
import type { Account, ActorOptions } from './actor.ts';
import { createAccount, createActor, untilTaken } from './actor.ts';
import type { Act } from './evidence.ts';
import type { RoomReader } from './room-reader.ts';
import { createRoomReader } from './room-reader.ts';
import type { Role, Step } from './script.ts';
import { stepsOf } from './script.ts';
import type { Watch } from './watch.ts';

export type SeenRoom = { readonly roomId: RoomId; readonly client: ServiceClient };

/** People who talk with each other, until they are told to stop. */
export interface Load {
	/** Conversation rooms, each with the client of somebody who sees all of it: the relay may have missed one. */
	readonly conversations: readonly SeenRoom[];
	readonly supportRoom: SeenRoom;
	/** All that was done, in the order in which the homeserver's answers came. */
	readonly acts: readonly Act[];
	/** Everybody who has done the least that they are to do does nothing more. */
	stop(): void;
	/** Settles when nobody does anything any more; rejects when the homeserver refuses something, or nothing moves. */
	readonly done: Promise<void>;
}

export type LoadOptions = {
	readonly house: RelayHouse;
	readonly seed: number;
	readonly conversations: number;
	/** Mean time between two things that one of them does. */
	readonly meanPauseMs: number;
	/** How many steps each of a conversation's main actors makes at least. */
	readonly leastSteps: number;
	readonly watch: Watch;
};

const FIRST_CENTRAL_ID = 200;
/** One helper for so many conversations. */
const CONVERSATIONS_OF_A_HELPER = 3;
const FEWEST_HELPERS = 2;

/** A PNG of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function upload( homeserverUrl: string, accessToken: string ): Promise<string> {
	const answer = await fetch( `${ homeserverUrl }/_matrix/media/v3/upload?filename=goat.png`, {
		method: 'POST', headers: { Authorization: `Bearer ${ accessToken }`, 'Content-Type': 'image/png' }, body: Buffer.from( PNG, 'base64' )
	} );
	if ( !answer.ok ) {
		throw new Error( `the image is not taken: ${ answer.status }` );
	}
	return ( await answer.json() as { content_uri: string } ).content_uri;
}

/** Makes the helpers' accounts; full clients would only take cores from what is tested. */
async function makeHelpers( house: RelayHouse, count: number ): Promise<{ readonly account: Account; readonly accessToken: string }[]> {
	const helpers = [ house.helper ];
	while ( helpers.length < count ) {
		helpers.push( await house.addHelper( `helper-${ helpers.length }`, `Helper ${ helpers.length }` ) );
	}
	return Promise.all( helpers.map( async ( helper ) => {
		helper.stop();
		await house.liftRateLimit( helper.userId );
		const accessToken = helper.client.getAccessToken()!;
		const client = createServiceClient( { homeserverUrl: house.homeserver.url, accessToken } );
		return { accessToken, account: createAccount( helper.userId as UserId, client ) };
	} ) );
}

/** Makes everybody's accounts and rooms, and lets them begin. */
export async function startLoad( { house, seed, conversations: count, meanPauseMs, leastSteps, watch }: LoadOptions ): Promise<Load> {
	const { homeserver, supportRoom } = house;
	const acts: Act[] = [];
	let isStopping = false;
	const helpers = await makeHelpers( house, Math.max( FEWEST_HELPERS, Math.ceil( count / CONVERSATIONS_OF_A_HELPER ) ) );
	const imageUrl = await upload( homeserver.url, helpers[ 0 ]!.accessToken );
	const support = createRoomReader( helpers[ 0 ]!.account.client, supportRoom, homeserver.bot, watch.moved );
	const rooms: { readonly roomId: RoomId; readonly account: Account; readonly reader: RoomReader }[] = [];
	for ( let index = 0; index < count; index++ ) {
		const newcomer = await house.newcomer( FIRST_CENTRAL_ID + index );
		await house.liftRateLimit( newcomer.userId );
		const roomId = await newcomer.createRoom();
		rooms.push( {
			roomId, account: createAccount( newcomer.userId, newcomer.client ),
			reader: createRoomReader( newcomer.client, roomId, homeserver.bot, watch.moved )
		} );
	}

	async function play( role: Role, options: Omit<ActorOptions, 'role' | 'watch' | 'imageUrl' | 'onAct'> ): Promise<void> {
		const { act } = createActor( { ...options, role, watch, imageUrl, onAct: ( one ) => acts.push( one ) } );
		const steps = stepsOf( seed, options.conversation, role, meanPauseMs );
		const least = role === 'second' ? 0 : leastSteps;
		for ( let done = 0; !isStopping || done < least; done++ ) {
			const step: Step = steps.next().value;
			await watch.wait( step.pauseMs );
			if ( !isStopping || done < least ) {
				await act( step );
			}
		}
	}

	/** Answers as soon as the card is seen: its sender may not know yet that it was sent. */
	async function help( role: 'first' | 'second', conversation: number, roomId: RoomId ): Promise<void> {
		const card = (): EventId | undefined => support.cardOf( roomId );
		while ( card() === undefined ) {
			await untilTaken( watch, () => support.refresh() );
			if ( card() === undefined && ( watch.isSilent() || ( isStopping && role === 'second' ) ) ) {
				// What is missing is found when all is compared.
				return;
			}
			await watch.wait( card() === undefined ? 200 : 0 );
		}
		const { account } = helpers[ ( conversation + ( role === 'second' ? 1 : 0 ) ) % helpers.length ]!;
		const mirrors = (): readonly EventId[] => support.mirrorsFrom( roomId );
		await play( role, { conversation, account, roomId: supportRoom, reader: support, mirrors, card } );
	}

	const done = Promise.all( rooms.flatMap( ( { roomId, account, reader }, conversation ) => [
		play( 'newcomer', { conversation, account, roomId, reader, mirrors: () => reader.mirrors(), card: () => undefined } ),
		help( 'first', conversation, roomId ),
		help( 'second', conversation, roomId )
	] ) ).then( () => {} );
	done.catch( () => {} );
	return {
		conversations: rooms.map( ( { roomId, account: { client } } ) => ( { roomId, client } ) ),
		supportRoom: { roomId: supportRoom, client: helpers[ 0 ]!.account.client }, acts, done,
		stop() {
			isStopping = true;
		}
	};
}
