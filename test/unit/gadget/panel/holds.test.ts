import { describe, expect, it } from 'vitest';
import type { TeamPanel } from '../../../../src/gadget/panel/viewmodels/panel-actions.ts';
import { answer, bot, event, failure, me, settle } from '../fakes.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

type Tab = ReturnType<typeof createTab>;
const HOUR_MS = 3_600_000;

async function timeOut( tab: Tab ): Promise<void> {
	tab.timers.splice( 0 ).forEach( ( callback ) => callback() );
	await settle();
}

describe( 'without a connection', () => {
	it( 'keeps what is written for an hour, and sends it once, in order', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.matrix.failure = failure( 'unreachable' );
		for ( const text of [ 'one', 'two', 'three' ] ) {
			panel.setComposer( text );
			panel.sendMessage();
		}
		for ( let tries = 0; tries < 120; tries++ ) {
			tab.browser.nowMs += HOUR_MS / 120;
			tab.matrix.wake();
			await settle();
		}
		expect( panel.state.value ).toMatchObject( { connection: 'offline' } );
		expect( tab.matrix.sent ).toHaveLength( 1 );
		tab.matrix.failure = undefined;
		panel.retryNow();
		await settle();
		expect( tab.matrix.sent.map( ( { content } ) => content.body ) ).toEqual( [ 'How?', 'one', 'two', 'three' ] );
		expect( new Set( tab.matrix.sent.map( ( { transactionId } ) => transactionId ) ).size ).toBe( 4 );
		expect( panel.state.value.connection ).toBe( 'online' );
	} );

	it( 'says after a while that something may be in the way, until it is back', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		const { onContact } = tab.matrix.syncs[ 0 ]!;
		onContact!( failure( 'unreachable' ) as never );
		expect( panel.state.value ).toMatchObject( { connection: 'offline', isLongOffline: false } );
		await timeOut( tab );
		expect( panel.state.value.isLongOffline ).toBe( true );
		onContact!( undefined );
		expect( panel.state.value ).toMatchObject( { connection: 'online', isLongOffline: false } );
		await timeOut( tab );
		expect( panel.state.value.isLongOffline ).toBe( false );
	} );

	it.each( [
		[ 'the page comes into view', ( panel: TeamPanel ) => panel.setPageVisible( true ) ],
		[ 'there is a network', ( panel: TeamPanel ) => panel.retryNow() ],
		[ 'time passes', ( panel: TeamPanel ) => panel.checkConnection() ]
	] )( 'begins to receive anew when the machine was asleep, from where it was, as soon as %s', async ( _when, happen ) => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receiveNews( room, [ answer( 'One' ) ], 'p1' );
		tab.browser.nowMs += HOUR_MS;
		happen( panel );
		await settle();
		expect( tab.matrix.syncs.slice( 1 ) ).toMatchObject( [ { since: 'p1' } ] );
	} );

	it( 'leaves a connection alone that lives', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.browser.nowMs += 20_000;
		panel.retryNow();
		await settle();
		expect( tab.matrix.syncs ).toHaveLength( 1 );
	} );

	it( 'waits as long as the homeserver asks for, though minutes pass', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.matrix.failure = failure( 'limited', HOUR_MS );
		panel.setComposer( 'Too much?' );
		panel.sendMessage();
		await settle();
		tab.matrix.failure = undefined;
		panel.checkConnection();
		await settle();
		expect( tab.matrix.sent ).toHaveLength( 1 );
	} );
} );

describe( 'a clock that is an hour wrong', () => {
	it.each( [ [ 'fast', -HOUR_MS ], [ 'slow', HOUR_MS ] ] )( 'does not tell when a message was written (%s)', async ( _how, skewMs ) => {
		const tab = createTab();
		tab.browser.nowMs = 100 * HOUR_MS;
		const panel = await askAndLogIn( tab );
		const serverNowMs = tab.browser.nowMs + skewMs;
		await tab.matrix.receive( room, answer( 'Hi', { origin_server_ts: serverNowMs - 5_000, unsigned: { age: 5_000 } } ) );
		expect( panel.state.value.clockSkewMs ).toBe( skewMs );
		panel.setComposer( 'x' );
		panel.sendMessage();
		expect( panel.state.value.outbox.at( -1 )?.writtenAtMs ).toBe( serverNowMs );
	} );

	it.each( [
		[ 'next to nothing', { origin_server_ts: 7, unsigned: { age: 5_000 } } ],
		[ 'no age', { origin_server_ts: HOUR_MS } ],
		[ 'an age that is none', { origin_server_ts: HOUR_MS, unsigned: { age: 'old' } } ],
		[ 'an age below zero', { origin_server_ts: HOUR_MS, unsigned: { age: -1 } } ]
	] )( 'is not thought of with %s', async ( _what, part ) => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		await tab.matrix.receive( room, event( { sender: me, content: { msgtype: 'm.text', body: 'x' }, ...part } ) );
		expect( panel.state.value.clockSkewMs ).toBe( 0 );
	} );
} );

describe( 'a wiki session that has ended elsewhere', () => {
	it.each<[ string, ( panel: TeamPanel ) => void ]>( [
		[ 'when the newcomer comes back to the page', ( panel ) => panel.setPageVisible( true ) ],
		[ 'while the page stays open', ( panel ) => panel.checkPerson() ]
	] )( 'ends the chat %s, and what was written stays', async ( _when, look ) => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		panel.setComposer( 'half a mess' );
		tab.browser.isStillMe = false;
		look( panel );
		await settle();
		// Just now the wiki has said who this is.
		expect( panel.state.value.connection ).toBe( 'online' );
		tab.browser.nowMs += HOUR_MS;
		look( panel );
		await settle();
		expect( panel.state.value ).toMatchObject( { screen: 'conversation', connection: 'logged-out', composer: 'half a mess' } );
		expect( tab.matrix.logouts ).toBe( 1 );
		expect( [ ...tab.sessionStorage.values.values() ].join() ).not.toContain( 'secret' );
	} );

	it.each( [
		[ 'logged-out', async ( tab: Tab, panel: TeamPanel ) => {
			tab.browser.isStillMe = false;
			tab.browser.nowMs += HOUR_MS;
			panel.checkPerson();
			await settle();
		} ],
		[ 'ended', ( tab: Tab ) => tab.matrix.receive( room, event( {
			type: 'm.room.member', state_key: bot, sender: bot, content: { membership: 'leave' }
		} ) ) ]
	] as const )( 'says so (%s), also when what was on its way fails, or comes, only afterwards', async ( connection, happen ) => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		tab.matrix.holdsAnswers = true;
		panel.setComposer( 'one' );
		panel.sendMessage();
		await settle();
		await happen( tab, panel );
		expect( panel.state.value.connection ).toBe( connection );
		tab.matrix.failHeld( failure( 'unreachable' ) );
		await settle();
		// As a gap that was just filled.
		tab.matrix.syncs.at( -1 )!.onContact!( undefined );
		expect( panel.state.value ).toMatchObject( { screen: 'conversation', connection } );
	} );
} );
