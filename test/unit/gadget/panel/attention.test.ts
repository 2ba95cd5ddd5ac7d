import { describe, expect, it } from 'vitest';
import { answer, createFakeHomeserver, event, me, settle } from '../fakes.ts';
import { createFakeBrowser } from './fake-browser.ts';
import { askAndLogIn, createTab, owner, room } from './tab.ts';

type Tab = ReturnType<typeof createTab>;

async function notified( tab: Tab ): Promise<number> {
	tab.timers.splice( 0 ).forEach( ( callback ) => callback() );
	await settle();
	return tab.browser.notified;
}

const question = () => event( { sender: me, content: { msgtype: 'm.text', body: 'How?' } } );

describe( 'notifications', () => {
	it( 'are asked for in the click, and not before', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		expect( [ tab.browser.permission, panel.state.value.notifying ] ).toEqual( [ 'default', 'offered' ] );
		panel.notifyMe();
		await settle();
		expect( [ tab.browser.permission, panel.state.value.notifying ] ).toEqual( [ 'granted', 'on' ] );
	} );

	it( 'come when an answer is not read at once', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.notifyMe();
		await settle();
		await tab.matrix.receive( room, question() );
		panel.setPageVisible( false );
		await tab.matrix.receive( room, answer( 'Hi' ) );
		expect( await notified( tab ) ).toBe( 1 );
	} );

	it( 'do not come for an answer that is under the newcomer\'s eyes, or read within a moment', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.notifyMe();
		await settle();
		await tab.matrix.receive( room, answer( 'Seen' ) );
		panel.toggleMinimised();
		await tab.matrix.receive( room, answer( 'Seen soon' ) );
		panel.toggleMinimised();
		expect( await notified( tab ) ).toBe( 0 );
	} );

	it( 'do not come again on the next page', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.notifyMe();
		await settle();
		panel.close();
		const old = answer( 'Old' );
		await tab.matrix.receive( room, question(), old );
		expect( await notified( tab ) ).toBe( 1 );
		await tab.openPage();
		await tab.matrix.receive( room, old );
		expect( await notified( tab ) ).toBe( 1 );
		await tab.matrix.receive( room, answer( 'New' ) );
		expect( await notified( tab ) ).toBe( 2 );
	} );

	it( 'come for an answer that came while the page changed', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.notifyMe();
		await settle();
		panel.close();
		await tab.matrix.receive( room, question() );
		await tab.openPage();
		await tab.matrix.receive( room, question(), answer( 'Meanwhile' ) );
		expect( await notified( tab ) ).toBe( 1 );
	} );

	it( 'do not come unless they were asked for, nor when they were switched off again', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.close();
		await tab.matrix.receive( room, answer( 'One' ) );
		expect( await notified( tab ) ).toBe( 0 );
		panel.notifyMe();
		await settle();
		panel.stopNotifying();
		await tab.matrix.receive( room, answer( 'Two' ) );
		expect( await notified( tab ) ).toBe( 0 );
	} );

	it( 'are said to be blocked when the browser refuses them, and can be tried again', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.browser.answer = 'denied';
		panel.notifyMe();
		await settle();
		expect( panel.state.value.notifying ).toBe( 'blocked' );
		tab.browser.answer = 'granted';
		panel.notifyMe();
		await settle();
		expect( panel.state.value.notifying ).toBe( 'on' );
	} );

	it( 'are not offered where the browser has none', async () => {
		const tab = createTab();
		tab.browser.permission = undefined;
		expect( ( await askAndLogIn( tab ) ).state.value.notifying ).toBe( 'impossible' );
	} );

	it( 'are still on on the next page, unless the browser has taken its permission back', async () => {
		const tab = createTab();
		( await askAndLogIn( tab ) ).notifyMe();
		await settle();
		expect( ( await tab.openPage() ).state.value.notifying ).toBe( 'on' );
		tab.browser.permission = 'default';
		expect( ( await tab.openPage() ).state.value.notifying ).toBe( 'offered' );
	} );

	it( 'come from one tab only, whichever was asked', async () => {
		const browser = createFakeBrowser();
		const homeserver = createFakeHomeserver();
		const first = createTab( { tab: browser.openTab(), homeserver, name: 'first-' } );
		const firstPanel = await askAndLogIn( first );
		await first.matrix.receiveNews( room, [ question() ], 'p1' );
		const second = createTab( { tab: browser.openTab(), homeserver, name: 'second-' } );
		second.browser.permission = 'granted';
		[ ...first.sessionStorage.values ].filter( ( [ key ] ) => !key.endsWith( 'state' ) ).forEach( ( entry ) => second.sessionStorage.setItem( ...entry ) );
		second.localStorage.setItem( 'askforhelp-conversation', owner );
		const secondPanel = await second.openPage();
		first.browser.permission = 'granted';
		secondPanel.notifyMe();
		await settle();
		expect( firstPanel.state.value.notifying ).toBe( 'on' );
		firstPanel.close();
		secondPanel.close();
		await first.matrix.receiveNews( room, [ answer( 'Hi' ) ], 'p2' );
		await settle();
		expect( [ await notified( first ), await notified( second ) ] ).toEqual( [ 1, 0 ] );
	} );
} );

describe( 'leaving the chat', () => {
	it( 'asks first, and goes back to where one was', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.askToLeave();
		expect( panel.state.value ).toMatchObject( { leaving: 'asked', connection: 'online' } );
		panel.stay();
		expect( panel.state.value ).toMatchObject( { leaving: undefined, screen: 'conversation', connection: 'online' } );
		expect( tab.matrix.logouts ).toBe( 0 );
	} );

	it( 'logs out, leaves nothing in this browser, and one can ask again', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, answer( 'Hi' ) );
		panel.setComposer( 'half' );
		panel.askToLeave();
		panel.leave();
		await settle();
		expect( tab.matrix ).toMatchObject( { logouts: 1, logoutsEverywhere: 0 } );
		expect( [ ...tab.sessionStorage.values, ...tab.localStorage.values ] ).toEqual( [] );
		expect( panel.state.value ).toMatchObject( { leaving: 'left', screen: 'question', entries: [], composer: '', hasConversation: false, unread: 0 } );
		panel.stay();
		panel.setDraft( 'Once more?' );
		panel.setAgreed( true );
		panel.ask();
		tab.browser.handlers!.onToken( 'again' );
		await settle();
		expect( tab.matrix.sent.at( -1 ) ).toMatchObject( { roomId: room, content: { body: 'Once more?' } } );
	} );

	it( 'counts in all tabs', async () => {
		const browser = createFakeBrowser();
		const homeserver = createFakeHomeserver();
		const first = createTab( { tab: browser.openTab(), homeserver, name: 'first-' } );
		const firstPanel = await askAndLogIn( first );
		await first.matrix.receiveNews( room, [], 'p1' );
		const second = createTab( { tab: browser.openTab(), homeserver, name: 'second-' } );
		[ ...first.sessionStorage.values ].forEach( ( entry ) => second.sessionStorage.setItem( ...entry ) );
		const secondPanel = await second.openPage();
		await settle();
		firstPanel.leave();
		await settle();
		expect( [ ...first.sessionStorage.values, ...second.sessionStorage.values ] ).toEqual( [] );
		expect( secondPanel.state.value ).toMatchObject( { window: 'closed', entries: [] } );
		secondPanel.open();
		expect( secondPanel.state.value ).toMatchObject( { window: 'open', leaving: undefined, screen: 'question' } );
	} );

	it( 'counts for every team, in whatever tab', async () => {
		const browser = createFakeBrowser();
		const homeserver = createFakeHomeserver();
		const first = createTab( { tab: browser.openTab(), homeserver, name: 'first-' } );
		const firstPanel = await askAndLogIn( first );
		const second = createTab( { tab: browser.openTab(), homeserver, name: 'second-' } );
		[ ...first.sessionStorage.values ].forEach( ( entry ) => second.sessionStorage.setItem( ...entry ) );
		const secondPanel = await second.openPage( true, 'harassment' );
		secondPanel.setComposer( 'Somebody' );
		firstPanel.leave();
		await settle();
		expect( [ ...second.sessionStorage.values ] ).toEqual( [] );
		expect( secondPanel.state.value ).toMatchObject( { window: 'closed', leaving: 'left', composer: '' } );
		expect( firstPanel.state.value ).toMatchObject( { window: 'open', leaving: 'left' } );
	} );
} );
