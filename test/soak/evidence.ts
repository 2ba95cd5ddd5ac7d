import type { EventId, RoomId, UserId } from '../../src/protocol/ids.ts';
import type { RoomEvent } from '../../src/protocol/message.ts';
import { readReaction, readRelation, readReplacement } from '../../src/protocol/message.ts';
import type { MirrorMarker } from '../../src/protocol/mirror.ts';
import { readMirrorMarker } from '../../src/protocol/mirror.ts';

export type Side = 'newcomer' | 'helper';
export type MessageKind = 'text' | 'reply' | 'image';

/** One thing that somebody did, as the homeserver has taken it. */
export type Act = {
	readonly kind: MessageKind | 'edit' | 'deletion' | 'reaction' | 'removal';
	/** Index of the conversation. */
	readonly conversation: number;
	readonly side: Side;
	readonly sender: UserId;
	readonly eventId: EventId;
	/** The event of the same room that it is about: what is replied to, edited, taken back or reacted to. */
	readonly target?: EventId;
	/** What a message or an edit says; of an image, its caption, which may be empty. */
	readonly text?: string;
	/** Of an image. */
	readonly url?: string;
	/** Of a reaction. */
	readonly key?: string;
};

/** A room as it was read back completely, oldest first. */
export type RoomReading = { readonly roomId: RoomId; readonly events: readonly RoomEvent[] };

/** All that a run leaves behind. */
export type Evidence = {
	readonly bot: UserId;
	readonly supportRoom: RoomReading;
	/** By the index that acts name. */
	readonly conversations: readonly RoomReading[];
	readonly acts: readonly Act[];
};

/** Words of somebody as the bot said them. */
export type Mirror = {
	readonly eventId: EventId;
	readonly at: number;
	readonly marker: MirrorMarker;
	readonly content: Readonly<Record<string, unknown>>;
	/** With an edit: the event of the bot that it replaces. */
	readonly replaces: EventId | undefined;
	/** It begins a thread, or stands alone. */
	readonly isRoot: boolean;
};

export type BotReaction = { readonly eventId: EventId; readonly target: EventId; readonly key: string };

/** A room, as far as the comparison looks at it; what was taken back is not in it. */
export type RoomIndex = {
	readonly roomId: RoomId;
	readonly positions: ReadonlyMap<EventId, number>;
	/** Events that were taken back: they have lost their content. */
	readonly gone: ReadonlySet<EventId>;
	readonly mirrors: readonly Mirror[];
	readonly reactions: readonly BotReaction[];
	/** What the bot says in its own name. */
	readonly ownWords: readonly RoomEvent[];
};

const isGone = ( { content, unsigned }: RoomEvent ): boolean => (
	unsigned?.redacted_because !== undefined || Object.keys( content ).length === 0
);

/** Whether an event stands at the top of its room: no thread, no reply, no edit. */
function isTop( content: Readonly<Record<string, unknown>> ): boolean {
	const { thread, replyTo, replaces } = readRelation( content );
	return thread === undefined && replyTo === undefined && replaces === undefined;
}

/** Sorts out what the bot has done in a room. */
export function indexRoom( { roomId, events }: RoomReading, bot: UserId ): RoomIndex {
	const mirrors: Mirror[] = [];
	const reactions: BotReaction[] = [];
	const ownWords: RoomEvent[] = [];
	const gone = new Set( events.filter( isGone ).map( ( event ) => event.event_id ) );
	for ( const [ at, event ] of events.entries() ) {
		if ( event.sender !== bot || event.state_key !== undefined || gone.has( event.event_id ) ) {
			continue;
		}
		const reaction = event.type === 'm.reaction' ? readReaction( event.content ) : undefined;
		if ( reaction ) {
			reactions.push( { eventId: event.event_id, ...reaction } );
		}
		if ( event.type !== 'm.room.message' ) {
			continue;
		}
		const replacement = readReplacement( event.content );
		const content = replacement?.content ?? event.content;
		const marker = readMirrorMarker( content );
		if ( marker ) {
			mirrors.push( {
				eventId: event.event_id, at, marker, content, replaces: replacement?.replaces, isRoot: isTop( event.content )
			} );
		} else {
			ownWords.push( event );
		}
	}
	const positions = new Map( events.map( ( event, at ) => [ event.event_id, at ] ) );
	return { roomId, positions, gone, mirrors, reactions, ownWords };
}
