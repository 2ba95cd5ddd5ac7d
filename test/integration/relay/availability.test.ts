import { Mwn } from 'mwn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServiceClient } from '../../../src/matrix/index.ts';
import type { ServiceClient } from '../../../src/matrix/index.ts';
import { readAvailability } from '../../../src/protocol/availability.ts';
import type { Availability } from '../../../src/protocol/availability.ts';
import type { EventId, RoomId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { THANKS_KEY, writeReaction } from '../../../src/protocol/message.ts';
import { readRequestStatus, REQUEST_STATE_TYPE } from '../../../src/protocol/request-state.ts';
import type { RelayConfigFile } from '../../../src/relay/config/schema.ts';
import { statusPage, wikiAccounts } from '../../../src/sandbox/wiki/seed.ts';
import type { RelayChild, RelayHouse, TestNewcomer } from '../../support/relay-house.ts';
import { readRoom, runRelayCommand, startRelayHouse, until } from '../../support/relay-house.ts';
import type { ScratchWiki } from '../../support/wiki-scratch.ts';
import { startScratchWiki } from '../../support/wiki-scratch.ts';

const HOUR_MS = 3_600_000;
const { username: user, password } = wikiAccounts.find( ( { role } ) => role === 'relay' )!.botLogin!;

let wiki: ScratchWiki;
let house: RelayHouse;
let relay: RelayChild;
let helper: ServiceClient;
let reader: Mwn;
let transactions = 0;

type Page = { readonly teams: Record<string, unknown>; readonly [ key: string ]: unknown };
async function revisions(): Promise<{ user: string; contentmodel: string; text: string }[]> {
	const answer = await reader.request( {
		action: 'query', prop: 'revisions', titles: statusPage, rvprop: [ 'user', 'content', 'contentmodel' ], rvslots: 'main',
		rvlimit: 50, formatversion: 2
	} );
	type Revision = { user: string; slots: { main: { contentmodel: string; content: string } } };
	const [ found ] = answer.query?.pages as { revisions?: Revision[] }[];
	return ( found?.revisions ?? [] ).map( ( { user: by, slots: { main: { contentmodel, content } } } ) => (
		{ user: by, contentmodel, text: content }
	) );
}
const page = async (): Promise<Page | undefined> => {
	const [ latest ] = await revisions();
	return latest && JSON.parse( latest.text ) as Page;
};
const says = async ( team = 'general', nowMs = Date.now() ): Promise<Availability | undefined> => readAvailability( await page(), team, nowMs );
const untilHelpers = ( count: number | undefined ): Promise<unknown> => (
	until( `the page to say ${ String( count ) }`, async () => {
		const found = await says();
		return found !== undefined && found.helpers === count;
	}, 90_000 )
);
const say = ( client: ServiceClient, roomId: RoomId, body: string, more: Record<string, unknown> = {} ): Promise<EventId> => (
	client.sendEvent( roomId, 'm.room.message', `availability-${ transactions++ }`, { msgtype: 'm.text', body, ...more } )
);
const waitForText = ( client: ServiceClient, roomId: RoomId, part: string ): Promise<RoomEvent> => until( `"${ part }"`, async () => (
	( await readRoom( client, roomId ) ).find( ( { content } ) => String( content.body ).includes( part ) )
) );

async function asks( centralId: number ): Promise<{ newcomer: TestNewcomer; roomId: RoomId }> {
	const newcomer = await house.newcomer( centralId );
	await house.liftRateLimit( newcomer.userId );
	const roomId = await newcomer.createRoom();
	await newcomer.ask( roomId, `question-${ centralId }` );
	await waitForText( helper, house.supportRoom, `question-${ centralId }` );
	return { newcomer, roomId };
}
async function answers( centralId: number ): Promise<void> {
	const { event_id: root } = await waitForText( helper, house.supportRoom, `question-${ centralId }` );
	await say( helper, house.supportRoom, `answer-${ centralId }`, { 'm.relates_to': { rel_type: 'm.thread', event_id: root } } );
}

beforeAll( async () => {
	wiki = await startScratchWiki();
	reader = new Mwn( { apiUrl: wiki.wiki.apiUrl, userAgent: 'AskForHelp-test', silent: true } );
	house = await startRelayHouse( { limits: { statusEveryMs: 1_000, statusValidMs: 2 * HOUR_MS, wikiLookupMs: 0 } } );
	// Only what they do in the room shows who is here: nobody is online.
	house.helper.stop();
	helper = createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: house.helper.client.getAccessToken()! } );
	await house.liftRateLimit( house.helper.userId );
	const made = await runRelayCommand( [ 'create-room', '--config', house.configFile, '--team', 'harassment' ] );
	const { roomId: supportRoom } = JSON.parse( made.stdout ) as { roomId: RoomId };
	const testWiki = { name: 'Test wiki', apiUrl: wiki.wiki.apiUrl, articleUrl: 'https://wiki.example/wiki/$1' };
	await house.configure( {
		teams: { general: { supportRoom: house.supportRoom }, harassment: { supportRoom } },
		wikis: {
			testwiki: { ...testWiki, status: { user, password } },
			closedwiki: { ...testWiki, status: { user, password: 'not the password' } }
		}
	} satisfies Partial<RelayConfigFile> );
	relay = await house.startRelay();
} );
afterAll( async () => {
	await house?.dispose();
	await wiki?.dispose();
} );

describe( 'the status page on the wiki', () => {
	it( 'is a JSON page of the relay\'s account, which names no private team', async () => {
		await untilHelpers( 0 );
		const [ latest ] = await revisions();
		expect( latest ).toMatchObject( { user: 'Ask for Help', contentmodel: 'json' } );
		expect( Object.keys( ( await page() )!.teams ) ).toEqual( [ 'general' ] );
		expect( await says( 'harassment' ) ).toBeUndefined();
	} );

	it( 'says that a helper is here when they have done something, and is edited on change only', async () => {
		const before = ( await revisions() ).length;
		await say( helper, house.supportRoom, 'good morning' );
		await untilHelpers( 1 );
		expect( await revisions() ).toHaveLength( before + 1 );
		for ( const text of [ 'one', 'two', 'three' ] ) {
			await say( helper, house.supportRoom, text );
		}
		// With the next change the relay has looked since; a second helper comes and is online.
		await house.addHelper( 'omar', 'Omar' );
		await untilHelpers( 2 );
		expect( await revisions() ).toHaveLength( before + 2 );
	} );

	it( 'tells the usual waiting time once three requests were answered', async () => {
		for ( const id of [ 11, 12 ] ) {
			await asks( id );
			await answers( id );
		}
		expect( ( await says() )?.answerMinutes ).toBeUndefined();
		await asks( 13 );
		await answers( 13 );
		await until( 'the usual waiting time', async () => ( await says() )?.answerMinutes === 1 );
	} );

	it( 'is believed no longer some time after the relay was killed, and at once when it was stopped', async () => {
		await relay.kill( 'SIGKILL' );
		expect( ( await says() )?.helpers ).toBe( 2 );
		expect( await says( 'general', Date.now() + ( 2 * HOUR_MS ) ) ).toEqual( { helpers: undefined, answerMinutes: 1 } );
		relay = await house.startRelay();
		await say( helper, house.supportRoom, 'here again' );
		await waitForText( helper, house.supportRoom, 'here again' );
		expect( await relay.kill( 'SIGTERM' ) ).toBe( 0 );
		await untilHelpers( undefined );
		relay = await house.startRelay();
		await untilHelpers( 2 );
	} );

	it( 'is the wiki\'s business alone: one that refuses the account is in the log once, not each time', async () => {
		const refusals = ( await house.log() ).split( '\n' ).filter( ( line ) => line.includes( 'the status page cannot be kept' ) );
		expect( new Set( refusals.map( ( line ) => ( JSON.parse( line ) as { wiki: string } ).wiki ) ) ).toEqual( new Set( [ 'closedwiki' ] ) );
		// Of three starts, of which one may have ended before it was refused; the first has tried many times.
		expect( refusals.length ).toBeLessThanOrEqual( 3 );
		expect( await house.log() ).not.toContain( 'not the password' );
		expect( await house.log() ).not.toContain( password );
	} );
} );

describe( 'the place in the queue', () => {
	const told = async ( { newcomer, roomId }: { newcomer: TestNewcomer; roomId: RoomId } ): Promise<RoomEvent[]> => (
		( await readRoom( newcomer.client, roomId ) ).filter( ( { type } ) => type === REQUEST_STATE_TYPE )
	);
	const now = async ( { newcomer, roomId }: { newcomer: TestNewcomer; roomId: RoomId } ): Promise<unknown> => {
		const status = readRequestStatus( await newcomer.client.stateContent( roomId, REQUEST_STATE_TYPE ) );
		return status && ( status.position ?? status.state );
	};

	it( 'is told in each conversation, moves when one before is answered, each change once, also over a kill', async () => {
		const people = [ await asks( 21 ), await asks( 22 ), await asks( 23 ) ] as const;
		await until( 'their places', async () => ( await Promise.all( people.map( now ) ) ).join() === '1,2,3' );
		await answers( 21 );
		await waitForText( people[ 0 ].newcomer.client, people[ 0 ].roomId, 'answer-21' );
		await relay.kill( 'SIGKILL' );
		relay = await house.startRelay();
		await until( 'their next places', async () => ( await Promise.all( people.map( now ) ) ).join() === 'answered,1,2' );
		await answers( 22 );
		await until( 'their last places', async () => ( await Promise.all( people.map( now ) ) ).join() === 'answered,answered,1' );
		const all = await Promise.all( people.map( told ) );
		expect( all.map( ( events ) => events.map( ( { content } ) => content.position ?? content.state ) ) )
			.toEqual( [ [ 1, 'answered' ], [ 2, 1, 'answered' ], [ 3, 2, 1 ] ] );
		for ( const events of all ) {
			expect( events.every( ( { sender } ) => sender === house.homeserver.bot ) ).toBe( true );
			events.slice( 1 ).forEach( ( event, index ) => {
				expect( event.origin_server_ts - events[ index ]!.origin_server_ts ).toBeGreaterThanOrEqual( 9_900 );
			} );
		}
	} );
} );

it( 'thanks reach the helper as a reaction, and are counted', async () => {
	const newcomer = await house.newcomer( 31 );
	await house.liftRateLimit( newcomer.userId );
	const roomId = await newcomer.createRoom();
	await newcomer.ask( roomId, 'question-31' );
	await answers( 31 );
	const { event_id: answer } = await waitForText( newcomer.client, roomId, 'answer-31' );
	await newcomer.client.sendEvent( roomId, 'm.reaction', 'thanks', writeReaction( { target: answer, key: THANKS_KEY } ) );
	await until( 'the reaction', async () => ( await readRoom( helper, house.supportRoom ) ).some( ( { type, content } ) => (
		type === 'm.reaction' && JSON.stringify( content ).includes( THANKS_KEY )
	) ) );
	const { stdout } = await runRelayCommand( [ 'status', '--config', house.configFile ] );
	expect( stdout ).toContain( 'Thanks to helpers: 1, 1 in the last 30 days' );
} );
