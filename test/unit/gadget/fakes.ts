import type { MatrixClient, MatrixSession, SyncLoopOptions } from '../../../src/matrix/index.ts';
import { CONVERSATION_ROOM_TYPE } from '../../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import type { StoragePort } from '../../../src/gadget/panel/viewmodels/browser-memory.ts';
import type { MatrixModule } from '../../../src/gadget/panel/viewmodels/matrix-port.ts';

export const me = '@mw-4-:help.example' as UserId;
export const bot = '@bot:help.example' as UserId;
export const stranger = '@eve:help.example' as UserId;
export const session: MatrixSession = { userId: me, deviceId: 'D', accessToken: 'secret' };

/** Lets everything that waits for nothing but promises go on. */
export async function settle(): Promise<void> {
	for ( let turn = 0; turn < 50; turn++ ) {
		await Promise.resolve();
	}
}

/** A failure as `MatrixFailure` looks from another bundle. */
export function failure( code: string, retryAfterMs?: number ): Error {
	return Object.assign( new Error( code ), { name: 'MatrixFailure', code, retryAfterMs } );
}

export class FakeStorage implements StoragePort {
	readonly values = new Map<string, string>();

	getItem( key: string ): string | null {
		return this.values.get( key ) ?? null;
	}

	setItem( key: string, value: string ): void {
		this.values.set( key, value );
	}

	removeItem( key: string ): void {
		this.values.delete( key );
	}
}

let count = 0;

/** An event with the parts that every event has. */
export function event( part: Partial<RoomEvent> & Pick<RoomEvent, 'sender'> ): RoomEvent {
	count += 1;
	return {
		event_id: `$event${ count }` as EventId, type: 'm.room.message', origin_server_ts: 1_000 + count, content: {}, ...part
	};
}

/** State of a conversation room. */
export function conversationState( part: { wiki?: string; creator?: UserId; botIs?: string; createdAtMs?: number } = {} ): RoomEvent[] {
	return [
		event( {
			type: 'm.room.create', state_key: '', sender: part.creator ?? me, origin_server_ts: part.createdAtMs ?? 1,
			content: { type: CONVERSATION_ROOM_TYPE, 'org.wikimedia.askforhelp': { wiki: part.wiki ?? 'testwiki', team: 'general' } }
		} ),
		event( { type: 'm.room.member', state_key: bot, sender: bot, content: { membership: part.botIs ?? 'join' } } )
	];
}

type Sent = { readonly roomId: RoomId; readonly transactionId: string; readonly content: Readonly<Record<string, unknown>> };

/** The Matrix bundle with a homeserver behind it that does what a test says. */
export class FakeMatrix {
	readonly rooms = new Map<RoomId, RoomEvent[]>();
	readonly sent: Sent[] = [];
	readonly created: Readonly<Record<string, unknown>>[] = [];
	readonly tokens: string[] = [];
	readonly syncs: SyncLoopOptions[] = [];
	logouts = 0;
	/** What the next requests answer; `undefined` when all is well. */
	failure: Error | undefined;
	sessionOfLogin = session;
	/** Ends the sleep of whoever waits to try again. */
	wake: () => void = () => {};
	endSync: ( error: Error ) => void = () => {};

	private request<Answer>( answer: () => Answer ): Promise<Answer> {
		return this.failure ? Promise.reject( this.failure ) : Promise.resolve( answer() );
	}

	private readonly client: Partial<MatrixClient> = {
		joinedRooms: () => this.request( () => [ ...this.rooms.keys() ] ),
		roomState: ( roomId ) => this.request( () => this.rooms.get( roomId ) ?? [] ),
		createRoom: ( body ) => this.request( () => {
			this.created.push( body );
			const roomId = `!made${ this.created.length }:help.example` as RoomId;
			this.rooms.set( roomId, conversationState() );
			return roomId;
		} ),
		sendEvent: ( roomId, _type, transactionId, content ) => this.request( () => {
			this.sent.push( { roomId, transactionId, content } );
			return `$sent-${ transactionId }` as EventId;
		} ),
		logout: () => {
			this.logouts += 1;
			return Promise.resolve();
		}
	};

	readonly module: MatrixModule = {
		createMatrixClient: () => this.client as MatrixClient,
		createBackOff: () => ( { next: () => 1, reset() {} } ),
		sleepUnlessAborted: ( _delayMs, signal ) => new Promise( ( resolve ) => {
			this.wake = resolve;
			signal.addEventListener( 'abort', () => resolve() );
		} ),
		loginWithToken: ( _options, token ) => this.request( () => {
			this.tokens.push( token );
			return this.sessionOfLogin;
		} ),
		startSyncLoop: ( options ) => {
			this.syncs.push( options );
			const ended = new Promise<void>( ( _resolve, reject ) => {
				this.endSync = reject;
			} );
			ended.catch( () => {} );
			return { ended, retryNow() {}, stop: () => Promise.resolve() };
		}
	};

	/** What /sync of the last opened conversation brings. */
	async receive( roomId: RoomId, ...events: readonly RoomEvent[] ): Promise<void> {
		await this.syncs.at( -1 )?.onBatch( { nextBatch: 's', joined: [ { roomId, timeline: events, state: [] } ], invited: [], left: [] } );
	}
}
