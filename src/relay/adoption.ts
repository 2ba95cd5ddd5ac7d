import { lockedPowerLevels } from '../protocol/conversation.ts';
import type { RoomId } from '../protocol/ids.ts';
import type { Delivery } from './delivery.ts';
import type { Log } from './log.ts';
import type { Profiles } from './profiles.ts';
import { isTemporary, NotYet, TaskRefused } from './refusal.ts';
import { movedContent, noticeContent } from './routing/mirror-content.ts';
import type { ConversationRoom, OutboxItem, Task, WikiFacts } from './routing/model.ts';
import { inwardLane, outwardLane, roomLane } from './routing/model.ts';
import type { Store } from './routing/ports.ts';
import { presentRoom } from './routing/present-room.ts';
import { tellStatus } from './routing/queue.ts';
import { roomCreatedAtMs, roomProblems } from './routing/room-check.ts';

export type AdoptionOptions = {
	readonly store: Store;
	readonly serverName: string;
	readonly wikis: Readonly<Record<string, WikiFacts>>;
	/** Support rooms by team. */
	readonly supportRooms: ReadonlyMap<string, RoomId>;
	readonly profiles: Profiles;
	/** How long a card may wait for the wiki, in ms. */
	readonly wikiLookupMs: number;
	/** How long the newcomer's other device has to learn that its room is closed, in ms; by default, 5 seconds. */
	readonly closeAfterMs?: number;
	readonly now: () => number;
	readonly log: Log;
};

type Of<Kind extends Task[ 'kind' ]> = Extract<Task, { readonly kind: Kind }>;
type RoomTask = Of<'adopt' | 'leave' | 'refuse' | 'turn-away' | 'close' | 'merge'>;

/** What becomes of rooms: taken over as conversations, made one, and left. */
export type Adoption = {
	/** Resolves with the lanes that got something to do. */
	do( item: OutboxItem, task: RoomTask ): Promise<readonly string[]>;
	/** Whether newcomer and relay are in a room still, as far as can be seen; what /sync will tell may not have come yet. */
	isAlive( room: ConversationRoom ): Promise<boolean>;
};

const CLOSE_AFTER_MS = 5_000;
const NO_CONVERSATION = 'This room cannot be used to ask for help.';

export function createAdoption( options: AdoptionOptions, { homeserverOf }: Pick<Delivery, 'homeserverOf'> ): Adoption {
	const { store, log, profiles, closeAfterMs = CLOSE_AFTER_MS } = options;

	/**
	 * Does what may be refused for good without harm: a room that one is not in any more cannot be left, nor spoken in.
	 *
	 * @returns whether it was done
	 */
	async function ifPossible( work: Promise<unknown> ): Promise<boolean> {
		try {
			await work;
			return true;
		} catch ( error ) {
			if ( isTemporary( error ) ) {
				throw error;
			}
			return false;
		}
	}

	async function finish( item: OutboxItem ): Promise<readonly string[]> {
		await store.transaction( ( tx ) => tx.removeItem( item.id ) );
		return [];
	}

	async function refuseRoom( item: OutboxItem, roomId: RoomId, problems: readonly string[] ): Promise<void> {
		const homeserver = homeserverOf( item.receiver );
		log.warn( { room: roomId, problems }, 'a room is not as a conversation has to be; it is left' );
		await ifPossible( homeserver.send(
			roomId, `${ item.transactionId } ${ item.id } refused`, noticeContent( 'room-refused', roomId, problems.join( '; ' ) )
		) );
		await ifPossible( homeserver.leave( roomId, NO_CONVERSATION ) );
	}

	async function adopt( item: OutboxItem, { roomId }: Of<'adopt'> ): Promise<readonly string[]> {
		const homeserver = homeserverOf( item.receiver );
		const conversation = await store.transaction( async ( tx ) => {
			const room = await tx.room( roomId );
			return room && tx.conversation( room.conversationId );
		} );
		if ( !conversation ) {
			throw new TaskRefused( 'the conversation is gone' );
		}
		// Side by side: the card, which comes next, needs to know who asks.
		const learning = profiles.learn( conversation, options.wikiLookupMs );
		await homeserver.join( roomId );
		const expectation = {
			bot: item.receiver, serverName: options.serverName,
			wikis: Object.keys( options.wikis ), teams: [ ...options.supportRooms.keys() ]
		};
		const state = await homeserver.roomState( roomId );
		let problems = roomProblems( state, expectation );
		if ( problems.length === 0 ) {
			await homeserver.setPowerLevels( roomId, lockedPowerLevels( item.receiver ) );
			// Whatever its maker did between the check and the lock is seen now, and nothing can be done any more.
			problems = roomProblems( await homeserver.roomState( roomId ), expectation );
		}
		const isRefusedMeanwhile = ( await store.transaction( ( tx ) => tx.room( roomId ) ) )?.state === 'refused';
		if ( problems.length > 0 && !isRefusedMeanwhile ) {
			await refuseRoom( item, roomId, problems );
		}
		await learning;
		return store.transaction( async ( tx ) => {
			// The newcomer may have left meanwhile; a room that is gone stays gone.
			if ( ( await tx.room( roomId ) )?.state === 'invited' ) {
				await tx.setRoomState( roomId, problems.length > 0 ? 'refused' : 'open' );
			}
			await tx.setRoomCreated( roomId, roomCreatedAtMs( state ) );
			await tx.removeItem( item.id );
			if ( problems.length > 0 ) {
				await tx.dropItemsOfRoom( item.lane, roomId );
				await tx.dropItemsOfRoom( outwardLane( conversation.id ), roomId );
			}
			// An answer may wait for this room.
			const lane = outwardLane( conversation.id );
			const open = ( await tx.roomsOf( conversation.id ) ).filter( ( room ) => room.state === 'open' );
			if ( open.length < 2 ) {
				const isTold = await tx.openRequest( conversation.id ) !== undefined;
				return [ lane, ...isTold ? await tellStatus( tx, [ conversation.id ] ) : [] ];
			}
			// After the answers that are on their way already, so that none goes to the room that is to be left.
			await tx.enqueue( { lane, receiver: item.receiver, transactionId: `merge ${ roomId }`, task: { kind: 'merge', conversationId: conversation.id } } );
			return [ lane ];
		} );
	}

	async function isAlive( { roomId, receiver, newcomer }: ConversationRoom ): Promise<boolean> {
		try {
			const state = await homeserverOf( receiver ).roomState( roomId );
			return [ receiver, newcomer ].every( ( user ) => state.some( ( { type, state_key: stateKey, content } ) => (
				type === 'm.room.member' && stateKey === user && content.membership === 'join'
			) ) );
		} catch ( error ) {
			if ( isTemporary( error ) ) {
				throw error;
			}
			return false;
		}
	}

	async function merge( item: OutboxItem, { conversationId }: Of<'merge'> ): Promise<readonly string[]> {
		const rooms = await store.transaction( ( tx ) => tx.roomsOf( conversationId ) );
		const dead: RoomId[] = [];
		for ( const room of rooms.filter( ( { state } ) => state === 'open' ) ) {
			if ( !await isAlive( room ) ) {
				dead.push( room.roomId );
			}
		}
		const { present, closing } = await store.transaction( async ( tx ) => {
			for ( const roomId of dead ) {
				// Its requests stay with it: what comes next begins a new one. /sync may still bring what was said in it.
				await tx.setRoomState( roomId, 'closing' );
			}
			const stays = presentRoom( await tx.roomsOf( conversationId ), await tx.openRequest( conversationId ) );
			for ( const { roomId, state } of stays ? await tx.roomsOf( conversationId ) : [] ) {
				if ( stays && state === 'open' && roomId !== stays.roomId ) {
					await tx.setRoomState( roomId, 'closing' );
					await tx.moveRequests( roomId, stays.roomId );
				}
			}
			const others = ( await tx.roomsOf( conversationId ) ).filter( ( { state } ) => state === 'closing' );
			return { present: stays, closing: others };
		} );
		for ( const { roomId, receiver } of present ? closing : [] ) {
			log.info( { room: roomId, conversation: conversationId }, 'a second room of a conversation is closed; it goes on in the other one' );
			await ifPossible( homeserverOf( receiver ).send( roomId, `moved ${ roomId }`, movedContent( roomId, present!.roomId ) ) );
		}
		return store.transaction( async ( tx ) => {
			const notBeforeMs = options.now() + closeAfterMs;
			for ( const { roomId, receiver } of closing ) {
				await tx.enqueue( { lane: roomLane( roomId ), receiver, transactionId: `close ${ roomId }`, task: { kind: 'close', roomId, notBeforeMs } } );
			}
			await tx.removeItem( item.id );
			return [ ...closing.map( ( { roomId } ) => roomLane( roomId ) ), ...await tellStatus( tx, [ conversationId ] ) ];
		} );
	}

	/** Leaves a room whose words are all passed on. What is said in it until then is taken. */
	async function close( item: OutboxItem, { roomId, notBeforeMs }: Of<'close'> ): Promise<readonly string[]> {
		const waiting = await store.transaction( async ( tx ) => {
			const room = await tx.room( roomId );
			const items = room ? await tx.itemsInLane( inwardLane( room.conversationId ) ) : [];
			return items.some( ( { task } ) => 'roomId' in task && task.roomId === roomId );
		} );
		const leftMs = notBeforeMs - options.now();
		if ( waiting || leftMs > 0 ) {
			throw new NotYet( 'the newcomer may still be saying something in this room', Math.max( leftMs, 0 ) );
		}
		const isLeft = await ifPossible( homeserverOf( item.receiver ).leave( roomId, 'This conversation goes on in another room.' ) );
		return store.transaction( async ( tx ) => {
			// Of a room that was left /sync tells, with what was said in it last; of one that was deleted, nothing does.
			if ( !isLeft && ( await tx.room( roomId ) )?.state === 'closing' ) {
				const taken = ( await tx.figures() ).receivers.find( ( { receiver } ) => receiver === item.receiver )?.takenAtMs ?? 0;
				if ( taken < item.createdAtMs + closeAfterMs ) {
					throw new NotYet( 'the end of this room may still come by /sync' );
				}
				await tx.setRoomState( roomId, 'gone' );
			}
			await tx.removeItem( item.id );
			return [];
		} );
	}

	async function refuse( item: OutboxItem, { roomId, problems }: Of<'refuse'> ): Promise<readonly string[]> {
		await refuseRoom( item, roomId, problems );
		return finish( item );
	}

	async function turnAway( item: OutboxItem, { roomId, code }: Of<'turn-away'> ): Promise<readonly string[]> {
		const homeserver = homeserverOf( item.receiver );
		await ifPossible( homeserver.join( roomId ) );
		await ifPossible( homeserver.send( roomId, `${ item.transactionId } ${ item.id }`, noticeContent( code, roomId ) ) );
		await ifPossible( homeserver.leave( roomId, NO_CONVERSATION ) );
		return finish( item );
	}

	async function leave( item: OutboxItem, { roomId, reason }: Of<'leave'> ): Promise<readonly string[]> {
		await ifPossible( homeserverOf( item.receiver ).leave( roomId, reason ) );
		return finish( item );
	}

	return {
		isAlive,
		do( item, task ) {
			switch ( task.kind ) {
				case 'adopt': return adopt( item, task );
				case 'leave': return leave( item, task );
				case 'refuse': return refuse( item, task );
				case 'turn-away': return turnAway( item, task );
				case 'close': return close( item, task );
				case 'merge': return merge( item, task );
			}
		}
	};
}
