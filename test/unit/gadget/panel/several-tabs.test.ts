import { describe, expect, it } from 'vitest';
import type { EventId } from '../../../../src/protocol/ids.ts';
import { answer, createFakeHomeserver, event, failure, me, session, settle } from '../fakes.ts';
import { createFakeBrowser } from './fake-browser.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

type Tab = ReturnType<typeof createTab>;

/** One browser with as many tabs as one likes, of one newcomer who is logged in to the chat in all of them. */
function createBrowser() {
	const browser = createFakeBrowser();
	const homeserver = createFakeHomeserver();
	let count = 0;
	function newTab(): Tab & { readonly kill: () => void; readonly freeze: () => void; readonly wake: () => void } {
		const platform = browser.openTab();
		const tab = createTab( { tab: platform, homeserver, name: `tab${ ++count }-` } );
		return Object.assign( tab, { kill: platform.kill, freeze: platform.freeze, wake: platform.wake } );
	}
	/** A tab that another one has given its session. */
	async function openTab() {
		const tab = newTab();
		tab.sessionStorage.setItem( 'askforhelp-owner', 'testwiki:4' );
		tab.sessionStorage.setItem( 'askforhelp-session', JSON.stringify( session ) );
		tab.localStorage.setItem( 'askforhelp-conversation', 'testwiki:4' );
		const panel = await tab.openPage();
		return { tab, panel };
	}
	return { newTab, openTab, homeserver, said: browser.said };
}

/** A tab with a conversation, and a second one that has joined it. */
async function twoTabs() {
	const browser = createBrowser();
	const first = browser.newTab();
	const firstPanel = await askAndLogIn( first );
	await first.matrix.receiveNews( room, [ answer( 'One' ) ], 'p1' );
	const { tab: second, panel: secondPanel } = await browser.openTab();
	await settle();
	return { ...browser, first, firstPanel, second, secondPanel };
}

const texts = ( { state }: { state: { value: { entries: readonly object[] } } } ): unknown[] => (
	state.value.entries.map( ( entry ) => ( entry as { text?: string } ).text )
);
/** Time passes until nobody waits any more for an answer. */
async function timeOut( tab: Tab ): Promise<void> {
	tab.timers.splice( 0 ).forEach( ( callback ) => callback() );
	await settle();
}

describe( 'one connection for all tabs', () => {
	it( 'gives a tab that joins what is there already, and asks the homeserver nothing for it', async () => {
		const { second, secondPanel } = await twoTabs();
		expect( secondPanel.state.value ).toMatchObject( { screen: 'conversation', connection: 'online' } );
		expect( texts( secondPanel ) ).toEqual( [ 'One' ] );
		expect( second.matrix.syncs ).toEqual( [] );
	} );

	it( 'hands on what comes, once', async () => {
		const { first, firstPanel, secondPanel } = await twoTabs();
		await first.matrix.receiveNews( room, [ answer( 'Two' ) ], 'p2' );
		await settle();
		expect( texts( secondPanel ) ).toEqual( [ 'One', 'Two' ] );
		expect( texts( firstPanel ) ).toEqual( [ 'One', 'Two' ] );
	} );

	it( 'goes on in the next tab, from where it was, when the one that receives is gone', async () => {
		const { first, second, secondPanel } = await twoTabs();
		first.kill();
		await settle();
		expect( second.matrix.syncs ).toMatchObject( [ { since: 'p1' } ] );
		await second.matrix.receiveNews( room, [ answer( 'Two' ) ], 'p2' );
		expect( texts( secondPanel ) ).toEqual( [ 'One', 'Two' ] );
	} );

	it( 'goes on in the next tab when the newcomer leaves the page', async () => {
		const { firstPanel, first, second } = await twoTabs();
		firstPanel.freeze();
		await settle();
		expect( first.matrix.stops ).toBe( 1 );
		expect( second.matrix.syncs ).toMatchObject( [ { since: 'p1' } ] );
		firstPanel.thaw();
		await settle();
		expect( first.matrix.syncs ).toHaveLength( 1 );
		await second.matrix.receiveNews( room, [ answer( 'Two' ) ], 'p2' );
		await settle();
		expect( texts( firstPanel ) ).toEqual( [ 'One', 'Two' ] );
	} );

	it( 'takes over from a tab that is frozen, which follows when it wakes up', async () => {
		const { first, firstPanel, second, secondPanel } = await twoTabs();
		first.freeze();
		secondPanel.setPageVisible( true );
		await settle();
		expect( second.matrix.syncs ).toEqual( [] );
		await timeOut( second );
		expect( second.matrix.syncs ).toMatchObject( [ { since: 'p1' } ] );
		await second.matrix.receiveNews( room, [ answer( 'Two' ) ], 'p2' );
		first.wake();
		await settle();
		expect( first.matrix.stops ).toBe( 1 );
		await timeOut( first );
		await second.matrix.receiveNews( room, [ answer( 'Three' ) ], 'p3' );
		await settle();
		expect( [ texts( firstPanel ), texts( secondPanel ) ] ).toEqual( [ [ 'One', 'Two', 'Three' ], [ 'One', 'Two', 'Three' ] ] );
		expect( first.matrix.syncs ).toHaveLength( 1 );
	} );

	it( 'does not take over from a tab that answers', async () => {
		const { second, secondPanel } = await twoTabs();
		secondPanel.setPageVisible( true );
		await settle();
		await timeOut( second );
		expect( second.matrix.syncs ).toEqual( [] );
	} );

	it( 'has one more tab in its turn when two are gone', async () => {
		const { first, second, openTab } = await twoTabs();
		const { tab: third, panel } = await openTab();
		await settle();
		first.kill();
		second.kill();
		await settle();
		expect( third.matrix.syncs ).toMatchObject( [ { since: 'p1' } ] );
		expect( texts( panel ) ).toEqual( [ 'One' ] );
	} );

	it( 'gives the whole again to a tab that has missed something', async () => {
		const { first, second, secondPanel } = await twoTabs();
		second.freeze();
		await first.matrix.receiveNews( room, [ answer( 'Two' ) ], 'p2' );
		await settle();
		// As if it had been in the browser's memory: what was said meanwhile is lost to it.
		secondPanel.freeze();
		second.wake();
		await settle();
		expect( texts( secondPanel ) ).toEqual( [ 'One' ] );
		secondPanel.thaw();
		await settle();
		expect( texts( secondPanel ) ).toEqual( [ 'One', 'Two' ] );
	} );

	it( 'says in every tab that the homeserver cannot be reached, and when it can again', async () => {
		const { first, secondPanel } = await twoTabs();
		first.matrix.syncs.at( -1 )!.onContact!( failure( 'unreachable' ) as never );
		await settle();
		expect( secondPanel.state.value.connection ).toBe( 'offline' );
		first.matrix.syncs.at( -1 )!.onContact!( undefined );
		await settle();
		expect( secondPanel.state.value.connection ).toBe( 'online' );
	} );

	it( 'makes one room when a second tab opens while the first one makes it', async () => {
		const browser = createBrowser();
		const first = browser.newTab();
		const asked = askAndLogIn( first );
		const { panel } = await browser.openTab();
		await asked;
		await first.matrix.receiveNews( room, [ answer( 'One' ) ], 'p1' );
		await settle();
		await first.matrix.receiveNews( room, [], 'p2' );
		await settle();
		expect( browser.homeserver.rooms.size ).toBe( 1 );
		expect( texts( panel ) ).toEqual( [ 'One' ] );
	} );
} );

describe( 'what time it is', () => {
	it( 'is not told wrong by what reaches a tab that slept much later', async () => {
		const { first, second, firstPanel, secondPanel } = await twoTabs();
		const nowMs = 7_200_000;
		first.browser.nowMs = second.browser.nowMs = nowMs;
		second.freeze();
		await first.matrix.receiveNews( room, [ answer( 'Two', { origin_server_ts: nowMs - 5_000, unsigned: { age: 5_000 } } ) ], 'p2' );
		await settle();
		first.browser.nowMs = second.browser.nowMs = 2 * nowMs;
		second.wake();
		await settle();
		expect( texts( secondPanel ) ).toEqual( [ 'One', 'Two' ] );
		expect( [ firstPanel.state.value.clockSkewMs, secondPanel.state.value.clockSkewMs ] ).toEqual( [ 0, 0 ] );
	} );

	it( 'does not matter to what was typed last, also where the clock was put back', async () => {
		const { first, second, firstPanel, secondPanel } = await twoTabs();
		first.browser.nowMs = 7_200_000;
		firstPanel.setComposer( 'older' );
		await settle();
		second.browser.nowMs = 3_600_000;
		secondPanel.setComposer( 'newer' );
		await settle();
		expect( firstPanel.state.value.composer ).toBe( 'newer' );
	} );
} );

describe( 'messages of several tabs', () => {
	it( 'go out from the tab in which they were written, and come back to all', async () => {
		const { first, second, firstPanel, secondPanel, homeserver } = await twoTabs();
		secondPanel.setComposer( 'From here' );
		secondPanel.sendMessage();
		await settle();
		const { transactionId, content } = homeserver.sent.at( -1 )!;
		expect( content.body ).toBe( 'From here' );
		await first.matrix.receiveNews( room, [ event( { sender: me, content, unsigned: { transaction_id: transactionId } } ) ], 'p2' );
		await settle();
		expect( secondPanel.state.value.outbox ).toEqual( [] );
		expect( [ texts( firstPanel ), texts( secondPanel ) ] ).toEqual( [ [ 'One', 'From here' ], [ 'One', 'From here' ] ] );
		expect( second.matrix.syncs ).toEqual( [] );
	} );

	it( 'are sent by another tab, under the same id, when theirs is gone before it could', async () => {
		const { second, secondPanel, homeserver, first } = await twoTabs();
		second.matrix.failure = failure( 'unreachable' );
		secondPanel.setComposer( 'Half on its way' );
		secondPanel.sendMessage();
		secondPanel.setComposer( 'And more' );
		secondPanel.sendMessage();
		await settle();
		const ids = secondPanel.state.value.outbox.map( ( { id } ) => id );
		second.kill();
		await settle();
		await timeOut( first );
		expect( homeserver.sent.slice( -2 ).map( ( { transactionId, content } ) => [ transactionId, content.body ] ) )
			.toEqual( [ [ ids[ 0 ], 'Half on its way' ], [ ids[ 1 ], 'And more' ] ] );
		expect( first.matrix.syncs ).toHaveLength( 1 );
	} );

	function loseConnection( ...tabs: readonly Tab[] ): void {
		for ( const { matrix } of tabs ) {
			matrix.failure = failure( 'unreachable' );
		}
	}
	async function findConnection( ...tabs: readonly Tab[] ): Promise<void> {
		for ( const { matrix } of tabs ) {
			matrix.failure = undefined;
			matrix.wake();
			await settle();
		}
	}
	async function say( panel: Awaited<ReturnType<Tab[ 'openPage' ]>>, text: string ): Promise<void> {
		panel.setComposer( text );
		panel.sendMessage();
		await settle();
	}
	const bodies = ( { sent }: ReturnType<typeof createFakeHomeserver> ): unknown[] => (
		sent.slice( 1 ).map( ( { content } ) => content.body )
	);

	it( 'are sent with the words that they were given last, when their tab is gone', async () => {
		const { first, second, secondPanel, homeserver } = await twoTabs();
		loseConnection( second );
		await say( secondPanel, 'a' );
		await say( secondPanel, 'my password is x' );
		secondPanel.startEdit( secondPanel.state.value.outbox.at( -1 )!.id );
		await say( secondPanel, 'fixed' );
		second.kill();
		await settle();
		await timeOut( first );
		expect( bodies( homeserver ) ).toEqual( [ 'a', 'fixed' ] );
	} );

	it( 'are not sent by another tab when theirs has come back on another page, where they were deleted', async () => {
		const { first, second, secondPanel, homeserver, newTab } = await twoTabs();
		const third = newTab();
		loseConnection( first, second, third );
		await say( secondPanel, 'a' );
		await say( secondPanel, 'my password is x' );
		second.kill();
		await settle();
		second.sessionStorage.values.forEach( ( value, key ) => third.sessionStorage.setItem( key, value ) );
		const panel = await third.openPage();
		panel.deleteMessage( panel.state.value.outbox.at( -1 )!.id );
		await settle();
		await timeOut( first );
		await findConnection( first, third );
		expect( bodies( homeserver ) ).toEqual( [ 'a' ] );
	} );

	it( 'go out in the order in which they were written, when the tab of the first is gone', async () => {
		const { first, firstPanel, second, secondPanel, homeserver } = await twoTabs();
		loseConnection( first, second );
		second.browser.nowMs = 100;
		await say( secondPanel, 'one' );
		first.browser.nowMs = 200;
		await say( firstPanel, 'two' );
		second.kill();
		await settle();
		await timeOut( first );
		await findConnection( first );
		expect( bodies( homeserver ) ).toEqual( [ 'one', 'two' ] );
	} );

	it( 'go out of every tab as soon as the one that receives has a connection', async () => {
		const { first, firstPanel, second, secondPanel, homeserver } = await twoTabs();
		const { onContact } = first.matrix.syncs.at( -1 )!;
		onContact!( failure( 'unreachable' ) as never );
		loseConnection( first, second );
		await say( secondPanel, 'one' );
		first.matrix.failure = second.matrix.failure = undefined;
		onContact!( undefined );
		await settle();
		await say( firstPanel, 'two' );
		expect( bodies( homeserver ) ).toEqual( [ 'one', 'two' ] );
	} );

	it( 'that have arrived are not sent again when their tab is gone', async () => {
		const { first, second, secondPanel, homeserver } = await twoTabs();
		secondPanel.setComposer( 'Done' );
		secondPanel.sendMessage();
		await settle();
		await first.matrix.receiveNews( room, [
			event( { sender: me, content: { msgtype: 'm.text', body: 'Done' }, unsigned: { transaction_id: homeserver.sent.at( -1 )!.transactionId } } )
		], 'p2' );
		await settle();
		const count = homeserver.sent.length;
		second.kill();
		await settle();
		await timeOut( first );
		expect( homeserver.sent ).toHaveLength( count );
	} );
} );

describe( 'what is half written', () => {
	it( 'is there in a tab that opens later, question and message', async () => {
		const { firstPanel, first, openTab } = await twoTabs();
		first.browser.nowMs = 100;
		firstPanel.setComposer( 'half a mess' );
		const { panel } = await openTab();
		await settle();
		expect( panel.state.value.composer ).toBe( 'half a mess' );
	} );

	it( 'is gone in all tabs when it was sent in one', async () => {
		const { firstPanel, first, secondPanel } = await twoTabs();
		first.browser.nowMs = 100;
		firstPanel.setComposer( 'whole' );
		await settle();
		expect( secondPanel.state.value.composer ).toBe( 'whole' );
		first.browser.nowMs = 200;
		firstPanel.sendMessage();
		await settle();
		expect( secondPanel.state.value.composer ).toBe( '' );
	} );

	it( 'comes with who is muted, so that no tab counts what they say', async () => {
		const { first, firstPanel, secondPanel, openTab } = await twoTabs();
		const [ entry ] = firstPanel.state.value.entries;
		secondPanel.setMuted( ( entry as { speaker: string } ).speaker, true );
		await settle();
		firstPanel.close();
		secondPanel.close();
		await first.matrix.receiveNews( room, [ answer( 'Two' ) ], 'p2' );
		await settle();
		expect( [ firstPanel, secondPanel ].map( ( { state } ) => state.value.unread ) ).toEqual( [ 0, 0 ] );
		expect( ( await openTab() ).panel.state.value.muted ).toHaveLength( 1 );
	} );

	it( 'does not go back and forth between tabs', async () => {
		const { firstPanel, first, said } = await twoTabs();
		const count = said.length;
		first.browser.nowMs = 100;
		firstPanel.setComposer( 'h' );
		await settle();
		expect( said.slice( count ) ).toMatchObject( [ { type: 'writing' } ] );
	} );

	it( 'is the newer one of two after a reload', async () => {
		const { first, firstPanel, second, secondPanel } = await twoTabs();
		second.browser.nowMs = 100;
		secondPanel.setComposer( 'older' );
		second.kill();
		await settle();
		first.browser.nowMs = 200;
		firstPanel.setComposer( 'newer' );
		expect( ( await first.openPage() ).state.value.composer ).toBe( 'newer' );
	} );
} );

describe( 'the unread count', () => {
	it( 'is one in all tabs, and read in one is read in all', async () => {
		const { first, firstPanel, secondPanel, homeserver } = await twoTabs();
		firstPanel.toggleMinimised();
		secondPanel.close();
		const last = answer( 'Three' );
		await first.matrix.receiveNews( room, [ answer( 'Two' ), last ], 'p2' );
		await settle();
		expect( [ firstPanel.state.value.unread, secondPanel.state.value.unread ] ).toEqual( [ 2, 2 ] );
		secondPanel.open();
		await settle();
		expect( [ firstPanel.state.value.unread, secondPanel.state.value.unread ] ).toEqual( [ 0, 0 ] );
		expect( homeserver.receipts.at( -1 ) ).toEqual( { type: 'm.read.private', id: last.event_id } );
	} );

	it.each( [
		[ 'minimised', ( panel: Awaited<ReturnType<typeof askAndLogIn>> ) => panel.toggleMinimised() ],
		[ 'closed', ( panel: Awaited<ReturnType<typeof askAndLogIn>> ) => panel.close() ],
		[ 'on a page that nobody sees', ( panel: Awaited<ReturnType<typeof askAndLogIn>> ) => panel.setPageVisible( false ) ],
		[ 'under a window of the wiki', ( panel: Awaited<ReturnType<typeof askAndLogIn>> ) => panel.setPaused( true ) ],
		[ 'behind what its menu opens', ( panel: Awaited<ReturnType<typeof askAndLogIn>> ) => panel.showPrivacy() ]
	] )( 'grows while the panel is %s', async ( _where, hide ) => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, event( { sender: me, content: { msgtype: 'm.text', body: 'How?' } } ) );
		await tab.matrix.receive( room, answer( 'One' ) );
		hide( panel );
		const second = answer( 'Two' );
		await tab.matrix.receive( room, second );
		expect( panel.state.value ).toMatchObject( { unread: 1, firstNew: undefined } );
		panel.setPageVisible( true );
		panel.setPaused( false );
		panel.leavePrivacy();
		panel.open();
		expect( panel.state.value ).toMatchObject( { unread: 0, firstNew: second.event_id } );
	} );

	it( 'does not count what one has written oneself', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.close();
		await tab.matrix.receive( room, event( { sender: me, content: { msgtype: 'm.text', body: 'x' } } ) );
		expect( panel.state.value.unread ).toBe( 0 );
	} );

	const receipt = ( id: EventId, kind = 'm.read.private', user: string = me ) => (
		{ type: 'm.receipt', content: { [ id ]: { [ kind ]: { [ user ]: { ts: 5 } } } } }
	);

	it( 'begins on another device where this one has stopped', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.close();
		const events = [ answer( 'One' ), answer( 'Two' ), answer( 'Three' ) ];
		await tab.matrix.receiveNews( room, events, 'p1', [ receipt( events[ 0 ]!.event_id ) ] );
		expect( panel.state.value.unread ).toBe( 2 );
	} );

	it( 'goes down when another device has read, and never up', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.close();
		const events = [ answer( 'One' ), answer( 'Two' ) ];
		await tab.matrix.receiveNews( room, events, 'p1' );
		await tab.matrix.receiveNews( room, [], 'p2', [ receipt( events[ 1 ]!.event_id ) ] );
		expect( panel.state.value.unread ).toBe( 0 );
		await tab.matrix.receiveNews( room, [], 'p3', [ receipt( events[ 0 ]!.event_id ) ] );
		expect( panel.state.value.unread ).toBe( 0 );
	} );

	it.each( [
		[ 'of somebody else', receipt( '$x' as EventId, 'm.read', '@nita:help.example' ) ],
		[ 'without a time', { type: 'm.receipt', content: { $x: { 'm.read': { [ me ]: {} } } } } ],
		[ 'that is none', { type: 'm.receipt', content: { $x: 'm.read' } } ]
	] )( 'does not mind a receipt %s', async ( _what, one ) => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.close();
		await tab.matrix.receiveNews( room, [ answer( 'One', { event_id: '$x' as EventId } ) ], 'p1', [ one ] );
		expect( panel.state.value.unread ).toBe( 1 );
	} );

	it( 'goes by the time of a receipt whose message is not loaded', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.close();
		const times = [ 4, 6, 7 ].map( ( at ) => answer( `At ${ at }`, { origin_server_ts: at } ) );
		await tab.matrix.receiveNews( room, times, 'p1', [ receipt( '$older' as EventId ) ] );
		expect( panel.state.value.unread ).toBe( 2 );
	} );
} );
