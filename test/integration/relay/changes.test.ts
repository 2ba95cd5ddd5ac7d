import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServiceClient } from '../../../src/matrix/index.ts';
import { createServiceClient } from '../../../src/matrix/index.ts';
import type { EventId, RoomId } from '../../../src/protocol/ids.ts';
import { isRecord } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { readReaction, readRelation, readReplacement, writeReaction } from '../../../src/protocol/message.ts';
import type { RelayChild, RelayHouse, TestNewcomer } from '../../support/relay-house.ts';
import { readRoom, startRelayHouse, until } from '../../support/relay-house.ts';

let house: RelayHouse;
let relay: RelayChild;
let helper: ServiceClient;
let moderator: ServiceClient;
let transactions = 0;
beforeAll( async () => {
	house = await startRelayHouse();
	relay = await house.startRelay();
	const clientOf = ( accessToken: string | null ): ServiceClient => (
		createServiceClient( { homeserverUrl: house.homeserver.url, accessToken: accessToken! } )
	);
	helper = clientOf( house.helper.client.getAccessToken() );
	const other = await house.addHelper( 'mod', 'Mod' );
	moderator = clientOf( other.client.getAccessToken() );
	const asBot = createServiceClient( {
		homeserverUrl: house.homeserver.url, accessToken: house.homeserver.appServiceToken, actAs: { userId: house.homeserver.bot }
	} );
	const levels = await asBot.stateContent( house.supportRoom, 'm.room.power_levels' ) as { users: Record<string, number> };
	await asBot.setState( house.supportRoom, 'm.room.power_levels', '', { ...levels, users: { ...levels.users, [ other.userId ]: 50 } } );
} );
afterAll( () => house.dispose() );

const send = ( client: ServiceClient, roomId: RoomId, content: Record<string, unknown>, type = 'm.room.message' ): Promise<EventId> => (
	client.sendEvent( roomId, type, `change-${ transactions++ }`, content )
);
const edit = ( client: ServiceClient, roomId: RoomId, original: EventId, body: string ): Promise<EventId> => send( client, roomId, {
	msgtype: 'm.text', body: `* ${ body }`, 'm.new_content': { msgtype: 'm.text', body }, 'm.relates_to': { rel_type: 'm.replace', event_id: original }
} );
const redact = ( client: ServiceClient, roomId: RoomId, target: EventId ): Promise<EventId> => (
	client.redactEvent( roomId, `change-${ transactions++ }`, target )
);
const react = ( client: ServiceClient, roomId: RoomId, target: EventId, key: string ): Promise<EventId> => (
	send( client, roomId, writeReaction( { target, key } ), 'm.reaction' )
);
const inThread = ( root: EventId, replyTo?: EventId ): Record<string, unknown> => ( { 'm.relates_to': {
	rel_type: 'm.thread', event_id: root, is_falling_back: replyTo === undefined, 'm.in_reply_to': { event_id: replyTo ?? root }
} } );

/** The messages of a room as clients show them: edits applied as the homeserver tells of them, without what was taken back. */
function shown( events: readonly RoomEvent[] ): { id: EventId; text: string; event: RoomEvent }[] {
	return events.filter( ( { type, content } ) => (
		type === 'm.room.message' && typeof content.body === 'string' && readRelation( content ).replaces === undefined
	) ).map( ( event ) => {
		const relations = event.unsigned?.[ 'm.relations' ];
		const replacing = isRecord( relations ) ? relations[ 'm.replace' ] : undefined;
		const latest = ( isRecord( replacing ) && readReplacement( replacing.content )?.content ) || event.content;
		return { id: event.event_id, text: String( latest.body ), event };
	} );
}
const texts = async ( client: ServiceClient, roomId: RoomId ): Promise<string[]> => (
	shown( await readRoom( client, roomId ) ).map( ( { text } ) => text )
);

function waitForText( client: ServiceClient, roomId: RoomId, part: string ): Promise<{ id: EventId; text: string; event: RoomEvent }> {
	return until( `"${ part }"`, async () => shown( await readRoom( client, roomId ) ).find( ( { text } ) => text.includes( part ) ) );
}
const waitUntilGone = ( client: ServiceClient, roomId: RoomId, part: string ): Promise<true> => (
	until( `"${ part }" to go`, async () => !JSON.stringify( await readRoom( client, roomId ) ).includes( part ) )
);
const reactions = async ( client: ServiceClient, roomId: RoomId, target: EventId ): Promise<string[]> => (
	( await readRoom( client, roomId ) ).flatMap( ( { type, content } ) => {
		const reaction = type === 'm.reaction' ? readReaction( content ) : undefined;
		return reaction?.target === target ? [ reaction.key ] : [];
	} )
);

type Asked = { newcomer: TestNewcomer; roomId: RoomId; asking: EventId; card: EventId };

async function asked( centralId: number, question: string ): Promise<Asked> {
	const newcomer = await house.newcomer( centralId );
	await house.liftRateLimit( newcomer.userId );
	await house.liftRateLimit( house.helper.userId );
	const roomId = await newcomer.createRoom();
	const asking = await newcomer.ask( roomId, question );
	return { newcomer, roomId, asking, card: ( await waitForText( helper, house.supportRoom, question ) ).id };
}

describe( 'between a conversation and its thread', () => {
	it( 'edits go both ways, also of the question', async () => {
		const { newcomer, roomId, asking, card } = await asked( 301, 'How do I ciet?' );
		await edit( newcomer.client, roomId, asking, 'How do I cite?' );
		expect( ( await waitForText( helper, house.supportRoom, 'How do I cite?' ) ).id ).toBe( card );
		const said = await newcomer.ask( roomId, 'I have a bok' );
		await edit( newcomer.client, roomId, said, 'I have a book' );
		await waitForText( helper, house.supportRoom, 'newcomer 301: I have a book' );
		const told = await send( helper, house.supportRoom, { msgtype: 'm.text', body: 'Clikc', ...inThread( card ) } );
		await edit( helper, house.supportRoom, told, 'Click' );
		await waitForText( newcomer.client, roomId, 'Nita B.: Click' );
		expect( ( await texts( newcomer.client, roomId ) ).filter( ( text ) => text.includes( 'Cli' ) ) ).toEqual( [ 'Nita B.: Click' ] );
	} );

	it( 'deletions go both ways, with all edits', async () => {
		const { newcomer, roomId, asking, card } = await asked( 302, 'Is 302-alpha secret?' );
		await edit( newcomer.client, roomId, asking, 'Is 302-beta secret?' );
		const said = await newcomer.ask( roomId, 'My number is 302-gamma' );
		await edit( newcomer.client, roomId, said, 'My number is 302-delta' );
		const told = await send( helper, house.supportRoom, { msgtype: 'm.text', body: '302-epsilon', ...inThread( card ) } );
		await waitForText( helper, house.supportRoom, '302-delta' );
		await waitForText( newcomer.client, roomId, '302-epsilon' );
		await redact( newcomer.client, roomId, said );
		await redact( newcomer.client, roomId, asking );
		await redact( helper, house.supportRoom, told );
		await waitUntilGone( helper, house.supportRoom, '302-gamma' );
		await waitUntilGone( helper, house.supportRoom, '302-delta' );
		await waitUntilGone( helper, house.supportRoom, '302-beta' );
		await waitUntilGone( newcomer.client, roomId, '302-epsilon' );
		const after = shown( await readRoom( helper, house.supportRoom ) ).find( ( { id } ) => id === card );
		expect( after?.text ).toContain( '(The newcomer has deleted the question.)' );
		await send( helper, house.supportRoom, { msgtype: 'm.text', body: 'Never mind', ...inThread( card ) } );
		await waitForText( newcomer.client, roomId, 'Nita B.: Never mind' );
	} );

	it( 'a moderator takes a newcomer\'s message away on both sides', async () => {
		const { newcomer, roomId } = await asked( 303, 'A question' );
		await newcomer.ask( roomId, '303-abuse' );
		await redact( moderator, house.supportRoom, ( await waitForText( helper, house.supportRoom, '303-abuse' ) ).id );
		await waitUntilGone( newcomer.client, roomId, '303-abuse' );
	} );

	it( 'reactions go both ways, and the last one takes the mirror with it', async () => {
		const { newcomer, roomId, asking, card } = await asked( 304, 'A fine question' );
		const one = await react( helper, house.supportRoom, card, '👍' );
		const two = await react( moderator, house.supportRoom, card, '👍' );
		await react( moderator, house.supportRoom, card, '🎉' );
		await until( 'both keys', async () => ( await reactions( newcomer.client, roomId, asking ) ).length === 2 );
		expect( await reactions( newcomer.client, roomId, asking ) ).toEqual( [ '👍', '🎉' ] );
		await redact( helper, house.supportRoom, one );
		await redact( moderator, house.supportRoom, two );
		await until( 'one of them to go', async () => ( await reactions( newcomer.client, roomId, asking ) ).length === 1 );
		expect( await reactions( newcomer.client, roomId, asking ) ).toEqual( [ '🎉' ] );

		const told = await send( helper, house.supportRoom, { msgtype: 'm.text', body: 'like this', ...inThread( card ) } );
		const mine = await react( newcomer.client, roomId, ( await waitForText( newcomer.client, roomId, 'like this' ) ).id, '❤️' );
		await until( 'the heart', async () => ( await reactions( helper, house.supportRoom, told ) ).length === 1 );
		await redact( newcomer.client, roomId, mine );
		await until( 'no heart', async () => ( await reactions( helper, house.supportRoom, told ) ).length === 0 );
	} );

	it( 'images go both ways, as the same file, which the other side can fetch', async () => {
		const { newcomer, roomId, card } = await asked( 307, 'May I show you?' );
		const accountOf = ( client: ServiceClient ): string => (
			client === helper ? house.helper.client.getAccessToken()! : newcomer.accessToken
		);
		const upload = async ( client: ServiceClient, bytes: Uint8Array<ArrayBuffer> ): Promise<string> => {
			const answer = await fetch( `${ house.homeserver.url }/_matrix/media/v3/upload?filename=goat.png`, {
				method: 'POST', headers: { Authorization: `Bearer ${ accountOf( client ) }`, 'Content-Type': 'image/png' }, body: bytes
			} );
			return ( await answer.json() as { content_uri: string } ).content_uri;
		};
		const download = async ( client: ServiceClient, mxc: unknown ): Promise<number> => {
			const address = `${ house.homeserver.url }/_matrix/client/v1/media/download/${ String( mxc ).slice( 'mxc://'.length ) }`;
			const answer = await fetch( address, { headers: { Authorization: `Bearer ${ accountOf( client ) }` } } );
			return ( await answer.arrayBuffer() ).byteLength;
		};
		const image = ( url: string, size: number ): Record<string, unknown> => (
			{ msgtype: 'm.image', body: 'goat.png', url, info: { mimetype: 'image/png', size, w: 1, h: 1 } }
		);
		await send( newcomer.client, roomId, image( await upload( newcomer.client, new Uint8Array( 70 ) ), 70 ) );
		const inSupport = await waitForText( helper, house.supportRoom, 'newcomer 307: goat.png' );
		expect( inSupport.event.content ).toMatchObject( { msgtype: 'm.image', filename: 'goat.png', info: { size: 70, w: 1 } } );
		expect( await download( helper, inSupport.event.content.url ) ).toBe( 70 );
		await send( helper, house.supportRoom, { ...image( await upload( helper, new Uint8Array( 71 ) ), 71 ), ...inThread( card ) } );
		const there = await waitForText( newcomer.client, roomId, 'Nita B.: goat.png' );
		expect( await download( newcomer.client, there.event.content.url ) ).toBe( 71 );
	} );

	it( 'formatting goes both ways, cleaned', async () => {
		const { newcomer, roomId, card } = await asked( 308, 'A formatted thing' );
		const formatted = ( body: string, html: string ): Record<string, unknown> => (
			{ msgtype: 'm.text', body, format: 'org.matrix.custom.html', formatted_body: html }
		);
		await send( newcomer.client, roomId, formatted( 'a **308-bold** word', 'a <b onclick="x">308-bold</b> word' ) );
		const inSupport = await waitForText( helper, house.supportRoom, '308-bold' );
		expect( inSupport.event.content.formatted_body ).toMatch( /<\/strong>a <b>308-bold<\/b> word$/ );
		const list = '<ul><li>308-one</li></ul>';
		await send( helper, house.supportRoom, { ...formatted( '- 308-one', list ), ...inThread( card ) } );
		const there = await waitForText( newcomer.client, roomId, '308-one' );
		expect( there.event.content.formatted_body ).toBe( `<strong data-mx-profile-fallback>Nita B.: </strong>${ list }` );
	} );

	it( 'replies are to the matching message, both ways', async () => {
		const { newcomer, roomId, card } = await asked( 305, 'Two things' );
		const second = await newcomer.ask( roomId, 'the second thing' );
		const mirror = ( await waitForText( helper, house.supportRoom, 'the second thing' ) ).id;
		const told = await send( helper, house.supportRoom, { msgtype: 'm.text', body: 'as to that', ...inThread( card, mirror ) } );
		const answer = await waitForText( newcomer.client, roomId, 'as to that' );
		expect( readRelation( answer.event.content ).replyTo ).toBe( second );
		await send( newcomer.client, roomId, { msgtype: 'm.text', body: 'thank you', 'm.relates_to': { 'm.in_reply_to': { event_id: answer.id } } } );
		const thanks = await waitForText( helper, house.supportRoom, 'thank you' );
		expect( readRelation( thanks.event.content ) ).toEqual( { thread: card, replyTo: told } );
	} );
} );

describe( 'while the relay is away', () => {
	it( 'nothing of it is lost: an edit, a deletion, a reaction, and what is deleted before it was passed on', async () => {
		const { newcomer, roomId, card } = await asked( 306, 'Before the pause' );
		const said = await newcomer.ask( roomId, '306-frist' );
		const gone = await newcomer.ask( roomId, '306-gone' );
		const told = await send( helper, house.supportRoom, { msgtype: 'm.text', body: '306-told', ...inThread( card ) } );
		await waitForText( helper, house.supportRoom, '306-gone' );
		const answer = await waitForText( newcomer.client, roomId, '306-told' );
		await relay.kill( 'SIGKILL' );
		await edit( newcomer.client, roomId, said, '306-first' );
		await redact( newcomer.client, roomId, gone );
		await react( newcomer.client, roomId, answer.id, '👍' );
		await redact( newcomer.client, roomId, await newcomer.ask( roomId, '306-never' ) );
		await edit( helper, house.supportRoom, told, '306-told again' );
		relay = await house.startRelay();
		await newcomer.ask( roomId, '306-last' );
		await waitForText( helper, house.supportRoom, '306-last' );
		await waitForText( newcomer.client, roomId, 'Nita B.: 306-told again' );
		await until( 'the reaction', async () => ( await reactions( helper, house.supportRoom, told ) ).length === 1 );
		const ours = ( await texts( helper, house.supportRoom ) ).filter( ( text ) => text.includes( 'newcomer 306: ' ) );
		expect( ours ).toEqual( [ 'newcomer 306: 306-first', 'newcomer 306: 306-last' ] );
		expect( JSON.stringify( await readRoom( helper, house.supportRoom ) ) ).not.toMatch( /306-(gone|never)/ );
	} );
} );
