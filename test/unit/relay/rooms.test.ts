import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockedPowerLevels } from '../../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import { readMove, readNotice } from '../../../src/protocol/notice.ts';
import type { RelayRig } from '../../support/relay-rig.ts';
import { rigBot, rigHelper, rigModerator, rigSupport, startRelayRig } from '../../support/relay-rig.ts';

const newcomer = '@mw-5-:example.org' as UserId;
const stranger = '@eve:example.org' as UserId;
const one = '!one:example.org' as RoomId;
const two = '!two:example.org' as RoomId;

let rig: RelayRig;

/** What the newcomer said, as helpers have it: cards and thread, in order. */
const passedOn = (): string[] => rig.said( rigSupport ).flatMap( ( content ) => (
	content[ 'm.new_content' ] === undefined ? readMirrorMarker( content )?.text ?? [] : []
) );
/** What a room has of helpers. */
const answersIn = ( roomId: RoomId ): string[] => rig.said( roomId ).flatMap( ( content ) => readMirrorMarker( content )?.text ?? [] );
const noticesIn = ( roomId: RoomId ): string[] => rig.said( roomId ).flatMap( ( content ) => readNotice( content ) ?? [] );
const cards = (): string[] => rig.shown( rigSupport ).filter( ( text ) => /^[❓💬]/u.test( text ) );
const toldHelpers = (): string[] => rig.said( rigSupport ).filter( ( { msgtype } ) => msgtype === 'm.notice' ).map( ( { body } ) => String( body ) );
const stateOf = async ( roomId: RoomId ): Promise<unknown> => ( await rig.store.transaction( ( tx ) => tx.room( roomId ) ) )?.state;
const answerTo = ( card: EventId, body: string ): EventId => rig.say( rigSupport, rigHelper, body, {
	'm.relates_to': { rel_type: 'm.thread', event_id: card, is_falling_back: true, 'm.in_reply_to': { event_id: card } }
} );

async function ask( roomId: RoomId, text: string ): Promise<EventId> {
	rig.say( roomId, newcomer, text );
	await rig.settle();
	return rig.mirrorOf( rigSupport, text );
}

beforeEach( async () => {
	rig = await startRelayRig();
} );
afterEach( () => rig.dispose() );

const levels = lockedPowerLevels( rigBot );
const changes: [ string, string, string, Record<string, unknown>, UserId, string ][] = [
	[ 'somebody else is invited', 'm.room.member', stranger, { membership: 'invite' }, rigModerator, 'its members are not' ],
	[ 'somebody else joins', 'm.room.member', stranger, { membership: 'join' }, stranger, 'its members are not' ],
	[ 'it is encrypted', 'm.room.encryption', '', { algorithm: 'm.megolm.v1.aes-sha2' }, rigModerator, 'it is encrypted' ],
	[ 'everybody may join', 'm.room.join_rules', '', { join_rule: 'public' }, rigModerator, 'one can join it' ],
	[ 'everybody may read it', 'm.room.history_visibility', '', { history_visibility: 'world_readable' }, rigModerator, 'its history' ],
	[ 'it is replaced', 'm.room.tombstone', '', { replacement_room: '!x:example.org' }, rigModerator, 'it has been replaced' ],
	[ 'the bot loses its level', 'm.room.power_levels', '', { ...levels, users: { [ newcomer ]: 100 } }, rigModerator, 'its power levels' ],
	[ 'an administrator gives somebody power in the bot\'s name', 'm.room.power_levels', '', { ...levels, users: { [ rigBot ]: 101, [ stranger ]: 101 } }, rigBot, 'its power levels' ]
];

describe( 'a conversation room that is changed later', () => {
	it.each( changes )( 'is told so once and left when %s, and what came before is still passed on', async ( _, type, key, content, sender, problem ) => {
		rig.open( one, 10, newcomer );
		await ask( one, 'How?' );
		rig.say( one, newcomer, 'before' );
		rig.change( one, sender, type, key, content );
		rig.say( one, newcomer, 'after' );
		await rig.settle();
		expect( passedOn() ).toEqual( [ 'How?', 'before' ] );
		expect( noticesIn( one ) ).toEqual( [ 'request-open', 'room-refused' ] );
		expect( String( rig.said( one ).at( -1 )?.body ) ).toContain( problem );
		expect( rig.inRooms() ).toEqual( [] );
		expect( await stateOf( one ) ).toBe( 'refused' );
		expect( toldHelpers() ).toEqual( [ expect.stringContaining( problem ) ] );
	} );

	it( 'is judged by what changed after it was locked, not by how it was made', async () => {
		rig.open( one, 10, newcomer );
		rig.change( one, newcomer, 'm.room.member', stranger, { membership: 'invite' } );
		rig.change( one, newcomer, 'm.room.member', stranger, { membership: 'leave' } );
		await ask( one, 'How?' );
		rig.change( one, rigBot, 'm.room.power_levels', '', { ...levels } );
		rig.change( one, newcomer, 'm.room.member', newcomer, { membership: 'join', displayname: 'Renamed' } );
		rig.say( one, newcomer, 'more' );
		await rig.settle();
		expect( passedOn() ).toEqual( [ 'How?', 'more' ] );
		expect( await stateOf( one ) ).toBe( 'open' );
	} );

	it( 'is watched also when it had its locks already', async () => {
		rig.open( one, 10, newcomer );
		rig.change( one, newcomer, 'm.room.power_levels', '', { ...levels } );
		await ask( one, 'How?' );
		rig.change( one, stranger, 'm.room.member', stranger, { membership: 'join' } );
		await rig.settle();
		expect( await stateOf( one ) ).toBe( 'refused' );
	} );

	it( 'is left also when it is changed before its adoption is noted', async () => {
		rig.open( one, 10, newcomer );
		rig.interrupt = ( what ) => what === 'lock' ? 'after' : undefined;
		await rig.settle();
		rig.change( one, rigModerator, 'm.room.encryption', '', { algorithm: 'x' } );
		await rig.settle();
		rig.interrupt = undefined;
		rig.say( one, newcomer, 'after' );
		await rig.settle();
		expect( await stateOf( one ) ).toBe( 'refused' );
		expect( noticesIn( one ) ).toEqual( [ 'room-refused' ] );
		expect( passedOn() ).toEqual( [] );
		expect( rig.inRooms() ).toEqual( [] );
	} );

	it( 'stays when the homeserver tells once more how it was made', async () => {
		rig.open( one, 10, newcomer );
		await ask( one, 'How?' );
		rig.repeat();
		rig.say( one, newcomer, 'more' );
		await rig.settle();
		expect( await stateOf( one ) ).toBe( 'open' );
		expect( passedOn() ).toEqual( [ 'How?', 'more' ] );
	} );

	it( 'keeps what was accepted while the homeserver could not take it', async () => {
		rig.open( one, 10, newcomer );
		await ask( one, 'How?' );
		rig.interrupt = () => 'before';
		rig.say( one, newcomer, 'accepted' );
		await rig.settle();
		rig.change( one, stranger, 'm.room.member', stranger, { membership: 'join' } );
		await rig.settle();
		rig.interrupt = undefined;
		await rig.settle();
		expect( passedOn() ).toEqual( [ 'How?', 'accepted' ] );
	} );
} );

describe( 'a room from which the bot was removed', () => {
	it( 'has its last words passed on, and the helpers are told', async () => {
		rig.open( one, 10, newcomer );
		await ask( one, 'How?' );
		rig.say( one, newcomer, 'last words' );
		rig.kick( one );
		rig.say( one, newcomer, 'to nobody' );
		await rig.settle();
		expect( passedOn() ).toEqual( [ 'How?', 'last words' ] );
		expect( await stateOf( one ) ).toBe( 'refused' );
		expect( toldHelpers() ).toEqual( [ expect.stringContaining( 'removed from it' ) ] );
	} );
} );

describe( 'the newcomer\'s next room', () => {
	let first: EventId;

	beforeEach( async () => {
		rig.open( one, 10, newcomer );
		first = await ask( one, 'How?' );
		rig.change( one, rigModerator, 'm.room.encryption', '', { algorithm: 'x' } );
		await rig.settle();
	} );

	it( 'begins a new request, whose card leads to the earlier one', async () => {
		rig.open( two, 20, newcomer );
		await ask( two, 'Again, how?' );
		rig.say( two, newcomer, 'and why?' );
		await rig.settle();
		expect( cards() ).toHaveLength( 2 );
		expect( cards()[ 1 ] ).toMatch( /^❓ #2 newcomer 5\nAgain, how\?\n.* · earlier: #1$/ );
		const card = rig.said( rigSupport ).find( ( { body } ) => String( body ).includes( 'Again, how?' ) );
		expect( card?.formatted_body ).toContain(
			`earlier: <a href="https://matrix.to/#/${ encodeURIComponent( rigSupport ) }/${ encodeURIComponent( first ) }?via=example.org">&#35;1</a>`.replace( '&#35;', '#' )
		);
		expect( passedOn() ).toEqual( [ 'How?', 'Again, how?', 'and why?' ] );
	} );

	it( 'gets what helpers answer in the earlier thread', async () => {
		rig.open( two, 20, newcomer );
		const second = await ask( two, 'Again, how?' );
		answerTo( first, 'like this' );
		answerTo( second, 'or that' );
		await rig.settle();
		expect( answersIn( one ) ).toEqual( [] );
		expect( answersIn( two ) ).toEqual( [ 'like this', 'or that' ] );
	} );

	it( 'gets what was answered while it was taken over; before that, the helper is told that nobody got it', async () => {
		answerTo( first, 'too early' );
		await rig.settle();
		expect( toldHelpers().at( -1 ) ).toContain( 'has no chat at the moment' );
		rig.interrupt = ( what ) => what === 'join' ? 'before' : undefined;
		rig.open( two, 20, newcomer );
		await rig.settle();
		answerTo( first, 'in time' );
		await rig.settle();
		rig.interrupt = undefined;
		await rig.settle();
		expect( answersIn( two ) ).toEqual( [ 'in time' ] );
	} );

	it( 'has the helpers told when they change or delete what only the earlier one has', async () => {
		rig.open( two, 20, newcomer );
		const second = await ask( two, 'Again, how?' );
		rig.change( two, rigModerator, 'm.room.tombstone', '', {} );
		const third = '!three:example.org' as RoomId;
		const said = answerTo( second, 'quickly' );
		await rig.settle();
		expect( answersIn( two ) ).toEqual( [] );
		rig.open( third, 30, newcomer );
		await ask( third, 'And again' );
		const answer = answerTo( second, 'with a tpyo' );
		await rig.settle();
		expect( answersIn( third ) ).toEqual( [ 'with a tpyo' ] );
		rig.kick( third );
		rig.edit( rigSupport, rigHelper, answer, 'with a typo' );
		await rig.settle();
		expect( toldHelpers().at( -1 ) ).toContain( 'who still has the earlier text' );
		rig.redact( rigSupport, rigHelper, answer );
		rig.redact( rigSupport, rigHelper, said );
		await rig.settle();
		expect( toldHelpers().at( -1 ) ).toContain( 'the newcomer may still see it' );
	} );

	it( 'goes on with the earlier request while new ones are paused', async () => {
		await rig.store.transaction( ( tx ) => tx.setPause( '*', 'night' ) );
		rig.open( two, 20, newcomer );
		await ask( two, 'Again, how?' );
		expect( cards() ).toHaveLength( 1 );
		expect( passedOn() ).toEqual( [ 'How?', 'Again, how?' ] );
	} );
} );

describe( 'a room that was deleted while the relay was away', () => {
	it( 'is given up when an answer does not get there, and the next one has it', async () => {
		rig.open( one, 10, newcomer );
		const card = await ask( one, 'How?' );
		rig.forget( one );
		answerTo( card, 'hello?' );
		await rig.settle();
		await rig.settle();
		expect( toldHelpers().at( -1 ) ).toContain( 'has no chat at the moment' );
		expect( await stateOf( one ) ).toBe( 'gone' );
		expect( await rig.store.transaction( ( tx ) => tx.countConversations( newcomer ) ) ).toBe( 0 );
		rig.open( two, 20, newcomer );
		await ask( two, 'Again' );
		expect( cards()[ 1 ] ).toContain( 'earlier: #1' );
	} );

	it( 'never takes the place of the newcomer\'s next room, although it is the older one', async () => {
		rig.open( one, 10, newcomer );
		const card = await ask( one, 'How?' );
		rig.forget( one );
		rig.open( two, 20, newcomer );
		await ask( two, 'Again' );
		answerTo( card, 'here' );
		await rig.settle();
		expect( rig.inRooms() ).toEqual( [ two ] );
		expect( answersIn( two ) ).toEqual( [ 'here' ] );
		expect( await stateOf( one ) ).toBe( 'gone' );
	} );
} );

describe( 'an answer that was sent, but not noted', () => {
	it( 'is not sent again to the newcomer\'s next room', async () => {
		rig.open( one, 10, newcomer );
		const card = await ask( one, 'How?' );
		answerTo( card, 'once' );
		rig.interrupt = ( what ) => what === 'send' ? 'after' : undefined;
		await rig.receive();
		await rig.work();
		rig.interrupt = undefined;
		rig.kick( one );
		rig.open( two, 20, newcomer );
		await rig.settle();
		await rig.settle();
		expect( answersIn( one ) ).toEqual( [ 'once' ] );
		expect( answersIn( two ) ).toEqual( [] );
	} );

	it( 'is not sent again to the room that has become the present one meanwhile', async () => {
		rig.open( two, 20, newcomer );
		const card = await ask( two, 'How?' );
		rig.open( one, 10, newcomer );
		rig.say( rigSupport, rigHelper, 'from a bot', { msgtype: 'm.notice', 'm.relates_to': { rel_type: 'm.thread', event_id: card } } );
		await rig.receive();
		rig.interrupt = ( what ) => what === 'send' ? 'after' : what === 'join' ? 'before' : undefined;
		await rig.work();
		expect( answersIn( two ) ).toEqual( [ 'from a bot' ] );
		rig.interrupt = undefined;
		await rig.work();
		await rig.settle();
		expect( answersIn( one ) ).toEqual( [] );
		expect( answersIn( two ) ).toEqual( [ 'from a bot' ] );
	} );
} );

describe( 'a room that is changed and the next one', () => {
	it.each( [ 'before', 'after' ] as const )( 'lose and double nothing, whichever request is cut off %s it is done', async ( when ) => {
		for ( let at = 0; at < 20; at++ ) {
			await rig.dispose();
			rig = await startRelayRig();
			let count = 0;
			rig.interrupt = () => count++ === at ? when : undefined;
			const settle = async (): Promise<void> => {
				await rig.settle();
				await rig.settle();
			};
			rig.open( one, 10, newcomer );
			rig.say( one, newcomer, 'How?' );
			await settle();
			answerTo( rig.mirrorOf( rigSupport, 'How?' ), 'first' );
			rig.say( one, newcomer, 'before' );
			await settle();
			rig.change( one, stranger, 'm.room.member', stranger, { membership: 'join' } );
			rig.say( one, newcomer, 'after' );
			await settle();
			rig.open( two, 20, newcomer );
			rig.say( two, newcomer, 'Again?' );
			await settle();
			answerTo( rig.mirrorOf( rigSupport, 'How?' ), 'second' );
			await settle();
			const what = `cut off at ${ at }`;
			expect( passedOn(), what ).toEqual( [ 'How?', 'before', 'Again?' ] );
			expect( answersIn( one ), what ).toEqual( [ 'first' ] );
			expect( answersIn( two ), what ).toEqual( [ 'second' ] );
			expect( noticesIn( one ), what ).toEqual( [ 'request-open', 'room-refused' ] );
			expect( cards().map( ( card ) => /#\d+/.exec( card )?.[ 0 ] ), what ).toEqual( [ '#1', '#2' ] );
			expect( rig.inRooms(), what ).toEqual( [ two ] );
		}
	} );
} );

describe( 'two rooms for the same newcomer, wiki and team', () => {
	it.each( [ [ 'the older one first', one, two ], [ 'the newer one first', two, one ] ] )( 'end as the older one, made at once, with words in both (%s)', async ( _, a, b ) => {
		rig.open( a, a === one ? 10 : 11, newcomer );
		rig.open( b, b === one ? 10 : 11, newcomer );
		rig.say( one, newcomer, 'in one' );
		rig.say( two, newcomer, 'in two' );
		await rig.settle();
		rig.say( one, newcomer, 'more in one' );
		await rig.settle();
		answerTo( rig.mirrorOf( rigSupport, 'in one' ), 'yes' );
		await rig.settle();
		expect( rig.inRooms() ).toEqual( [ one ] );
		expect( await Promise.all( [ one, two ].map( stateOf ) ) ).toEqual( [ 'open', 'gone' ] );
		expect( passedOn().toSorted() ).toEqual( [ 'in one', 'in two', 'more in one' ] );
		expect( passedOn().at( -1 ) ).toBe( 'more in one' );
		expect( cards() ).toHaveLength( 1 );
		expect( noticesIn( two ).at( -1 ) ).toBe( 'moved' );
		expect( rig.said( two ).flatMap( ( content ) => readMove( content ) ?? [] ) ).toEqual( [ one ] );
		expect( answersIn( one ) ).toEqual( [ 'yes' ] );
		expect( answersIn( two ) ).toEqual( [] );
	} );

	it( 'end as the one in which helpers have answered already', async () => {
		rig.open( two, 20, newcomer );
		answerTo( await ask( two, 'How?' ), 'first' );
		await rig.settle();
		rig.open( one, 10, newcomer );
		await rig.settle();
		answerTo( rig.mirrorOf( rigSupport, 'How?' ), 'second' );
		await rig.settle();
		expect( rig.inRooms() ).toEqual( [ two ] );
		expect( answersIn( two ) ).toEqual( [ 'first', 'second' ] );
	} );

	it( 'have what is said in the other one passed on until the bot has left it', async () => {
		rig.open( one, 10, newcomer );
		await ask( one, 'How?' );
		rig.interrupt = ( what ) => what === 'leave' ? 'before' : undefined;
		rig.open( two, 20, newcomer );
		await rig.settle();
		expect( await stateOf( two ) ).toBe( 'closing' );
		rig.say( two, newcomer, 'on my other device' );
		await rig.settle();
		rig.say( two, newcomer, 'just before' );
		rig.interrupt = undefined;
		await rig.work();
		rig.say( two, newcomer, 'into the void' );
		await rig.settle();
		expect( await stateOf( two ) ).toBe( 'gone' );
		expect( passedOn() ).toEqual( [ 'How?', 'on my other device', 'just before' ] );
	} );

	it.each( [ 'before', 'after' ] as const )( 'end as one with nothing lost or doubled, whichever request is cut off %s it is done', async ( when ) => {
		for ( let at = 0; at < 16; at++ ) {
			await rig.dispose();
			rig = await startRelayRig();
			let count = 0;
			rig.interrupt = () => count++ === at ? when : undefined;
			rig.open( two, 11, newcomer );
			rig.say( two, newcomer, 'in two' );
			await rig.settle();
			const card = rig.said( rigSupport ).length > 0 ? rig.mirrorOf( rigSupport, 'in two' ) : undefined;
			rig.open( one, 10, newcomer );
			rig.say( one, newcomer, 'in one' );
			if ( card ) {
				answerTo( card, 'yes' );
			}
			await rig.settle();
			await rig.settle();
			await rig.settle();
			expect( passedOn().toSorted(), `cut off at ${ at }` ).toEqual( [ 'in one', 'in two' ] );
			expect( rig.inRooms(), `cut off at ${ at }` ).toHaveLength( 1 );
			expect( cards(), `cut off at ${ at }` ).toHaveLength( 1 );
			expect( [ ...answersIn( one ), ...answersIn( two ) ], `cut off at ${ at }` ).toEqual( card ? [ 'yes' ] : [] );
			expect( answersIn( rig.inRooms()[ 0 ]! ), `cut off at ${ at }` ).toEqual( card ? [ 'yes' ] : [] );
		}
	} );
} );
