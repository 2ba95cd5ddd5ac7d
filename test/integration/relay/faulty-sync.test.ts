import type { TestContext } from 'vitest';
import { describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { FakeRequest } from '../../support/fake-homeserver/fake-endpoints.ts';
import { matrixError } from '../../support/fake-homeserver/fake-endpoints.ts';
import type { Fault } from '../../support/fake-homeserver/fake-homeserver.ts';
import type { FakeHouse } from '../../support/fake-homeserver/fake-house.ts';
import { fakeSupport, startFakeHouse } from '../../support/fake-homeserver/fake-house.ts';
import { placeOf } from '../../support/fake-homeserver/fake-sync.ts';
import { comes } from '../../support/waiting.ts';

const newcomer = '@mw-4-:example.org' as UserId;
const room = '!room:example.org' as RoomId;

type Body = { next_batch: string; rooms: { join: Record<string, { timeline: { events: { origin_server_ts: number }[] } }> } };
type Page = { chunk: unknown[]; end?: string };

const change = <Answer>( how: ( body: Answer ) => unknown ): Fault => ( { kind: 'change', change: how as ( body: never ) => unknown } );
const isSync = ( { endpoint }: FakeRequest ): boolean => endpoint === 'sync';
const sinceOf = ( { query }: FakeRequest ): number => placeOf( query.get( 'since' ) ?? 's0' );

/** Resolves when the relay has received all that has happened, and waits for more. */
async function whenHeld( { homeserver, rooms }: FakeHouse ): Promise<void> {
	await comes( () => {
		const last = homeserver.requests.findLast( isSync );
		expect( last && sinceOf( last ) ).toBe( rooms.events.length );
		expect( last?.query.get( 'timeout' ) ).not.toBe( '0' );
	} );
}

/** A house with a request that has its card; a homeserver that fails does so from the beginning. */
async function openHouse( onTestFinished: TestContext[ 'onTestFinished' ], faultOf: FakeHouse[ 'homeserver' ][ 'faultOf' ] = () => undefined ) {
	const house = await startFakeHouse();
	house.homeserver.faultOf = faultOf;
	onTestFinished( () => house.dispose() );
	const relay = await house.startRelay();
	house.createConversation( newcomer, room );
	const question = house.say( room, newcomer, 'question' );
	const card = await comes( () => {
		const id = house.mirrorOf( fakeSupport, question );
		expect( id ).toBeDefined();
		return id!;
	} );
	await comes( () => expect( house.seen( room ) ).toEqual( [ 'request-open' ] ) );
	await whenHeld( house );
	return { house, relay, card };
}

const numbered = ( from: number, to: number ): string[] => Array.from( { length: to - from + 1 }, ( _, index ) => `message ${ from + index }` );

/** Everything that was passed on to the helpers, the card and its edits aside. */
const passedOn = ( house: FakeHouse ): string[] => house.seen( fakeSupport ).filter( ( text ) => text.startsWith( 'message' ) );

async function sayAll( house: FakeHouse, texts: readonly string[] ): Promise<EventId[]> {
	return texts.map( ( text ) => house.say( room, newcomer, text ) );
}

describe( 'a batch', () => {
	it( 'that is empty, again and again and at once, is not asked for all the time, and what comes after it is taken in', async ( { onTestFinished } ) => {
		const { house } = await openHouse( onTestFinished );
		let isEmpty = true;
		house.homeserver.faultOf = ( request ) => isSync( request ) && isEmpty ? {
			kind: 'instead', status: 200, body: { next_batch: request.query.get( 'since' ), rooms: {} }
		} : undefined;
		// The request that is held is answered by this.
		await sayAll( house, [ 'message 1' ] );
		await comes( () => expect( passedOn( house ) ).toEqual( [ 'message 1' ] ) );
		await sayAll( house, [ 'message 2' ] );
		const before = house.homeserver.requests.length;
		const syncs = (): typeof house.homeserver.requests => house.homeserver.requests.slice( before ).filter( isSync );
		await comes( () => expect( syncs().length ).toBeGreaterThanOrEqual( 6 ) );
		const [ first, ...asked ] = syncs();
		expect( asked.at( -1 )!.atMs - first!.atMs ).toBeGreaterThan( 500 );
		isEmpty = false;
		await comes( () => expect( passedOn( house ) ).toEqual( [ 'message 1', 'message 2' ] ) );
	} );

	it.for( [
		[ 'with the same position', ( body: Body ) => body ],
		[ 'with another position', ( body: Body ) => ( { ...body, next_batch: `${ body.next_batch }.0` } ) ]
	] as const )( 'that comes again, %s, is taken in once', async ( [ , repeat ], { onTestFinished } ) => {
		const { house } = await openHouse( onTestFinished );
		const answers: Body[] = [];
		let repeats = 0;
		house.homeserver.faultOf = ( request ) => {
			const last = answers.at( -1 );
			if ( !isSync( request ) || !last || repeats === 3 ) {
				return isSync( request ) ? change( ( body: Body ) => {
					answers.push( body );
					return body;
				} ) : undefined;
			}
			repeats += 1;
			return { kind: 'instead', status: 200, body: repeat( last ) };
		};
		await sayAll( house, numbered( 1, 3 ) );
		await comes( () => expect( repeats ).toBe( 3 ) );
		await sayAll( house, numbered( 4, 5 ) );
		await comes( () => expect( passedOn( house ) ).toEqual( numbered( 1, 5 ) ) );
	} );

	it( 'whose events are out of the order of their times is passed on in the order in which it came', async ( { onTestFinished } ) => {
		const { house } = await openHouse( onTestFinished, ( request ) => isSync( request ) ? change( ( body: Body ) => {
			for ( const { timeline } of Object.values( body.rooms.join ) ) {
				timeline.events.forEach( ( event, index ) => Object.assign( event, { origin_server_ts: 1_000_000 - index } ) );
			}
			return body;
		} ) : undefined );
		await sayAll( house, numbered( 1, 8 ) );
		await comes( () => expect( passedOn( house ) ).toEqual( numbered( 1, 8 ) ) );
	} );

	it( 'that brings events of the one before it once more brings them once', async ( { onTestFinished } ) => {
		let last: Body[ 'rooms' ][ 'join' ][ string ][ 'timeline' ][ 'events' ] = [];
		const { house } = await openHouse( onTestFinished, ( request ) => isSync( request ) ? change( ( body: Body ) => {
			const here = body.rooms.join[ room ];
			const events = here?.timeline.events ?? [];
			here?.timeline.events.unshift( ...last );
			last = [ ...events ];
			return body;
		} ) : undefined );
		for ( const text of numbered( 1, 5 ) ) {
			await sayAll( house, [ text ] );
			await comes( () => expect( passedOn( house ) ).toContain( text ) );
		}
		expect( passedOn( house ) ).toEqual( numbered( 1, 5 ) );
	} );

	it( 'with events that are none, and without rooms that are any, does not keep the others from coming', async ( { onTestFinished } ) => {
		const { house } = await openHouse( onTestFinished, ( request ) => isSync( request ) ? change( ( body: Body ) => {
			const here = body.rooms.join[ room ];
			here?.timeline.events.unshift( ...[ null, 7, 'event', {}, { ...here.timeline.events[ 0 ], event_id: 7 }, { event_id: '$x', content: null } ] as never[] );
			return { ...body, account_data: 'none', rooms: { ...body.rooms, leave: 'all', join: { ...body.rooms.join, '!x:example.org': null, 'no room': {} } } };
		} ) : undefined );
		await sayAll( house, numbered( 1, 3 ) );
		await comes( () => expect( passedOn( house ) ).toEqual( numbered( 1, 3 ) ) );
	} );

	it( 'without a position is none, and is asked for again', async ( { onTestFinished } ) => {
		const { house } = await openHouse( onTestFinished );
		let tries = 0;
		house.homeserver.faultOf = ( request ) => {
			const isWithout = isSync( request ) && tries < 2;
			tries += isWithout ? 1 : 0;
			return isWithout ? { kind: 'instead', status: 200, body: { next_batch: 7, rooms: {} } } : undefined;
		};
		await sayAll( house, [ 'message 1' ] );
		await comes( () => expect( tries ).toBe( 2 ) );
		await sayAll( house, numbered( 2, 3 ) );
		await comes( () => expect( passedOn( house ) ).toEqual( numbered( 1, 3 ) ) );
	} );
} );

describe( 'a gap of a thousand events', () => {
	/** Says everything while the relay gets no answer. */
	async function whileAway( house: FakeHouse, say: () => Promise<unknown>, after: FakeHouse[ 'homeserver' ][ 'faultOf' ] ): Promise<void> {
		house.homeserver.faultOf = ( request ) => isSync( request ) ? { kind: 'cut' } : undefined;
		await sayAll( house, [ 'message 0' ] );
		await comes( () => expect( passedOn( house ) ).toEqual( [ 'message 0' ] ) );
		await say();
		house.homeserver.faultOf = after;
	}

	it( 'is filled, in order, none twice, over empty pages and a page that fails', async ( { onTestFinished } ) => {
		const { house, card } = await openHouse( onTestFinished );
		let failures = 0;
		let emptyPages = 0;
		const answered: string[] = [];
		await whileAway( house, async () => {
			await sayAll( house, numbered( 1, 1_000 ) );
			numbered( 1, 300 ).forEach( ( text ) => house.answer( card, text ) );
		}, ( { endpoint, query } ) => {
			if ( endpoint !== 'messages' ) {
				return undefined;
			}
			answered.push( query.get( 'from' ) ?? '' );
			if ( answered.length === 3 ) {
				failures += 1;
				return { kind: 'instead', status: 502, body: '<html>' };
			}
			const from = query.get( 'from' )!;
			// Every other page is empty, and ends where it began, under another name.
			return from.endsWith( '.0' ) ? undefined : change( ( body: Page ) => {
				emptyPages += 1;
				return { ...body, chunk: [], end: `${ from }.0` };
			} );
		} );
		await comes( () => expect( passedOn( house ) ).toHaveLength( 1_001 ) );
		expect( passedOn( house ) ).toEqual( numbered( 0, 1_000 ) );
		await comes( () => expect( house.seen( room ) ).toHaveLength( 301 ) );
		expect( house.seen( room ).slice( 1 ) ).toEqual( numbered( 1, 300 ) );
		expect( failures ).toBe( 1 );
		expect( emptyPages ).toBeGreaterThan( 5 );
	} );

	it( 'that a homeserver will not fill for one room harms no other', async ( { onTestFinished } ) => {
		const { house } = await openHouse( onTestFinished );
		const other = '!other:example.org' as RoomId;
		const another = '@mw-5-:example.org' as UserId;
		house.createConversation( another, other );
		house.say( other, another, 'message of another' );
		await comes( () => expect( passedOn( house ) ).toContain( 'message of another' ) );
		await whenHeld( house );
		house.homeserver.faultOf = ( request ) => isSync( request ) ? { kind: 'cut' } : undefined;
		house.say( other, another, 'message before it' );
		await comes( () => expect( passedOn( house ) ).toContain( 'message before it' ) );
		await sayAll( house, numbered( 1, 60 ) );
		house.say( other, another, 'message after it' );
		house.homeserver.faultOf = ( { endpoint, roomId } ) => (
			endpoint === 'messages' && roomId === room ? { kind: 'instead', ...matrixError( 400, 'M_INVALID_PARAM' ) } : undefined
		);
		await comes( () => {
			expect( passedOn( house ) ).toContain( 'message after it' );
			expect( passedOn( house ) ).toContain( 'message 60' );
		} );
		expect( house.log ).toContain( 'the homeserver refuses what was said in a room meanwhile' );
	} );
} );

describe( 'a position that the homeserver no longer knows', () => {
	it.for( [
		[ 'of a running relay', false, matrixError( 400, 'M_UNKNOWN', { error: 'Invalid stream token' } ) ],
		[ 'of a relay that starts', true, matrixError( 400, 'M_UNKNOWN_POS' ) ]
	] as const )( '%s costs nothing and doubles nothing, also where more was said than one answer holds', async ( [ , isStart, answer ], { onTestFinished } ) => {
		const { house, relay, card } = await openHouse( onTestFinished );
		await sayAll( house, numbered( 1, 70 ) );
		numbered( 1, 70 ).forEach( ( text ) => house.answer( card, text ) );
		await comes( () => {
			expect( passedOn( house ) ).toHaveLength( 70 );
			expect( house.seen( room ) ).toHaveLength( 71 );
		} );
		await whenHeld( house );
		if ( isStart ) {
			await relay.stop();
		}
		const known = house.rooms.events.length;
		let refusals = 0;
		house.homeserver.faultOf = ( request ) => {
			if ( !isSync( request ) || request.query.get( 'since' ) === null || sinceOf( request ) > known + 200 ) {
				return undefined;
			}
			refusals += 1;
			return { kind: 'instead', ...answer };
		};
		await sayAll( house, numbered( 71, 200 ) );
		numbered( 71, 200 ).forEach( ( text ) => house.answer( card, text ) );
		if ( isStart ) {
			await house.startRelay();
		}
		await comes( () => {
			expect( passedOn( house ) ).toHaveLength( 200 );
			expect( house.seen( room ) ).toHaveLength( 201 );
		} );
		house.homeserver.faultOf = () => undefined;
		await sayAll( house, numbered( 201, 210 ) );
		await comes( () => expect( passedOn( house ).length ).toBeGreaterThanOrEqual( 210 ) );
		expect( passedOn( house ) ).toEqual( numbered( 1, 210 ) );
		expect( house.seen( room ).slice( 1 ) ).toEqual( numbered( 1, 200 ) );
		expect( refusals ).toBeGreaterThan( 0 );
		expect( house.log.filter( ( line ) => line.includes( 'does not know the position' ) ) ).toHaveLength( refusals );
	} );

	it( 'nor anything without one, ends the relay', async ( { onTestFinished } ) => {
		const { house, relay } = await openHouse( onTestFinished );
		house.homeserver.faultOf = ( request ) => isSync( request ) ? { kind: 'instead', ...matrixError( 400, 'M_UNKNOWN', { error: 'Invalid stream token' } ) } : undefined;
		await sayAll( house, [ 'message' ] );
		await expect( relay.ended ).rejects.toMatchObject( { code: 'refused', errcode: 'M_UNKNOWN' } );
	} );
} );
