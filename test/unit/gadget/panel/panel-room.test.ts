import { describe, expect, it } from 'vitest';
import type { RoomId } from '../../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../../src/protocol/message.ts';
import { writeNotice } from '../../../../src/protocol/notice.ts';
import { answer, bot, conversationState, event, me, settle, stranger } from '../fakes.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

describe( 'a conversation whose room ends', () => {
	it( 'can be begun anew when the relay has left the room', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, event( { sender: bot, content: writeNotice( 'room-refused', 'x' ) } ) );
		expect( panel.state.value.connection ).toBe( 'ended' );
		tab.matrix.rooms.set( room, conversationState( { botIs: 'leave' } ) );
		panel.startOver();
		panel.setDraft( 'Again?' );
		panel.setAgreed( true );
		panel.ask();
		await settle();
		expect( tab.matrix.created ).toHaveLength( 2 );
		expect( tab.matrix.sent.at( -1 ) ).toMatchObject( { roomId: '!made2:help.example', content: { body: 'Again?' } } );
	} );

	const leaves = (): RoomEvent => event( { type: 'm.room.member', state_key: bot, sender: bot, content: { membership: 'leave' } } );
	const said = ( text: string, transactionId?: string ): RoomEvent => event( {
		sender: me, content: { msgtype: 'm.text', body: text }, ...( transactionId !== undefined && { unsigned: { transaction_id: transactionId } } )
	} );

	it( 'does not find the room again that has just ended, although the bot has not left it yet', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, event( { sender: bot, content: writeNotice( 'room-refused', 'x' ) } ) );
		panel.startOver();
		panel.setDraft( 'Again?' );
		panel.setAgreed( true );
		panel.ask();
		await settle();
		expect( tab.matrix.sent.at( -1 ) ).toMatchObject( { roomId: '!made2:help.example', content: { body: 'Again?' } } );
	} );

	it( 'has what nobody has read, because the bot had left, as the next question', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		const open = event( { sender: bot, content: writeNotice( 'request-open', 'x' ) } );
		await tab.matrix.receive( room, said( 'read', 'a' ), open, leaves(), said( 'too', 'b' ), said( 'late', 'c' ), said( 'elsewhere' ) );
		expect( panel.state.value ).toMatchObject( { connection: 'ended', draft: 'too\nlate' } );
	} );

	it( 'has the whole question again when the bot has declined', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, said( 'How?', 'a' ) );
		await tab.matrix.receive( room, said( 'And why?', 'b' ), leaves() );
		expect( panel.state.value ).toMatchObject( { connection: 'ended', draft: 'How?\nAnd why?' } );
	} );

	it( 'goes on in the other room when two devices have made two, and sends there what nobody has read', async () => {
		const other = '!other:help.example' as RoomId;
		const tab = createTab();
		const next = await askAndLogIn( tab );
		tab.matrix.rooms.set( other, conversationState( { createdAtMs: 0 } ) );
		await tab.matrix.receive( room, event( { sender: bot, content: writeNotice( 'moved', 'x', other ) } ), leaves(), said( 'unread', 'a' ) );
		await settle();
		expect( next.state.value ).toMatchObject( { screen: 'conversation', connection: 'online', entries: [] } );
		await tab.matrix.receive( other );
		await settle();
		expect( tab.matrix.sent.at( -1 ) ).toMatchObject( { roomId: other, transactionId: expect.stringMatching( /^again-/ ), content: { body: 'unread' } } );
		expect( tab.matrix.created ).toHaveLength( 1 );
		next.setComposer( 'more' );
		next.sendMessage();
		await settle();
		expect( tab.matrix.sent.at( -1 ) ).toMatchObject( { roomId: other, content: { body: 'more' } } );
	} );

	/** A conversation in which the newcomer has just said something, as it comes back. */
	async function say( text: string, losesAnswers = false ) {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, said( 'How?', tab.matrix.sent[ 0 ]!.transactionId ), answer( 'Like this' ) );
		tab.matrix.losesAnswers = losesAnswers;
		panel.setComposer( text );
		panel.sendMessage();
		await settle();
		tab.matrix.losesAnswers = false;
		const askAgain = async (): Promise<void> => {
			panel.startOver();
			panel.setDraft( 'Next' );
			panel.ask();
			await settle();
		};
		const sent = (): unknown[] => tab.matrix.sent.map( ( { roomId, content } ) => `${ roomId === room ? '' : 'next: ' }${ String( content.body ) }` );
		return { tab, panel, echo: said( text, tab.matrix.sent.at( -1 )!.transactionId ), askAgain, sent };
	}
	const shown = ( { state: { value: { entries, outbox } } }: Awaited<ReturnType<typeof askAndLogIn>> ) => (
		[ ...entries, ...outbox ].map( ( one ) => 'text' in one ? one.text : one.kind )
	);

	it( 'sends in the next one what was said as it ended, and nobody has read', async () => {
		const { tab, panel, askAgain, sent } = await say( 'One more thing' );
		await tab.matrix.receive( room, leaves() );
		expect( shown( panel ) ).toEqual( [ 'How?', 'Like this', 'One more thing' ] );
		await askAgain();
		expect( sent() ).toEqual( [ 'How?', 'One more thing', 'next: One more thing', 'next: Next' ] );
	} );

	it.each( [ false, true ] )( 'shows once, and does not say again, what was read before it ended (answer lost: %s)', async ( losesAnswers ) => {
		const { tab, panel, echo, askAgain, sent } = await say( 'Bye', losesAnswers );
		await tab.matrix.receive( room, echo, leaves() );
		expect( shown( panel ) ).toEqual( [ 'How?', 'Like this', 'Bye' ] );
		await askAgain();
		expect( sent() ).toEqual( [ 'How?', 'Bye', 'next: Next' ] );
	} );

	it( 'does not say again what was read before the newcomer was removed', async () => {
		const { tab, panel, echo, askAgain, sent } = await say( 'Bye', true );
		await tab.matrix.syncs.at( -1 )!.onBatch( { nextBatch: 's', joined: [], invited: [], left: [ { roomId: room, timeline: [ echo ] } ] } );
		expect( panel.state.value.connection ).toBe( 'ended' );
		expect( shown( panel ) ).toEqual( [ 'How?', 'Like this', 'Bye' ] );
		await askAgain();
		expect( sent() ).toEqual( [ 'How?', 'Bye', 'next: Next' ] );
	} );

	it( 'does not say again in the other room what was read before it moved', async () => {
		const other = '!other:help.example' as RoomId;
		const { tab, echo, sent } = await say( 'Bye', true );
		tab.matrix.rooms.set( other, conversationState( { createdAtMs: 0 } ) );
		await tab.matrix.receive( room, echo, event( { sender: bot, content: writeNotice( 'moved', 'x', other ) } ), leaves() );
		await settle();
		await tab.matrix.receive( other, answer( 'Here' ) );
		await settle();
		expect( sent() ).toEqual( [ 'How?', 'Bye' ] );
	} );

	it( 'takes nobody else\'s word for where it goes on', async () => {
		const tab = createTab();
		await askAndLogIn( tab );
		await tab.matrix.receive( room, event( { sender: stranger, content: writeNotice( 'moved', 'x', '!evil:help.example' as RoomId ) } ) );
		await settle();
		expect( tab.matrix.syncs ).toHaveLength( 1 );
	} );

	it( 'ends, and sends nothing more, when a reload finds that the newcomer is in the room no longer', async () => {
		const tab = createTab();
		await askAndLogIn( tab );
		const panel = await tab.openPage();
		panel.setComposer( 'hello?' );
		panel.sendMessage();
		await tab.matrix.syncs.at( -1 )!.onBatch( { nextBatch: 's', joined: [], invited: [], left: [] } );
		await settle();
		expect( panel.state.value ).toMatchObject( { connection: 'ended', outbox: [ { text: 'hello?', state: 'sending' } ] } );
		expect( tab.matrix.sent ).toHaveLength( 1 );
	} );

	it( 'ends when the newcomer is removed from the room', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room );
		await tab.matrix.syncs.at( -1 )!.onBatch( { nextBatch: 's', joined: [], invited: [], left: [ { roomId: room, timeline: [] } ] } );
		expect( panel.state.value.connection ).toBe( 'ended' );
	} );

	it.each( [ 'leave', 'ban' ] )( 'ends when the bot is out of the room (%s), and draws no message for that', async ( membership ) => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		const member = ( how: string ) => event( { type: 'm.room.member', state_key: bot, sender: bot, content: { membership: how } } );
		await tab.matrix.receive( room, member( 'leave' ), member( 'invite' ), member( 'join' ) );
		expect( panel.state.value.connection ).toBe( 'online' );
		await tab.matrix.receive( room, member( membership ) );
		expect( panel.state.value ).toMatchObject( { connection: 'ended', entries: [] } );
	} );
} );
