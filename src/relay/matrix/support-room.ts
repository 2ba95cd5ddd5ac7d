import type { RoomId, UserId } from '../../protocol/ids.ts';
import type { ServiceClient } from '../../matrix/index.ts';

export type SupportRoomOptions = {
	readonly bot: UserId;
	readonly team: string;
	readonly name: string;
	readonly helpers: readonly UserId[];
	readonly moderators: readonly UserId[];
};

const MODERATOR_LEVEL = 50;
/** Above everybody: nobody but the bot can change what this protects. */
const BOT_LEVEL = 101;

/**
 * Makes a team's Support room: unencrypted, and so that no client can encrypt it; by invitation only; version 11,
 * because in version 12 no level could be above its creator's.
 *
 * @throws MatrixFailure
 */
export function createSupportRoom( client: Pick<ServiceClient, 'createRoom'>, options: SupportRoomOptions ): Promise<RoomId> {
	const { bot, team, name, helpers, moderators } = options;
	return client.createRoom( {
		preset: 'private_chat',
		visibility: 'private',
		room_version: '11',
		name,
		topic: `Questions of newcomers to the team "${ team }". Answer in the thread of a question; "!note …" stays in this room.`,
		invite: [ ...new Set( [ ...moderators, ...helpers ] ) ],
		initial_state: [
			{ type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'shared' } },
			{ type: 'm.room.guest_access', state_key: '', content: { guest_access: 'forbidden' } },
			{ type: 'm.room.join_rules', state_key: '', content: { join_rule: 'invite' } }
		],
		power_level_content_override: {
			users: { [ bot ]: BOT_LEVEL, ...Object.fromEntries( moderators.map( ( id ) => [ id, MODERATOR_LEVEL ] ) ) },
			users_default: 0,
			events_default: 0,
			state_default: MODERATOR_LEVEL,
			invite: MODERATOR_LEVEL,
			kick: MODERATOR_LEVEL,
			ban: MODERATOR_LEVEL,
			redact: MODERATOR_LEVEL,
			notifications: { room: MODERATOR_LEVEL },
			events: {
				'm.room.encryption': BOT_LEVEL,
				'm.room.join_rules': BOT_LEVEL,
				'm.room.history_visibility': BOT_LEVEL,
				'm.room.guest_access': BOT_LEVEL,
				'm.room.power_levels': 100,
				'm.room.tombstone': BOT_LEVEL,
				'm.room.server_acl': BOT_LEVEL
			}
		}
	} );
}
