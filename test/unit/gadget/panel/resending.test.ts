import { describe, expect, it } from 'vitest';
import { answer, event, failure, me, session, settle } from '../fakes.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

describe( 'a message on its way', () => {
	it( 'is sent once when the homeserver had it as the session ended, because the next login is the same device', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, answer( 'Hi' ) );
		tab.matrix.losesAnswers = true;
		panel.setComposer( 'hello' );
		panel.sendMessage();
		await settle();
		const { transactionId, content } = tab.matrix.sent.at( -1 )!;
		tab.matrix.losesAnswers = false;
		tab.matrix.failure = failure( 'unauthorised' );
		tab.matrix.wake();
		await settle();
		expect( panel.state.value.connection ).toBe( 'logged-out' );
		tab.matrix.failure = undefined;
		panel.openLogin();
		tab.browser.handlers!.onToken( 'again' );
		await settle();
		expect( tab.matrix.deviceIds ).toEqual( [ undefined, session.deviceId ] );
		await tab.matrix.receive( room, event( { sender: me, content, unsigned: { transaction_id: transactionId } } ) );
		await settle();
		expect( tab.matrix.sent.map( ( one ) => one.content.body ) ).toEqual( [ 'How?', 'hello' ] );
	} );

	it( 'goes out with the new session when the end of the one before is heard of late', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, answer( 'Hi' ) );
		tab.matrix.holdsAnswers = true;
		panel.setComposer( 'hello' );
		panel.sendMessage();
		await settle();
		tab.matrix.holdsAnswers = false;
		tab.matrix.endSync( failure( 'unauthorised' ) );
		await settle();
		panel.openLogin();
		tab.browser.handlers!.onToken( 'again' );
		await settle();
		await tab.matrix.receive( room, answer( 'Hi' ) );
		tab.matrix.failHeld( failure( 'unauthorised' ) );
		await settle();
		expect( panel.state.value.connection ).toBe( 'online' );
		expect( tab.matrix.sent.map( ( { content } ) => content.body ) ).toEqual( [ 'How?', 'hello' ] );
	} );

	it( 'waits as long as the homeserver asks for, though that goes on with everything else', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, answer( 'Hi' ) );
		tab.matrix.failure = failure( 'limited', 60_000 );
		panel.setComposer( 'hello' );
		panel.sendMessage();
		await settle();
		tab.matrix.failure = undefined;
		tab.matrix.syncs.at( -1 )!.onContact!( undefined );
		await settle();
		expect( tab.matrix.sent ).toHaveLength( 1 );
		tab.matrix.wake();
		await settle();
		expect( tab.matrix.sent ).toHaveLength( 2 );
	} );

	it( 'that was deleted is taken back when it comes, after a reload, too', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, answer( 'Hi' ) );
		tab.matrix.losesAnswers = true;
		panel.setComposer( 'my password is x' );
		panel.sendMessage();
		await settle();
		const { transactionId, content } = tab.matrix.sent.at( -1 )!;
		panel.deleteMessage( panel.state.value.outbox.at( -1 )!.id );
		tab.matrix.losesAnswers = false;
		await tab.openPage();
		const echo = event( { sender: me, content, unsigned: { transaction_id: transactionId } } );
		await tab.matrix.receive( room, echo );
		await settle();
		expect( tab.matrix.redacted ).toEqual( [ echo.event_id ] );
	} );
} );
