import { describe, expect, it } from 'vitest';
import { answer, event, failure, me, session, settle } from '../fakes.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

/** A conversation in which a helper has answered. */
async function talk() {
	const tab = createTab();
	const panel = await askAndLogIn( tab );
	await tab.matrix.receive( room, answer( 'Hi' ) );
	const { matrix } = tab;
	return {
		tab, matrix, panel,
		async say( text: string ) {
			panel.setComposer( text );
			panel.sendMessage();
			await settle();
		},
		async logInAgain() {
			panel.openLogin();
			tab.browser.handlers!.onToken( 'again' );
			await settle();
		},
		/** What was sent last, as it comes back. */
		echo() {
			const { transactionId, content } = matrix.sent.at( -1 )!;
			return event( { sender: me, content, unsigned: { transaction_id: transactionId } } );
		},
		sent: () => matrix.sent.map( ( { content } ) => content.body )
	};
}

describe( 'a message on its way', () => {
	it( 'is sent once when the homeserver had it as the session ended, because the next login is the same device', async () => {
		const { matrix, panel, say, logInAgain, echo, sent } = await talk();
		matrix.losesAnswers = true;
		await say( 'hello' );
		matrix.losesAnswers = false;
		const came = echo();
		matrix.failure = failure( 'unauthorised' );
		matrix.wake();
		await settle();
		expect( panel.state.value.connection ).toBe( 'logged-out' );
		matrix.failure = undefined;
		await logInAgain();
		expect( matrix.deviceIds ).toEqual( [ undefined, session.deviceId ] );
		await matrix.receive( room, came );
		await settle();
		expect( sent() ).toEqual( [ 'How?', 'hello' ] );
	} );

	it( 'goes out with the new session when the end of the one before is heard of late', async () => {
		const { matrix, panel, say, logInAgain, sent } = await talk();
		matrix.holdsAnswers = true;
		await say( 'hello' );
		matrix.holdsAnswers = false;
		matrix.endSync( failure( 'unauthorised' ) );
		await settle();
		await logInAgain();
		await matrix.receive( room, answer( 'Hi' ) );
		matrix.failHeld( failure( 'unauthorised' ) );
		await settle();
		expect( panel.state.value.connection ).toBe( 'online' );
		expect( sent() ).toEqual( [ 'How?', 'hello' ] );
	} );

	it( 'waits as long as the homeserver asks for, though that goes on with everything else', async () => {
		const { matrix, say, sent } = await talk();
		matrix.failure = failure( 'limited', 60_000 );
		await say( 'hello' );
		matrix.failure = undefined;
		matrix.syncs.at( -1 )!.onContact!( undefined );
		await settle();
		expect( sent() ).toEqual( [ 'How?' ] );
		matrix.wake();
		await settle();
		expect( sent() ).toEqual( [ 'How?', 'hello' ] );
	} );

	it( 'that was deleted is taken back when it comes, after a reload, too', async () => {
		const { tab, matrix, panel, say, echo } = await talk();
		matrix.losesAnswers = true;
		await say( 'my password is x' );
		matrix.losesAnswers = false;
		panel.deleteMessage( panel.state.value.outbox.at( -1 )!.id );
		const came = echo();
		await tab.openPage();
		await matrix.receive( room, came );
		await settle();
		expect( matrix.redacted ).toEqual( [ came.event_id ] );
	} );
} );
