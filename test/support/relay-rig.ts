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
import type { OutboxItem, WikiFacts } from '../../src/relay/routing/model.ts';
import type { FirstAnswer, Homeserver, News } from '../../src/relay/routing/ports.ts';
import { createDoTask } from '../../src/relay/tasks.ts';
import { createTypingSigns } from '../../src/relay/typing.ts';
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
	/** Does one item as it was when it was looked up. */
	do( item: OutboxItem ): Promise<boolean>;
	/** Does everything in the outbox; what fails for the moment is left. */
	work(): Promise<void>;
	/** `receive`, then `work`, until neither has anything more. */
	settle(): Promise<void>;
	/** Makes what the bot does fail, or happen and fail: called before each request with its kind. */
	interrupt: ( ( what: string ) => 'before' | 'after' | 'refused' | undefined ) | undefined;
	/** A newcomer's client makes another conversation room, and invites the bot. */
	open( roomId: RoomId, createdAtMs: number, newcomer?: UserId, team?: string ): void;
	/** Another team gets a Support room, with the same members; "harassment" is private. */
	addTeam( team: string, roomId: RoomId ): Promise<void>;
	/** Somebody changes a room's state. */
	change( roomId: RoomId, sender: UserId, type: string, key: string, content: Record<string, unknown> ): EventId;
	/** The bot is removed from a room. */
	kick( roomId: RoomId ): void;
	/** A room is deleted, and nothing tells of it. */
	forget( roomId: RoomId ): void;
	/** The homeserver gives everything in its next batch once more. */
	repeat(): void;
	/** The rooms that the bot is in, made with `open`. */
	inRooms(): RoomId[];
	/** What conversations were told of how it stands with their requests, in order. */
	readonly statuses: { readonly roomId: RoomId; readonly content: Readonly<Record<string, unknown>> }[];
	/** Lets somebody have read the Support room up to an event, in a thread or without one. */
	read( userId: UserId, eventId: EventId, thread?: string, type?: string ): void;
	/** Events up to which the bot has said that it has read a room. */
	readonly marks: EventId[];
	/** The wikis that are configured; the rig's own is among them. */
	readonly wikis: Record<string, WikiFacts>;
	/** First answers, as they are told to those who watch over the relay. */
	readonly firstAnswers: readonly FirstAnswer[];
	/** Thanks, as they are told to those who watch over the relay. */
	readonly thanks: readonly { readonly wiki: string }[];
	/** Says who types in the Support room now. */
	type( ...userIds: UserId[] ): void;
	/** What the conversation was told of typing: for how long in ms, or `undefined` for no longer. */
	readonly typing: ( number | undefined )[];
	/** Lets time pass for typing, which alone looks at the clock. */
	pass( forMs: number ): Promise<void>;
	/** The team gets another Support room, with the same members; the bot stays in the one before. */
	moveSupportRoom( to: RoomId ): Promise<void>;
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
	let ephemeral: { type: string; content: Record<string, unknown> }[] = [];
	const marks: EventId[] = [];
	const statuses: RelayRig[ 'statuses' ] = [];
	const typing: ( number | undefined )[] = [];
	/** What typing does beside everything else: now, and later. */
	let telling: Promise<void>[] = [];
	const later = new Set<{ readonly atMs: number; readonly work: () => Promise<void> }>();
	let typingNowMs = nowMs;
	let received = 0;
	let count = 0;
	const firstAnswers: FirstAnswer[] = [];
	const thanks: { readonly wiki: string }[] = [];
	const watcher = { received( news: News ) {
		firstAnswers.push( ...news.firstAnswers );
		thanks.push( ...news.thanks ?? [] );
	} };
	const supportRooms = new Map( [ [ 'general', rigSupport ] ] );
	const wikis: Record<string, WikiFacts> = { enwiki: { name: 'Wiki', articleUrl: 'https://wiki.example/wiki/$1' } };
	const teamOfRoom = new Map( [ [ rigSupport, 'general' ] ] );
	const teams = new Set( [ 'general' ] );
	/** State of the rooms that were made with `open`, by type and key. */
	const states = new Map<RoomId, Map<string, RoomEvent>>();
	const seen = new Set<RoomId>();
	const invited: SyncBatch[ 'invited' ][ number ][] = [];
	/** Rooms that the bot has left since the last batch. */
	const left = new Set<RoomId>();

	function change( roomId: RoomId, sender: UserId, type: string, key: string, content: Record<string, unknown>, atMs = 7 ): EventId {
		const event: RoomEvent = {
			event_id: `$${ count++ }` as EventId, room_id: roomId, type, sender, origin_server_ts: atMs, state_key: key, content
		};
		events.push( event );
		states.get( roomId )?.set( `${ type } ${ key }`, event );
		return event.event_id;
	}
	const membership = ( roomId: RoomId ): unknown => states.get( roomId )?.get( `m.room.member ${ rigBot }` )?.content.membership;
	/** Refuses what the bot may not do in a room that it is not in. */
	function mayBe( roomId: RoomId, ...memberships: string[] ): void {
		if ( states.has( roomId ) && !memberships.includes( String( membership( roomId ) ) ) ) {
			throw new MatrixFailure( 'forbidden', 'M_FORBIDDEN (403)' );
		}
	}
	function quit( roomId: RoomId, by: UserId ): void {
		if ( states.has( roomId ) ) {
			change( roomId, by, 'm.room.member', rigBot, { membership: 'leave' } );
			left.add( roomId );
		}
	}

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
		if ( failure === 'refused' ) {
			throw new MatrixFailure( 'forbidden', 'not here' );
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
		join: ( roomId ) => request( 'join', () => {
			mayBe( roomId, 'invite', 'join' );
			if ( membership( roomId ) === 'invite' ) {
				change( roomId, rigBot, 'm.room.member', rigBot, { membership: 'join' } );
			}
		} ),
		leave: ( roomId ) => request( 'leave', () => {
			mayBe( roomId, 'invite', 'join' );
			quit( roomId, rigBot );
		} ),
		roomState: ( roomId ) => request( 'state', () => {
			mayBe( roomId, 'join' );
			return [ ...states.get( roomId )?.values() ?? [] ];
		} ),
		setPowerLevels: ( roomId, content ) => request( 'lock', () => {
			const known = states.get( roomId )?.get( 'm.room.power_levels ' )?.content;
			// As a homeserver: state that is so already is no new event.
			if ( JSON.stringify( known ) !== JSON.stringify( content ) ) {
				change( roomId, rigBot, 'm.room.power_levels', '', { ...content } );
			}
		} ),
		setState: ( roomId, _type, content ) => request( 'status', () => {
			mayBe( roomId, 'join' );
			statuses.push( { roomId, content } );
		} ),
		send: ( roomId, transactionId, content ) => request( 'send', () => {
			mayBe( roomId, 'join' );
			const { rel_type: kind, event_id: target } = ( content[ 'm.relates_to' ] ?? {} ) as Record<string, unknown>;
			if ( kind !== undefined && ( find( target )?.room_id ?? roomId ) !== roomId ) {
				throw new MatrixFailure( 'forbidden', 'Relations must be in the same room' );
			}
			return once( roomId, 'm.room.message', transactionId, { ...content } );
		} ),
		react: ( roomId, transactionId, reaction ) => request( 'react', () => once( roomId, 'm.reaction', transactionId, writeReaction( reaction ) ) ),
		redact: ( roomId, transactionId, redacts ) => request( 'redact', () => {
			mayBe( roomId, 'join' );
			once( roomId, 'm.room.redaction', transactionId, { redacts } );
		} ),
		markRead: ( roomId, eventId ) => request( 'mark', () => void ( roomId === rigSupport || marks.push( eventId ) ) ),
		isOnline: () => Promise.resolve( false ),
		setTyping: ( _roomId, timeoutMs ) => request( 'type', () => void typing.push( timeoutMs ) ),
		findOwn: ( roomId, _sinceMs, matches ) => request( 'find', () => (
			events.findLast( ( event ) => event.room_id === roomId && event.sender === rigBot && matches( event.content ) )?.event_id
		) ),
		latestContent: ( _roomId, eventId ) => request( 'read', () => (
			events.findLast( ( event ) => isEdit( event ) && relation( event ).event_id === eventId )?.content[ 'm.new_content' ] ?? find( eventId )?.content
		) )
	};

	const signs = createTypingSigns( {
		store, homeservers: new Map( [ [ rigBot, homeserver ] ] ), log: silentLog, now: () => typingNowMs,
		after( delayMs, work ) {
			const entry = { atMs: typingNowMs + delayMs, work };
			later.add( entry );
			return () => void later.delete( entry );
		}
	} );
	const receiver = createReceiver( {
		receiver: rigBot, bot: rigBot, ownAccounts: new Set( [ rigBot ] ), serverName: 'example.org', wikis: new Set( [ 'enwiki' ] ),
		teamOfRoom, teams, store, log: silentLog,
		messagesPerMinute: 1_000, watcher,
		typing: { ...signs, types: ( roomId, userIds ) => {
			const told = signs.types( roomId, userIds );
			telling.push( told );
			return told;
		} }
	} );
	const doTask = createDoTask( {
		store, bot: rigBot, log: silentLog, watcher, serverName: 'example.org', wikiLookupMs: 0, closeAfterMs: 0, toldEveryMs: 0, now: () => nowMs,
		wikis,
		supportRooms, homeservers: new Map( [ [ rigBot, homeserver ] ] ),
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
		store, events, marks, statuses, typing, firstAnswers, thanks, wikis, interrupt: undefined,
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
		read( userId, eventId, thread, type = 'm.read' ) {
			const data = { ts: 7, ...( thread !== undefined && { thread_id: thread } ) };
			ephemeral.push( { type: 'm.receipt', content: { [ eventId ]: { [ type ]: { [ userId ]: data } } } } );
		},
		type( ...userIds ) {
			ephemeral.push( { type: 'm.typing', content: { user_ids: userIds } } );
		},
		async pass( forMs ) {
			const untilMs = typingNowMs + forMs;
			for ( ;; ) {
				const [ next ] = [ ...later ].filter( ( { atMs } ) => atMs <= untilMs ).sort( ( a, b ) => a.atMs - b.atMs );
				if ( !next ) {
					typingNowMs = untilMs;
					return;
				}
				later.delete( next );
				typingNowMs = next.atMs;
				await next.work();
			}
		},
		async receive() {
			const fresh = events.slice( received );
			received = events.length;
			const timeline = ( roomId: RoomId ): RoomEvent[] => (
				// Before the bot is in a room nothing comes of it, and then all that was.
				( states.has( roomId ) && !seen.has( roomId ) ? events : fresh ).filter( ( event ) => event.room_id === roomId )
			);
			const untilLeft = ( roomId: RoomId ): RoomEvent[] => {
				const all = timeline( roomId );
				const end = all.findLastIndex( ( { state_key: key, content } ) => key === rigBot && content.membership === 'leave' );
				return all.slice( 0, end + 1 );
			};
			const batch: SyncBatch = {
				nextBatch: `s${ received }`,
				joined: [ ...teamOfRoom.keys(), rigRoom, ...rig.inRooms() ].map( ( roomId ) => (
					{ roomId, state: [], timeline: timeline( roomId ), ephemeral: roomId === rigSupport ? ephemeral : [] }
				) ),
				invited: invited.splice( 0 ),
				left: [ ...left ].map( ( roomId ) => ( { roomId, timeline: untilLeft( roomId ) } ) )
			};
			rig.inRooms().forEach( ( roomId ) => seen.add( roomId ) );
			left.clear();
			ephemeral = [];
			await receiver.takeIn( batch );
			await Promise.all( telling );
			telling = [];
		},
		do: attempt,
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
			for ( let round = 0; round === 0 || received < events.length || invited.length > 0; round++ ) {
				if ( round === MOST_ROUNDS ) {
					throw new Error( 'what the relay does sets off something more each time' );
				}
				await rig.receive();
				await rig.work();
			}
		},
		open( roomId, createdAtMs, newcomer = rigNewcomer, team = 'general' ) {
			states.set( roomId, new Map() );
			const body = conversationCreation( { wiki: 'enwiki', team }, newcomer, rigBot );
			change( roomId, newcomer, 'm.room.create', '', { ...body.creation_content as Record<string, unknown>, room_version: '11' }, createdAtMs );
			change( roomId, newcomer, 'm.room.member', newcomer, { membership: 'join' } );
			change( roomId, newcomer, 'm.room.power_levels', '', body.power_level_content_override as Record<string, unknown> );
			change( roomId, newcomer, 'm.room.join_rules', '', { join_rule: 'invite' } );
			change( roomId, newcomer, 'm.room.history_visibility', '', { history_visibility: 'invited' } );
			change( roomId, newcomer, 'm.room.member', rigBot, { membership: 'invite' } );
			const stripped = [ ...states.get( roomId )!.values() ].map( ( event ) => ( { ...event, state_key: event.state_key! } ) );
			invited.push( { roomId, state: stripped } );
		},
		change,
		repeat() {
			received = 0;
		},
		forget( roomId ) {
			states.get( roomId )?.clear();
		},
		kick: ( roomId ) => quit( roomId, rigModerator ),
		addTeam( team, roomId ) {
			teams.add( team );
			teamOfRoom.set( roomId, team );
			supportRooms.set( team, roomId );
			return noteMembers( roomId );
		},
		moveSupportRoom( to ) {
			teamOfRoom.clear();
			teamOfRoom.set( to, 'general' );
			supportRooms.set( 'general', to );
			return noteMembers( to );
		},
		inRooms: () => [ ...states.keys() ].filter( ( roomId ) => membership( roomId ) === 'join' ),
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
	const noteMembers = ( roomId: RoomId ): Promise<void> => noteSupportRoom( store, rigBot, roomId, [
		state( 'm.room.member', rigHelper, { membership: 'join', displayname: 'Nita B.' } ),
		state( 'm.room.member', rigModerator, { membership: 'join', displayname: 'Mod' } ),
		state( 'm.room.power_levels', '', { users: { [ rigModerator ]: 50 } } )
	] );
	await noteMembers( rigSupport );
	const invitation: SyncBatch = { nextBatch: 's0', joined: [], invited: [ { roomId: rigRoom, state: [ create ] } ], left: [] };
	await receiver.takeIn( invitation );
	await store.transaction( async ( tx ) => {
		const [ lane ] = await tx.pendingLanes();
		await tx.removeItem( ( await tx.nextInLane( lane! ) )!.id );
		await tx.setRoomState( rigRoom, 'open' );
	} );
	return rig;
}
