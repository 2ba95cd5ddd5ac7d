import { expect, it } from 'vitest';
import type { ServiceClient } from '../../../../src/matrix/index.ts';
import type { EventId, RoomId, UserId } from '../../../../src/protocol/ids.ts';
import { createHomeserver } from '../../../../src/relay/matrix/homeserver.ts';

const bot = '@bot:x' as UserId;

/** A room with an event a millisecond, without end; resolves with how many were looked at. */
async function look( sinceMs: number ): Promise<number> {
	let looked = 0;
	const client = {
		messages: ( _room: RoomId, { limit }: { limit: number } ) => {
			if ( looked >= 20_000 ) {
				throw new Error( 'looks for ever' );
			}
			const chunk = Array.from( { length: limit }, () => (
				{ event_id: '$1' as EventId, type: 'm.room.message', sender: bot, origin_server_ts: 20_000 - looked++, content: {} }
			) );
			return Promise.resolve( { chunk, start: '', end: String( looked ) } );
		}
	};
	expect( await createHomeserver( client as unknown as ServiceClient, bot ).findOwn( '!a:x' as RoomId, sinceMs, () => false ) ).toBeUndefined();
	return looked;
}

it( 'looks back to a time, or at no more than a few thousand events', async () => {
	expect( await look( 10_000 ) ).toBe( 10_100 );
	expect( await look( 0 ) ).toBe( 3_000 );
} );
