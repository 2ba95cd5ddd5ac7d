import type { MatrixClient, MatrixSession, RoomBatch, SyncLoopOptions } from '../../../src/matrix/index.ts';
import { CONVERSATION_ROOM_TYPE } from '../../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../../src/protocol/ids.ts';
import type { RoomEvent } from '../../../src/protocol/message.ts';
import { writeMirrorMarker } from '../../../src/protocol/mirror.ts';
import type { StoragePort } from '../../../src/gadget/panel/viewmodels/browser-memory.ts';
import { openConversation } from '../../../src/gadget/panel/viewmodels/conversation.ts';
import { addEarlier, addToTimeline } from '../../../src/gadget/panel/viewmodels/timeline.ts';
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
		// A real storage has its keys as properties, too.
		Object.defineProperty( this, key, { value, enumerable: true, configurable: true } );
	}

	removeItem( key: string ): void {
		this.values.delete( key );
		Reflect.deleteProperty( this, key );
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

/** What a helper has said, as the relay passes it on. */
export function answer( text: string, part: Partial<RoomEvent> = {} ): RoomEvent {
	const marker = writeMirrorMarker( {
		source: { roomId: '!support:help.example' as RoomId, eventId: '$s' as EventId }, name: 'Nita', role: 'helper', saidAtMs: part.origin_server_ts ?? 1, text
	}, 'p' );
	return event( { sender: bot, content: { msgtype: 'm.text', body: `Nita: ${ text }`, ...marker }, ...part } );
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

type Sent = {
	readonly roomId: RoomId; readonly type: string; readonly transactionId: string;
	readonly content: Readonly<Record<string, unknown>>;
};

/** What several tabs see of one homeserver. */
export type FakeHomeserver = {
	readonly rooms: Map<RoomId, RoomEvent[]>;
	readonly sent: Sent[];
	readonly receipts: { readonly type: string; readonly id: EventId }[];
};

export function createFakeHomeserver(): FakeHomeserver {
	return { rooms: new Map(), sent: [], receipts: [] };
}

/** The Matrix bundle with a homeserver behind it that does what a test says. */
export class FakeMatrix {
	readonly homeserver: FakeHomeserver;
	readonly rooms: FakeHomeserver[ 'rooms' ];
	readonly sent: Sent[];
	readonly redacted: EventId[] = [];
	/** Of /messages, newest first, by where they begin. */
	readonly pages: Record<string, { readonly chunk: readonly RoomEvent[]; readonly end?: string }> = {};
	readonly pagesAsked: string[] = [];
	readonly created: Readonly<Record<string, unknown>>[] = [];
	readonly tokens: string[] = [];
	/** Under which each login was to be. */
	readonly deviceIds: ( string | undefined )[] = [];
	readonly syncs: SyncLoopOptions[] = [];
	logouts = 0;
	/** Those of them that were for all devices. */
	logoutsEverywhere = 0;
	/** What the next requests answer; `undefined` when all is well. */
	failure: Error | undefined;
	/** What is sent arrives, and the sender does not learn of it. */
	losesAnswers = false;
	/** What is sent gets no answer until it is told to fail. */
	holdsAnswers = false;
	failHeld: ( error: Error ) => void = () => {};
	sessionOfLogin = session;
	/** Ends the sleep of whoever waits to try again. */
	wake: () => void = () => {};
	endSync: ( error: Error ) => void = () => {};
	/** Loops that were stopped. */
	stops = 0;

	constructor( homeserver = createFakeHomeserver() ) {
		this.homeserver = homeserver;
		( { rooms: this.rooms, sent: this.sent } = homeserver );
	}

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
		sendEvent: ( roomId, type, transactionId, content ) => this.holdsAnswers ? new Promise( ( _resolve, reject ) => {
			this.failHeld = reject;
		} ) : this.request( () => {
			this.sent.push( { roomId, type, transactionId, content } );
			if ( this.losesAnswers ) {
				throw failure( 'unreachable' );
			}
			return `$sent-${ transactionId }` as EventId;
		} ),
		sendReceipt: ( _roomId, type, id ) => this.request( () => void this.homeserver.receipts.push( { type, id } ) ),
		redactEvent: ( _roomId, transactionId, eventId ) => this.request( () => {
			this.redacted.push( eventId );
			return `$redacted-${ transactionId }` as EventId;
		} ),
		messages: ( _roomId, { from = '' } ) => this.request( () => {
			this.pagesAsked.push( from );
			return Object.assign( { chunk: [], start: from }, this.pages[ from ] );
		} ),
		logout: ( isEverywhere = false ) => {
			this.logouts += 1;
			this.logoutsEverywhere += Number( isEverywhere );
			return Promise.resolve();
		}
	};

	readonly module: MatrixModule = {
		openConversation,
		addEarlier,
		addToTimeline,
		createMatrixClient: () => this.client as MatrixClient,
		createBackOff: () => ( { next: () => 1, reset() {} } ),
		sleepUnlessAborted: ( _delayMs, signal ) => new Promise( ( resolve ) => {
			this.wake = resolve;
			signal.addEventListener( 'abort', () => resolve() );
		} ),
		loginWithToken: ( _options, token, _deviceName, deviceId ) => this.request( () => {
			this.tokens.push( token );
			this.deviceIds.push( deviceId );
			return this.sessionOfLogin;
		} ),
		fillEachGap: () => ( { read: () => Promise.resolve( { joined: [], left: [] } ) } ),
		startSyncLoop: ( options ) => {
			this.syncs.push( options );
			let stop = (): void => {};
			const ended = new Promise<void>( ( resolve, reject ) => {
				stop = resolve;
				this.endSync = reject;
			} );
			ended.catch( () => {} );
			return {
				ended,
				retryNow() {},
				stop: () => {
					this.stops += 1;
					stop();
					return Promise.resolve();
				}
			};
		}
	};

	/** What /sync of the last opened conversation brings. */
	async receive( roomId: RoomId, ...events: readonly RoomEvent[] ): Promise<void> {
		await this.receiveRoom( { roomId, timeline: events } );
	}

	/** The same, with a position and what the room does not keep. */
	async receiveNews( roomId: RoomId, timeline: readonly RoomEvent[], nextBatch = 's', ephemeral: RoomBatch[ 'ephemeral' ] = [] ): Promise<void> {
		await this.receiveRoom( { roomId, timeline, ephemeral }, nextBatch );
	}

	/** The same, with more than events. */
	async receiveRoom( batch: Partial<RoomBatch> & Pick<RoomBatch, 'roomId'>, nextBatch = 's' ): Promise<void> {
		await this.syncs.at( -1 )?.onBatch( { nextBatch, joined: [ { timeline: [], state: [], ...batch } ], invited: [], left: [] } );
	}
}
