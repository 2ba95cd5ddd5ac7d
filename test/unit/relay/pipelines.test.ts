import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import { openStore } from '../../../src/relay/store/store.ts';
import type { FakeRequest } from '../../support/fake-homeserver/fake-endpoints.ts';
import { matrixError } from '../../support/fake-homeserver/fake-endpoints.ts';
import type { FakePeople } from '../../support/fake-homeserver/fake-house.ts';
import { createFakePeople, fakeBot, fakeHelper, fakeSupport } from '../../support/fake-homeserver/fake-house.ts';
import type { FakeRelay, FakeRelayOptions } from '../../support/fake-homeserver/fake-relay.ts';
import { startFakeRelay } from '../../support/fake-homeserver/fake-relay.ts';
import type { FakeRooms } from '../../support/fake-homeserver/fake-rooms.ts';
import { createFakeRooms } from '../../support/fake-homeserver/fake-rooms.ts';
import { comes } from '../../support/waiting.ts';

const readme = readFileSync( path.resolve( import.meta.dirname, '../../../src/relay/README.md' ), 'utf8' );
const newcomer = '@mw-4-:example.org' as UserId;
const room = '!room:example.org' as RoomId;
const otherRoom = '!second:example.org' as RoomId;
const DAY_MS = 86_400_000;

/** Edges of each drawing below a heading of the README, as "from --> to : name". */
function drawnBelow( heading: string ): string[][] {
	const part = readme.split( /^## /m ).find( ( text ) => text.startsWith( `${ heading }\n` ) ) ?? '';
	return [ ...part.matchAll( /```mermaid\nstateDiagram-v2\n([^`]*)```/g ) ].map( ( [ , drawing = '' ] ) => (
		drawing.split( '\n' ).map( ( line ) => line.trim() ).filter( ( line ) => line !== '' )
	) );
}

/** Walks the edges of a drawing, and fails when one has no test, or a test no edge. */
function walk( name: string, drawn: readonly string[] | undefined, edges: Readonly<Record<string, () => Promise<void>>> ): void {
	describe( name, () => {
		it.each( Object.entries( edges ) )( '%s', ( _, test ) => test() );

		it( 'has no other edges', () => {
			expect( Object.keys( edges ).toSorted() ).toEqual( drawn?.toSorted() );
		} );
	} );
}

let rooms: FakeRooms;
let people: FakePeople;
let running: FakeRelay | undefined;
let relay: FakeRelay;
let faultOf: NonNullable<FakeRelayOptions[ 'faultOf' ]> = () => undefined;

async function start( options: FakeRelayOptions = {} ): Promise<void> {
	if ( !options.after ) {
		rooms = createFakeRooms( () => 1_000 );
		people = createFakePeople( rooms );
	}
	relay = running = await startFakeRelay( rooms, { faultOf: ( request ) => faultOf( request ), ...options } );
}
/** A relay with an open conversation, and the card of its request. */
async function startOpen( options?: FakeRelayOptions ): Promise<EventId> {
	await start( options );
	people.createConversation( newcomer, room );
	const question = people.say( room, newcomer, 'question' );
	await relay.settle();
	return people.mirrorOf( fakeSupport, question )!;
}
async function startAgain( agoMs = 0 ): Promise<void> {
	await relay.stop();
	await start( { after: { scratch: relay.scratch, agoMs } } );
}
afterEach( async () => {
	faultOf = () => undefined;
	vi.restoreAllMocks();
	await running?.dispose();
	running = undefined;
} );

const is = ( endpoint: string, last = '' ) => ( request: FakeRequest ): boolean => (
	request.endpoint === endpoint && request.parts.at( -1 )!.includes( last )
);
const count = ( isMeant: ( request: FakeRequest ) => boolean ): number => relay.requests.filter( isMeant ).length;
/** Makes requests fail the first few times. */
function failing( isMeant: ( request: FakeRequest ) => boolean, fault: ReturnType<typeof faultOf>, times = Infinity ): void {
	let left = times;
	faultOf = ( request ) => isMeant( request ) && ( left -= 1 ) >= 0 ? fault : undefined;
}
const stateOf = ( roomId: RoomId ): Promise<string | undefined> => (
	relay.store.transaction( async ( tx ) => ( await tx.room( roomId ) )?.state )
);
const positionOf = (): Promise<string | undefined> => relay.store.transaction( ( tx ) => tx.position( fakeBot ) );
const isPending = ( transactionId: string ): Promise<boolean> => (
	relay.store.transaction( async ( tx ) => await tx.pendingItem( transactionId ) !== undefined )
);
const copies = ( source: EventId ): number => (
	rooms.events.filter( ( { content } ) => readMirrorMarker( content )?.source.eventId === source ).length
);
const sinces = (): ( string | null )[] => relay.requests.filter( is( 'sync' ) ).map( ( { query } ) => query.get( 'since' ) );
const [ limited, unavailable ] = [ matrixError( 429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 3_600_000 } ), matrixError( 503, 'M_UNKNOWN' ) ];

/** Says more than one answer holds, while the relay has no answer. */
async function makeGap(): Promise<EventId[]> {
	await startOpen();
	failing( is( 'sync' ), 'before' );
	// The request that is held brings this; the next ones fail.
	const before = people.say( room, newcomer, 'before the gap' );
	await comes( () => expect( copies( before ) ).toBe( 1 ) );
	return Array.from( { length: 60 }, ( _, index ) => people.say( room, newcomer, `message ${ index }` ) );
}

const [ receiving, conversationRooms ] = drawnBelow( 'Receiving' );

walk( 'receiving', receiving, {
	async '[*] --> asking : started, from the stored position'() {
		await startOpen();
		const position = await positionOf();
		await startAgain();
		await comes( () => expect( sinces()[ 0 ] ).toBe( position ) );
	},
	async 'asking --> filling : answered'() {
		const said = await makeGap();
		const position = await positionOf();
		faultOf = () => undefined;
		await relay.settle();
		const [ page ] = relay.requests.filter( is( 'messages' ) );
		expect( page?.query.get( 'to' ) ).toBe( position );
		expect( people.seen( fakeSupport ).slice( -said.length ) ).toEqual( said.map( ( _, index ) => `message ${ index }` ) );
	},
	async 'asking --> waiting : no answer'() {
		await startOpen();
		const position = await positionOf();
		failing( is( 'sync' ), 'after' );
		people.say( room, newcomer, 'the held request brings this' );
		await comes( () => expect( count( is( 'sync' ) ) ).toBeGreaterThan( 5 ) );
		const asked = sinces();
		people.say( room, newcomer, 'nothing brings this' );
		await comes( () => expect( sinces().length ).toBeGreaterThan( asked.length + 5 ) );
		expect( new Set( sinces().slice( asked.length ) ).size ).toBe( 1 );
		expect( relay.waits.slice( 0, 3 ) ).toEqual( [ 250, 500, 1_000 ] );
		expect( await positionOf() ).not.toBe( position );
		expect( people.seen( fakeSupport ) ).not.toContain( 'nothing brings this' );
	},
	async 'asking --> asking : position refused, asked without one'() {
		await startOpen();
		failing( ( request ) => is( 'sync' )( request ) && request.query.has( 'since' ), matrixError( 400, 'M_UNKNOWN_POS' ), 1 );
		const said = [ 1, 2, 3 ].map( ( number ) => people.say( room, newcomer, `message ${ number }` ) );
		await relay.settle();
		expect( sinces().filter( ( since ) => since === null ) ).toHaveLength( 2 );
		expect( said.map( copies ) ).toEqual( [ 1, 1, 1 ] );
	},
	async 'asking --> ended : refused'() {
		await startOpen();
		failing( is( 'sync' ), matrixError( 400, 'M_UNKNOWN' ) );
		people.say( room, newcomer, 'x' );
		await expect( relay.settle() ).rejects.toMatchObject( { code: 'refused' } );
	},
	async 'asking --> ended : stopped'() {
		await startOpen();
		const stopped = relay;
		await stopped.stop();
		const asked = count( is( 'sync' ) );
		const said = people.say( room, newcomer, 'x' );
		await startAgain();
		await relay.settle();
		expect( asked ).toBe( stopped.requests.filter( is( 'sync' ) ).length );
		expect( copies( said ) ).toBe( 1 );
	},
	async 'waiting --> asking : time passed'() {
		await startOpen();
		failing( is( 'sync' ), 'before', 3 );
		const said = [ 1, 2, 3 ].map( ( number ) => people.say( room, newcomer, `message ${ number }` ) );
		await relay.settle();
		expect( said.map( copies ) ).toEqual( [ 1, 1, 1 ] );
	},
	async 'filling --> waiting : a page did not come'() {
		const said = await makeGap();
		failing( is( 'messages' ), 'after', 2 );
		await relay.settle();
		expect( said.map( copies ) ).toEqual( said.map( () => 1 ) );
	},
	async 'filling --> taking : gaps filled'() {
		const said = await makeGap();
		faultOf = () => undefined;
		await relay.settle();
		expect( said.map( copies ) ).toEqual( said.map( () => 1 ) );
	},
	async 'filling --> taking : a gap refused'() {
		const said = await makeGap();
		failing( is( 'messages' ), matrixError( 400, 'M_INVALID_PARAM' ) );
		await relay.settle();
		expect( said.slice( -20 ).map( copies ) ).toEqual( said.slice( -20 ).map( () => 1 ) );
		expect( copies( said[ 0 ]! ) ).toBe( 0 );
	},
	async 'filling --> taking : a room held'() {
		const said = await makeGap();
		failing( is( 'messages' ), matrixError( 500, 'M_UNKNOWN' ), 3 );
		await relay.settle();
		expect( said.map( copies ) ).toEqual( said.map( () => 0 ) );
		const held = await relay.store.transaction( ( tx ) => tx.heldRooms( fakeBot ) );
		expect( held.map( ( { roomId } ) => roomId ) ).toEqual( [ room ] );
	},
	async 'taking --> committed : all of it stored'() {
		await startOpen();
		failing( is( 'send' ), 'before' );
		const said = people.say( room, newcomer, 'x' );
		await comes( async () => expect( await isPending( `say ${ said }` ) ).toBe( true ) );
		expect( await positionOf() ).toBe( `s${ rooms.events.length }` );
		expect( await relay.store.transaction( ( tx ) => tx.receive( fakeBot, room, said ) ) ).toBe( false );
	},
	async 'taking --> ended : store fails'() {
		await startOpen();
		vi.spyOn( relay.store, 'transaction' ).mockRejectedValueOnce( new Error( 'disk full' ) );
		people.say( room, newcomer, 'x' );
		await expect( relay.settle() ).rejects.toThrow( 'disk full' );
	},
	async 'taking --> [*] : killed'() {
		await startOpen();
		const position = await positionOf();
		vi.spyOn( relay.store, 'transaction' ).mockRejectedValueOnce( new Error( 'killed' ) );
		const said = people.say( room, newcomer, 'x' );
		await expect( relay.settle() ).rejects.toThrow( 'killed' );
		expect( await positionOf() ).toBe( position );
		await startAgain();
		await relay.settle();
		expect( sinces()[ 0 ] ).toBe( position );
		expect( copies( said ) ).toBe( 1 );
	},
	async 'committed --> asking : lanes woken'() {
		await startOpen();
		const said = people.say( room, newcomer, 'x' );
		await relay.settle();
		expect( copies( said ) ).toBe( 1 );
		expect( sinces().at( -1 ) ).toBe( await positionOf() );
	},
	async 'committed --> waiting : nothing new, again and again at once'() {
		await startOpen();
		failing( is( 'sync' ), { status: 200, body: { next_batch: await positionOf() } }, 9 );
		const said = people.say( room, newcomer, 'x' );
		await relay.settle();
		expect( copies( said ) ).toBe( 1 );
		expect( relay.waits.length ).toBeGreaterThan( 3 );
		expect( relay.waits.slice( 0, 3 ) ).toEqual( [ 250, 500, 1_000 ] );
	}
} );

walk( 'a room', conversationRooms, {
	async '[*] --> invited : invited to a conversation of a known wiki, team and newcomer'() {
		await start();
		failing( is( 'join' ), limited );
		people.createConversation( newcomer, room );
		await comes( async () => expect( await stateOf( room ) ).toBe( 'invited' ) );
	},
	async '[*] --> declined : invited to anything else'() {
		await start();
		people.createConversation( fakeHelper, room );
		await relay.settle();
		expect( await stateOf( room ) ).toBeUndefined();
		expect( rooms.membership( room, fakeBot ) ).toBe( 'leave' );
		expect( count( is( 'join' ) ) ).toBe( 0 );
	},
	async 'invited --> open : joined, checked, locked, checked again'() {
		await startOpen();
		expect( await stateOf( room ) ).toBe( 'open' );
		const steps = relay.requests.filter( ( { roomId } ) => roomId === room ).map( ( { method, endpoint } ) => `${ method } ${ endpoint }` );
		expect( steps.slice( 0, 4 ) ).toEqual( [ 'POST join', 'GET state', 'PUT state', 'GET state' ] );
	},
	async 'invited --> refused : not as it has to be'() {
		await startRefused();
		expect( await stateOf( room ) ).toBe( 'refused' );
		expect( people.seen( room ) ).toEqual( [ 'room-refused' ] );
		expect( people.seen( fakeSupport ) ).toEqual( [] );
		expect( rooms.membership( room, fakeBot ) ).toBe( 'leave' );
	},
	async 'invited --> gone : cannot be joined'() {
		await start();
		failing( is( 'join' ), matrixError( 403, 'M_FORBIDDEN' ) );
		people.createConversation( newcomer, room );
		await relay.settle();
		expect( await stateOf( room ) ).toBe( 'gone' );
	},
	async 'invited --> gone : newcomer left early'() {
		await start();
		failing( is( 'state' ), limited );
		people.createConversation( newcomer, room );
		await comes( () => expect( rooms.membership( room, fakeBot ) ).toBe( 'join' ) );
		leave( newcomer );
		await comes( async () => expect( await stateOf( room ) ).toBe( 'gone' ) );
	},
	async 'open --> gone : newcomer left'() {
		await startOpen();
		leave( newcomer );
		await relay.settle();
		expect( await stateOf( room ) ).toBe( 'gone' );
		expect( rooms.membership( room, fakeBot ) ).toBe( 'leave' );
	},
	async 'open --> refused : changed'() {
		await startOpen();
		rooms.append( room, fakeHelper, { type: 'm.room.encryption', stateKey: '', content: { algorithm: 'x' } } );
		await relay.settle();
		expect( await stateOf( room ) ).toBe( 'refused' );
		expect( people.seen( room ) ).toEqual( [ 'request-open', 'room-refused' ] );
		expect( rooms.membership( room, fakeBot ) ).toBe( 'leave' );
	},
	async 'open --> refused : relay put out'() {
		await startOpen();
		leave( fakeBot );
		await relay.settle();
		expect( await stateOf( room ) ).toBe( 'refused' );
	},
	async 'open --> closing : another room stays'() {
		await startOpen();
		failing( is( 'leave' ), limited );
		people.createConversation( newcomer, otherRoom );
		await comes( async () => expect( await stateOf( otherRoom ) ).toBe( 'closing' ) );
		expect( await stateOf( room ) ).toBe( 'open' );
	},
	async 'closing --> gone : relay has left'() {
		await startOpen();
		people.createConversation( newcomer, otherRoom );
		await relay.settle();
		expect( await stateOf( otherRoom ) ).toBe( 'gone' );
		expect( people.seen( otherRoom ) ).toEqual( [ 'moved' ] );
		expect( rooms.membership( otherRoom, fakeBot ) ).toBe( 'leave' );
	},
	async 'refused --> invited : invited once more'() {
		await startRefused();
		await inviteAgain();
	},
	async 'gone --> invited : invited again'() {
		await startOpen();
		leave( newcomer );
		await relay.settle();
		await inviteAgain();
	}
} );

function leave( userId: UserId ): void {
	rooms.append( room, userId, { type: 'm.room.member', stateKey: userId, content: { membership: 'leave' } } );
}
async function startRefused(): Promise<void> {
	await start();
	people.createConversation( newcomer, room );
	rooms.append( room, newcomer, { type: 'm.room.encryption', stateKey: '', content: { algorithm: 'x' } } );
	people.say( room, newcomer, 'never mirrored' );
	await relay.settle();
}
async function inviteAgain(): Promise<void> {
	failing( is( 'join' ), limited );
	rooms.append( room, newcomer, { type: 'm.room.member', stateKey: fakeBot, content: { membership: 'invite' } } );
	await comes( async () => expect( await stateOf( room ) ).toBe( 'invited' ) );
}

/** Has the newcomer say something while it cannot be sent, and waits until that was tried. */
async function sayWhile( fault: ReturnType<typeof faultOf>, times?: number, options?: FakeRelayOptions ): Promise<{ said: EventId }> {
	await startOpen( options );
	failing( is( 'send', 'say' ), fault, times );
	const said = people.say( room, newcomer, 'x' );
	await comes( () => expect( count( is( 'send', `say ${ said }` ) ) ).toBeGreaterThan( 0 ) );
	return { said };
}
async function goOn(): Promise<void> {
	faultOf = () => undefined;
	relay.retryNow();
	await relay.settle();
}
async function dieAfterSending(): Promise<EventId> {
	const card = await startOpen();
	failing( is( 'send', 'answer $' ), 'after' );
	const answer = people.answer( card, 'like this' );
	await comes( () => expect( copies( answer ) ).toBe( 1 ) );
	await relay.stop();
	return answer;
}
const noted = ( source: EventId ): Promise<EventId[]> => relay.store.transaction( async ( tx ) => (
	( await tx.mappingsOf( source ) ).map( ( { mirror } ) => mirror.eventId )
) );

walk( 'sending', drawnBelow( 'Sending' )[ 0 ], {
	async '[*] --> pending : put into its lane'() {
		const { said } = await sayWhile( 'before' );
		expect( await relay.store.transaction( async ( tx ) => ( await tx.nextInLane( '1:in' ) )?.transactionId ) ).toBe( `say ${ said }` );
	},
	async 'pending --> doing : first in its lane'() {
		const { said } = await sayWhile( unavailable );
		const next = people.say( room, newcomer, 'next' );
		await comes( async () => expect( await isPending( `say ${ next }` ) ).toBe( true ) );
		expect( count( is( 'send', `say ${ next }` ) ) ).toBe( 0 );
		await goOn();
		expect( people.seen( fakeSupport ).slice( -2 ) ).toEqual( [ 'x', 'next' ] );
		expect( [ said, next ].map( copies ) ).toEqual( [ 1, 1 ] );
	},
	async 'pending --> dropped : taken back before it was sent'() {
		const { said } = await sayWhile( unavailable );
		people.redact( room, newcomer, said );
		await comes( () => expect( rooms.events.length ).toBe( Number( sinces().at( -1 )?.slice( 1 ) ) ) );
		await goOn();
		expect( copies( said ) ).toBe( 0 );
	},
	async 'doing --> waiting : failed for the moment'() {
		const { said } = await sayWhile( limited );
		expect( await isPending( `say ${ said }` ) ).toBe( true );
		expect( count( is( 'send', `say ${ said }` ) ) ).toBe( 1 );
		expect( await relay.setAside() ).toEqual( [] );
	},
	async 'waiting --> doing : time passed'() {
		const { said } = await sayWhile( 'before', 1 );
		await relay.settle();
		expect( count( is( 'send', `say ${ said }` ) ) ).toBe( 2 );
		expect( copies( said ) ).toBe( 1 );
	},
	async 'waiting --> doing : homeserver is back'() {
		const { said } = await sayWhile( unavailable, Infinity, { firstDelayMs: 30_000 } );
		await goOn();
		expect( copies( said ) ).toBe( 1 );
	},
	async 'doing --> sent : taken by the homeserver'() {
		const { said } = await sayWhile( 'after' );
		await comes( () => expect( copies( said ) ).toBe( 1 ) );
	},
	async 'sent --> noted : answered'() {
		await startOpen();
		const said = people.say( room, newcomer, 'x' );
		await relay.settle();
		expect( await isPending( `say ${ said }` ) ).toBe( false );
		expect( await noted( said ) ).toEqual( [ people.mirrorOf( fakeSupport, said ) ] );
	},
	async 'sent --> noted : comes back by /sync'() {
		const { said } = await sayWhile( 'after' );
		await comes( async () => expect( await isPending( `say ${ said }` ) ).toBe( false ) );
		expect( await noted( said ) ).toEqual( [ people.mirrorOf( fakeSupport, said ) ] );
		expect( copies( said ) ).toBe( 1 );
	},
	async 'sent --> waiting : answer lost'() {
		const card = await startOpen();
		failing( is( 'send', 'answer $' ), 'after', 2 );
		const answer = people.answer( card, 'like this' );
		await relay.settle();
		// Once or thrice: when it comes back by /sync before the next try, there is none.
		expect( count( is( 'send', `answer ${ answer }` ) ) ).toBeGreaterThan( 0 );
		expect( await isPending( `answer ${ answer }` ) ).toBe( false );
		expect( copies( answer ) ).toBe( 1 );
	},
	async 'sent --> pending : killed'() {
		const answer = await dieAfterSending();
		await startAgain();
		expect( await isPending( `answer ${ answer }` ) ).toBe( true );
	},
	async 'pending --> noted : found by its marker'() {
		const answer = await dieAfterSending();
		faultOf = () => undefined;
		// The homeserver has forgotten what it was sent by then.
		await startAgain( DAY_MS );
		await relay.settle();
		expect( copies( answer ) ).toBe( 1 );
		expect( await noted( answer ) ).toEqual( [ people.mirrorOf( room, answer ) ] );
		expect( count( is( 'send', `answer ${ answer }` ) ) ).toBe( 0 );
	},
	async 'doing --> aside : refused for good'() {
		const { said } = await sayWhile( matrixError( 413, 'M_TOO_LARGE' ), 1 );
		await relay.settle();
		expect( await relay.setAside() ).toMatchObject( [ { kind: 'say', event: said, reason: 'M_TOO_LARGE (413)' } ] );
		expect( people.seen( room ).at( -1 ) ).toBe( 'not-delivered' );
	},
	async 'doing --> aside : a bug'() {
		await start( { name: 7 as unknown as string } );
		people.createConversation( newcomer, room );
		const said = people.say( room, newcomer, 'x' );
		await relay.settle();
		expect( await relay.setAside() ).toMatchObject( [ { event: said, reason: 'internal error' } ] );
	},
	async 'aside --> noted : edited, and passed on in its place'() {
		const { said } = await sayWhile( matrixError( 413, 'M_TOO_LARGE' ), 1 );
		await relay.settle();
		people.edit( room, newcomer, said, 'shorter' );
		await relay.settle();
		expect( people.seen( fakeSupport ) ).toContain( 'shorter' );
		expect( await noted( said ) ).toEqual( [ people.mirrorOf( fakeSupport, said ) ] );
		expect( await relay.setAside() ).toEqual( [] );
	},
	async 'aside --> [*] : forgotten after its days'() {
		let nowMs = 0;
		const dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-store-' ) );
		const store = await openStore( { kind: 'sqlite', path: path.join( dir, 'relay.db' ) }, {
			now: () => nowMs, keepSetAsideMs: DAY_MS, onLost: () => {}, onWait: () => {}
		} );
		await store.transaction( async ( tx ) => {
			await tx.enqueue( { lane: 'a', receiver: fakeBot, transactionId: 't', task: { kind: 'join', roomId: room } } );
			await tx.refuseItem( ( await tx.nextInLane( 'a' ) )!, 'no' );
		} );
		const kept = async (): Promise<number> => store.transaction( async ( tx ) => {
			await tx.setPosition( fakeBot, `s${ nowMs }` );
			return ( await tx.setAsideItems( 9 ) ).length;
		} );
		expect( await kept() ).toBe( 1 );
		nowMs = DAY_MS + 1;
		expect( await kept() ).toBe( 0 );
		await store.close();
		rmSync( dir, { recursive: true } );
	},
	async 'noted --> [*] : what follows is put in'() {
		await startOpen();
		expect( people.seen( room ) ).toEqual( [ 'request-open' ] );
	}
} );
