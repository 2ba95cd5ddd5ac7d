import { describe, expect, it } from 'vitest';
import type { RoomId } from '../../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../../src/protocol/message.ts';
import { REQUEST_STATE_TYPE } from '../../../../src/protocol/request-state.ts';
import { bot, event, failure, me, settle } from '../fakes.ts';
import { markerOf } from './marker.ts';
import { askAndLogIn, createTab, room } from './tab.ts';

const own = ( body: string ) => event( { sender: me, content: { msgtype: 'm.text', body } } );

async function open( prevBatch?: string ) {
	const tab = createTab();
	const panel = await askAndLogIn( tab );
	await tab.matrix.receiveRoom( { roomId: room, timeline: [ own( 'now' ) ], ...( prevBatch !== undefined && { prevBatch } ) } );
	const load = async (): Promise<void> => {
		panel.loadEarlier();
		await settle();
	};
	const texts = () => panel.state.value.entries.map( ( entry ) => 'text' in entry ? entry.text : entry.kind );
	return { tab, panel, load, texts };
}

describe( 'earlier messages', () => {
	it( 'are none when the first answer holds all', async () => {
		const { tab, panel, load } = await open();
		expect( panel.state.value.earlier ).toBe( 'all' );
		await load();
		expect( tab.matrix.pagesAsked ).toEqual( [] );
	} );

	it( 'come page by page before the others, up to the beginning', async () => {
		const { tab, panel, load, texts } = await open( 'p1' );
		tab.matrix.pages.p1 = { chunk: [ own( 'c' ), own( 'b' ) ], end: 'p2' };
		tab.matrix.pages.p2 = { chunk: [ own( 'a' ) ] };
		expect( panel.state.value.earlier ).toBe( 'more' );
		await load();
		expect( texts() ).toEqual( [ 'b', 'c', 'now' ] );
		expect( panel.state.value.earlier ).toBe( 'more' );
		await load();
		expect( texts() ).toEqual( [ 'a', 'b', 'c', 'now' ] );
		expect( panel.state.value.earlier ).toBe( 'all' );
	} );

	it( 'are read on while a page holds nothing that is drawn', async () => {
		const { tab, panel, load, texts } = await open( 'p1' );
		tab.matrix.pages.p1 = { chunk: [ event( { sender: bot, type: 'm.room.power_levels', state_key: '' } ) ], end: 'p2' };
		tab.matrix.pages.p2 = { chunk: [], end: 'p3' };
		tab.matrix.pages.p3 = { chunk: [ own( 'a' ) ], end: 'p4' };
		await load();
		expect( texts() ).toEqual( [ 'a', 'now' ] );
		expect( panel.state.value.earlier ).toBe( 'more' );
	} );

	it( 'are asked for once, however often one scrolls there', async () => {
		const { tab, panel } = await open( 'p1' );
		tab.matrix.pages.p1 = { chunk: [ own( 'a' ) ], end: 'p2' };
		panel.loadEarlier();
		panel.loadEarlier();
		expect( panel.state.value.earlier ).toBe( 'loading' );
		await settle();
		expect( tab.matrix.pagesAsked ).toEqual( [ 'p1' ] );
	} );

	it( 'can be tried again when they do not load', async () => {
		const { tab, panel, load, texts } = await open( 'p1' );
		tab.matrix.pages.p1 = { chunk: [ own( 'a' ) ] };
		tab.matrix.failure = failure( 'unreachable' );
		await load();
		expect( panel.state.value.earlier ).toBe( 'failed' );
		tab.matrix.failure = undefined;
		await load();
		expect( texts() ).toEqual( [ 'a', 'now' ] );
	} );

	it( 'begin where they began, whatever comes later, and when the panel was closed meanwhile', async () => {
		const { tab, panel, load } = await open( 'p1' );
		await tab.matrix.receiveRoom( { roomId: room, timeline: [ own( 'later' ) ], prevBatch: 'a gap' } );
		panel.close();
		panel.open();
		await settle();
		await tab.matrix.receiveRoom( { roomId: room, timeline: [ own( 'later still' ) ] } );
		expect( panel.state.value.earlier ).toBe( 'more' );
		await load();
		expect( tab.matrix.pagesAsked ).toEqual( [ 'p1' ] );
	} );

	it( 'of another room are nothing for this one', async () => {
		const { tab, panel, texts } = await open( 'p1' );
		tab.matrix.pages.p1 = { chunk: [ own( 'a' ) ] };
		panel.loadEarlier();
		const other = '!other:help.example' as RoomId;
		await tab.matrix.receive( room, event( { sender: bot, content: {
			msgtype: 'm.notice', body: 'x', 'org.wikimedia.askforhelp.notice': { code: 'moved', room_id: other }
		} } ) );
		await settle();
		expect( texts() ).toEqual( [] );
	} );

	it( 'are not counted as new answers', async () => {
		const { tab, panel, load } = await open( 'p1' );
		panel.toggleMinimised();
		tab.matrix.pages.p1 = { chunk: [ event( { sender: bot, content: { msgtype: 'm.text', body: 'x', ...markerOf( 'x' ) } } ) ] };
		await load();
		expect( panel.state.value.unread ).toBe( 0 );
	} );

	it( 'have the line before what is new among them, where nobody had looked at them either', async () => {
		const tab = createTab();
		const panel = await askAndLogIn( tab );
		const [ seen, missed, last ] = [ 'seen', 'missed', 'last' ].map( ( text ) => (
			event( { sender: bot, content: { msgtype: 'm.text', body: text, ...markerOf( text ) } } )
		) ) as [ RoomEvent, RoomEvent, RoomEvent ];
		await tab.matrix.receiveRoom( {
			roomId: room, timeline: [ last ], prevBatch: 'p1',
			ephemeral: [ { type: 'm.receipt', content: { [ seen.event_id ]: { 'm.read.private': { [ me ]: { ts: 1 } } } } } ]
		} );
		expect( panel.state.value.firstNew ).toBe( last.event_id );
		tab.matrix.pages.p1 = { chunk: [ missed, seen ] };
		panel.loadEarlier();
		await settle();
		expect( panel.state.value.firstNew ).toBe( missed.event_id );
	} );
} );

describe( 'a sign that a helper writes', () => {
	const typing = ( ...userIds: readonly string[] ) => ( { roomId: room, ephemeral: [ { type: 'm.typing', content: { user_ids: userIds } } ] } );

	it( 'is shown, and ends when they stop', async () => {
		const { tab, panel } = await open();
		await tab.matrix.receiveRoom( typing( bot ) );
		expect( panel.state.value.isTyping ).toBe( true );
		await tab.matrix.receive( room, own( 'meanwhile' ) );
		expect( panel.state.value.isTyping ).toBe( true );
		await tab.matrix.receiveRoom( typing() );
		expect( panel.state.value.isTyping ).toBe( false );
	} );

	it( 'ends with the answer', async () => {
		const { tab, panel } = await open();
		await tab.matrix.receiveRoom( typing( bot ) );
		await tab.matrix.receive( room, event( { sender: bot, content: { msgtype: 'm.text', body: 'x', ...markerOf( 'x' ) } } ) );
		expect( panel.state.value.isTyping ).toBe( false );
	} );

	it( 'ends by itself when nothing more is heard of it', async () => {
		const { tab, panel } = await open();
		await tab.matrix.receiveRoom( typing( bot ) );
		tab.timers.splice( 0 ).forEach( ( callback ) => callback() );
		expect( panel.state.value.isTyping ).toBe( false );
	} );
} );

it( 'asks the homeserver for what a conversation is made of, and for nothing more', async () => {
	const { tab } = await open();
	expect( tab.matrix.syncs.at( -1 )?.filter ).toMatchObject( {
		presence: { types: [] }, account_data: { types: [] },
		room: {
			rooms: [ room ], account_data: { types: [] }, ephemeral: { types: [ 'm.receipt', 'm.typing' ] },
			// Also as it was before what /sync shows.
			state: { types: [ REQUEST_STATE_TYPE ], senders: [ bot ] },
			timeline: { types: [ 'm.room.message', 'm.reaction', 'm.room.redaction', 'm.room.member', REQUEST_STATE_TYPE ] }
		}
	} );
} );
