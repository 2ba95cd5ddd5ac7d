import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockedPowerLevels } from '../../../src/protocol/conversation.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import { threadRootOf } from '../../../src/sandbox/actors/matrix-helper.ts';
import type { RelayChild, RelayHouse } from '../../support/relay-house.ts';
import { askIn, readRoom, startRelayHouse, until } from '../../support/relay-house.ts';
import { LATE_MS } from '../../support/time-limits.ts';

let house: RelayHouse;
let relay: RelayChild;
beforeAll( async () => {
	house = await startRelayHouse();
	relay = await house.startRelay();
} );
afterAll( () => house.dispose() );

const asked = ( centralId: number, question: string ) => askIn( house, centralId, question );

describe( 'a conversation', () => {
	it( 'becomes a card in the Support room, is locked, and the newcomer is told that helpers have the question', async () => {
		const { newcomer, roomId, card } = await asked( 101, 'How do I cite a book?' );
		const event = house.helper.events( house.supportRoom ).find( ( found ) => found.getId() === card )!;
		expect( event.getContent().body ).toMatch(
			/^❓ #\d+ newcomer 101 · American Pygmy, section History\nHow do I cite a book\?\nVisualEditor · English · waiting since \d\d:\d\d UTC$/
		);
		expect( event.getContent().formatted_body ).toContain( '<a href="https://wiki.example/wiki/American_Pygmy#History">History</a>' );
		await until( 'the notice', async () => ( await newcomer.notices( roomId ) ).includes( 'request-open' ) );
		expect( await newcomer.client.stateContent( roomId, 'm.room.power_levels' ) ).toEqual( lockedPowerLevels( house.homeserver.bot ) );
	} );

	it( 'carries further messages into the thread and answers back, in order, with name and role', async () => {
		const { newcomer, roomId, card } = await asked( 102, 'First question' );
		await newcomer.ask( roomId, 'second' );
		await newcomer.ask( roomId, 'third' );
		await house.helper.waitFor( house.supportRoom, 'the third message', ( event ) => (
			threadRootOf( event ) === card && String( event.getContent().body ).endsWith( ': third' )
		) );
		const inThread = house.helper.events( house.supportRoom ).filter( ( event ) => threadRootOf( event ) === card );
		expect( inThread.map( ( event ) => event.getContent().body ) ).toEqual( [ 'newcomer 102: second', 'newcomer 102: third' ] );

		await house.helper.answer( house.supportRoom, card, 'one' );
		await house.helper.answer( house.supportRoom, card, 'two' );
		await until( 'both answers', async () => ( await newcomer.answers( roomId ) ).length === 2 );
		expect( await newcomer.answers( roomId ) ).toEqual( [ 'one', 'two' ] );
		const answer = ( await readRoom( newcomer.client, roomId ) ).find( ( { content } ) => readMirrorMarker( content )?.text === 'one' )!;
		expect( answer.content.body ).toBe( 'Nita B.: one' );
		expect( readMirrorMarker( answer.content ) ).toMatchObject( { name: 'Nita B.', role: 'helper' } );
		expect( JSON.stringify( answer.content ) ).not.toContain( '@nita' );
	} );

	it( 'shows on its card that it was answered', async () => {
		const { card } = await asked( 103, 'Is anybody there?' );
		await house.helper.answer( house.supportRoom, card, 'yes' );
		await house.helper.waitFor( house.supportRoom, 'the edited card', ( event ) => (
			event.getId() === card && String( event.getContent().body ).startsWith( '💬 ' )
		) );
	} );

	it( 'takes plain replies and addressed texts as answers, and leaves notes and everything else where they are', async () => {
		const { newcomer, roomId, card } = await asked( 104, 'Which of these reach me?' );
		const number = /#(\d+)/.exec( String( house.helper.events( house.supportRoom ).find( ( event ) => event.getId() === card )?.getContent().body ) )![ 1 ];
		const reply = await house.helper.reply( house.supportRoom, card, 'a reply to the card' );
		await house.helper.answer( house.supportRoom, card, '!note nobody but us' );
		await house.helper.say( house.supportRoom, 'just talking' );
		await house.helper.say( house.supportRoom, '#99999 nobody has this number' );
		await house.helper.reply( house.supportRoom, reply, 'a reply to my own reply' );
		await house.helper.say( house.supportRoom, `#${ number } by number` );
		await until( 'the last answer', async () => ( await newcomer.answers( roomId ) ).includes( 'by number' ) );
		expect( await newcomer.answers( roomId ) ).toEqual( [ 'a reply to the card', 'a reply to my own reply', 'by number' ] );
	} );

	it( 'never shows one newcomer what another one said or was told', async () => {
		const first = await asked( 105, 'The first secret' );
		const second = await asked( 106, 'The second secret' );
		await house.helper.answer( house.supportRoom, first.card, 'for the first' );
		await house.helper.answer( house.supportRoom, second.card, 'for the second' );
		await until( 'both answers', async () => (
			( await first.newcomer.answers( first.roomId ) ).length === 1 && ( await second.newcomer.answers( second.roomId ) ).length === 1
		) );
		expect( await first.newcomer.answers( first.roomId ) ).toEqual( [ 'for the first' ] );
		expect( await second.newcomer.answers( second.roomId ) ).toEqual( [ 'for the second' ] );
		expect( await first.newcomer.client.joinedRooms() ).toEqual( [ first.roomId ] );
		await expect( first.newcomer.client.messages( second.roomId, { direction: 'b', limit: 10 } ) ).rejects.toMatchObject( { code: 'forbidden' } );
		await expect( first.newcomer.client.messages( house.supportRoom, { direction: 'b', limit: 10 } ) ).rejects.toMatchObject( { code: 'forbidden' } );
		expect( JSON.stringify( await readRoom( first.newcomer.client, first.roomId ) ) ).not.toContain( 'second' );
	} );

	it( 'shows HTML and script in questions, titles, names and answers as the text that they are', async () => {
		const evil = '<script>alert(1)</script> & <b>"bold"</b>';
		const newcomer = await house.newcomer( 107 );
		const roomId = await newcomer.createRoom();
		await newcomer.ask( roomId, `markup ${ evil }`, { page: evil, section: '"><img src=x onerror=alert(1)>' } );
		const card = ( await house.helper.waitForCard( house.supportRoom, 'markup' ) );
		expect( card.getContent().body ).toContain( evil );
		expect( card.getContent().formatted_body ).not.toMatch( /<(script|b|img)\b/ );
		const other = await house.addHelper( 'evil', '<i>Eve</i>' );
		await other.waitForCard( house.supportRoom, 'markup' );
		await other.answer( house.supportRoom, card.getId()!, evil );
		await until( 'the answer', async () => ( await newcomer.answers( roomId ) ).length === 1 );
		const answer = ( await readRoom( newcomer.client, roomId ) ).find( ( { content } ) => readMirrorMarker( content ) )!;
		expect( readMirrorMarker( answer.content ) ).toMatchObject( { name: '<i>Eve</i>', text: evil } );
		expect( String( answer.content.formatted_body ).replaceAll( /<\/?strong[^>]*>/g, '' ) ).not.toContain( '<' );
	} );

	it( 'calls nobody when a newcomer writes @room', async () => {
		const { card } = await asked( 108, '@room help me' );
		const event = house.helper.events( house.supportRoom ).find( ( found ) => found.getId() === card )!;
		expect( event.getContent()[ 'm.mentions' ] ).toEqual( {} );
	} );

	it( 'tells the newcomer once when an event cannot be passed on: an image, a message without text', async () => {
		const { newcomer, roomId } = await asked( 109, 'Look at this' );
		await newcomer.client.sendEvent( roomId, 'm.room.message', 'image', { msgtype: 'm.image', body: 'goat.png', url: 'mxc://x/y' } );
		await newcomer.client.sendEvent( roomId, 'm.room.message', 'empty', { msgtype: 'm.text', body: '' } );
		// The homeserver already refuses a message without any body.
		await expect( newcomer.client.sendEvent( roomId, 'm.room.message', 'none', { msgtype: 'm.text' } ) ).rejects.toMatchObject( { code: 'refused' } );
		await newcomer.ask( roomId, 'that was all' );
		await house.helper.waitFor( house.supportRoom, 'the last message', ( event ) => String( event.getContent().body ).endsWith( 'that was all' ) );
		await until( 'both notices', async () => ( await newcomer.notices( roomId ) ).filter( ( code ) => code === 'not-passed-on' ).length === 2 );
		expect( house.helper.events( house.supportRoom ).some( ( event ) => String( event.getContent().body ).includes( 'goat.png' ) ) ).toBe( false );
	} );

	it( 'opens one request for two rooms that two devices made at once, and loses nothing', async () => {
		const newcomer = await house.newcomer( 111 );
		const [ one, two ] = await Promise.all( [ newcomer.createRoom(), newcomer.createRoom() ] );
		await newcomer.ask( one, 'asked on the phone' );
		await newcomer.ask( two, 'asked on the computer' );
		const shows = ( text: string ): boolean => (
			house.helper.events( house.supportRoom ).some( ( event ) => String( event.getContent().body ).includes( text ) )
		);
		await until( 'both messages', () => shows( 'asked on the phone' ) && shows( 'asked on the computer' ) );
		const cards = house.helper.events( house.supportRoom ).filter( ( event ) => /^❓ #\d+ newcomer 111/.test( String( event.getContent().body ) ) );
		expect( cards ).toHaveLength( 1 );
	} );
} );

describe( 'the relay', () => {
	it( 'logs neither texts nor tokens, and one id from the received to the sent event', async () => {
		const newcomer = await house.newcomer( 120 );
		const roomId = await newcomer.createRoom();
		const question = await newcomer.ask( roomId, 'unmistakable wording' );
		await house.helper.waitForCard( house.supportRoom, 'unmistakable wording' );
		const log = await until( 'the log', async () => {
			const text = await house.log();
			return text.includes( question ) && text;
		} );
		expect( log ).not.toContain( 'unmistakable wording' );
		expect( log ).not.toContain( house.homeserver.appServiceToken );
		expect( log.split( '\n' ).some( ( line ) => line.includes( question ) && line.includes( '"sent":"$' ) ) ).toBe( true );
	} );

	it( 'does not start a second time on the same store', async () => {
		const second = await house.startRelay();
		await until( 'the second to end', () => second.process.exitCode !== null );
		expect( second.process.exitCode ).toBe( 1 );
		expect( await house.log() ).toContain( 'Another relay uses the store' );
	} );

	it( 'ends within 5 s when it is told to, and has the question that was asked meanwhile when it is back', async () => {
		const newcomer = await house.newcomer( 121 );
		const roomId = await newcomer.createRoom();
		const startedAt = Date.now();
		expect( await relay.kill( 'SIGTERM' ) ).toBe( 0 );
		expect( Date.now() - startedAt ).toBeLessThan( 5_000 + LATE_MS );
		await newcomer.ask( roomId, 'asked while nobody listened' );
		const late = await house.newcomer( 122 );
		const lateRoom = await late.createRoom();
		await late.ask( lateRoom, 'invited while nobody listened' );
		relay = await house.startRelay();
		await house.helper.waitForCard( house.supportRoom, 'asked while nobody listened' );
		await house.helper.waitForCard( house.supportRoom, 'invited while nobody listened' );
	} );

	it( 'passes on once what was said while the homeserver was down for it', async () => {
		const { newcomer, roomId, card } = await asked( 123, 'Before the crash' );
		await house.homeserver.kill();
		await house.homeserver.start();
		await newcomer.ask( roomId, 'after the crash' );
		await house.helper.waitFor( house.supportRoom, 'the message', ( event ) => (
			threadRootOf( event ) === card && String( event.getContent().body ).endsWith( 'after the crash' )
		), 60_000 );
	} );
} );
