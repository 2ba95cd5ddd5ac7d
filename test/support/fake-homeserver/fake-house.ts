import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { conversationCreation } from '../../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import { writeReaction } from '../../../src/protocol/message.ts';
import { readMirrorMarker } from '../../../src/protocol/mirror.ts';
import { readNotice } from '../../../src/protocol/notice.ts';
import { parseConfig } from '../../../src/relay/config/config.ts';
import type { RelayConfigFile } from '../../../src/relay/config/schema.ts';
import { createLog } from '../../../src/relay/log.ts';
import type { Relay } from '../../../src/relay/relay.ts';
import { startRelay } from '../../../src/relay/relay.ts';
import type { FakeHomeserver } from './fake-homeserver.ts';
import { startFakeHomeserver } from './fake-homeserver.ts';
import type { FakeRooms } from './fake-rooms.ts';
import { createFakeRooms } from './fake-rooms.ts';

export const fakeBot = '@ask-for-help:example.org' as UserId;
export const fakeHelper = '@nita:example.org' as UserId;
export const fakeSupport = '!support:example.org' as RoomId;

/** What people do in the rooms, and what they see there. */
export type FakePeople = {
	/** Makes a newcomer's conversation room as the gadget does, the bot invited. */
	createConversation( newcomer: UserId, roomId: RoomId ): void;
	say( roomId: RoomId, sender: UserId, body: string, more?: Record<string, unknown> ): EventId;
	/** A helper's message in a thread. */
	answer( root: EventId, body: string ): EventId;
	edit( roomId: RoomId, sender: UserId, original: EventId, body: string ): EventId;
	redact( roomId: RoomId, sender: UserId, target: EventId ): EventId;
	react( roomId: RoomId, sender: UserId, target: EventId, key: string ): EventId;
	/** Everything of the bot that is in a room and stands there still, in order: words of others, its notices, its reactions. */
	seen( roomId: RoomId ): string[];
	/** The bot's copy, in a room, of somebody's message; of the first one of a request, the card. */
	mirrorOf( roomId: RoomId, source: EventId ): EventId | undefined;
};

/** Puts a Support room with one helper into the rooms, and people around it. */
export function createFakePeople( rooms: FakeRooms ): FakePeople {
	const state = ( roomId: RoomId, sender: UserId, type: string, stateKey: string, content: Record<string, unknown> ): unknown => (
		rooms.append( roomId, sender, { type, stateKey, content } )
	);
	state( fakeSupport, fakeBot, 'm.room.create', '', { room_version: '11' } );
	state( fakeSupport, fakeBot, 'm.room.member', fakeBot, { membership: 'join' } );
	state( fakeSupport, fakeBot, 'm.room.power_levels', '', { users: { [ fakeBot ]: 101 } } );
	state( fakeSupport, fakeBot, 'm.room.join_rules', '', { join_rule: 'invite' } );
	state( fakeSupport, fakeHelper, 'm.room.member', fakeHelper, { membership: 'join', displayname: 'Nita B.' } );

	const people: FakePeople = {
		createConversation( newcomer, roomId ) {
			const creation = conversationCreation( { wiki: 'testwiki', team: 'general' }, newcomer, fakeBot );
			const content = { ...creation.creation_content as Record<string, unknown>, room_version: '11' };
			state( roomId, newcomer, 'm.room.create', '', content );
			state( roomId, newcomer, 'm.room.member', newcomer, { membership: 'join' } );
			state( roomId, newcomer, 'm.room.power_levels', '', creation.power_level_content_override as Record<string, unknown> );
			state( roomId, newcomer, 'm.room.join_rules', '', { join_rule: 'invite' } );
			state( roomId, newcomer, 'm.room.history_visibility', '', { history_visibility: 'invited' } );
			state( roomId, newcomer, 'm.room.member', fakeBot, { membership: 'invite' } );
		},
		say: ( roomId, sender, body, more = {} ) => rooms.append( roomId, sender, { content: { msgtype: 'm.text', body, ...more } } ),
		answer: ( root, body ) => people.say( fakeSupport, fakeHelper, body, { 'm.relates_to': {
			rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root }
		} } ),
		edit: ( roomId, sender, original, body ) => people.say( roomId, sender, `* ${ body }`, {
			'm.new_content': { msgtype: 'm.text', body }, 'm.relates_to': { rel_type: 'm.replace', event_id: original }
		} ),
		redact: ( roomId, sender, target ) => rooms.append( roomId, sender, { type: 'm.room.redaction', content: { redacts: target } } ),
		react: ( roomId, sender, target, key ) => rooms.append( roomId, sender, { type: 'm.reaction', content: writeReaction( { target, key } ) } ),
		seen: ( roomId ) => rooms.events.flatMap( ( { room_id: room, sender, type, content } ) => {
			if ( room !== roomId || sender !== fakeBot ) {
				return [];
			}
			const marker = readMirrorMarker( content );
			const relation = content[ 'm.relates_to' ] as { rel_type?: unknown; key?: unknown } | undefined;
			return type === 'm.reaction' && relation ? `reaction ${ String( relation.key ) }` :
				marker ? `${ relation?.rel_type === 'm.replace' ? 'edit: ' : '' }${ marker.text }` :
					readNotice( content ) ?? [];
		} ),
		mirrorOf: ( roomId, source ) => rooms.events.find( ( { room_id: room, sender, content } ) => (
			room === roomId && sender === fakeBot && readMirrorMarker( content )?.source.eventId === source
		) )?.event_id
	};
	return people;
}

/** The whole relay, in this process, at a homeserver that fails as it is told to. */
export type FakeHouse = FakePeople & {
	readonly homeserver: FakeHomeserver;
	readonly rooms: FakeRooms;
	/** Messages of the relay's log, without their details. */
	readonly log: readonly string[];
	startRelay(): Promise<Relay>;
	dispose(): Promise<void>;
};

export async function startFakeHouse( limits: RelayConfigFile[ 'limits' ] = {} ): Promise<FakeHouse> {
	const dir = mkdtempSync( path.join( tmpdir(), 'ask-for-help-fake-' ) );
	const rooms = createFakeRooms( Date.now );
	const homeserver = await startFakeHomeserver( rooms );
	const relays: Relay[] = [];
	const log: string[] = [];
	const config = parseConfig( stringify( {
		homeserver: { url: homeserver.url, serverName: 'example.org', asToken: 'token' },
		receivers: [ { userId: fakeBot } ],
		store: { path: 'relay.db' },
		wikis: { testwiki: { name: 'Test wiki', apiUrl: 'http://127.0.0.1:9/api.php', articleUrl: 'https://wiki.example/wiki/$1' } },
		teams: { general: { supportRoom: fakeSupport } },
		limits: { wikiLookupMs: 0, messagesPerMinute: 100_000, ...limits }
	} satisfies RelayConfigFile ), path.join( dir, 'relay.yaml' ) );
	return {
		...createFakePeople( rooms ), homeserver, rooms, log,
		async startRelay() {
			const relay = await startRelay( config, {
				takeOver: false,
				log: createLog( 'debug', { write: ( line ) => void log.push( ( JSON.parse( line ) as { msg: string } ).msg ) } )
			} );
			relays.push( relay );
			return relay;
		},
		async dispose() {
			await Promise.all( relays.map( ( relay ) => relay.stop() ) );
			await homeserver.dispose();
			rmSync( dir, { recursive: true } );
		}
	};
}
