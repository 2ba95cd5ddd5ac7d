import { describe, expect, it } from 'vitest';
import { createBrowserMemory, NOTHING_REMEMBERED } from '../../../../src/gadget/panel/viewmodels/browser-memory.ts';
import { FakeStorage, session } from '../fakes.ts';

describe( 'what the browser remembers', () => {
	it( 'keeps session and state for the same wiki user', () => {
		const storage = new FakeStorage();
		const memory = createBrowserMemory( storage, new FakeStorage(), 'wiki:4' );
		memory.setSession( session );
		memory.setState( { ...NOTHING_REMEMBERED, draft: 'How?' } );
		const next = createBrowserMemory( storage, new FakeStorage(), 'wiki:4' );
		expect( next.session() ).toEqual( session );
		expect( next.state().draft ).toBe( 'How?' );
	} );

	it( 'shows nothing of it to another wiki user, and drops it when that one writes', () => {
		const storage = new FakeStorage();
		createBrowserMemory( storage, new FakeStorage(), 'wiki:4' ).setSession( session );
		const other = createBrowserMemory( storage, new FakeStorage(), 'wiki:5' );
		expect( other.session() ).toBeUndefined();
		other.setReopen( true );
		expect( [ ...storage.values.values() ].join() ).not.toContain( session.accessToken );
	} );

	it( 'tells one user\'s conversation from another\'s', () => {
		const local = new FakeStorage();
		createBrowserMemory( new FakeStorage(), local, 'wiki:4' ).setHasConversation( true );
		expect( createBrowserMemory( new FakeStorage(), local, 'wiki:4' ).hasConversation() ).toBe( true );
		expect( createBrowserMemory( new FakeStorage(), local, 'wiki:5' ).hasConversation() ).toBe( false );
	} );

	it( 'does without a storage that is full, and keeps what is in it', () => {
		const storage = new FakeStorage();
		const memory = createBrowserMemory( storage, new FakeStorage(), 'wiki:4' );
		memory.setState( { ...NOTHING_REMEMBERED, draft: 'old' } );
		storage.setItem = () => {
			throw new DOMException( 'full', 'QuotaExceededError' );
		};
		expect( () => memory.setState( { ...NOTHING_REMEMBERED, draft: 'new' } ) ).not.toThrow();
		expect( memory.state().draft ).toBe( 'old' );
		expect( memory.isForgetful() ).toBe( true );
	} );

	it.each( [ 'nonsense', '3', '{"userId":"x"}', 'null' ] )( 'starts anew when a storage holds %s', ( text ) => {
		const storage = new FakeStorage();
		storage.setItem( 'askforhelp-owner', 'wiki:4' );
		storage.setItem( 'askforhelp-session', text );
		storage.setItem( 'askforhelp-state', text );
		const memory = createBrowserMemory( storage, new FakeStorage(), 'wiki:4' );
		expect( memory.session() ).toBeUndefined();
		expect( memory.state() ).toMatchObject( { draft: '', outbox: [] } );
	} );
} );
