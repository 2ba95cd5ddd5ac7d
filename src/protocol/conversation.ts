import type { RoomId, UserId } from './ids.ts';
import { isRecord } from './ids.ts';

/** The `type` in `m.room.create` of a conversation room. */
export const CONVERSATION_ROOM_TYPE = 'org.wikimedia.askforhelp.conversation';
/** Room version 11: in version 12 the creator keeps unlimited power for ever, so the relay could never lock it. */
export const CONVERSATION_ROOM_VERSION = '11';

const CREATE_KEY = 'org.wikimedia.askforhelp';
const NAME_PATTERN = /^[a-z0-9_-]{1,64}$/;

/** What a conversation is for: one room for each newcomer, wiki and team. `wiki` is MediaWiki's `wgWikiID`. */
export type ConversationIdentity = { readonly wiki: string; readonly team: string };

export const DEFAULT_TEAM = 'general';

/** Whether a team, or a wiki, can have this name. */
export function isTeamName( value: unknown ): value is string {
	return typeof value === 'string' && NAME_PATTERN.test( value );
}

/** Power levels: the newcomer may only talk, and only the bot, one above, can change that. */
const LEVELS = {
	users_default: 0,
	events_default: 100,
	state_default: 100,
	invite: 100,
	kick: 100,
	ban: 100,
	redact: 100,
	notifications: { room: 100 },
	events: {
		'm.room.message': 0,
		'm.reaction': 0,
		'm.room.redaction': 0,
		'm.room.encrypted': 101
	}
} as const;

/** Body of `POST /createRoom` with which the newcomer's client makes a conversation, the bot invited in the same call. */
export function conversationCreation( identity: ConversationIdentity, newcomer: UserId, bot: UserId ): Record<string, unknown> {
	return {
		preset: 'private_chat',
		visibility: 'private',
		is_direct: true,
		invite: [ bot ],
		room_version: CONVERSATION_ROOM_VERSION,
		creation_content: {
			'm.federate': false,
			type: CONVERSATION_ROOM_TYPE,
			[ CREATE_KEY ]: { wiki: identity.wiki, team: identity.team }
		},
		// "invited", because with "joined" the bot could never read what was said before it joined.
		initial_state: [
			{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'invited' } },
			{ type: 'm.room.guest_access', state_key: '', content: { guest_access: 'forbidden' } }
		],
		power_level_content_override: { ...LEVELS, users: { [ newcomer ]: 100, [ bot ]: 101 } }
	};
}

/** Content of the `m.room.power_levels` event with which the bot locks a conversation: the bot alone keeps power. */
export function lockedPowerLevels( bot: UserId ): Record<string, unknown> {
	return { ...LEVELS, users: { [ bot ]: 101 } };
}

/** Reads the identity out of the content of `m.room.create`; `undefined` when the room is no conversation. */
export function readConversationIdentity( createContent: unknown ): ConversationIdentity | undefined {
	if ( !isRecord( createContent ) || createContent.type !== CONVERSATION_ROOM_TYPE ) {
		return undefined;
	}
	const identity = createContent[ CREATE_KEY ];
	if ( !isRecord( identity ) ) {
		return undefined;
	}
	const { wiki, team } = identity;
	return isTeamName( wiki ) && isTeamName( team ) ? { wiki, team } : undefined;
}

export function isSameConversation( a: ConversationIdentity, b: ConversationIdentity ): boolean {
	return a.wiki === b.wiki && a.team === b.team;
}

/** Of several rooms for one identity, the one that both sides use: the oldest, then the smallest id. */
export function preferredRoom<Room extends { readonly roomId: RoomId; readonly createdAtMs: number }>(
	rooms: readonly Room[]
): Room | undefined {
	return [ ...rooms ].sort( ( a, b ) => a.createdAtMs - b.createdAtMs || ( a.roomId < b.roomId ? -1 : 1 ) )[ 0 ];
}
