import { lockedPowerLevels } from '../protocol/conversation.ts';
import type { RoomId } from '../protocol/ids.ts';
import type { Delivery } from './delivery.ts';
import type { Log } from './log.ts';
import type { Profiles } from './profiles.ts';
import { isTemporary, TaskRefused } from './refusal.ts';
import { noticeContent } from './routing/mirror-content.ts';
import type { OutboxItem, Task, WikiFacts } from './routing/model.ts';
import { outwardLane } from './routing/model.ts';
import type { Store } from './routing/ports.ts';
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
	readonly log: Log;
};

type Of<Kind extends Task[ 'kind' ]> = Extract<Task, { readonly kind: Kind }>;

/** What becomes of rooms: taken over as conversations, and left. Each resolves with the lanes that got something to do. */
export type Adoption = {
	adopt( item: OutboxItem, task: Of<'adopt'> ): Promise<readonly string[]>;
	leave( item: OutboxItem, task: Of<'leave'> ): Promise<readonly string[]>;
};

export function createAdoption( options: AdoptionOptions, { homeserverOf }: Pick<Delivery, 'homeserverOf'> ): Adoption {
	const { store, log, profiles } = options;

	async function refuseRoom( item: OutboxItem, roomId: RoomId, problems: readonly string[] ): Promise<void> {
		const homeserver = homeserverOf( item.receiver );
		log.warn( { room: roomId, problems }, 'a room is not as a conversation has to be; it is left' );
		try {
			await homeserver.send( roomId, `${ item.transactionId } ${ item.id } refused`, noticeContent( 'room-refused', roomId, problems.join( '; ' ) ) );
		} catch ( error ) {
			if ( isTemporary( error ) ) {
				throw error;
			}
			// Where the bot may not speak it cannot explain itself.
		}
		await homeserver.leave( roomId, 'This room cannot be used to ask for help.' );
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
		if ( problems.length > 0 ) {
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
			return [];
		} );
	}

	async function leave( item: OutboxItem, { roomId, reason }: Of<'leave'> ): Promise<readonly string[]> {
		try {
			await homeserverOf( item.receiver ).leave( roomId, reason );
		} catch ( error ) {
			// Whoever is no longer in a room cannot leave it, which was what was wanted.
			if ( isTemporary( error ) ) {
				throw error;
			}
		}
		await store.transaction( ( tx ) => tx.removeItem( item.id ) );
		return [];
	}

	return { adopt, leave };
}
