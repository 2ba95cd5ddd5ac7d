import { describe, expect, it } from 'vitest';
import { answer, event, failure, me, settle } from '../fakes.ts';
import { askAndLogIn, createTab, owner, room } from './tab.ts';

type Tab = ReturnType<typeof createTab>;
type Panel = Awaited<ReturnType<typeof askAndLogIn>>;

/** The newcomer goes to the next page, and the one before goes into the browser's memory. */
async function goOn( tab: Tab, first: Panel ): Promise<Panel> {
	first.freeze();
	await settle();
	return tab.openPage();
}

async function goBack( tab: Tab, first: Panel, second: Panel ): Promise<void> {
	second.freeze();
	first.thaw();
	await settle();
	await tab.pass();
}

const kept = ( tab: Tab ): unknown => JSON.parse( tab.sessionStorage.getItem( 'askforhelp-state' ) ?? '{}' );

describe( 'a page that comes back out of the browser\'s memory', () => {
	it( 'has the words that were typed on the page after it, and leaves them there for the next', async () => {
		const tab = createTab();
		const first = await askAndLogIn( tab );
		first.setComposer( 'older' );
		const second = await goOn( tab, first );
		expect( second.state.value.composer ).toBe( 'older' );
		tab.browser.nowMs = 100;
		second.setComposer( 'newer' );
		await goBack( tab, first, second );
		expect( first.state.value.composer ).toBe( 'newer' );
		expect( kept( tab ) ).toMatchObject( { composer: 'newer' } );
	} );

	it( 'writes nothing over them meanwhile, whatever still happens to it', async () => {
		const tab = createTab();
		const first = await askAndLogIn( tab );
		const second = await goOn( tab, first );
		second.setComposer( 'newer' );
		first.toggleMinimised();
		expect( kept( tab ) ).toMatchObject( { composer: 'newer', isMinimised: false } );
	} );

	it( 'knows what they are for: an answer, or an edit with what was written before', async () => {
		const tab = createTab();
		const first = await askAndLogIn( tab );
		const said = answer( 'One' );
		const own = event( { sender: me, content: { msgtype: 'm.text', body: 'Mine' } } );
		await tab.matrix.receive( room, said, own );
		first.startReply( said.event_id );
		const second = await goOn( tab, first );
		await tab.matrix.receive( room, said, own );
		second.setComposer( 'half' );
		second.startEdit( own.event_id );
		await goBack( tab, first, second );
		expect( first.state.value ).toMatchObject( { editing: own.event_id, composer: 'Mine', replyTo: undefined } );
		first.leaveWriting();
		expect( first.state.value ).toMatchObject( { editing: undefined, composer: 'half' } );
		const third = await goOn( tab, first );
		await goBack( tab, second, third );
		expect( second.state.value ).toMatchObject( { editing: undefined, composer: 'half' } );
	} );

	it( 'sends what the page after it left unsent, under the same ids, and nothing that is sent', async () => {
		const tab = createTab();
		const first = await askAndLogIn( tab );
		await tab.matrix.receiveNews( room, [ event( { sender: me, unsigned: { transaction_id: tab.matrix.sent[ 0 ]!.transactionId } } ) ], 'p1' );
		tab.matrix.failure = failure( 'unreachable' );
		first.setComposer( 'one' );
		first.sendMessage();
		await settle();
		const second = await goOn( tab, first );
		tab.matrix.failure = undefined;
		await tab.matrix.receiveNews( room, [], 'p2' );
		await settle();
		expect( tab.matrix.sent.map( ( { content } ) => content.body ) ).toEqual( [ 'How?', 'one' ] );
		await tab.matrix.receiveNews( room, [ event( { sender: me, unsigned: { transaction_id: tab.matrix.sent[ 1 ]!.transactionId } } ) ], 'p3' );
		tab.matrix.failure = failure( 'unreachable' );
		second.setComposer( 'two' );
		second.sendMessage();
		await settle();
		const [ item ] = second.state.value.outbox;
		tab.matrix.failure = undefined;
		await goBack( tab, first, second );
		await tab.matrix.receiveNews( room, [], 'p4' );
		await settle();
		expect( tab.matrix.sent.map( ( { content } ) => content.body ) ).toEqual( [ 'How?', 'one', 'two' ] );
		expect( tab.matrix.sent[ 2 ]!.transactionId ).toBe( item!.id );
	} );

	it.each<[ string, ( panel: Panel ) => void, Panel[ 'state' ][ 'value' ][ 'window' ] ]>( [
		[ 'closed', ( panel ) => panel.close(), 'closed' ], [ 'minimised', ( panel ) => panel.toggleMinimised(), 'minimised' ]
	] )( 'is %s when it was on the page after it', async ( _how, change, window ) => {
		const tab = createTab();
		const first = await askAndLogIn( tab );
		const second = await goOn( tab, first );
		change( second );
		second.moveTo( { x: -3, y: 4 } );
		await goBack( tab, first, second );
		expect( first.state.value ).toMatchObject( { window, place: { x: -3, y: 4 } } );
	} );

	it( 'has the conversation that was begun on the page after it', async () => {
		const tab = createTab();
		const first = await tab.openPage();
		first.setDraft( 'How' );
		const second = await goOn( tab, first );
		second.setDraft( 'How?' );
		second.setAgreed( true );
		second.ask();
		tab.browser.handlers!.onToken( 'token' );
		await settle();
		await goBack( tab, first, second );
		await tab.matrix.receive( room, answer( 'So.' ) );
		expect( first.state.value ).toMatchObject( { screen: 'conversation', connection: 'online', draft: '', hasConversation: true } );
		expect( first.state.value.entries ).toHaveLength( 1 );
		expect( tab.matrix.created ).toHaveLength( 1 );
	} );

	it( 'asks for a login again when the session has ended on the page after it, and keeps what was written', async () => {
		const tab = createTab();
		const first = await askAndLogIn( tab );
		const second = await goOn( tab, first );
		second.setComposer( 'half a mess' );
		await tab.hear( { type: 'forget', owner, isLoggedOut: true } );
		const { length } = tab.matrix.syncs;
		await goBack( tab, first, second );
		expect( first.session() ).toBeUndefined();
		expect( first.state.value ).toMatchObject( { screen: 'question', hasConversation: true, composer: 'half a mess' } );
		expect( tab.matrix.syncs ).toHaveLength( length );
		expect( [ ...tab.sessionStorage.values.values() ].join() ).not.toContain( 'secret' );
	} );

	it.each<[ string, ( tab: Tab, panel: Panel ) => void ]>( [
		[ 'left on the page after it', ( _tab, panel ) => panel.leave() ],
		[ 'ended there by a logout of the wiki', ( tab ) => tab.sessionStorage.removeItem( 'askforhelp-owner' ) ],
		[ 'another person\'s by now', ( tab ) => {
			tab.sessionStorage.setItem( 'askforhelp-owner', 'testwiki:5' );
			tab.localStorage.setItem( 'askforhelp-conversation', 'testwiki:5' );
		} ]
	] )( 'shows nothing of a chat that was %s', async ( _how, end ) => {
		const tab = createTab();
		const first = await askAndLogIn( tab );
		await tab.matrix.receive( room, answer( 'One' ) );
		first.setComposer( 'half' );
		const second = await goOn( tab, first );
		end( tab, second );
		const stored = new Map( tab.sessionStorage.values );
		const flags = tab.localStorage.getItem( 'askforhelp-conversation' );
		await goBack( tab, first, second );
		expect( first.state.value ).toMatchObject( { window: 'closed', composer: '', entries: [], outbox: [], agreedAtMs: undefined, unread: 0 } );
		expect( first.session() ).toBeUndefined();
		expect( tab.sessionStorage.values ).toEqual( stored );
		expect( tab.localStorage.getItem( 'askforhelp-conversation' ) ).toBe( flags === owner ? null : flags );
	} );

	it( 'goes on as it was where the browser keeps nothing', async () => {
		const tab = createTab();
		for ( const storage of [ tab.sessionStorage, tab.localStorage ] ) {
			storage.setItem = () => {
				throw new DOMException( 'full', 'QuotaExceededError' );
			};
		}
		const first = await askAndLogIn( tab );
		first.setComposer( 'half' );
		first.freeze();
		first.thaw();
		await settle();
		await tab.matrix.receive( room, answer( 'One' ) );
		expect( first.state.value ).toMatchObject( { screen: 'conversation', composer: 'half', window: 'open' } );
		expect( first.state.value.entries ).toHaveLength( 1 );
	} );

	it( 'looks again whether a conversation that had ended is there', async () => {
		const tab = createTab();
		const first = await askAndLogIn( tab );
		const left = event( { sender: '@bot:help.example' as typeof me, type: 'm.room.member', state_key: '@bot:help.example', content: { membership: 'leave' } } );
		await tab.matrix.receive( room, answer( 'One' ), left );
		expect( first.state.value.connection ).toBe( 'ended' );
		first.freeze();
		first.thaw();
		await settle();
		await tab.matrix.receive( room, answer( 'One' ), left );
		expect( first.state.value ).toMatchObject( { screen: 'conversation', connection: 'ended' } );
		expect( tab.matrix.syncs.at( -1 )!.since ).toBeUndefined();
	} );
} );

describe( 'the sign that the conversation is open', () => {
	const sign = ( tab: Tab ): string | null => tab.localStorage.getItem( 'askforhelp-owner' );

	it.each<[ string, ( panel: Panel ) => void ]>( [
		[ 'comes into view', ( panel ) => panel.setPageVisible( true ) ],
		[ 'is awake again', ( panel ) => panel.checkPerson() ],
		[ 'comes back out of the browser\'s memory', ( panel ) => panel.thaw() ]
	] )( 'is there again when a page that slept while another one asked %s', async ( _when, wake ) => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.localStorage.removeItem( 'askforhelp-owner' );
		wake( panel );
		await settle();
		expect( sign( tab ) ).toBe( owner );
	} );

	it( 'is not set by a page without a conversation', async () => {
		const tab = createTab();
		const panel = await tab.openPage();
		panel.setPageVisible( true );
		expect( sign( tab ) ).toBeNull();
	} );
} );
