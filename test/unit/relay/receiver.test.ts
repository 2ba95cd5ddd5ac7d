import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncBatch } from '../../../src/matrix/index.ts';
import { conversationCreation, lockedPowerLevels } from '../../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { createReceiver, noteSupportRoom } from '../../../src/relay/receiver.ts';
import type { Receiver } from '../../../src/relay/receiver.ts';
import { answerContent } from '../../../src/relay/routing/mirror-content.ts';
import type { OutboxItem } from '../../../src/relay/routing/model.ts';
import { openScratchStore, silentLog } from '../../support/relay-store.ts';

const bot = '@ask-for-help:example.org' as UserId;
const newcomer = '@mw-4-:example.org' as UserId;
const helper = '@nita:example.org' as UserId;
const moderator = '@mod:example.org' as UserId;
const room = '!room:example.org' as RoomId;
const support = '!support:example.org' as RoomId;
const inward = '1:in';
const outward = '1:out';

let scratch: ReturnType<typeof openScratchStore>;
let receiver: Receiver;
let count = 0;

function event( sender: UserId, content: Record<string, unknown>, changes: Partial<RoomEvent> = {} ): RoomEvent {
	return { event_id: `$event${ count++ }` as EventId, type: 'm.room.message', sender, origin_server_ts: 7, content, ...changes };
}
const said = ( sender: UserId, body: string, more: Record<string, unknown> = {} ): RoomEvent => event( sender, { msgtype: 'm.text', body, ...more } );
const inThread = ( root: EventId ): Record<string, unknown> => (
	{ 'm.relates_to': { rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root } } }
);
const member = ( userId: UserId, membership: string, displayname?: string ): RoomEvent => (
	event( userId, { membership, displayname }, { type: 'm.room.member', state_key: userId } )
);
const batch = ( parts: Partial<SyncBatch> ): SyncBatch => ( { nextBatch: `s${ count++ }`, joined: [], invited: [], left: [], ...parts } );
const timeline = ( roomId: RoomId, ...events: RoomEvent[] ): SyncBatch => batch( { joined: [ { roomId, timeline: events, state: [] } ] } );
const createEvent = {
	type: 'm.room.create', state_key: '', sender: newcomer,
	content: conversationCreation( { wiki: 'enwiki', team: 'general' }, newcomer, bot ).creation_content as Record<string, unknown>
};
const invitation = batch( { invited: [ { roomId: room, state: [ createEvent ] } ] } );

async function lane( name: string ): Promise<OutboxItem[]> {
	return scratch.store.transaction( async ( tx ) => {
		const items: OutboxItem[] = [];
		for ( let item = await tx.nextInLane( name ); item; item = await tx.nextInLane( name ) ) {
			items.push( item );
			await tx.removeItem( item.id );
		}
		return items;
	} );
}

/** An open request whose card is `$card`. */
async function openRequest(): Promise<void> {
	await receiver.takeIn( invitation );
	const question = said( newcomer, 'How?' );
	await receiver.takeIn( timeline( room, question ) );
	await lane( inward );
	await scratch.store.transaction( async ( tx ) => {
		await tx.setRoomState( room, 'open' );
		await tx.setProfile( { newcomer, wiki: 'enwiki' }, { name: 'PygmyFan', editCount: 0, registeredAtMs: undefined, isBlocked: false } );
		const { id } = await tx.addRequest( {
			conversationId: 1, wiki: 'enwiki', question: 'How?', questionEvent: question.event_id, context: undefined, askedAtMs: 7
		} );
		await tx.setRequestRoot( id, '$card' as EventId );
		await tx.addToThread( id, '$card' as EventId );
	} );
}

beforeEach( async () => {
	scratch = openScratchStore();
	receiver = createReceiver( {
		receiver: bot, bot, ownAccounts: new Set( [ bot ] ), serverName: 'example.org', wikis: new Set( [ 'enwiki' ] ),
		teamOfRoom: new Map( [ [ support, 'general' ] ] ), teams: new Set( [ 'general' ] ), store: scratch.store, log: silentLog, messagesPerMinute: 3
	} );
	await noteSupportRoom( scratch.store, bot, support, [
		member( helper, 'join', 'Nita B.' ), member( moderator, 'join' ),
		event( bot, { users: { [ moderator ]: 50 } }, { type: 'm.room.power_levels', state_key: '' } )
	] );
} );
afterEach( () => scratch.dispose() );

describe( 'an invitation', () => {
	it( 'to a conversation puts its adoption at the head of its lane, before all that is said in it', async () => {
		await receiver.takeIn( invitation );
		await receiver.takeIn( timeline( room, said( newcomer, 'one' ), said( newcomer, 'two' ) ) );
		expect( ( await lane( inward ) ).map( ( { task } ) => task.kind === 'say' ? task.text : task.kind ) ).toEqual( [ 'adopt', 'one', 'two' ] );
	} );

	it( 'that comes again is the same one', async () => {
		await receiver.takeIn( invitation );
		await receiver.takeIn( invitation );
		expect( await lane( inward ) ).toHaveLength( 1 );
	} );

	it.each( [
		[ 'no conversation', { ...createEvent, content: {} } ],
		[ 'somebody who is no newcomer', { ...createEvent, sender: helper } ]
	] )( 'of %s is declined', async ( _, state ) => {
		await receiver.takeIn( batch( { invited: [ { roomId: room, state: [ state ] } ] } ) );
		expect( ( await lane( `room:${ room }` ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'leave' ] );
		expect( await receiver.gap( room ) ).toBe( 'none' );
	} );
} );

describe( 'rooms that are left out of a batch', () => {
	it( 'are stored with its position, until a batch says otherwise', async () => {
		const held = [ { roomId: room, since: 's1', olderThanMs: 7, hasLeft: false }, { roomId: support, hasLeft: true } ];
		const stored = () => scratch.store.transaction( ( tx ) => tx.heldRooms( bot ) );
		await receiver.takeIn( { ...batch( {} ), held } );
		await receiver.takeIn( batch( {} ) );
		expect( await stored() ).toEqual( expect.arrayContaining( held ) );
		await receiver.takeIn( { ...batch( {} ), held: held.slice( 1 ) } );
		expect( await stored() ).toEqual( held.slice( 1 ) );
	} );
} );

describe( 'a room whose lock the timeline does not show', () => {
	it( 'is watched from the state before it on', async () => {
		await receiver.takeIn( invitation );
		await scratch.store.transaction( ( tx ) => tx.setRoomState( room, 'open' ) );
		const lock = event( newcomer, lockedPowerLevels( bot ), { type: 'm.room.power_levels', state_key: '' } );
		const encryption = event( helper, {}, { type: 'm.room.encryption', state_key: '' } );
		await receiver.takeIn( batch( { joined: [ { roomId: room, state: [ lock ], timeline: [ said( newcomer, 'one' ), encryption, said( newcomer, 'two' ) ] } ] } ) );
		expect( ( await lane( inward ) ).flatMap( ( { task } ) => task.kind === 'say' ? task.text : [] ) ).toEqual( [ 'one' ] );
		expect( ( await lane( `room:${ room }` ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'refuse' ] );
	} );

	it( 'is not given up for what is too old to be news, and comes again when the homeserver has lost the position', async () => {
		const day = 86_400_000;
		await scratch.dispose();
		scratch = openScratchStore( 60 * day );
		receiver = createReceiver( {
			receiver: bot, bot, ownAccounts: new Set( [ bot ] ), serverName: 'example.org', wikis: new Set( [ 'enwiki' ] ),
			teamOfRoom: new Map(), teams: new Set( [ 'general' ] ), store: scratch.store, log: silentLog, messagesPerMinute: 3
		} );
		await receiver.takeIn( invitation );
		await scratch.store.transaction( async ( tx ) => {
			await tx.setRoomState( room, 'open' );
			await tx.setRoomWatched( room );
		} );
		const levels = ( atMs: number ): RoomEvent => event( newcomer, {}, { type: 'm.room.power_levels', state_key: '', origin_server_ts: atMs } );
		const isOpen = async (): Promise<boolean> => ( await scratch.store.transaction( ( tx ) => tx.room( room ) ) )?.state === 'open';
		await receiver.takeIn( timeline( room, levels( 30 * day ) ) );
		expect( await isOpen() ).toBe( true );
		await receiver.takeIn( timeline( room, levels( 32 * day ) ) );
		expect( await isOpen() ).toBe( false );
	} );

	it( 'is given up for what has changed beside its timeline', async () => {
		await receiver.takeIn( invitation );
		await scratch.store.transaction( async ( tx ) => {
			await tx.setRoomState( room, 'open' );
			await tx.setRoomWatched( room );
		} );
		const rules = event( helper, { join_rule: 'public' }, { type: 'm.room.join_rules', state_key: '' } );
		await receiver.takeIn( batch( { joined: [ { roomId: room, state: [ rules ], timeline: [ said( newcomer, 'one' ) ] } ] } ) );
		expect( ( await lane( inward ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'adopt' ] );
	} );
} );

describe( 'a newcomer who invites the relay to many rooms', () => {
	const rooms = [ 1, 2, 3, 4 ].map( ( id ) => `!many${ id }:example.org` as RoomId );
	const invite = ( roomId: RoomId, wiki = 'enwiki', by = newcomer ): SyncBatch => batch( { invited: [ { roomId, state: [ {
		...createEvent, sender: by,
		content: conversationCreation( { wiki, team: 'general' }, by, bot ).creation_content as Record<string, unknown>
	} ] } ] } );
	const done = async ( roomId: RoomId ): Promise<string[]> => ( await lane( `room:${ roomId }` ) ).map( ( { task } ) => task.kind );

	beforeEach( () => {
		receiver = createReceiver( {
			receiver: bot, bot, ownAccounts: new Set( [ bot ] ), serverName: 'example.org', wikis: new Set( [ 'enwiki', 'dewiki', 'frwiki' ] ),
			teamOfRoom: new Map(), teams: new Set( [ 'general' ] ), store: scratch.store, log: silentLog, messagesPerMinute: 3,
			limits: { conversationsPerNewcomer: 2, roomsPerMinute: 3 }
		} );
	} );

	it( 'has the ones that come too fast declined, and others are not held up', async () => {
		for ( const roomId of rooms ) {
			await receiver.takeIn( invite( roomId ) );
		}
		expect( await done( rooms[ 3 ]! ) ).toEqual( [ 'leave' ] );
		expect( ( await lane( inward ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'adopt', 'adopt', 'adopt' ] );
		await receiver.takeIn( invite( '!other:example.org' as RoomId, 'enwiki', '@mw-5-:example.org' as UserId ) );
		expect( ( await lane( '2:in' ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'adopt' ] );
	} );

	it( 'is turned away with one conversation too many, and may have another one when one has ended', async () => {
		await receiver.takeIn( invite( rooms[ 0 ]! ) );
		await receiver.takeIn( invite( rooms[ 1 ]!, 'dewiki' ) );
		await receiver.takeIn( invite( rooms[ 2 ]!, 'frwiki' ) );
		expect( await done( rooms[ 2 ]! ) ).toEqual( [ 'turn-away' ] );
		await receiver.takeIn( timeline( rooms[ 2 ]!, said( newcomer, 'to nobody' ) ) );
		expect( await lane( '3:in' ) ).toEqual( [] );
		await scratch.store.transaction( ( tx ) => tx.setRoomState( rooms[ 0 ]!, 'gone' ) );
		receiver = createReceiver( {
			receiver: bot, bot, ownAccounts: new Set( [ bot ] ), serverName: 'example.org', wikis: new Set( [ 'enwiki', 'dewiki', 'frwiki' ] ),
			teamOfRoom: new Map(), teams: new Set( [ 'general' ] ), store: scratch.store, log: silentLog, messagesPerMinute: 3,
			limits: { conversationsPerNewcomer: 2, roomsPerMinute: 100 }
		} );
		await receiver.takeIn( invite( rooms[ 3 ]!, 'frwiki' ) );
		expect( ( await lane( '3:in' ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'adopt' ] );
	} );

	it( 'may have a second room for a conversation that there is, which becomes one with the first', async () => {
		await receiver.takeIn( invite( rooms[ 0 ]! ) );
		await receiver.takeIn( invite( rooms[ 1 ]!, 'dewiki' ) );
		await receiver.takeIn( invite( rooms[ 2 ]!, 'dewiki' ) );
		expect( ( await lane( '2:in' ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'adopt', 'adopt' ] );
	} );
} );

describe( 'what was received', () => {
	it( 'is taken in once, however often the homeserver gives it', async () => {
		await receiver.takeIn( invitation );
		const once = said( newcomer, 'once' );
		await receiver.takeIn( timeline( room, once ) );
		await receiver.takeIn( timeline( room, once, said( newcomer, 'then' ) ) );
		expect( ( await lane( inward ) ).flatMap( ( { task } ) => task.kind === 'say' ? task.text : [] ) ).toEqual( [ 'once', 'then' ] );
	} );

	it( 'is kept with the position, or neither is', async () => {
		const broken = { ...said( newcomer, 'x' ), content: null } as unknown as RoomEvent;
		await receiver.takeIn( invitation );
		await expect( receiver.takeIn( timeline( room, said( newcomer, 'fine' ), broken ) ) ).rejects.toThrow();
		expect( await scratch.store.transaction( ( tx ) => tx.position( bot ) ) ).toBe( invitation.nextBatch );
		expect( ( await lane( inward ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'adopt' ] );
	} );

	it( 'is read from the beginning once, and from the position after that', async () => {
		await receiver.takeIn( invitation );
		expect( await receiver.gap( room ) ).toBe( 'beginning' );
		await receiver.takeIn( timeline( room ) );
		expect( await receiver.gap( room ) ).toBe( 'position' );
		expect( await receiver.gap( support ) ).toBe( 'position' );
	} );
} );

describe( 'a helper\'s message', () => {
	const answers = async (): Promise<unknown[]> => (
		( await lane( outward ) ).flatMap( ( { task } ) => task.kind === 'answer' ? [ [ task.text, task.name, task.role ] ] : [] )
	);

	it.each( [
		[ 'in the thread', said( helper, 'hi', inThread( '$card' as EventId ) ), [ [ 'hi', 'Nita B.', 'helper' ] ] ],
		[ 'of a moderator without a name', said( moderator, 'hi', inThread( '$card' as EventId ) ), [ [ 'hi', 'a moderator', 'moderator' ] ] ],
		[ 'that replies to the card', said( helper, 'hi', { 'm.relates_to': { 'm.in_reply_to': { event_id: '$card' } } } ), [ [ 'hi', 'Nita B.', 'helper' ] ] ],
		[ 'with the number', said( helper, '#1 hi' ), [ [ 'hi', 'Nita B.', 'helper' ] ] ],
		[ 'with the name', said( helper, 'PygmyFan: hi' ), [ [ 'hi', 'Nita B.', 'helper' ] ] ],
		[ 'as a note', said( helper, '!note hi', inThread( '$card' as EventId ) ), [] ],
		[ 'to nobody', said( helper, 'hi' ), [] ],
		[ 'in a thread that is no request', said( helper, 'hi', inThread( '$else' as EventId ) ), [] ],
		[ 'of somebody who is not in the room', said( '@eve:example.org' as UserId, 'hi', inThread( '$card' as EventId ) ), [] ]
	] )( '%s is passed on as it should be', async ( _, message, expected ) => {
		await openRequest();
		await receiver.takeIn( timeline( support, { ...message, event_id: `$again${ count++ }` as EventId } ) );
		expect( await answers() ).toEqual( expected );
	} );

	it( 'is an answer also when it replies to another helper\'s, or to a note', async () => {
		await openRequest();
		const note = said( helper, '!note hm', inThread( '$card' as EventId ) );
		await receiver.takeIn( timeline( support, note, said( moderator, 'hi', { 'm.relates_to': { 'm.in_reply_to': { event_id: note.event_id } } } ) ) );
		expect( await answers() ).toEqual( [ [ 'hi', 'a moderator', 'moderator' ] ] );
	} );

	it( 'counts when the sender joined in the same batch, and not after having left', async () => {
		await openRequest();
		const late = '@late:example.org' as UserId;
		const card = inThread( '$card' as EventId );
		await receiver.takeIn( timeline( support, member( late, 'join', 'Late' ), said( late, 'in', card ), member( late, 'leave' ), said( late, 'out', card ) ) );
		expect( await answers() ).toEqual( [ [ 'in', 'Late', 'helper' ] ] );
	} );

	it.each( [ '', '  ', '\u200b\u2060', undefined ] )( 'is a helper\'s, and says nothing of their id, when their name is %j', async ( name ) => {
		await openRequest();
		const nameless = '@localpart:example.org' as UserId;
		await receiver.takeIn( timeline( support, member( nameless, 'join', name ), said( nameless, 'hi', inThread( '$card' as EventId ) ) ) );
		expect( await answers() ).toEqual( [ [ 'hi', 'a helper', 'helper' ] ] );
	} );

	it( 'that is no text is answered with a notice in the thread', async () => {
		await openRequest();
		await receiver.takeIn( timeline( support, event( helper, { msgtype: 'm.image', body: 'a.png', ...inThread( '$card' as EventId ) } ) ) );
		expect( ( await lane( inward ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'helper-notice' ] );
		expect( await answers() ).toEqual( [] );
	} );

	it( 'is known as an answer although the relay died before it noted that the card was sent', async () => {
		await receiver.takeIn( invitation );
		const question = said( newcomer, 'How?' );
		await receiver.takeIn( timeline( room, question ) );
		await scratch.store.transaction( async ( tx ) => {
			await tx.removeItem( ( await tx.nextInLane( inward ) )!.id );
			await tx.setRoomState( room, 'open' );
			await tx.addRequest( { conversationId: 1, wiki: 'enwiki', question: 'How?', questionEvent: question.event_id, context: undefined, askedAtMs: 7 } );
		} );
		const marker = { source: { roomId: room, eventId: question.event_id }, name: 'x', role: 'newcomer', saidAtMs: 7, text: 'How?' } as const;
		const card = event( bot, answerContent( { marker, profileId: 'p' } ) );
		await receiver.takeIn( timeline( support, card, said( helper, 'Like this', inThread( card.event_id ) ) ) );
		expect( ( await lane( inward ) ).map( ( { task } ) => task.kind ) ).toEqual( [] );
		expect( ( await lane( outward ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'notice', 'answer' ] );
	} );
} );

describe( 'a newcomer\'s edits and reactions', () => {
	const reaction = ( target: EventId, key: string ): RoomEvent => (
		event( newcomer, { 'm.relates_to': { rel_type: 'm.annotation', event_id: target, key } }, { type: 'm.reaction' } )
	);
	const edit = ( target: EventId, text: string ): RoomEvent => said( newcomer, `* ${ text }`, {
		'm.new_content': { msgtype: 'm.text', body: text }, 'm.relates_to': { rel_type: 'm.replace', event_id: target }
	} );
	const kinds = async (): Promise<string[]> => ( await lane( inward ) ).map( ( { task } ) => task.kind );

	it( 'are taken up to twice as many as messages, and the first one of too many is answered; what is taken back always is', async () => {
		await receiver.takeIn( invitation );
		const message = said( newcomer, 'one' );
		const redaction = { ...event( newcomer, { redacts: message.event_id }, { type: 'm.room.redaction' } ), redacts: message.event_id };
		await receiver.takeIn( timeline( room, message, ...[ 1, 2, 3, 4, 5 ].map( ( number ) => edit( message.event_id, `edit ${ number }` ) ),
			reaction( message.event_id, '👍' ), reaction( message.event_id, '🎉' ), edit( message.event_id, 'x' ), redaction, said( newcomer, 'two' ) ) );
		expect( await kinds() ).toEqual( [ 'adopt', 'say', ...Array<string>( 5 ).fill( 'edit' ), 'react', 'delete', 'say' ] );
		expect( ( await lane( outward ) ).map( ( { task } ) => task.kind === 'notice' && task.code ) ).toEqual( [ 'too-fast' ] );
	} );

	it.each( [ '👍', '👍🏽', '❤️', '👨‍👩‍👧‍👦', '🇨🇭', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '3️⃣', '✓', '☎', '👍️' ] )( 'may say %s', async ( key ) => {
		await receiver.takeIn( invitation );
		const message = said( newcomer, 'one' );
		await receiver.takeIn( timeline( room, message, reaction( message.event_id, key ) ) );
		expect( await kinds() ).toEqual( [ 'adopt', 'say', 'react' ] );
	} );

	it.each( [ 'spam', 'https://spam.example', '👍 spam', '42', '+1', '👍👍', 'A\u20e3', '', '👍'.repeat( 50 ), `👍${ '\u{e0041}'.repeat( 9 ) }` ] )(
		'may not say %j', async ( key ) => {
			await receiver.takeIn( invitation );
			const message = said( newcomer, 'one' );
			await receiver.takeIn( timeline( room, message, reaction( message.event_id, key ) ) );
			expect( await kinds() ).toEqual( [ 'adopt', 'say' ] );
		}
	);
} );

describe( 'a newcomer who leaves', () => {
	it( 'is left, too, after what they had said', async () => {
		await openRequest();
		await receiver.takeIn( timeline( room, said( newcomer, 'bye' ), member( newcomer, 'leave' ), said( newcomer, 'ghost' ) ) );
		expect( ( await lane( inward ) ).flatMap( ( { task } ) => task.kind === 'say' ? task.text : [] ) ).toContain( 'bye' );
		expect( ( await lane( `room:${ room }` ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'leave' ] );
	} );
} );

describe( 'a Support room', () => {
	it( 'never answers a newcomer of another team, whatever event its members reply to', async () => {
		const foreign = '!foreign:example.org' as RoomId;
		const other = createReceiver( {
			receiver: bot, bot, ownAccounts: new Set( [ bot ] ), serverName: 'example.org', wikis: new Set( [ 'enwiki' ] ),
			teamOfRoom: new Map( [ [ foreign, 'harassment' ] ] ), teams: new Set( [ 'harassment' ] ), store: scratch.store, log: silentLog, messagesPerMinute: 3
		} );
		await openRequest();
		await noteSupportRoom( scratch.store, bot, foreign, [ member( helper, 'join', 'Nita B.' ) ] );
		await other.takeIn( timeline( foreign, said( helper, 'secret', { 'm.relates_to': { 'm.in_reply_to': { event_id: '$card' } } } ) ) );
		expect( await lane( outward ) ).toEqual( [] );
	} );

	it( 'keeps a note that addresses a request', async () => {
		await openRequest();
		await receiver.takeIn( timeline( support, said( helper, '#1 !note bad faith' ), said( helper, 'PygmyFan: !note bad faith' ) ) );
		expect( await lane( outward ) ).toEqual( [] );
	} );
} );

describe( 'a conversation that the store does not know', () => {
	it( 'is left, so that the newcomer makes one that it knows; other rooms are left alone', async () => {
		const unknown = { roomId: room, timeline: [], state: [ { ...event( newcomer, createEvent.content ), type: 'm.room.create', state_key: '' } ] };
		const foreign = { roomId: support.replace( 'support', 'new' ) as RoomId, timeline: [ said( helper, 'hello' ) ], state: [] };
		const lanes = await receiver.takeIn( batch( { joined: [ unknown, foreign ] } ) );
		expect( [ ...lanes ] ).toEqual( [ `room:${ room }` ] );
		expect( ( await lane( `room:${ room }` ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'leave' ] );
	} );
} );

describe( 'a word after an exclamation mark', () => {
	it( 'stays here, and whoever wrote it is told so, because it may have been meant for the newcomer', async () => {
		await openRequest();
		await receiver.takeIn( timeline( support, said( helper, '!yes that is right', inThread( '$card' as EventId ) ) ) );
		expect( await lane( outward ) ).toEqual( [] );
		expect( ( await lane( inward ) ).map( ( { task } ) => task.kind ) ).toEqual( [ 'helper-notice' ] );
	} );
} );

describe( 'a newcomer who writes too much at once', () => {
	it( 'is told so once, what was taken goes its way, and a minute later all is well again', async () => {
		await receiver.takeIn( invitation );
		const at = ( body: string, atMs: number ): RoomEvent => ( { ...said( newcomer, body ), origin_server_ts: atMs } );
		await receiver.takeIn( timeline( room, ...[ '1', '2', '3', '4', '5' ].map( ( body, index ) => at( body, index ) ), at( 'later', 60_000 ) ) );
		expect( ( await lane( inward ) ).flatMap( ( { task } ) => task.kind === 'say' ? task.text : [] ) ).toEqual( [ '1', '2', '3', 'later' ] );
		expect( ( await lane( outward ) ).map( ( { task } ) => task.kind === 'notice' && task.code ) ).toEqual( [ 'too-fast' ] );
	} );

	it( 'is not told of what came before the outage and is received after it', async () => {
		await receiver.takeIn( invitation );
		await receiver.takeIn( timeline( room, ...[ 0, 1, 2, 3, 4 ].map( ( minute ) => ( { ...said( newcomer, 'x' ), origin_server_ts: minute * 60_000 } ) ) ) );
		expect( await lane( outward ) ).toEqual( [] );
	} );

	it( 'does not slow others down', async () => {
		const other = '!other:example.org' as RoomId;
		const another = '@mw-5-:example.org' as UserId;
		await receiver.takeIn( invitation );
		await receiver.takeIn( batch( { invited: [ { roomId: other, state: [ { ...createEvent, sender: another } ] } ] } ) );
		await receiver.takeIn( timeline( room, ...[ '1', '2', '3', '4' ].map( ( body ) => said( newcomer, body ) ) ) );
		await receiver.takeIn( timeline( other, said( another, 'mine' ) ) );
		expect( ( await lane( '2:in' ) ).flatMap( ( { task } ) => task.kind === 'say' ? task.text : [] ) ).toEqual( [ 'mine' ] );
	} );
} );
