import { describe, expect, it } from 'vitest';
import type { RoomId } from '../../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../../src/protocol/message.ts';
import { findConversationRoom } from '../../../../src/gadget/panel/viewmodels/conversation-room.ts';
import { bot, conversationState, event, failure, me, stranger } from '../fakes.ts';

const query = { identity: { wiki: 'testwiki', team: 'general' }, me, bot };
const a = '!a:help.example' as RoomId;
const b = '!b:help.example' as RoomId;

function find( rooms: readonly ( readonly [ RoomId, readonly RoomEvent[] | Error ] )[] ): Promise<RoomId | undefined> {
	const states = new Map( rooms );
	return findConversationRoom( {
		joinedRooms: () => Promise.resolve( [ ...states.keys() ] ),
		roomState: ( roomId ) => {
			const state = states.get( roomId )!;
			return state instanceof Error ? Promise.reject( state ) : Promise.resolve( [ ...state ] );
		}
	}, query );
}

describe( 'finding the conversation again', () => {
	it.each( [
		[ 'its own room', [ [ a, conversationState() ] ], a ],
		[ 'a room that the bot is still invited to', [ [ a, conversationState( { botIs: 'invite' } ) ] ], a ],
		[ 'the older of two that two devices made at once', [
			[ a, conversationState( { createdAtMs: 20 } ) ], [ b, conversationState( { createdAtMs: 10 } ) ]
		], b ],
		[ 'the right one beside rooms that have just been left', [ [ a, failure( 'forbidden' ) ], [ b, conversationState() ] ], b ]
	] as const )( 'finds %s', async ( _what, rooms, expected ) => {
		expect( await find( rooms ) ).toBe( expected );
	} );

	it.each( [
		[ 'a room of another wiki', conversationState( { wiki: 'otherwiki' } ) ],
		[ 'a room that the bot has left', conversationState( { botIs: 'leave' } ) ],
		[ 'a room that somebody else made', conversationState( { creator: stranger } ) ],
		[ 'any other room', [ event( { type: 'm.room.create', state_key: '', sender: me, content: {} } ) ] ]
	] )( 'does not take %s', async ( _what, state ) => {
		expect( await find( [ [ a, state ] ] ) ).toBeUndefined();
	} );

	it( 'does not take a homeserver in trouble for a missing conversation', async () => {
		await expect( find( [ [ a, failure( 'server' ) ] ] ) ).rejects.toMatchObject( { code: 'server' } );
	} );
} );
