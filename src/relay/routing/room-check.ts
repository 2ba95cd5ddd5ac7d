import type { ConversationIdentity } from '../../protocol/conversation.ts';
import { CONVERSATION_ROOM_VERSION, lockedPowerLevels, readConversationIdentity } from '../../protocol/conversation.ts';
import type { UserId } from '../../protocol/ids.ts';
import { isRecord } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';
import { centralIdOf } from './newcomer-id.ts';

/** What an adopted room has to fit to. */
export type RoomExpectation = {
	readonly bot: UserId;
	readonly serverName: string;
	readonly wikis: readonly string[];
	readonly teams: readonly string[];
};

type StateLike = Pick<RoomEvent, 'type' | 'sender' | 'content'> & { readonly state_key?: string };

/** An invitation that was read: to a conversation, or to something else. */
export type Invitation =
	| { readonly kind: 'conversation'; readonly identity: ConversationIdentity; readonly newcomer: UserId } |
	{ readonly kind: 'other' };

/** Reads the stripped state of an invitation: what kind of room it is, and who made it. */
export function readInvitation( state: readonly StateLike[] ): Invitation {
	const create = state.find( ( event ) => event.type === 'm.room.create' );
	const identity = create && readConversationIdentity( create.content );
	return create && identity ? { kind: 'conversation', identity, newcomer: create.sender } : { kind: 'other' };
}

function levelOf( levels: unknown, user: UserId ): number {
	if ( !isRecord( levels ) ) {
		return 0;
	}
	const own = isRecord( levels.users ) ? levels.users[ user ] : undefined;
	const level = own ?? levels.users_default;
	return typeof level === 'number' ? level : 0;
}

/** Level of a user by the content of `m.room.power_levels`; 0 where nothing is said. */
export { levelOf as powerLevelOf };

/** Whether the bot may take the others' power: it has enough for the event, and more than everybody else. */
function canLock( levels: unknown, bot: UserId ): boolean {
	if ( !isRecord( levels ) || !isRecord( levels.users ) ) {
		return false;
	}
	const own = levelOf( levels, bot );
	const events = isRecord( levels.events ) ? levels.events : {};
	const needed = events[ 'm.room.power_levels' ] ?? levels.state_default ?? 50;
	const others = Object.keys( levels.users ).filter( ( user ) => user !== bot );
	const defaultLevel = levelOf( { users_default: levels.users_default }, bot );
	const highest = Math.max( defaultLevel, ...others.map( ( user ) => levelOf( levels, user as UserId ) ) );
	return typeof needed === 'number' && own >= needed && own > highest;
}

/** What can be wrong with a room, in words for people who make rooms. */
const PROBLEMS = {
	members: 'its members are not its creator and the bot alone',
	encryption: 'it is encrypted',
	history: 'its history is not visible from the invitation on',
	joining: 'one can join it without an invitation',
	levels: 'its power levels do not let the bot lock it',
	lock: 'its power levels are no longer those that the bot has set',
	replacement: 'it has been replaced by another room'
} as const;

/** Whether two values of JSON are the same, whatever the order of keys. */
function isSame( a: unknown, b: unknown ): boolean {
	if ( !isRecord( a ) || !isRecord( b ) ) {
		return a === b;
	}
	const keys = Object.keys( a );
	return keys.length === Object.keys( b ).length && keys.every( ( key ) => isSame( a[ key ], b[ key ] ) );
}

type StateEvent = Pick<RoomEvent, 'type' | 'content' | 'state_key'>;

/** Whether an event leaves the bot alone with power in a room. */
export function isLock( { type, state_key: stateKey, content }: StateEvent, bot: UserId ): boolean {
	return type === 'm.room.power_levels' && stateKey === '' && isSame( content, lockedPowerLevels( bot ) );
}

/**
 * Judges an event in a room that was locked, whoever sent it: a server's administrator can act in the bot's name, too.
 *
 * @returns what is wrong with the room from this event on; `undefined` when it may go on
 */
export function changeProblem(
	event: StateEvent, { newcomer, receiver }: { readonly newcomer: UserId; readonly receiver: UserId }
): string | undefined {
	const { type, state_key: stateKey } = event;
	const content = isRecord( event.content ) ? event.content : {};
	if ( type === 'm.room.member' ) {
		const isOther = stateKey !== undefined && stateKey !== newcomer && stateKey !== receiver;
		return isOther && content.membership !== 'leave' && content.membership !== 'ban' ? PROBLEMS.members : undefined;
	}
	if ( stateKey !== '' ) {
		return undefined;
	}
	switch ( type ) {
		case 'm.room.encryption': return PROBLEMS.encryption;
		case 'm.room.history_visibility': return content.history_visibility === 'invited' ? undefined : PROBLEMS.history;
		case 'm.room.join_rules': return content.join_rule === 'invite' ? undefined : PROBLEMS.joining;
		case 'm.room.power_levels': return isLock( event, receiver ) ? undefined : PROBLEMS.lock;
		case 'm.room.tombstone': return PROBLEMS.replacement;
		default: return undefined;
	}
}

/** Types of the state by which rooms are judged. */
export const JUDGED_TYPES: readonly string[] = [
	'm.room.create', 'm.room.member', 'm.room.power_levels', 'm.room.encryption', 'm.room.history_visibility', 'm.room.join_rules', 'm.room.tombstone'
];

/**
 * Checks the state of a conversation room before it is locked.
 *
 * @returns what is wrong with it, in words for people who make rooms; empty when it may be adopted
 */
export function roomProblems( state: readonly StateLike[], expected: RoomExpectation ): string[] {
	const content = ( type: string ): Readonly<Record<string, unknown>> => (
		state.find( ( event ) => event.type === type && ( event.state_key ?? '' ) === '' )?.content ?? {}
	);
	const create = state.find( ( event ) => event.type === 'm.room.create' );
	const identity = create && readConversationIdentity( create.content );
	if ( !create || !identity ) {
		return [ 'it is not made as a conversation' ];
	}
	const newcomer = create.sender;
	const people = state
		.filter( ( { type, content: { membership } } ) => type === 'm.room.member' && ( membership === 'join' || membership === 'invite' ) )
		.map( ( { state_key: userId } ) => userId );
	const isPrivate = people.length === 2 && people.includes( newcomer ) && people.includes( expected.bot );
	const problems: [ boolean, string ][] = [
		[ expected.wikis.includes( identity.wiki ), 'its wiki is not known here' ],
		[ expected.teams.includes( identity.team ), 'its team is not known here' ],
		[ create.content.room_version === CONVERSATION_ROOM_VERSION, `its room version is not ${ CONVERSATION_ROOM_VERSION }` ],
		[ centralIdOf( newcomer, expected.serverName ) !== undefined, 'its creator did not log in through the wiki' ],
		[ isPrivate, PROBLEMS.members ],
		[ !state.some( ( { type } ) => type === 'm.room.encryption' ), PROBLEMS.encryption ],
		[ content( 'm.room.history_visibility' ).history_visibility === 'invited', PROBLEMS.history ],
		[ content( 'm.room.join_rules' ).join_rule === 'invite', PROBLEMS.joining ],
		[ canLock( content( 'm.room.power_levels' ), expected.bot ), PROBLEMS.levels ],
		[ !state.some( ( { type } ) => type === 'm.room.tombstone' ), PROBLEMS.replacement ]
	];
	return problems.filter( ( [ isFine ] ) => !isFine ).map( ( [ , problem ] ) => problem );
}

/** When a room was made, in ms since 1970. */
export function roomCreatedAtMs( state: readonly RoomEvent[] ): number {
	return state.find( ( { type } ) => type === 'm.room.create' )?.origin_server_ts ?? 0;
}
