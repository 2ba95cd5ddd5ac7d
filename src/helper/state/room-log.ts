import type { EventId, RoomId, UserId } from '../../protocol/ids.ts';
import { isEventId, isRecord } from '../../protocol/ids.ts';
import type { RoomEvent } from '../../protocol/message.ts';
import { readRelation } from '../../protocol/message.ts';

/** What this client sent and the homeserver has not given back yet. */
export type PendingEvent = {
	readonly transactionId: string;
	readonly type: string;
	readonly content: Readonly<Record<string, unknown>>;
	readonly createdAtMs: number;
	/** `unsent`: it waits for a connection, or for its turn; `failed`: it was refused, and waits for the helper. */
	readonly status: 'unsent' | 'failed';
	/** Why it failed, in the homeserver's words. */
	readonly reason: string;
	/** Once the homeserver has taken it. */
	readonly eventId: EventId | undefined;
};

/** All that is known of a Support room. */
export type RoomLog = {
	readonly roomId: RoomId;
	readonly name: string;
	/** This helper. */
	readonly me: UserId;
	/** The relay's bot, where that is known for certain. */
	readonly bot: UserId | undefined;
	/** Oldest first; each once. */
	readonly events: readonly RoomEvent[];
	readonly pending: readonly PendingEvent[];
	/** Display names of the senders. */
	readonly names: ReadonlyMap<string, string>;
};

/** A reaction to a message, counted. */
export type Reaction = { readonly key: string; readonly count: number; readonly isMine: boolean };

/** What others did to the messages of a room: edits, deletions, reactions. */
export type Changes = {
	isDeleted( event: RoomEvent ): boolean;
	/** Content after the last edit by its own sender; `undefined` when there is none. */
	editedContent( event: RoomEvent ): Readonly<Record<string, unknown>> | undefined;
	reactions( eventId: string ): readonly Reaction[];
};

/** Reads edits ("Event replacements"), redactions and reactions ("Event annotations") out of a room's events. */
export function readChanges( log: Pick<RoomLog, 'events' | 'pending' | 'me'> ): Changes {
	const senders = new Map<string, UserId>( log.events.map( ( { event_id: id, sender } ) => [ id, sender ] ) );
	const deleted = new Set<string>();
	for ( const event of log.events ) {
		if ( event.type === 'm.room.redaction' && isEventId( event.content.redacts ) ) {
			deleted.add( event.content.redacts );
		}
	}
	const isDeleted = ( event: RoomEvent ): boolean => (
		deleted.has( event.event_id ) || event.unsigned?.redacted_because !== undefined
	);

	const edits = new Map<string, Readonly<Record<string, unknown>>>();
	const reactions = new Map<string, Map<string, Set<string>>>();
	const addReaction = ( content: Readonly<Record<string, unknown>>, sender: string ): void => {
		const relation = content[ 'm.relates_to' ];
		if ( isRecord( relation ) && relation.rel_type === 'm.annotation' && isEventId( relation.event_id ) && typeof relation.key === 'string' ) {
			const byKey = reactions.get( relation.event_id ) ?? new Map<string, Set<string>>();
			byKey.set( relation.key, ( byKey.get( relation.key ) ?? new Set() ).add( sender ) );
			reactions.set( relation.event_id, byKey );
		}
	};
	for ( const event of log.events ) {
		if ( isDeleted( event ) ) {
			continue;
		}
		const { replaces } = readRelation( event.content );
		const newContent = event.content[ 'm.new_content' ];
		if ( replaces !== undefined && isRecord( newContent ) && senders.get( replaces ) === event.sender ) {
			edits.set( replaces, newContent );
		} else if ( event.type === 'm.reaction' ) {
			addReaction( event.content, event.sender );
		}
	}
	for ( const { type, status, content } of log.pending ) {
		if ( type === 'm.reaction' && status === 'unsent' ) {
			addReaction( content, log.me );
		}
	}

	return {
		isDeleted,
		editedContent: ( event ) => edits.get( event.event_id ),
		reactions: ( eventId ) => [ ...reactions.get( eventId ) ?? [] ].map( ( [ key, people ] ) => (
			{ key, count: people.size, isMine: people.has( log.me ) }
		) )
	};
}
