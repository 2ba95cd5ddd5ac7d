import { describe, expect, it } from 'vitest';
import { conversationCreation, lockedPowerLevels } from '../../../../src/protocol/conversation.ts';
import type { UserId } from '../../../../src/protocol/ids.ts';
import { changeProblem, isLock, powerLevelOf, readInvitation, roomProblems } from '../../../../src/relay/routing/room-check.ts';

const newcomer = '@mw-4-:example.org' as UserId;
const bot = '@ask-for-help:example.org' as UserId;
const expected = { bot, serverName: 'example.org', wikis: [ 'enwiki' ], teams: [ 'general' ] };
const body = conversationCreation( { wiki: 'enwiki', team: 'general' }, newcomer, bot );

type State = { type: string; state_key: string; sender: UserId; content: Record<string, unknown> };

/** The state of a room as the gadget makes it, with pieces exchanged (`undefined` takes one away). */
function state( changes: Record<string, Record<string, unknown> | undefined> = {}, creator = newcomer ): State[] {
	const contents: Record<string, Record<string, unknown> | undefined> = {
		'm.room.create': { ...body.creation_content as object, room_version: '11' },
		'm.room.power_levels': body.power_level_content_override as Record<string, unknown>,
		'm.room.join_rules': { join_rule: 'invite' },
		'm.room.history_visibility': { history_visibility: 'invited' },
		[ `m.room.member ${ creator }` ]: { membership: 'join' },
		[ `m.room.member ${ bot }` ]: { membership: 'join' },
		...changes
	};
	return Object.entries( contents ).flatMap( ( [ key, content ] ) => {
		const [ type = '', stateKey = '' ] = key.split( ' ' );
		return content ? [ { type, state_key: stateKey, sender: creator, content } ] : [];
	} );
}

describe( 'roomProblems', () => {
	it( 'finds none in a room as the gadget makes it', () => {
		expect( roomProblems( state(), expected ) ).toEqual( [] );
	} );

	it( 'finds none in a room that is locked already', () => {
		expect( roomProblems( state( { 'm.room.power_levels': lockedPowerLevels( bot ) } ), expected ) ).toEqual( [] );
	} );

	const create = state()[ 0 ]!.content;
	const identity = ( wiki: string, team: string ): Record<string, unknown> => (
		{ 'm.room.create': { ...create, 'org.wikimedia.askforhelp': { wiki, team } } }
	);
	it.each( [
		[ 'no create event', { 'm.room.create': undefined }, 'it is not made as a conversation' ],
		[ 'another type', { 'm.room.create': { ...create, type: 'm.space' } }, 'it is not made as a conversation' ],
		[ 'an unknown wiki', identity( 'dewiki', 'general' ), 'its wiki is not known here' ],
		[ 'an unknown team', identity( 'enwiki', 'nobody' ), 'its team is not known here' ],
		[ 'another version', { 'm.room.create': { ...create, room_version: '12' } }, 'its room version is not 11' ],
		[ 'a third member', { 'm.room.member @eve:example.org': { membership: 'join' } }, 'its members are not its creator and the bot alone' ],
		[ 'a third person invited', { 'm.room.member @eve:example.org': { membership: 'invite' } }, 'its members are not its creator and the bot alone' ],
		[ 'a creator who has left', { [ `m.room.member ${ newcomer }` ]: { membership: 'leave' } }, 'its members are not its creator and the bot alone' ],
		[ 'encryption', { 'm.room.encryption': { algorithm: 'm.megolm.v1.aes-sha2' } }, 'it is encrypted' ],
		[ 'a history that begins with the join', { 'm.room.history_visibility': { history_visibility: 'joined' } }, 'its history is not visible from the invitation on' ],
		[ 'a history for the whole world', { 'm.room.history_visibility': { history_visibility: 'world_readable' } }, 'its history is not visible from the invitation on' ],
		[ 'a public join rule', { 'm.room.join_rules': { join_rule: 'public' } }, 'one can join it without an invitation' ],
		[ 'a room in whose place another one is', { 'm.room.tombstone': { replacement_room: '!x:example.org' } }, 'it has been replaced by another room' ],
		[ 'knocking', { 'm.room.join_rules': { join_rule: 'knock' } }, 'one can join it without an invitation' ],
		[ 'no power levels', { 'm.room.power_levels': undefined }, 'its power levels do not let the bot lock it' ],
		[ 'power levels without the bot', { 'm.room.power_levels': { users: { [ newcomer ]: 100 } } }, 'its power levels do not let the bot lock it' ],
		[ 'a bot no higher than the creator', { 'm.room.power_levels': { users: { [ newcomer ]: 100, [ bot ]: 100 } } }, 'its power levels do not let the bot lock it' ],
		[ 'power for everybody', { 'm.room.power_levels': { users: { [ bot ]: 101 }, users_default: 101 } }, 'its power levels do not let the bot lock it' ]
	] as [ string, Record<string, Record<string, unknown> | undefined>, string ][] )( 'finds %s', ( _, changes, problem ) => {
		expect( roomProblems( state( changes ), expected ) ).toContain( problem );
	} );

	it.each( [ '@mw-4:example.org', '@mw-x-:example.org', '@mw-4-:evil.org', '@mw-4-1:example.org', '@sara:example.org' ] )(
		'finds a creator who is no newcomer: %s', ( creator ) => {
			expect( roomProblems( state( { [ `m.room.member ${ newcomer }` ]: undefined }, creator as UserId ), expected ) )
				.toContain( 'its creator did not log in through the wiki' );
		}
	);
} );

describe( 'isLock', () => {
	const lock = { type: 'm.room.power_levels', state_key: '', content: lockedPowerLevels( bot ) };

	it( 'knows what the bot sets, whatever the order of its keys', () => {
		expect( isLock( lock, bot ) ).toBe( true );
		expect( isLock( { ...lock, content: Object.fromEntries( Object.entries( lock.content ).reverse() ) }, bot ) ).toBe( true );
	} );

	it.each( [
		[ 'another account', { users: { [ newcomer ]: 101 } } ], [ 'somebody beside the bot', { users: { [ bot ]: 101, [ newcomer ]: 0 } } ],
		[ 'everybody', { users_default: 100 } ], [ 'one more event', { events: { ...lock.content.events as object, 'm.room.topic': 0 } } ],
		[ 'inviting', { invite: 0 } ], [ 'nobody', { users: undefined } ]
	] )( 'knows levels that give power to %s', ( _, changes ) => {
		expect( isLock( { ...lock, content: { ...lock.content, ...changes } }, bot ) ).toBe( false );
	} );
} );

describe( 'changeProblem', () => {
	const people = { newcomer, receiver: bot };
	it.each( [
		[ 'm.room.member', newcomer, { membership: 'leave' } ], [ 'm.room.member', newcomer, { membership: 'join', displayname: 'New' } ],
		[ 'm.room.member', bot, { membership: 'leave' } ], [ 'm.room.member', '@eve:example.org', { membership: 'leave' } ],
		[ 'm.room.member', '@eve:example.org', { membership: 'ban' } ], [ 'm.room.name', '', { name: 'x' } ], [ 'm.room.message', undefined, {} ],
		[ 'm.room.join_rules', '', { join_rule: 'invite' } ], [ 'm.room.history_visibility', '', { history_visibility: 'invited' } ],
		[ 'm.room.power_levels', '', lockedPowerLevels( bot ) ], [ 'm.room.encryption', 'x', {} ]
	] )( 'lets %s of %s be %j', ( type, stateKey, content ) => {
		expect( changeProblem( { type, content, ...( stateKey !== undefined && { state_key: stateKey } ) }, people ) ).toBeUndefined();
	} );

	it.each( [
		[ 'm.room.member', '@eve:example.org', { membership: 'invite' } ], [ 'm.room.member', '@eve:example.org', { membership: 'join' } ],
		[ 'm.room.member', '@eve:example.org', { membership: 'knock' } ], [ 'm.room.member', '@eve:example.org', null ],
		[ 'm.room.encryption', '', {} ], [ 'm.room.join_rules', '', { join_rule: 'public' } ], [ 'm.room.join_rules', '', null ],
		[ 'm.room.history_visibility', '', { history_visibility: 'shared' } ], [ 'm.room.power_levels', '', {} ],
		[ 'm.room.power_levels', '', null ], [ 'm.room.tombstone', '', {} ]
	] )( 'does not let %s of %s be %j', ( type, stateKey, content ) => {
		expect( changeProblem( { type, state_key: stateKey, content: content as Record<string, unknown> }, people ) ).toBeTypeOf( 'string' );
	} );
} );

describe( 'readInvitation', () => {
	it( 'takes identity and newcomer from the create event alone', () => {
		expect( readInvitation( state() ) ).toEqual( { kind: 'conversation', identity: { wiki: 'enwiki', team: 'general' }, newcomer } );
	} );

	it( 'knows a room that is something else', () => {
		expect( readInvitation( state( { 'm.room.create': {} } ) ) ).toEqual( { kind: 'other' } );
		expect( readInvitation( [] ) ).toEqual( { kind: 'other' } );
	} );
} );

describe( 'powerLevelOf', () => {
	it.each( [
		[ { users: { [ bot ]: 50 } }, 50 ], [ { users_default: 7 }, 7 ], [ { users: { [ bot ]: '50' } }, 0 ], [ {}, 0 ], [ undefined, 0 ]
	] )( 'of %j is %i', ( levels, level ) => {
		expect( powerLevelOf( levels, bot ) ).toBe( level );
	} );
} );
