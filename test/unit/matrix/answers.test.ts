import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fetchWhole, readEvent, readEventId, readMessagesPage, readState, readSyncResponse } from '../../../src/matrix/answers.ts';
import { createServiceClient } from '../../../src/matrix/service-client.ts';
import { MatrixFailure } from '../../../src/matrix/failure.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { FakeAnswer } from '../../support/fake-homeserver/fake-endpoints.ts';
import type { Fault } from '../../support/fake-homeserver/fake-homeserver.ts';
import { startFakeHomeserver } from '../../support/fake-homeserver/fake-homeserver.ts';
import { createFakeRooms } from '../../support/fake-homeserver/fake-rooms.ts';

const room = '!room:example.org' as RoomId;
const event = { event_id: '$1', type: 'm.room.message', sender: '@a:example.org', origin_server_ts: 7, content: { body: 'x' } };

describe( 'an event', () => {
	it( 'is one when all is there that every event has', () => {
		expect( readEvent( { ...event, state_key: '', unsigned: { age: 1 } } ) ).toEqual( { ...event, state_key: '', unsigned: { age: 1 } } );
	} );

	it( 'is none when something of it is missing, or of another type', () => {
		for ( const key of Object.keys( event ) ) {
			for ( const wrong of [ undefined, null, 7.5, -1, 1e16, 'wrong', [], true, ...( key === 'content' ? [] : [ {} ] ) ] ) {
				const isRight = key === 'type' && wrong === 'wrong';
				expect( readEvent( { ...event, [ key ]: wrong } ) !== undefined, `${ key }: ${ String( wrong ) }` ).toBe( isRight );
			}
		}
		expect( [ null, 'event', 7, [], { ...event, state_key: 7 }, { ...event, state_key: null } ].map( readEvent ) ).toEqual( Array( 6 ).fill( undefined ) );
	} );

	it( 'loses what the homeserver adds to it where that is nonsense', () => {
		expect( readEvent( { ...event, unsigned: 'x' } ) ).toEqual( event );
	} );
} );

describe( 'an answer', () => {
	it( 'of /sync keeps what is right in it', () => {
		const answer = readSyncResponse( {
			next_batch: 's', account_data: { events: [ 7, { type: 'a', content: {} }, { type: 7, content: {} } ] },
			rooms: {
				join: {
					[ room ]: { timeline: { events: [ null, event ], limited: 'yes', prev_batch: 7 }, state: 'none', ephemeral: { events: {} } },
					'no room': { timeline: { events: [ event ] } }, '!other:example.org': 7
				},
				invite: { [ room ]: { invite_state: { events: [ 7, { ...event, state_key: '' }, { ...event, state_key: '', sender: 7 } ] } } },
				leave: { [ room ]: {}, '!other:example.org': null }
			}
		} );
		expect( answer ).toEqual( {
			next_batch: 's', account_data: { events: [ { type: 'a', content: {} } ] },
			rooms: {
				join: { [ room ]: { timeline: { events: [ event ], limited: false }, state: { events: [] }, ephemeral: { events: [] } } },
				invite: { [ room ]: { invite_state: { events: [ { ...event, state_key: '' } ] } } },
				leave: { [ room ]: { timeline: { events: [], limited: false } } }
			}
		} );
	} );

	it.each( [
		[ '/sync', () => readSyncResponse( { next_batch: 7 } ) ],
		[ '/sync', () => readSyncResponse( { next_batch: '' } ) ],
		[ '/messages', () => readMessagesPage( { end: 'x' } ) ],
		[ '/messages', () => readMessagesPage( 'x' ) ],
		[ '/state', () => readState( {} ) ],
		[ '/send', () => readEventId( {} ) ],
		[ '/send', () => readEventId( null ) ]
	] )( 'of %s without what was asked for is none, and is asked for again', ( _, read ) => {
		expect( read ).toThrow( expect.objectContaining( { code: 'unreachable', isTemporary: true } ) );
	} );

	it( 'with a part of a room\'s state is not judged by', () => {
		expect( readState( [ event ] ) ).toEqual( [ event ] );
		expect( () => readState( [ event, { ...event, content: null } ] ) ).toThrow( expect.objectContaining( { code: 'refused' } ) );
	} );
} );

describe( 'the HTTP layer', () => {
	async function failureOf( fault: Fault ): Promise<unknown> {
		const homeserver = await startFakeHomeserver( createFakeRooms( () => 7 ) );
		onTestFinished( () => homeserver.dispose() );
		homeserver.faultOf = () => fault;
		const client = createServiceClient( { homeserverUrl: homeserver.url, accessToken: 'x', requestTimeoutMs: 200 } );
		return client.sync( { timeoutMs: 0 } ).catch( ( error: unknown ) => error );
	}
	const instead = ( answer: FakeAnswer ): Fault => ( { kind: 'instead', ...answer } );

	it.each( [
		[ 'a cut connection', { kind: 'cut' } ],
		[ 'half an answer', { kind: 'half' } ],
		[ 'half an answer and then nothing', { kind: 'half', isSlow: true } ],
		[ 'null', instead( { status: 200, body: 'null' } ) ],
		[ 'an error that is null', instead( { status: 502, body: 'null' } ) ],
		[ 'an error that is a text', instead( { status: 400, body: '"no"' } ) ],
		[ 'an error whose code is no text', instead( { status: 400, body: { errcode: 7, error: 'x' } } ) ],
		[ 'an error that is no JSON', instead( { status: 500, body: '{' } ) ],
		[ 'an error of a type that cannot be', instead( { status: 500, body: 'x', headers: { 'Content-Type': '///' } } ) ],
		[ 'an error without a body', instead( { status: 503, body: '' } ) ]
	] as readonly ( readonly [ string, Fault ] )[] )( 'makes of %s something to be tried again', async ( _, fault ) => {
		expect( await failureOf( fault ) ).toMatchObject( { code: 'unreachable', isTemporary: true } );
	} );

	it( 'keeps how long something in between asks to wait', async () => {
		expect( await failureOf( instead( { status: 429, body: '<html>', headers: { 'Retry-After': '7' } } ) ) )
			.toMatchObject( { code: 'unreachable', retryAfterMs: 7_000 } );
	} );

	it( 'leaves answers without a body as they are', async () => {
		expect( await fetchWhole( () => Promise.resolve( new Response( null, { status: 204 } ) ) )( 'https://x/' ) ).toMatchObject( { status: 204 } );
	} );

	it( 'makes of whatever comes an answer or a failure, and never a bug', async () => {
		const body = fc.oneof(
			fc.json(), fc.string(),
			fc.constantFrom( '', 'null', '[]', '{"errcode":"M_UNKNOWN","error":"x"}', '{"errcode":7}', '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":"x"}' )
		);
		const header = fc.option( fc.oneof(
			fc.constantFrom( 'application/json', 'text/html', 'text/plain; x', '///', '7', '-1', 'soon', '1e9' ), fc.string( { unit: 'grapheme-ascii' } )
		), { nil: undefined } );
		const anyStatus = fc.integer( { min: 200, max: 599 } );
		await fc.assert( fc.asyncProperty( anyStatus, body, header, header, async ( status, text, type, retryAfter ) => {
			const client = createServiceClient( { homeserverUrl: 'http://fake', accessToken: 'x', fetch: () => Promise.resolve( new Response(
				[ 204, 205, 304 ].includes( status ) ? null : text,
				{ status, headers: {
					...( type !== undefined && { 'Content-Type': type } ), ...( retryAfter !== undefined && { 'Retry-After': retryAfter } )
				} }
			) ) } );
			const calls = [
				client.sync( { timeoutMs: 0 } ), client.messages( room, { direction: 'b', limit: 1 } ), client.roomState( room ), client.joinRoom( room ),
				client.event( room, '$e' as EventId ), client.sendEvent( room, 'm.room.message', 't', {} ), client.redactEvent( room, 't', '$e' as EventId ),
				client.joinedRooms(), client.createRoom( {} ), client.stateContent( room, 't' ), client.displayName( '@a:b' as UserId )
			];
			for ( const result of await Promise.allSettled( calls ) ) {
				expect( result.status === 'fulfilled' || result.reason ).toSatisfy( ( reason ) => reason === true || reason instanceof MatrixFailure );
			}
		} ), { seed: 20_261_121 } );
	} );
} );
