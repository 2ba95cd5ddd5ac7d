import { expect, inject, it, onTestFinished } from 'vitest';
import type { RoomId } from '../../../src/protocol/ids.ts';
import { readRelation } from '../../../src/protocol/message.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import { createMatrixClient } from '../../../src/matrix/index.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import type { TestNewcomer } from '../../support/relay-house.ts';
import { readRoom, startRelayHouse, until } from '../../support/relay-house.ts';
import { storeKinds } from '../../support/store-places.ts';

const CONVERSATIONS = 10;
const KILLS = 10;
/** Messages of each newcomer, and answers to each: bounded, so that a slow machine is late rather than flooded. */
const SAID = 20;
const ANSWERED = 8;
/** Longest pause between two of them. */
const LONGEST_PAUSE_MS = 2_000;
const PATIENCE_MS = 150_000;
/** Longest life of a relay between two kills. */
const LONGEST_LIFE_MS = 2_000;
const seed = Number( process.env.ASK_FOR_HELP_SEED ?? Date.now() % 1_000_000 );

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function createRandom( state: number ): () => number {
	return () => {
		state = ( state + 0x6d2b79f5 ) | 0;
		let mixed = Math.imul( state ^ ( state >>> 15 ), 1 | state );
		mixed = ( mixed + Math.imul( mixed ^ ( mixed >>> 7 ), 61 | mixed ) ) ^ mixed;
		return ( ( mixed ^ ( mixed >>> 14 ) ) >>> 0 ) / 4_294_967_296;
	};
}

const random = createRandom( seed );
const pause = ( longestMs: number ): Promise<void> => new Promise( ( resolve ) => setTimeout( resolve, random() * longestMs ) );

type Talk = { newcomer: TestNewcomer; roomId: RoomId; index: number; said: string[]; answered: string[] };

const title = `with its store in %s loses, doubles and disorders nothing when it is killed ${ KILLS } times under load (ASK_FOR_HELP_SEED=${ seed })`;

it.each( storeKinds )( title, { timeout: 3 * PATIENCE_MS }, async ( kind ) => {
	const house = await startRelayHouse( kind === 'PostgreSQL' ? { store: { postgres: await createTestDatabase( inject( 'postgresUrl' ) ) } } : {} );
	onTestFinished( () => house.dispose() );
	await house.liftRateLimit( house.helper.userId );
	const talks: Talk[] = [];
	for ( let index = 0; index < CONVERSATIONS; index++ ) {
		const newcomer = await house.newcomer( 200 + index );
		await house.liftRateLimit( newcomer.userId );
		talks.push( { newcomer, roomId: await newcomer.createRoom(), index, said: [], answered: [] } );
	}
	async function talk( { newcomer, roomId, index, said }: Talk ): Promise<void> {
		while ( said.length < SAID ) {
			const text = `said ${ index }-${ said.length }.`;
			await newcomer.ask( roomId, text );
			said.push( text );
			await pause( LONGEST_PAUSE_MS );
		}
	}
	async function help( { index, answered }: Talk ): Promise<void> {
		// Not a moment later than the card is seen: its sender may not know yet that it was sent.
		const card = await house.helper.waitForCard( house.supportRoom, `said ${ index }-0.`, PATIENCE_MS );
		while ( answered.length < ANSWERED ) {
			const text = `answered ${ index }-${ answered.length }.`;
			await house.helper.answer( house.supportRoom, card.getId()!, text );
			answered.push( text );
			await pause( LONGEST_PAUSE_MS );
		}
	}
	const load = Promise.all( talks.flatMap( ( one ) => [ talk( one ), help( one ) ] ) );
	for ( let kill = 0; kill < KILLS; kill++ ) {
		// Every other one may die while it starts; the rest are at work, however slow the machine is.
		const relay = kill % 2 === 0 ? await house.startRelay() : house.spawnRelay();
		await pause( LONGEST_LIFE_MS );
		await relay.kill( 'SIGKILL' );
	}
	const last = await house.startRelay();
	await load;

	const eyes = createMatrixClient( { homeserverUrl: house.homeserver.url, accessToken: house.helper.client.getAccessToken()! } );
	const mirrored = async (): Promise<Map<RoomId, string[]>> => {
		const texts = new Map<RoomId, string[]>( talks.map( ( { roomId } ) => [ roomId, [] ] ) );
		for ( const { sender, content } of await readRoom( eyes, house.supportRoom ) ) {
			const marker = sender === house.homeserver.bot && !readRelation( content ).replaces ? readMirrorMarker( content ) : undefined;
			texts.get( marker?.source.roomId as RoomId )?.push( marker?.text ?? '' );
		}
		return texts;
	};
	const total = ( lists: Iterable<readonly string[]> ): number => [ ...lists ].reduce( ( sum, list ) => sum + list.length, 0 );
	await until( 'all that was said', async () => total( ( await mirrored() ).values() ) >= total( talks.map( ( { said } ) => said ) ), PATIENCE_MS );
	for ( const { newcomer, roomId, answered, index } of talks ) {
		await until( `all answers to ${ index }`, async () => ( await newcomer.answers( roomId ) ).length >= answered.length, PATIENCE_MS )
			.catch( () => {} );
	}
	// What would be doubled comes while the lanes run empty.
	await last.kill( 'SIGTERM' );
	await ( await house.startRelay() ).kill( 'SIGTERM' );

	const inSupportRoom = await mirrored();
	for ( const { newcomer, roomId, said, answered } of talks ) {
		expect( inSupportRoom.get( roomId ) ).toEqual( said );
		expect( await newcomer.answers( roomId ) ).toEqual( answered );
		expect( await newcomer.notices( roomId ) ).toEqual( [ 'request-open' ] );
	}
	const fromBot = ( await readRoom( eyes, house.supportRoom ) ).filter( ( { sender, type } ) => sender === house.homeserver.bot && type === 'm.room.message' );
	expect( fromBot.filter( ( { content } ) => content[ 'm.relates_to' ] === undefined ) ).toHaveLength( CONVERSATIONS );
	const answeredCards = fromBot.filter( ( { content } ) => readRelation( content ).replaces && String( content.body ).startsWith( '* 💬' ) );
	expect( new Set( answeredCards.map( ( { content } ) => readRelation( content ).replaces ) ).size ).toBe( CONVERSATIONS );
} );
