import type { SyncBatch } from '../../src/matrix/index.ts';
import { MatrixFailure } from '../../src/matrix/index.ts';
import { conversationCreation } from '../../src/protocol/conversation.ts';
import type { EventId, RoomId, UserId } from '../../src/protocol/ids.ts';
import type { RoomEvent } from '../../src/protocol/message.ts';
import { readRedaction, writeReaction } from '../../src/protocol/message.ts';
import { setAside } from '../../src/relay/note-sent.ts';
import { createProfiles } from '../../src/relay/profiles.ts';
import { createReceiver, noteSupportRoom } from '../../src/relay/receiver.ts';
import { isTemporary } from '../../src/relay/refusal.ts';
import type { OutboxItem } from '../../src/relay/routing/model.ts';
import type { Homeserver } from '../../src/relay/routing/ports.ts';
import { createDoTask } from '../../src/relay/tasks.ts';
import { openScratchStore, silentLog } from './relay-store.ts';

export const rigBot = '@ask-for-help:example.org' as UserId;
export const rigNewcomer = '@mw-4-:example.org' as UserId;
export const rigHelper = '@nita:example.org' as UserId;
export const rigModerator = '@mod:example.org' as UserId;
export const rigSupport = '!support:example.org' as RoomId;
export const rigRoom = '!room:example.org' as RoomId;

/** No test sets off half as many. */
const MOST_ROUNDS = 50;

/** What the rooms of a rig hold, in order; redacted events have lost their content. */
export type RigRooms = {
	readonly events: RoomEvent[];
	/** Contents of what the bot said in a room and is still there. */
	said( roomId: RoomId ): Readonly<Record<string, unknown>>[];
	/** Texts as a client shows them, edits applied, oldest first: what is in the room and was not taken back. */
	shown( roomId: RoomId ): string[];
	/** Keys of the bot's reactions in a room, with the text of what they are put to. */
	reactions( roomId: RoomId ): string[];
};

export type RelayRig = RigRooms & {
	readonly store: ReturnType<typeof openScratchStore>[ 'store' ];
	/** Lets somebody do something in a room; what the relay gets to see of it waits for `receive`. */
	happens( roomId: RoomId, sender: UserId, content: Record<string, unknown>, type?: string ): EventId;
	say( roomId: RoomId, sender: UserId, body: string, more?: Record<string, unknown> ): EventId;
	edit( roomId: RoomId, sender: UserId, original: EventId, body: string ): EventId;
	redact( roomId: RoomId, sender: UserId, target: EventId ): EventId;
	react( roomId: RoomId, sender: UserId, target: EventId, key: string ): EventId;
	/** One batch of /sync into the store. */
	receive(): Promise<void>;
	/** Does everything in the outbox; what fails for the moment is left. */
	work(): Promise<void>;
	/** `receive`, then `work`, until neither has anything more. */
	settle(): Promise<void>;
	/** Makes what the bot does fail, or happen and fail: called before each request with its kind. */
	interrupt: ( ( what: string ) => 'before' | 'after' | undefined ) | undefined;
	/** The last event of the bot in a room whose body has this text. */
	mirrorOf( roomId: RoomId, text: string ): EventId;
	dispose(): Promise<void>;
};

/** Receiver and tasks over a real store, with rooms in memory in place of the homeserver: rooms as clients see them. */
export async function startRelayRig( nowMs = 1_000 ): Promise<RelayRig> {
	const scratch = openScratchStore( nowMs );
	const { store } = scratch;
	const events: RoomEvent[] = [];
	const byTransaction = new Map<string, EventId>();
	let received = 0;
	let count = 0;

	function append( roomId: RoomId, sender: UserId, type: string, content: Record<string, unknown> ): EventId {
		const event: RoomEvent = { event_id: `$${ count++ }` as EventId, room_id: roomId, type, sender, origin_server_ts: 7, content };
		events.push( event );
		const target = readRedaction( event );
		const index = events.findIndex( ( one ) => one.event_id === target && one.room_id === roomId );
		if ( index >= 0 ) {
			events[ index ] = { ...events[ index ]!, content: {} };
		}
		return event.event_id;
	}
	const find = ( eventId: unknown ): RoomEvent | undefined => events.find( ( event ) => event.event_id === eventId );
	const relation = ( event: RoomEvent ): Record<string, unknown> => ( event.content[ 'm.relates_to' ] ?? {} ) as Record<string, unknown>;
	const isEdit = ( event: RoomEvent ): boolean => relation( event ).rel_type === 'm.replace';

	async function request<Result>( what: string, work: () => Result ): Promise<Result> {
		const failure = rig.interrupt?.( what );
		if ( failure === 'before' ) {
			throw new MatrixFailure( 'unreachable', 'cut off' );
		}
		const result = work();
		if ( failure === 'after' ) {
			throw new MatrixFailure( 'unreachable', 'cut off' );
		}
		return result;
	}
	function once( roomId: RoomId, type: string, transactionId: string, content: Record<string, unknown> ): EventId {
		const key = `${ roomId } ${ type } ${ transactionId }`;
		const eventId = byTransaction.get( key ) ?? append( roomId, rigBot, type, content );
		byTransaction.set( key, eventId );
		return eventId;
	}
	const homeserver: Homeserver = {
		join: () => request( 'join', () => {} ),
		leave: () => request( 'leave', () => {} ),
		roomState: () => Promise.reject( new Error( 'not in a rig' ) ),
		setPowerLevels: () => Promise.reject( new Error( 'not in a rig' ) ),
		send: ( roomId, transactionId, content ) => request( 'send', () => once( roomId, 'm.room.message', transactionId, { ...content } ) ),
		react: ( roomId, transactionId, reaction ) => request( 'react', () => once( roomId, 'm.reaction', transactionId, writeReaction( reaction ) ) ),
		redact: ( roomId, transactionId, redacts ) => request( 'redact', () => void once( roomId, 'm.room.redaction', transactionId, { redacts } ) ),
		findOwn: ( roomId, _sinceMs, matches ) => request( 'find', () => (
			events.findLast( ( event ) => event.room_id === roomId && event.sender === rigBot && matches( event.content ) )?.event_id
		) ),
		latestContent: ( _roomId, eventId ) => request( 'read', () => (
			events.findLast( ( event ) => isEdit( event ) && relation( event ).event_id === eventId )?.content[ 'm.new_content' ] ?? find( eventId )?.content
		) )
	};

	const receiver = createReceiver( {
		receiver: rigBot, bot: rigBot, ownAccounts: new Set( [ rigBot ] ), serverName: 'example.org', wikis: new Set( [ 'enwiki' ] ),
		teamOfRoom: new Map( [ [ rigSupport, 'general' ] ] ), teams: new Set( [ 'general' ] ), store, log: silentLog,
		messagesPerMinute: 1_000
	} );
	const doTask = createDoTask( {
		store, bot: rigBot, log: silentLog, serverName: 'example.org', wikiLookupMs: 0, now: () => nowMs,
		wikis: { enwiki: { name: 'Wiki', articleUrl: 'https://wiki.example/wiki/$1' } },
		supportRooms: new Map( [ [ 'general', rigSupport ] ] ), homeservers: new Map( [ [ rigBot, homeserver ] ] ),
		profiles: createProfiles( {
			store, bot: rigBot, log: silentLog, serverName: 'example.org', random: () => 0, onWork: () => {},
			directory: { find: () => Promise.resolve( undefined ) }
		} )
	} );

	async function attempt( item: OutboxItem ): Promise<boolean> {
		try {
			await doTask( item );
			return true;
		} catch ( error ) {
			if ( isTemporary( error ) ) {
				return false;
			}
			if ( !( error instanceof Error ) || !( 'isTemporary' in error || error.name === 'TaskRefused' ) ) {
				throw error;
			}
			await store.transaction( ( tx ) => setAside( tx, item, error.message, rigBot ) );
			return true;
		}
	}

	const rig: RelayRig = {
		store, events, interrupt: undefined,
		said: ( roomId ) => events.filter( ( { room_id: id, sender, type, content } ) => (
			id === roomId && sender === rigBot && type === 'm.room.message' && Object.keys( content ).length > 0
		) ).map( ( { content } ) => content ),
		shown: ( roomId ) => events.filter( ( event ) => (
			event.room_id === roomId && event.type === 'm.room.message' && typeof event.content.body === 'string' && !isEdit( event )
		) ).map( ( event ) => {
			const edit = events.findLast( ( one ) => (
				isEdit( one ) && relation( one ).event_id === event.event_id && one.sender === event.sender
			) );
			return String( ( edit?.content[ 'm.new_content' ] as { body?: unknown } | undefined )?.body ?? event.content.body );
		} ),
		reactions: ( roomId ) => events.filter( ( { room_id: id, sender, type, content } ) => (
			id === roomId && sender === rigBot && type === 'm.reaction' && Object.keys( content ).length > 0
		) ).map( ( event ) => `${ String( relation( event ).key ) } ${ String( find( relation( event ).event_id )?.content.body ) }` ),
		happens: ( roomId, sender, content, type = 'm.room.message' ) => append( roomId, sender, type, content ),
		say: ( roomId, sender, body, more = {} ) => append( roomId, sender, 'm.room.message', { msgtype: 'm.text', body, ...more } ),
		edit: ( roomId, sender, original, body ) => append( roomId, sender, 'm.room.message', {
			msgtype: 'm.text', body: `* ${ body }`, 'm.new_content': { msgtype: 'm.text', body },
			'm.relates_to': { rel_type: 'm.replace', event_id: original }
		} ),
		redact: ( roomId, sender, target ) => append( roomId, sender, 'm.room.redaction', { redacts: target } ),
		react: ( roomId, sender, target, key ) => append( roomId, sender, 'm.reaction', writeReaction( { target, key } ) ),
		async receive() {
			const fresh = events.slice( received );
			received = events.length;
			const joined = [ rigSupport, rigRoom ].map( ( roomId ) => (
				{ roomId, state: [], timeline: fresh.filter( ( event ) => event.room_id === roomId ) }
			) );
			await receiver.takeIn( { nextBatch: `s${ received }`, joined, invited: [], left: [] } );
		},
		async work() {
			const stuck = new Set<string>();
			for ( ;; ) {
				const lane = await store.transaction( async ( tx ) => ( await tx.pendingLanes() ).find( ( one ) => !stuck.has( one ) ) );
				if ( lane === undefined ) {
					return;
				}
				const item = await store.transaction( ( tx ) => tx.nextInLane( lane ) );
				if ( item && !await attempt( item ) ) {
					stuck.add( lane );
				}
			}
		},
		async settle() {
			for ( let round = 0; round === 0 || received < events.length; round++ ) {
				if ( round === MOST_ROUNDS ) {
					throw new Error( 'what the relay does sets off something more each time' );
				}
				await rig.receive();
				await rig.work();
			}
		},
		mirrorOf: ( roomId, text ) => {
			const found = events.findLast( ( event ) => (
				event.room_id === roomId && event.sender === rigBot && !isEdit( event ) && String( event.content.body ).includes( text )
			) );
			if ( !found ) {
				throw new Error( `the bot has not said "${ text }"` );
			}
			return found.event_id;
		},
		dispose: () => scratch.dispose()
	};

	const create = {
		type: 'm.room.create', state_key: '', sender: rigNewcomer,
		content: conversationCreation( { wiki: 'enwiki', team: 'general' }, rigNewcomer, rigBot ).creation_content as Record<string, unknown>
	};
	const state = ( type: string, key: string, content: Record<string, unknown> ): RoomEvent => (
		{ event_id: `$state${ count++ }` as EventId, type, state_key: key, sender: rigBot, origin_server_ts: 1, content }
	);
	await noteSupportRoom( store, rigBot, rigSupport, [
		state( 'm.room.member', rigHelper, { membership: 'join', displayname: 'Nita B.' } ),
		state( 'm.room.member', rigModerator, { membership: 'join', displayname: 'Mod' } ),
		state( 'm.room.power_levels', '', { users: { [ rigModerator ]: 50 } } )
	] );
	const invitation: SyncBatch = { nextBatch: 's0', joined: [], invited: [ { roomId: rigRoom, state: [ create ] } ], left: [] };
	await receiver.takeIn( invitation );
	await store.transaction( async ( tx ) => {
		const [ lane ] = await tx.pendingLanes();
		await tx.removeItem( ( await tx.nextInLane( lane! ) )!.id );
		await tx.setRoomState( rigRoom, 'open' );
	} );
	return rig;
}
