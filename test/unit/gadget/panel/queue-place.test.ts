import { describe, expect, it } from 'vitest';
import type { RoomEvent } from '../../../../src/protocol/message.ts';
import { writeNotice } from '../../../../src/protocol/notice.ts';
import { REQUEST_STATE_TYPE, writeRequestStatus } from '../../../../src/protocol/request-state.ts';
import { countBefore, isPlaceNews, readTold } from '../../../../src/gadget/panel/viewmodels/queue-place.ts';
import { readProgress } from '../../../../src/gadget/panel/viewmodels/timeline.ts';
import { answer, bot, createFakeHomeserver, event, me, session, settle, stranger } from '../fakes.ts';
import { createFakeBrowser } from './fake-browser.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

const HOUR_MS = 3_600_000;

const said = ( content: Record<string, unknown>, part: Partial<RoomEvent> = {} ): RoomEvent => (
	event( { type: REQUEST_STATE_TYPE, state_key: '', sender: bot, origin_server_ts: 7, content, ...part } )
);
const at = ( position: number, part: Partial<RoomEvent> = {} ): RoomEvent => (
	said( writeRequestStatus( { number: 1, state: 'waiting', position } ), part )
);
const answered = said( { number: 1, state: 'answered' } );
const opening = (): RoomEvent => event( { sender: bot, content: writeNotice( 'request-open', 'x' ) } );

describe( 'what the bot says of the request', () => {
	it.each( [
		[ 'nothing where it has said nothing', [ opening() ], undefined ],
		[ 'how many are before', [ at( 3 ) ], 2 ],
		[ 'its last word', [ at( 3 ), at( 1 ) ], 0 ],
		[ 'nothing of another sender', [ at( 3 ), at( 1, { sender: me } ), at( 1, { sender: stranger } ) ], 2 ],
		[ 'nothing of another key or kind', [ at( 3 ), at( 1, { state_key: bot } ), at( 1, { type: 'm.room.topic' } ) ], 2 ],
		[ 'no place once it is answered', [ at( 3 ), answered ], undefined ],
		[ 'no place in a state that is not known', [ at( 3 ), said( { number: 1, state: 'claimed', position: 1 } ) ], undefined ],
		[ 'no place in what is malformed', [ at( 3 ), said( { number: 1, state: 'waiting', position: -4 } ) ], undefined ],
		[ 'no place in what was taken back', [ at( 3 ), said( {} ) ], undefined ]
	] )( 'is %s', ( _what, events, before ) => {
		expect( countBefore( readTold( events, bot ), 8 ) ).toBe( before );
	} );

	it( 'is good for an hour', () => {
		const told = readTold( [ at( 3 ) ], bot );
		expect( countBefore( told, 6 + HOUR_MS ) ).toBe( 2 );
		expect( countBefore( told, 7 + HOUR_MS ) ).toBeUndefined();
	} );
} );

it.each( [
	[ 'the first place', 3, undefined, true ], [ 'that one is next at once', 0, undefined, true ], [ 'that one is next', 0, 3, true ],
	[ 'what was said already', 0, 0, false ], [ 'a place between', 2, 3, false ]
] )( 'read aloud is %s', ( _what, before, heard, isNews ) => {
	expect( isPlaceNews( before, heard ) ).toBe( isNews );
} );

describe( 'the place in the queue', () => {
	async function waiting() {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		const before = (): number | undefined => panel.state.value.waitingBefore;
		return { tab, panel, before };
	}

	it( 'moves until there is an answer', async () => {
		const { tab, panel, before } = await waiting();
		expect( before() ).toBeUndefined();
		await tab.matrix.receive( room, opening(), at( 3 ) );
		expect( before() ).toBe( 2 );
		await tab.matrix.receive( room, event( { sender: me, content: { msgtype: 'm.text', body: 'and more' } } ) );
		expect( before() ).toBe( 2 );
		await tab.matrix.receive( room, at( 1 ) );
		expect( before() ).toBe( 0 );
		await tab.matrix.receive( room, answer( 'Here' ) );
		expect( readProgress( panel.state.value ) ).toMatchObject( { isWaiting: false } );
		await tab.matrix.receive( room, answered );
		expect( before() ).toBeUndefined();
	} );

	it( 'is known again after a reload, be it in the state or behind it', async () => {
		const { tab } = await waiting();
		await tab.matrix.receive( room, opening(), at( 3 ) );
		const panel = await tab.openPage();
		await tab.matrix.receiveRoom( { roomId: room, state: [ at( 3 ) ], timeline: [ opening() ] } );
		expect( panel.state.value.waitingBefore ).toBe( 2 );
		const again = await tab.openPage();
		await tab.matrix.receiveRoom( { roomId: room, state: [ at( 3 ) ], timeline: [ at( 2 ), opening() ] } );
		expect( again.state.value.waitingBefore ).toBe( 1 );
	} );

	it( 'tells that one waits, where the question is earlier than what is loaded, and loads that', async () => {
		const { tab } = await waiting();
		const panel = await tab.openPage();
		tab.matrix.pages.p1 = { chunk: [ event( { sender: me, content: { msgtype: 'm.text', body: 'How?' } } ) ] };
		await tab.matrix.receiveRoom( { roomId: room, timeline: [ at( 3 ), at( 2 ) ], prevBatch: 'p1' } );
		expect( readProgress( panel.state.value ).isWaiting ).toBe( true );
		await settle();
		expect( panel.state.value.entries ).toMatchObject( [ { text: 'How?' } ] );
	} );

	it( 'gets too old to be told, by the homeserver\'s clock', async () => {
		const { tab, panel, before } = await waiting();
		// That clock is an hour ahead.
		const sentAtMs = tab.browser.nowMs + HOUR_MS;
		await tab.matrix.receive( room, opening(), at( 3, { origin_server_ts: sentAtMs, unsigned: { age: 0 } } ) );
		tab.browser.nowMs += HOUR_MS - 1;
		panel.checkConnection();
		expect( before() ).toBe( 2 );
		tab.browser.nowMs += 1;
		panel.checkConnection();
		expect( before() ).toBeUndefined();
		await tab.matrix.receive( room, at( 2, { origin_server_ts: sentAtMs + HOUR_MS, unsigned: { age: 0 } } ) );
		expect( before() ).toBe( 1 );
	} );

	it( 'is forgotten with the conversation', async () => {
		const { tab, panel, before } = await waiting();
		await tab.matrix.receive( room, opening(), at( 3 ) );
		panel.leave();
		expect( before() ).toBeUndefined();
		panel.checkConnection();
		expect( before() ).toBeUndefined();
	} );

	it( 'is known in all tabs, and in one that joins', async () => {
		const browser = createFakeBrowser();
		const homeserver = createFakeHomeserver();
		const first = createTab( { tab: browser.openTab(), homeserver, name: 'a' } );
		await askAndLogIn( first );
		await first.matrix.receiveNews( room, [ opening(), at( 3 ) ], 'p1' );
		const second = createTab( { tab: browser.openTab(), homeserver, name: 'b' } );
		second.sessionStorage.setItem( 'askforhelp-owner', 'testwiki:4' );
		second.sessionStorage.setItem( 'askforhelp-session', JSON.stringify( session ) );
		second.localStorage.setItem( 'askforhelp-conversation', 'testwiki:4' );
		const panel = await second.openPage();
		await settle();
		expect( panel.state.value.waitingBefore ).toBe( 2 );
		await first.matrix.receiveNews( room, [ at( 2 ) ], 'p2' );
		await settle();
		expect( panel.state.value.waitingBefore ).toBe( 1 );
		expect( second.matrix.syncs ).toEqual( [] );
	} );
} );
