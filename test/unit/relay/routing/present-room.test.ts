import { describe, expect, it } from 'vitest';
import type { RoomId, UserId } from '../../../../src/protocol/ids.ts';
import type { ConversationRoom, RequestState, RoomState } from '../../../../src/relay/routing/model.ts';
import { beginsAnew, presentRoom } from '../../../../src/relay/routing/present-room.ts';

const a = '!a:example.org' as RoomId;
const b = '!b:example.org' as RoomId;
const room = ( roomId: RoomId, state: RoomState, createdAtMs = 1 ): ConversationRoom => ( {
	roomId, state, createdAtMs, conversationId: 1, receiver: '@bot:x' as UserId, newcomer: '@mw-4-:x' as UserId, isReading: true, isWatched: true
} );

describe( 'the room in which a conversation goes on', () => {
	it.each( [
		[ 'none', [], undefined, undefined ],
		[ 'none that is being left', [ room( a, 'closing' ), room( b, 'refused' ) ], undefined, undefined ],
		[ 'the only open one', [ room( a, 'invited' ), room( b, 'open' ) ], undefined, b ],
		[ 'the oldest', [ room( a, 'open', 2 ), room( b, 'open', 1 ) ], undefined, b ],
		[ 'the smallest of the same age', [ room( b, 'open' ), room( a, 'open' ) ], undefined, a ],
		[ 'the oldest, although the question was asked in the other', [ room( a, 'open', 2 ), room( b, 'open', 1 ) ], [ a, 'waiting' ], b ],
		[ 'the one with answers', [ room( a, 'open', 2 ), room( b, 'open', 1 ) ], [ a, 'answered' ], a ],
		[ 'another one when that with answers is left', [ room( a, 'refused', 1 ), room( b, 'open', 2 ) ], [ a, 'answered' ], b ]
	] as [ string, ConversationRoom[], [ RoomId, RequestState ] | undefined, RoomId | undefined ][] )( 'is %s', ( _, rooms, latest, expected ) => {
		expect( presentRoom( rooms, latest && { roomId: latest[ 0 ], state: latest[ 1 ] } )?.roomId ).toBe( expected );
	} );
} );

describe( 'a message in another room than the latest request\'s', () => {
	it.each( [
		[ 'open', 'open', false ], [ 'invited', 'open', false ], [ 'refused', 'open', true ], [ 'gone', 'open', true ], [ 'closing', 'open', true ],
		[ 'refused', 'refused', false ], [ 'gone', 'closing', false ]
	] as [ RoomState, RoomState, boolean ][] )( 'with that one %s, said in one that is %s, begins anew: %s', ( of, saidIn, expected ) => {
		expect( beginsAnew( room( a, of ), room( b, saidIn ) ) ).toBe( expected );
	} );

	it( 'is none in the same room, nor where the room is not known', () => {
		expect( beginsAnew( room( a, 'refused' ), room( a, 'open' ) ) ).toBe( false );
		expect( beginsAnew( undefined, room( a, 'open' ) ) ).toBe( false );
		expect( beginsAnew( room( a, 'refused' ), undefined ) ).toBe( false );
	} );
} );
