import { describe, expect, it } from 'vitest';
import { answer, conversationState, event, me, settle } from '../fakes.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

const IDENTITY_KEY = 'org.wikimedia.askforhelp';

type Tab = ReturnType<typeof createTab>;

/** As a browser with a full storage, or with one that is forbidden. */
function fill( tab: Tab ): Tab {
	for ( const storage of [ tab.sessionStorage, tab.localStorage ] ) {
		[ ...storage.values.keys() ].forEach( ( key ) => storage.removeItem( key ) );
		storage.setItem = () => {
			throw new DOMException( 'full', 'QuotaExceededError' );
		};
	}
	return tab;
}

describe( 'a browser that keeps nothing', () => {
	it( 'is told of, and one can talk on the page that one is on', async () => {
		const tab = fill( createTab() );
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, answer( 'Hi' ) );
		expect( panel.state.value ).toMatchObject( { screen: 'conversation', isForgetful: true, hasConversation: true } );
		expect( panel.state.value.entries ).toHaveLength( 1 );
	} );

	it( 'is told of when what was written does not fit, though shorter things do, and knows what it knew', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.setComposer( 'short' );
		const { values, setItem } = tab.sessionStorage;
		const used = (): number => [ ...values ].reduce( ( sum, [ key, value ] ) => sum + key.length + value.length, 0 );
		const quota = used() + 50;
		tab.sessionStorage.setItem = ( key, value ) => {
			if ( used() - ( values.get( key )?.length ?? 0 ) + value.length > quota ) {
				throw new DOMException( 'full', 'QuotaExceededError' );
			}
			setItem.call( tab.sessionStorage, key, value );
		};
		panel.setComposer( 'x'.repeat( 300 ) );
		expect( panel.state.value.isForgetful ).toBe( true );
		expect( ( await tab.openPage() ).state.value.composer ).toBe( 'short' );
	} );

	it( 'is not told of where there is room again', async () => {
		const tab = createTab();
		const { setItem } = tab.sessionStorage;
		const panel = await fill( tab ).openPage();
		expect( panel.state.value.isForgetful ).toBe( true );
		tab.sessionStorage.setItem = setItem;
		panel.setDraft( 'How?' );
		expect( panel.state.value.isForgetful ).toBe( false );
	} );

	it( 'offers who has agreed before to open what there may be, on the page after', async () => {
		const tab = fill( createTab() );
		expect( ( await tab.openPage() ).state.value.hasConversation ).toBe( false );
		await askAndLogIn( tab );
		const panel = await tab.openPage();
		expect( panel.state.value ).toMatchObject( { screen: 'question', hasConversation: true } );
		panel.openEarlierConversation();
		tab.browser.handlers!.onToken( 'token' );
		await settle();
		expect( panel.state.value.screen ).toBe( 'conversation' );
	} );
} );

describe( 'another device', () => {
	it( 'offers whoever has agreed elsewhere to open what there may be, without a new question', async () => {
		const laptop = createTab();
		await askAndLogIn( laptop );
		const phone = createTab( { homeserver: laptop.matrix.homeserver } );
		phone.wiki.consent = laptop.wiki.consent;
		const panel = await phone.openPage();
		expect( panel.state.value ).toMatchObject( { screen: 'question', hasConversation: true } );
		expect( phone.browser.loads ).toBe( 0 );
		panel.openEarlierConversation();
		phone.browser.handlers!.onToken( 'token' );
		await settle();
		expect( panel.state.value.screen ).toBe( 'conversation' );
		expect( phone.matrix.sent.map( ( { content } ) => content.body ) ).toEqual( [ 'How?' ] );
	} );

	it( 'offers nothing to whoever has not', async () => {
		expect( ( await createTab().openPage() ).state.value ).toMatchObject( { screen: 'question', hasConversation: false } );
	} );
} );

describe( 'the safety team\'s panel without a session', () => {
	const switchTo = ( tab: Tab ) => tab.openPage( true, 'harassment' );

	it( 'offers to open an earlier conversation, when the newcomer agrees', async () => {
		const tab = createTab();
		const panel = await switchTo( tab );
		expect( panel.state.value ).toMatchObject( { screen: 'question', hasConversation: true } );
		panel.openEarlierConversation();
		expect( panel.state.value ).toMatchObject( { screen: 'question', questionProblem: 'not-agreed' } );
		expect( [ tab.opened, tab.browser.loads ] ).toEqual( [ [], 0 ] );
		panel.setAgreed( true );
		panel.openEarlierConversation();
		expect( tab.opened ).toHaveLength( 1 );
		expect( [ ...tab.localStorage.values.keys() ] ).toEqual( [] );
	} );

	it( 'finds it after the login', async () => {
		const tab = createTab();
		const [ creation, ...rest ] = conversationState();
		const content = { ...creation!.content, [ IDENTITY_KEY ]: { wiki: 'testwiki', team: 'harassment' } };
		tab.matrix.rooms.set( room, [ { ...creation!, content }, ...rest ] );
		const panel = await switchTo( tab );
		panel.setAgreed( true );
		panel.openEarlierConversation();
		tab.browser.handlers!.onToken( 'token' );
		await settle();
		expect( panel.state.value.screen ).toBe( 'conversation' );
		expect( tab.matrix.created ).toEqual( [] );
	} );

	it( 'says no more that there may be one, when there is none', async () => {
		const tab = createTab();
		const panel = await switchTo( tab );
		panel.setAgreed( true );
		panel.openEarlierConversation();
		tab.browser.handlers!.onToken( 'token' );
		await settle();
		expect( panel.state.value ).toMatchObject( { screen: 'question', hasConversation: false } );
	} );
} );

describe( 'a page on which the panel was not', () => {
	/** What the launcher does. */
	const listen = async ( tab: Tab ) => {
		tab.sessionStorage.setItem( 'askforhelp-reopen', '[]' );
		return tab.openPage();
	};

	it( 'stays as it was: the panel listens, closed', async () => {
		const tab = createTab();
		await askAndLogIn( tab );
		tab.sessionStorage.removeItem( 'askforhelp-state' );
		const panel = await listen( tab );
		await tab.matrix.receive( room, event( { sender: me, content: { body: 'How?' } } ), answer( 'Hi' ) );
		expect( panel.state.value ).toMatchObject( { window: 'closed', screen: 'conversation', unread: 1 } );
	} );

	it( 'needs no panel any more, when nobody is logged in', async () => {
		const tab = createTab();
		tab.localStorage.setItem( 'askforhelp-owner', 'testwiki:4' );
		expect( ( await listen( tab ) ).state.value.window ).toBe( 'closed' );
		expect( tab.localStorage.getItem( 'askforhelp-owner' ) ).toBeNull();
	} );
} );
