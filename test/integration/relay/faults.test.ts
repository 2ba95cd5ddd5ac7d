import type { TestContext } from 'vitest';
import { describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { FakeRequest } from '../../support/fake-homeserver/fake-endpoints.ts';
import { matrixError } from '../../support/fake-homeserver/fake-endpoints.ts';
import type { Fault } from '../../support/fake-homeserver/fake-homeserver.ts';
import type { FakeHouse } from '../../support/fake-homeserver/fake-house.ts';
import { fakeHelper, fakeSupport, startFakeHouse } from '../../support/fake-homeserver/fake-house.ts';
import { comes } from '../../support/waiting.ts';

const newcomer = '@mw-4-:example.org' as UserId;
const room = '!room:example.org' as RoomId;

const page = ( status: number ): Fault => ( {
	kind: 'instead', status, body: `<html><h1>${ status }</h1></html>`, headers: { 'Content-Type': 'text/html' }
} );

const faults: readonly ( readonly [ string, Fault ] )[] = [
	[ 'a connection that is cut before anything was done', { kind: 'cut' } ],
	[ 'a connection that is cut after the request was taken', { kind: 'cut', isDone: true } ],
	[ 'an answer that breaks off', { kind: 'half' } ],
	[ 'a 500 after success', { kind: 'instead', isDone: true, ...matrixError( 500, 'M_UNKNOWN' ) } ],
	[ 'a 502 with a page of HTML', page( 502 ) ],
	[ 'a 503 with a page of HTML after success', { ...page( 503 ), isDone: true } as Fault ],
	[ 'a 504 with a page of HTML after success', { ...page( 504 ), isDone: true } as Fault ],
	[ 'a 500 whose JSON is no object', { kind: 'instead', status: 500, body: 'null' } ],
	[ 'a 502 of a type that cannot be', { kind: 'instead', status: 502, body: '?', headers: { 'Content-Type': '///' } } ],
	[ 'a 404 of something in between', page( 404 ) ],
	[ 'a 200 with a page of HTML after success', { ...page( 200 ), isDone: true } as Fault ],
	[ 'a 200 with half a JSON text after success', { kind: 'instead', isDone: true, status: 200, body: '{"event_id": "$' } ],
	[ 'a 429', { kind: 'instead', ...matrixError( 429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 20 } ) } ]
];

/** Makes every request fail the first time that it comes. */
function failOnce( house: FakeHouse, fault: Fault, isMeant: ( request: FakeRequest ) => boolean = () => true ): void {
	const seen = new Set<string>();
	house.homeserver.faultOf = ( request ) => {
		const key = `${ request.method } ${ request.parts.join( ' ' ) } ${ request.query.get( 'since' ) ?? '' } ${ request.query.get( 'from' ) ?? '' }`;
		if ( seen.has( key ) || !isMeant( request ) ) {
			return undefined;
		}
		seen.add( key );
		return fault;
	};
}

async function cardFor( house: FakeHouse, question: EventId ): Promise<EventId> {
	return comes( () => {
		const card = house.mirrorOf( fakeSupport, question );
		expect( card ).toBeDefined();
		return card!;
	} );
}

/** Whether a request is one that a relay makes when it starts. */
const isOfStart = ( { endpoint, roomId }: FakeRequest ): boolean => (
	[ 'register', 'devices', 'profile', 'user' ].includes( endpoint ) || ( roomId === fakeSupport && [ 'join', 'state' ].includes( endpoint ) )
);

async function openHouse( onTestFinished: TestContext[ 'onTestFinished' ] ): Promise<FakeHouse> {
	const house = await startFakeHouse();
	onTestFinished( () => house.dispose() );
	return house;
}

describe( 'a homeserver of which every request fails once', () => {
	it.concurrent.for( faults )( 'gets and gives all of it, once and in order: %s', async ( [ , fault ], { expect, onTestFinished } ) => {
		const house = await openHouse( onTestFinished );
		failOnce( house, fault, ( request ) => !isOfStart( request ) );
		await house.startRelay();
		house.createConversation( newcomer, room );
		const question = house.say( room, newcomer, 'one' );
		const second = house.say( room, newcomer, 'two' );
		const third = house.say( room, newcomer, 'three' );
		const card = await cardFor( house, question );
		house.edit( room, newcomer, second, 'two, better' );
		const first = house.answer( card, 'first' );
		const answer = house.answer( card, 'second' );
		await comes( () => expect( house.seen( room ) ).toEqual( [ 'request-open', 'first', 'second' ] ) );
		house.react( room, newcomer, house.mirrorOf( room, first )!, '👍' );
		house.redact( room, newcomer, third );
		house.redact( fakeSupport, fakeHelper, answer );
		house.say( room, newcomer, 'four' );
		house.answer( card, 'third' );
		await comes( () => {
			expect( house.seen( room ) ).toEqual( [ 'request-open', 'first', 'third' ] );
			expect( house.seen( fakeSupport ).toSorted() ).toEqual( [ 'edit: two, better', 'four', 'one', 'reaction 👍', 'two' ] );
		} );
		const order = house.seen( fakeSupport ).filter( ( text ) => !text.startsWith( 'reaction' ) );
		expect( order ).toEqual( [ 'one', 'two', 'edit: two, better', 'four' ] );
		expect( house.log ).not.toContain( 'refused for good, set aside' );
	} );

	it.concurrent.for( faults.filter( ( [ name ] ) => /cut after|502 with/.test( name ) ) )( 'is waited for at the start: %s', async ( [ , fault ], { expect, onTestFinished } ) => {
		const house = await openHouse( onTestFinished );
		failOnce( house, fault, isOfStart );
		await house.startRelay();
		house.createConversation( newcomer, room );
		await cardFor( house, house.say( room, newcomer, 'one' ) );
		expect( house.log ).toContain( 'the relay runs' );
	} );
} );

describe( 'a homeserver that limits', () => {
	const other = '!other:example.org' as RoomId;
	const html = { 'Content-Type': 'text/html' };

	it.concurrent.for( [
		[ 'retry_after_ms', matrixError( 429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 3_000 } ), 3_000 ],
		[ 'a Retry-After header', { ...matrixError( 429, 'M_LIMIT_EXCEEDED' ), headers: { 'Retry-After': '3' } }, 3_000 ],
		[ 'a Retry-After header of something in between', { status: 429, body: '<html>', headers: { ...html, 'Retry-After': '3' } }, 3_000 ],
		[ 'a Retry-After header with a 503', { ...matrixError( 503, 'M_UNKNOWN' ), headers: { 'Retry-After': '3' } }, 3_000 ],
		[ 'nothing', matrixError( 429, 'M_LIMIT_EXCEEDED' ), 125 ],
		[ 'nonsense', matrixError( 429, 'M_LIMIT_EXCEEDED', { retry_after_ms: 'soon' } ), 125 ]
	] as const )( 'is heeded, with jitter, and others are not held up: %s', async ( [ , answer, leastMs ], { expect, onTestFinished } ) => {
		const house = await openHouse( onTestFinished );
		await house.startRelay();
		house.createConversation( newcomer, room );
		house.createConversation( '@mw-5-:example.org' as UserId, other );
		await cardFor( house, house.say( room, newcomer, 'one' ) );
		await cardFor( house, house.say( other, '@mw-5-:example.org' as UserId, 'one' ) );

		const limited = house.say( room, newcomer, 'limited' );
		const isLimited = ( request: FakeRequest ): boolean => request.endpoint === 'send' && request.parts.at( -1 ) === `say ${ limited }`;
		failOnce( house, { kind: 'instead', ...answer }, isLimited );
		await comes( () => expect( house.homeserver.requests.some( isLimited ) ).toBe( true ) );
		house.say( room, newcomer, 'after it' );
		house.say( other, '@mw-5-:example.org' as UserId, 'meanwhile' );
		await comes( () => expect( house.seen( fakeSupport ) ).toHaveLength( 5 ) );
		const [ first, second, ...more ] = house.homeserver.requests.filter( isLimited ).map( ( { atMs } ) => atMs );
		// A timer may fire a moment early.
		expect( second! - first! ).toBeGreaterThanOrEqual( leastMs - 5 );
		expect( more ).toEqual( [] );
		const seen = house.seen( fakeSupport );
		expect( seen.indexOf( 'after it' ) ).toBeGreaterThan( seen.indexOf( 'limited' ) );
		if ( leastMs >= 3_000 ) {
			expect( seen.indexOf( 'meanwhile' ) ).toBeLessThan( seen.indexOf( 'limited' ) );
		} else {
			expect( second! - first! ).toBeLessThan( 30_000 );
		}
	} );
} );
