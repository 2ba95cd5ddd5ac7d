import type { RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { FakeEvent, FakeRooms } from './fake-rooms.ts';

const PREFIX = 's';

/** The position that stands for all that has happened so far. */
export const positionNow = ( rooms: FakeRooms ): string => `${ PREFIX }${ rooms.events.length }`;
/** The place in the stream that a position or a page's token names. */
export const placeOf = ( token: string ): number => Number( token.slice( 1 ) );

const stripped = ( { type, state_key: stateKey, sender, content }: FakeEvent ): object => (
	{ type, state_key: stateKey, sender, content }
);

function joinedRoom( rooms: FakeRooms, roomId: RoomId, since: number, isNew: boolean, limit: number ): object | undefined {
	const places = rooms.events.flatMap( ( event, index ) => event.room_id === roomId && ( isNew || index >= since ) ? [ index ] : [] );
	if ( places.length === 0 ) {
		return undefined;
	}
	const shown = places.slice( -limit );
	const start = shown[ 0 ]!;
	const state = rooms.state( roomId, start );
	return {
		timeline: {
			events: shown.map( ( index ) => rooms.events[ index ] ), limited: shown.length < places.length, prev_batch: `t${ start }`
		},
		state: { events: isNew ? state : state.filter( ( event ) => rooms.events.indexOf( event ) >= since ) }
	};
}

/** What /sync tells an account that was at a place in the stream; from 0, all that it is in. */
export function answerSync(
	rooms: FakeRooms, userId: UserId, since: number, limit: number
): { readonly isEmpty: boolean; readonly answer: Readonly<Record<string, unknown>> } {
	const join: Record<RoomId, object> = {};
	const invite: Record<RoomId, object> = {};
	const leave: Record<RoomId, object> = {};
	for ( const roomId of rooms.roomIds() ) {
		const now = rooms.membership( roomId, userId );
		const before = rooms.membership( roomId, userId, since );
		if ( now === 'join' ) {
			const room = joinedRoom( rooms, roomId, since, since === 0 || before !== 'join', limit );
			Object.assign( join, room && { [ roomId ]: room } );
		} else if ( now === 'invite' && before !== 'invite' ) {
			invite[ roomId ] = { invite_state: { events: rooms.state( roomId ).map( stripped ) } };
		} else if ( now === 'leave' && since > 0 && before !== 'leave' ) {
			leave[ roomId ] = { timeline: { events: [] } };
		}
	}
	const isEmpty = [ join, invite, leave ].every( ( part ) => Object.keys( part ).length === 0 );
	return { isEmpty, answer: { next_batch: positionNow( rooms ), rooms: { join, invite, leave } } };
}
