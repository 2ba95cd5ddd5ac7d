import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StatusPage } from '../../../src/protocol/availability.ts';
import { readAvailability, readStatusPage, writeStatusPage } from '../../../src/protocol/availability.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import type { HelpersHere } from '../../../src/relay/helpers-here.ts';
import { createHelpersHere } from '../../../src/relay/helpers-here.ts';
import type { StatusPagesOptions, StatusPagesWriter } from '../../../src/relay/status-pages.ts';
import { keepStatusPages } from '../../../src/relay/status-pages.ts';
import { StoreError } from '../../../src/relay/store/database.ts';
import { openScratchStore, silentLog } from '../../support/relay-store.ts';
import { comes } from '../../support/waiting.ts';

const MINUTE_MS = 60_000;
const bot = '@ask-for-help:x' as UserId;
const [ nita, omar, bridge ] = [ '@nita:x', '@omar:x', '@bridge:x' ] as UserId[] as [ UserId, UserId, UserId ];
const support = '!support:x' as RoomId;

const event = ( sender: UserId, atMs: number, more: Partial<RoomEvent> = {} ): RoomEvent => (
	{ event_id: '$e' as EventId, type: 'm.room.message', sender, origin_server_ts: atMs, content: { msgtype: 'm.text', body: 'x' }, ...more }
);

describe( 'a sign of life in a Support room is', () => {
	const now = 1_000;
	const activeBy = ( batch: Partial<Parameters<HelpersHere[ 'took' ]>[ 0 ]> ): [ UserId, number ][] => {
		const here = createHelpersHere( { ownAccounts: new Set( [ bot ] ), isOnline: () => Promise.resolve( false ), now: () => now } );
		here.took( { roomId: support, timeline: [], ...batch } );
		return [ ...here.activeAtMs( support ) ];
	};
	it.each( [
		[ 'a message', { timeline: [ event( nita, 900 ) ] }, [ [ nita, 900 ] ] ],
		[ 'the latest of several', { timeline: [ event( nita, 900 ), event( nita, 800 ) ] }, [ [ nita, 900 ] ] ],
		[ 'a message of a clock that is ahead, now', { timeline: [ event( nita, 2_000 ) ] }, [ [ nita, 1_000 ] ] ],
		[ 'a reaction', { timeline: [ event( nita, 900, { type: 'm.reaction', content: {} } ) ] }, [ [ nita, 900 ] ] ],
		[ 'a receipt, when it was made', { ephemeral: [ { type: 'm.receipt', content: { $e: { 'm.read': { [ nita ]: { ts: 700 } } } } } ] }, [ [ nita, 700 ] ] ],
		[ 'writing', { ephemeral: [ { type: 'm.typing', content: { user_ids: [ nita, bot ] } } ] }, [ [ nita, 1_000 ] ] ],
		[ 'not what a bot writes', { timeline: [ event( bridge, 900, { content: { msgtype: 'm.notice', body: 'x' } } ) ] }, [] ],
		[ 'not what the relay says', { timeline: [ event( bot, 900 ) ] }, [] ],
		[ 'not a change of the room', { timeline: [ event( nita, 900, { type: 'm.room.member', state_key: nita, content: { membership: 'join' } } ) ] }, [] ]
	] )( '%s', ( _what, batch, expected ) => {
		expect( activeBy( batch as never ) ).toEqual( expected );
	} );
} );

describe( 'the status page', () => {
	let scratch: ReturnType<typeof openScratchStore>;
	let nowMs: number;
	let looks: number;
	let lookAgain: () => void;
	let stored: StatusPage | undefined;
	let written: StatusPage[];
	let asked: UserId[];
	let online: Set<UserId>;
	let fault: 'none' | 'refused' | 'unanswered';
	let logged: string[];
	let broken: unknown[];
	let writer: StatusPagesWriter;
	let here: HelpersHere;

	function start( options: Partial<StatusPagesOptions> = {} ): void {
		here = createHelpersHere( {
			ownAccounts: new Set( [ bot ] ), now: () => nowMs,
			isOnline( userId ) {
				asked.push( userId );
				return online.has( userId ) ? Promise.resolve( true ) : Promise.reject( new Error( 'not told' ) );
			}
		} );
		writer = keepStatusPages( {
			store: scratch.store, wikis: [ 'enwiki' ], here, tookLastAtMs: 0, everyMs: 3 * MINUTE_MS, validMs: 120 * MINUTE_MS,
			teams: new Map( [ [ 'general', { supportRoom: support, bots: [ bridge ] } ] ] ),
			pages: {
				read: () => fault === 'none' ? Promise.resolve( stored ) : Promise.reject( new Error( 'no answer' ) ),
				write( _wiki, page ) {
					if ( fault !== 'refused' ) {
						written.push( page );
						stored = readStatusPage( JSON.parse( JSON.stringify( writeStatusPage( page ) ) ) );
					}
					return fault === 'none' ? Promise.resolve() : Promise.reject( new Error( 'no answer' ) );
				}
			},
			now: () => nowMs, random: () => 1, onBroken: ( error ) => void broken.push( error ),
			log: Object.assign( Object.create( silentLog ) as typeof silentLog, {
				warn: ( _: unknown, text: string ) => void logged.push( text ),
				info: () => {},
				error: ( _: unknown, text: string ) => void logged.push( text )
			} ),
			sleep: ( _delay, signal ) => {
				looks += 1;
				return new Promise( ( resolve ) => {
					lookAgain = resolve;
					signal.addEventListener( 'abort', () => resolve() );
				} );
			},
			...options
		} );
	}
	async function look( afterMs: number ): Promise<void> {
		nowMs += afterMs;
		const before = looks;
		lookAgain();
		await comes( () => expect( looks ).toBe( before + 1 ) );
	}
	const started = ( count = 1 ): Promise<void> => comes( () => expect( looks ).toBe( count ) );
	const says = (): unknown => readAvailability( stored && writeStatusPage( stored ), 'general', nowMs );
	const active = ( userId: UserId ): void => here.took( { roomId: support, timeline: [ event( userId, nowMs ) ] } );

	beforeEach( async () => {
		scratch = openScratchStore();
		nowMs = 1_000 * MINUTE_MS;
		looks = 0;
		stored = undefined;
		written = [];
		asked = [];
		logged = [];
		broken = [];
		online = new Set();
		fault = 'none';
		await scratch.store.transaction( async ( tx ) => {
			for ( const userId of [ bot, nita, omar, bridge ] ) {
				await tx.setMember( support, { userId, displayName: undefined } );
			}
		} );
	} );
	afterEach( async () => {
		await writer.stop( 1_000 );
		await scratch.dispose();
	} );

	it( 'is written at the start, and then on change only', async () => {
		start();
		await started();
		expect( says() ).toEqual( { helpers: 0, answerMinutes: undefined } );
		for ( let index = 0; index < 20; index++ ) {
			await look( 4 * MINUTE_MS );
		}
		expect( written ).toHaveLength( 1 );
		active( nita );
		active( bridge );
		await look( 0 );
		expect( says() ).toEqual( { helpers: 1, answerMinutes: undefined } );
		await look( 9 * MINUTE_MS );
		expect( written ).toHaveLength( 2 );
		await look( MINUTE_MS );
		expect( says() ).toEqual( { helpers: 0, answerMinutes: undefined } );
	} );

	it( 'is edited every three minutes at most', async () => {
		start();
		await started();
		active( nita );
		await look( MINUTE_MS );
		active( omar );
		await look( MINUTE_MS );
		expect( written ).toHaveLength( 1 );
		await look( MINUTE_MS );
		expect( written.map( ( { teams } ) => teams.general?.helpers ) ).toEqual( [ 0, 2 ] );
	} );

	it( 'is written again before it ends while somebody is here, and else ends', async () => {
		start();
		await started();
		for ( let minute = 0; minute < 240; minute += 5 ) {
			active( nita );
			await look( 5 * MINUTE_MS );
			expect( says() ).toEqual( { helpers: 1, answerMinutes: undefined } );
		}
		expect( written.length ).toBeLessThan( 6 );
		await look( 10 * MINUTE_MS );
		await look( 130 * MINUTE_MS );
		expect( says() ).toEqual( { helpers: undefined, answerMinutes: undefined } );
	} );

	it( 'counts who is online, and asks for nobody but helpers, once in three minutes', async () => {
		online.add( omar );
		start();
		await started();
		expect( says() ).toEqual( { helpers: 1, answerMinutes: undefined } );
		await look( 2 * MINUTE_MS );
		expect( asked ).toEqual( [ nita, omar ] );
		online.clear();
		await look( MINUTE_MS );
		expect( says() ).toEqual( { helpers: 0, answerMinutes: undefined } );
	} );

	it( 'tells the usual wait of the last twenty answered requests of a month', async () => {
		const answered = ( index: number, atMs: number, waitMs: number ): Promise<void> => scratch.store.transaction( async ( tx ) => {
			const { id } = await tx.ensureConversation( { newcomer: `@mw-${ index }-:x` as UserId, wiki: 'enwiki', team: 'general' } );
			const request = await tx.addRequest( {
				conversationId: id, wiki: 'enwiki', question: 'x', questionEvent: `$${ index }` as EventId, context: undefined, askedAtMs: atMs - waitMs
			} );
			await tx.setRequestAnswered( request.id, atMs );
		} );
		nowMs = 100 * 1_440 * MINUTE_MS;
		for ( let index = 0; index < 9; index++ ) {
			await answered( index, nowMs - ( 31 * 1_440 * MINUTE_MS ), 60 * MINUTE_MS );
		}
		await answered( 10, nowMs - 2, 4 * MINUTE_MS );
		await answered( 11, nowMs - 1, 4 * MINUTE_MS );
		start();
		await started();
		expect( says() ).toMatchObject( { answerMinutes: undefined } );
		await answered( 12, nowMs, 9 * MINUTE_MS );
		await look( 3 * MINUTE_MS );
		expect( says() ).toMatchObject( { answerMinutes: 4 } );
		for ( let index = 20; index < 40; index++ ) {
			await answered( index, nowMs, 14 * MINUTE_MS );
		}
		await look( 3 * MINUTE_MS );
		expect( says() ).toMatchObject( { answerMinutes: 15 } );
	} );

	it( 'promises nobody any more when the relay stops, and holds what it said when it is back at once', async () => {
		start();
		await started();
		active( nita );
		await look( 3 * MINUTE_MS );
		await writer.stop( 1_000 );
		expect( says() ).toEqual( { helpers: undefined, answerMinutes: undefined } );
		const tookLastAtMs = nowMs;
		nowMs += MINUTE_MS;
		start( { tookLastAtMs } );
		await started( 3 );
		expect( says() ).toEqual( { helpers: 1, answerMinutes: undefined } );
		await look( 9 * MINUTE_MS );
		expect( says() ).toEqual( { helpers: 0, answerMinutes: undefined } );
	} );

	it( 'is not edited by a stop when it promises nobody', async () => {
		start();
		await started();
		await writer.stop( 1_000 );
		expect( written ).toHaveLength( 1 );
	} );

	it( 'stays as it is when the relay starts again, a relay that was killed before having left it so', async () => {
		stored = { updatedMs: nowMs - MINUTE_MS, validUntilMs: nowMs + ( 100 * MINUTE_MS ), teams: { general: { helpers: 0 } } };
		start();
		await started();
		expect( written ).toEqual( [] );
	} );

	it( 'is tried again when its wiki cannot be reached, later each time, and that is said once', async () => {
		fault = 'refused';
		start();
		await started();
		await look( 3 * MINUTE_MS );
		await look( 3 * MINUTE_MS );
		expect( logged ).toEqual( [ 'the status page cannot be kept; it is tried again' ] );
		fault = 'none';
		await look( MINUTE_MS );
		expect( written ).toEqual( [] );
		await look( 60 * MINUTE_MS );
		expect( written ).toHaveLength( 1 );
		expect( logged.at( -1 ) ).toBe( 'the status page can be kept again' );
	} );

	it( 'is read again after an edit that was not answered, and not edited twice', async () => {
		start();
		await started();
		active( nita );
		fault = 'unanswered';
		await look( 3 * MINUTE_MS );
		fault = 'none';
		active( nita );
		await look( 9 * MINUTE_MS );
		expect( written ).toHaveLength( 2 );
	} );

	it( 'ends the relay when the store is broken, and nothing else does', async () => {
		start();
		await started();
		const transaction = vi.spyOn( scratch.store, 'transaction' );
		transaction.mockRejectedValueOnce( new Error( 'odd' ) );
		await look( MINUTE_MS );
		expect( broken ).toEqual( [] );
		transaction.mockRejectedValueOnce( new StoreError( 'gone' ) );
		lookAgain();
		await comes( () => expect( broken ).toHaveLength( 1 ) );
	} );
} );
