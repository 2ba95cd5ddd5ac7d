import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { MatrixFailure } from '../../../src/matrix/index.ts';
import { ConfigError } from '../../../src/relay/config/config.ts';
import { isTemporary } from '../../../src/relay/refusal.ts';
import type { Homeserver } from '../../../src/relay/routing/ports.ts';
import { openSupportRooms, withoutRooms } from '../../../src/relay/support-rooms.ts';
import { openScratchStore, silentLog } from '../../support/relay-store.ts';

const bot = '@bot:x' as UserId;
const [ well, bad ] = [ '!well:x', '!bad:x' ] as [ RoomId, RoomId ];
const teams = new Map( [ [ 'general', well ], [ 'harassment', bad ] ] );
let state: RoomEvent[];
let scratch: ReturnType<typeof openScratchStore>;

const member = ( userId: string ): RoomEvent => ( {
	event_id: '$m' as EventId, type: 'm.room.member', state_key: userId, sender: userId as UserId, origin_server_ts: 1, content: { membership: 'join' }
} );
const levels: RoomEvent = { event_id: '$p' as EventId, type: 'm.room.power_levels', state_key: '', sender: bot, origin_server_ts: 1, content: {} };

beforeEach( () => {
	scratch = openScratchStore();
	state = [ levels, member( '@nita:x' ) ];
} );
afterEach( () => scratch.dispose() );

const encrypted = new ConfigError( 'configuration', [ 'it is encrypted' ] );
const open = ( isBad: ( roomId: RoomId ) => boolean, failure: Error = encrypted ) => openSupportRooms( teams, {
	store: scratch.store, bot, log: silentLog,
	read: ( _team, roomId ) => isBad( roomId ) ? Promise.reject( failure ) : Promise.resolve( state )
} );
const members = async ( roomId: RoomId ): Promise<string[]> => (
	( await scratch.store.transaction( ( tx ) => tx.members( roomId ) ) ).map( ( { userId } ) => userId )
);

describe( 'a Support room that is not as it has to be', () => {
	it( 'does not keep the others from being opened, unless there is no other', async () => {
		expect( [ ...await open( ( roomId ) => roomId === bad ) ] ).toEqual( [ [ bad, 'it is encrypted' ] ] );
		expect( await members( well ) ).toEqual( [ '@nita:x' ] );
		await expect( open( () => true ) ).rejects.toMatchObject( { problems: [ 'it is encrypted', 'it is encrypted' ] } );
	} );

	it( 'is told from a homeserver that refuses the account', async () => {
		const failure = new MatrixFailure( 'unauthorised', 'M_UNKNOWN_TOKEN (401)' );
		await expect( open( ( roomId ) => roomId === bad, failure ) ).rejects.toBe( failure );
	} );

	it( 'has its members read anew when it is well again', async () => {
		await open( () => false );
		await scratch.store.transaction( ( tx ) => tx.setPosition( bot, 's1' ) );
		await open( ( roomId ) => roomId === bad );
		state = [ levels, member( '@new:x' ) ];
		await open( () => false );
		expect( [ await members( well ), await members( bad ) ] ).toEqual( [ [ '@nita:x' ], [ '@new:x' ] ] );
	} );

	it( 'lets wait what is to be done in it, and nothing else', async () => {
		const sent: RoomId[] = [];
		const homeserver = withoutRooms( {
			send( roomId: RoomId ) {
				sent.push( roomId );
				return Promise.resolve( '$sent' );
			}
		} as unknown as Homeserver, new Set( [ bad ] ) );
		await homeserver.send( well, 't', {} );
		const failure: unknown = await homeserver.send( bad, 't', {} ).catch( ( error: unknown ) => error );
		expect( isTemporary( failure ) ).toBe( true );
		expect( sent ).toEqual( [ well ] );
	} );
} );
