import { describe, expect, it } from 'vitest';
import type { RoomId } from '../../../../src/protocol/ids.ts';
import { CONTEXT_KEY } from '../../../../src/protocol/question.ts';
import { answer, bot, conversationState, event, failure, me, session, settle } from '../fakes.ts';
import { ask, askAndLogIn, createTab, owner, room } from './tab.ts';

describe( 'the panel before asking', () => {
	it.each( [
		[ 'no question', '', true, 'empty' ],
		[ 'only spaces', '  \n', true, 'empty' ],
		[ '1,001 characters', 'x'.repeat( 1001 ), true, 'too-long' ],
		[ 'no consent', 'How?', false, 'not-agreed' ]
	] )( 'opens no login with %s, and says why', async ( _what, text, hasAgreed, questionProblem ) => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.setDraft( text );
		panel.setAgreed( hasAgreed );
		panel.ask();
		expect( panel.state.value ).toMatchObject( { screen: 'question', questionProblem } );
		expect( tab.opened ).toEqual( [] );
	} );

	it( 'asks no homeserver and loads no client before the newcomer has agreed', async () => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.setDraft( 'How?' );
		await settle();
		expect( tab.browser.loads ).toBe( 0 );
	} );

	it( 'says that the wiki is not set up when there is no hosts page', async () => {
		const panel = await createTab().openPage( false );
		expect( panel.state.value ).toMatchObject( { screen: 'problem', problem: 'not-set-up' } );
	} );

	it( 'comes back where it was moved to', async () => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.setDraft( 'How?' );
		panel.moveTo( { x: -40, y: 7 } );
		expect( ( await tab.openPage() ).state.value.place ).toEqual( { x: -40, y: 7 } );
	} );

	it( 'keeps a page removed as long as there is a draft, and names the next one where there is none', async () => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.setDraft( 'How?' );
		panel.removeContext();
		const next = await tab.openPage();
		expect( next.state.value.context ).toBeUndefined();
		next.setDraft( '' );
		expect( ( await tab.openPage() ).state.value.context ).toMatchObject( { page: 'Goat' } );
	} );

	it( 'names the page that one is on now, as long as nothing was asked', async () => {
		const tab = createTab();
		( await tab.openPage() ).setDraft( 'How?' );
		tab.browser.page = 'Sheep';
		expect( ( await tab.openPage() ).state.value.context ).toMatchObject( { page: 'Sheep' } );
	} );

	it( 'keeps a question of 1,000 characters over a reload', async () => {
		const tab = createTab();
		( await tab.openPage() ).setDraft( 'y'.repeat( 1000 ) );
		expect( ( await tab.openPage() ).state.value ).toMatchObject( { screen: 'question', draft: 'y'.repeat( 1000 ), hasAgreed: false } );
	} );
} );

describe( 'the login', () => {
	it( 'opens its window in the click itself', async () => {
		const tab = createTab();
		const panel = await ask( tab );
		expect( tab.opened ).toHaveLength( 1 );
		expect( panel.state.value ).toMatchObject( { screen: 'login', loginStatus: 'waiting' } );
	} );

	it( 'says when the browser does not open it, and opens it in the next click under the same nonce', async () => {
		const tab = createTab();
		tab.browser.mayOpenWindows = false;
		const panel = await ask( tab );
		expect( panel.state.value.loginStatus ).toBe( 'blocked' );
		tab.browser.mayOpenWindows = true;
		panel.openLogin();
		expect( panel.state.value.loginStatus ).toBe( 'waiting' );
		expect( tab.opened[ 0 ] ).toBe( tab.opened[ 1 ] );
	} );

	it.each( [ 'cancelled', 'not-allowed', 'failed' ] as const )( 'says that it was %s, keeps the question, and still takes a token', async ( error ) => {
		const tab = createTab();
		const panel = await ask( tab );
		tab.browser.handlers!.onError( error );
		expect( panel.state.value ).toMatchObject( { screen: 'login', loginStatus: error, draft: 'How?' } );
		tab.browser.handlers!.onToken( 'late' );
		await settle();
		expect( panel.state.value.screen ).toBe( 'conversation' );
	} );

	it( 'leads back to the question with Cancel, and takes no token afterwards', async () => {
		const tab = createTab();
		const panel = await ask( tab );
		panel.cancelLogin();
		expect( panel.state.value ).toMatchObject( { screen: 'question', draft: 'How?' } );
		expect( tab.browser.handlers ).toBeUndefined();
	} );

	it( 'says when it takes long', async () => {
		const tab = createTab();
		const panel = await ask( tab );
		tab.timers.forEach( ( callback ) => callback() );
		expect( panel.state.value.loginStatus ).toBe( 'timed-out' );
	} );

	it( 'sends nothing and ends the session when somebody else came back', async () => {
		const tab = createTab();
		tab.matrix.sessionOfLogin = { ...session, userId: bot };
		const panel = await askAndLogIn( tab );
		expect( panel.state.value ).toMatchObject( { screen: 'login', loginStatus: 'other-person', draft: 'How?' } );
		expect( tab.matrix.logouts ).toBe( 1 );
		expect( tab.matrix.created ).toEqual( [] );
		expect( [ ...tab.sessionStorage.values.values() ].join() ).not.toContain( 'secret' );
	} );

	it.each( [ [ 'forbidden', 'failed' ], [ 'unreachable', 'unreachable' ] ] )( 'that ends %s leads to a new one', async ( code, loginStatus ) => {
		const tab = createTab();
		const panel = await ask( tab );
		tab.matrix.failure = failure( code );
		tab.browser.handlers!.onToken( 'token' );
		await settle();
		expect( panel.state.value ).toMatchObject( { screen: 'login', loginStatus } );
		tab.matrix.failure = undefined;
		panel.openLogin();
		tab.browser.handlers!.onToken( 'next' );
		await settle();
		expect( panel.state.value.screen ).toBe( 'conversation' );
	} );
} );

describe( 'the conversation', () => {
	it( 'is made with the bot, and the question goes out once, with its context', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		expect( tab.matrix.created ).toMatchObject( [ { invite: [ bot ], room_version: '11' } ] );
		expect( tab.matrix.sent ).toHaveLength( 1 );
		expect( tab.matrix.sent[ 0 ] ).toMatchObject( { roomId: room, content: { body: 'How?', [ CONTEXT_KEY ]: { page: 'Goat', section: 'Size' } } } );
		expect( panel.state.value ).toMatchObject( { screen: 'conversation', draft: '' } );
	} );

	it( 'does not tell the page when the newcomer has removed it', async () => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.removeContext();
		panel.setDraft( 'How?' );
		panel.setAgreed( true );
		panel.ask();
		tab.browser.handlers!.onToken( 'token' );
		await settle();
		expect( tab.matrix.sent[ 0 ]?.content ).not.toHaveProperty( [ CONTEXT_KEY ] );
	} );

	it( 'goes on in the room of an earlier visit', async () => {
		const tab = createTab();
		const old = '!old:help.example' as RoomId;
		tab.matrix.rooms.set( old, conversationState() );
		await askAndLogIn( tab );
		expect( tab.matrix.created ).toEqual( [] );
		expect( tab.matrix.sent[ 0 ]?.roomId ).toBe( old );
	} );

	it( 'replaces an own message by its echo', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		const { transactionId, content } = tab.matrix.sent[ 0 ]!;
		expect( panel.state.value.outbox ).toMatchObject( [ { state: 'sent' } ] );
		await tab.matrix.receive( room, event( { sender: me, content, unsigned: { transaction_id: transactionId } } ) );
		expect( panel.state.value ).toMatchObject( { outbox: [], entries: [ { kind: 'own', text: 'How?' } ] } );
	} );

	it( 'is there again after a reload, without a new login', async () => {
		const tab = createTab();
		await askAndLogIn( tab );
		const panel = await tab.openPage();
		expect( panel.state.value.screen ).toBe( 'conversation' );
		expect( tab.opened ).toHaveLength( 1 );
		expect( tab.matrix.sent ).toHaveLength( 1 );
	} );

	it( 'sends after a reload what was not sent yet, under the same id', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.matrix.failure = failure( 'unreachable' );
		panel.setComposer( 'more' );
		panel.sendMessage();
		await settle();
		expect( panel.state.value ).toMatchObject( { composer: '', connection: 'offline', outbox: [ { state: 'sent' }, { state: 'waiting' } ] } );
		const { id } = panel.state.value.outbox[ 1 ]!;
		tab.matrix.failure = undefined;
		await tab.openPage();
		expect( tab.matrix.sent ).toHaveLength( 1 );
		await tab.matrix.receive( room );
		await settle();
		expect( tab.matrix.sent.map( ( { transactionId } ) => transactionId ).slice( 1 ) ).toEqual( [ id ] );
	} );

	it( 'lets what names a section mean the page on which it was written, wherever it is sent from', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.matrix.failure = failure( 'unreachable' );
		const say = async ( in_: typeof panel, text: string ): Promise<void> => {
			in_.setComposer( text );
			in_.sendMessage();
			await settle();
		};
		await say( panel, 'See [[#Size]]' );
		await say( panel, 'and [[#Milk]]' );
		const { id } = panel.state.value.outbox.at( -1 )!;
		tab.browser.page = 'Sheep';
		const next = await tab.openPage();
		await say( next, 'or [[#Wool]]' );
		next.startEdit( id );
		await say( next, 'and [[#Horns]]' );
		tab.matrix.failure = undefined;
		await tab.matrix.receive( room );
		next.retryNow();
		await settle();
		expect( tab.matrix.sent.map( ( { content } ) => content.formatted_body ).slice( 1 ) )
			.toEqual( [ 'Goat: See [[#Size]]', 'Sheep: and [[#Horns]]', 'Sheep: or [[#Wool]]' ] );
	} );

	it( 'finishes asking after a reload between login and question', async () => {
		const tab = createTab();
		const panel = await ask( tab );
		tab.browser.handlers!.onToken( 'token' );
		await Promise.resolve();
		// The page is left before the room is made.
		tab.sessionStorage.setItem( 'askforhelp-session', JSON.stringify( session ) );
		expect( panel.state.value.screen ).not.toBe( 'conversation' );
		const next = await tab.openPage();
		expect( next.state.value.screen ).toBe( 'conversation' );
		expect( tab.matrix.sent.map( ( { content } ) => content.body ) ).toContain( 'How?' );
	} );

	it( 'tells the page on which the newcomer asked, though another one has loaded meanwhile', async () => {
		const tab = createTab();
		await ask( tab );
		tab.sessionStorage.setItem( 'askforhelp-session', JSON.stringify( session ) );
		tab.browser.page = 'Sheep';
		await tab.openPage();
		expect( tab.matrix.sent ).toMatchObject( [ { content: { [ CONTEXT_KEY ]: { page: 'Goat' } } } ] );
	} );

	it( 'does not tell a page that was removed, though another one has loaded meanwhile', async () => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.removeContext();
		panel.setDraft( 'How?' );
		panel.setAgreed( true );
		panel.ask();
		tab.sessionStorage.setItem( 'askforhelp-session', JSON.stringify( session ) );
		await tab.openPage();
		expect( tab.matrix.sent ).toHaveLength( 1 );
		expect( tab.matrix.sent[ 0 ]?.content ).not.toHaveProperty( [ CONTEXT_KEY ] );
	} );

	it( 'keeps trying while the homeserver is out of reach, and asks when it is back', async () => {
		const tab = createTab();
		const panel = await ask( tab );
		tab.sessionStorage.setItem( 'askforhelp-session', JSON.stringify( session ) );
		panel.cancelLogin();
		const next = await tab.openPage();
		next.setAgreed( true );
		tab.matrix.failure = failure( 'unreachable' );
		next.ask();
		await settle();
		expect( next.state.value ).toMatchObject( { screen: 'opening', connection: 'offline', draft: 'How?' } );
		tab.matrix.failure = undefined;
		tab.matrix.wake();
		await settle();
		expect( next.state.value ).toMatchObject( { screen: 'conversation', connection: 'online' } );
	} );

	it( 'keeps what is written while logged out, and sends it after the next login', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.matrix.endSync( failure( 'unauthorised' ) );
		await settle();
		expect( panel.state.value ).toMatchObject( { screen: 'conversation', connection: 'logged-out' } );
		panel.setComposer( 'still here' );
		panel.sendMessage();
		await settle();
		expect( tab.matrix.sent ).toHaveLength( 1 );
		panel.openLogin();
		tab.browser.handlers!.onToken( 'again' );
		await settle();
		await tab.matrix.receive( room );
		await settle();
		expect( tab.matrix.sent.map( ( { content } ) => content.body ) ).toEqual( [ 'How?', 'still here' ] );
		expect( tab.matrix.created ).toHaveLength( 1 );
	} );

	it( 'asks the homeserver for memberships, too', async () => {
		const tab = createTab();
		await askAndLogIn( tab );
		expect( JSON.stringify( tab.matrix.syncs[ 0 ]!.filter ) ).toContain( '"m.room.member"' );
	} );

	it( 'counts answers that come while it is minimised', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.toggleMinimised();
		await tab.matrix.receive( room, answer( 'Hi' ) );
		expect( panel.state.value.unread ).toBe( 1 );
		panel.toggleMinimised();
		expect( panel.state.value.unread ).toBe( 0 );
	} );

	it( 'goes on listening when the panel is closed, and counts what comes', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.close();
		await tab.matrix.receive( room, answer( 'Hi' ) );
		expect( panel.state.value ).toMatchObject( { window: 'closed', unread: 1 } );
		panel.open();
		expect( panel.state.value ).toMatchObject( { window: 'open', screen: 'conversation', unread: 0 } );
		expect( tab.matrix.syncs ).toHaveLength( 1 );
	} );

	it( 'listens on the next page, too, and stays closed there until it is wanted', async () => {
		const tab = createTab();
		( await askAndLogIn( tab ) ).close();
		expect( tab.sessionStorage.getItem( 'askforhelp-reopen' ) ).not.toBeNull();
		const panel = await tab.openPage();
		await tab.matrix.receive( room, answer( 'Hi' ) );
		expect( panel.state.value ).toMatchObject( { window: 'closed', screen: 'conversation', unread: 1 } );
		panel.open();
		expect( panel.state.value ).toMatchObject( { window: 'open', unread: 0 } );
	} );

	it( 'leaves the next page as it was when the panel was closed before anything was asked', async () => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.setDraft( 'How?' );
		panel.close();
		expect( tab.sessionStorage.getItem( 'askforhelp-reopen' ) ).toBeNull();
	} );

	it( 'says what to do when its client does not load', async () => {
		const tab = createTab();
		await askAndLogIn( tab );
		tab.browser.bundleFails = true;
		const panel = await tab.openPage();
		expect( panel.state.value ).toMatchObject( { screen: 'problem', problem: 'not-loaded' } );
		tab.browser.bundleFails = false;
		panel.tryAgain();
		await settle();
		expect( panel.state.value.screen ).toBe( 'conversation' );
	} );

	it( 'leaves nothing in the browser session after a logout from the wiki', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.logOut();
		await settle();
		expect( [ ...tab.sessionStorage.values.keys() ] ).toEqual( [] );
		expect( tab.matrix.logouts ).toBe( 1 );
		expect( tab.channel ).toContainEqual( { type: 'forget', owner, isLoggedOut: true } );
	} );

	it( 'ends, here and at the homeserver, when the newcomer logs out of the wiki in another window', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.hear( { type: 'forget', owner } );
		expect( panel.state.value ).toMatchObject( { screen: 'conversation', connection: 'logged-out' } );
		expect( tab.sessionStorage.getItem( 'askforhelp-session' ) ).toBeNull();
		expect( tab.matrix.logouts ).toBe( 1 );
	} );

	it( 'ends when another wiki user has taken over the browser', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.browser.isStillMe = false;
		await tab.hear( { type: 'present', owner: 'testwiki:5' } );
		expect( panel.state.value.connection ).toBe( 'logged-out' );
		expect( tab.matrix.logouts ).toBe( 1 );
	} );

	it( 'goes on when a page only looked as if another wiki user were there', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.hear( { type: 'present', owner: 'testwiki:0' } );
		expect( panel.state.value.connection ).toBe( 'online' );
		expect( tab.matrix.logouts ).toBe( 0 );
	} );

	it( 'needs no login of its own when another window has logged in', async () => {
		const tab = createTab();
		const panel = await ask( tab );
		await tab.hear( { type: 'session', owner, session } );
		expect( panel.state.value.screen ).toBe( 'conversation' );
		expect( tab.matrix.sent ).toHaveLength( 1 );
		expect( tab.browser.handlers ).toBeUndefined();
	} );

	it( 'tells the other windows of its login', async () => {
		const tab = createTab();
		await askAndLogIn( tab );
		expect( tab.channel ).toContainEqual( { type: 'session', owner, session } );
	} );

	it( 'writes no access token and no text into localStorage', async () => {
		const tab = createTab();
		await askAndLogIn( tab );
		expect( [ ...tab.localStorage.values.entries() ] ).toEqual( [ [ 'askforhelp-conversation', owner ], [ 'askforhelp-owner', owner ] ] );
	} );
} );

describe( 'hiding the button', () => {
	it( 'saves the preference, ends the chat, and leaves nothing for the next page', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.setComposer( 'half a mess' );
		panel.hideButton();
		await settle();
		expect( tab.preferences ).toEqual( [ false ] );
		expect( panel.state.value ).toMatchObject( { window: 'open', hiding: 'hidden' } );
		expect( tab.matrix.logouts ).toBe( 1 );
		expect( [ ...tab.sessionStorage.values.keys() ] ).toEqual( [] );
		panel.close();
		expect( [ ...tab.sessionStorage.values.keys() ] ).toEqual( [] );
	} );

	it( 'is undone with what was written still there', async () => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.setDraft( 'How?' );
		panel.hideButton();
		await settle();
		panel.undoHide();
		await settle();
		expect( tab.preferences ).toEqual( [ false, true ] );
		expect( panel.state.value ).toMatchObject( { screen: 'question', hiding: undefined, draft: 'How?' } );
		expect( ( await tab.openPage() ).state.value.draft ).toBe( 'How?' );
	} );

	it( 'changes nothing when the wiki does not answer', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.browser.preference = 'unreachable';
		panel.hideButton();
		await settle();
		expect( panel.state.value ).toMatchObject( { screen: 'conversation', connection: 'online', hiding: 'not-hidden' } );
		expect( tab.matrix.logouts ).toBe( 0 );
		panel.leaveHiding();
		expect( panel.state.value.hiding ).toBeUndefined();
	} );
} );
