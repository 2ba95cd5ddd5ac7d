import type { RoomId } from '../../../protocol/ids.ts';
import { isEventId, isRecord } from '../../../protocol/ids.ts';
import type { Conversation, ConversationBatch } from './conversation.ts';
import type { Told } from './queue-place.ts';
import type { ReceiverTurn } from './receiver-turn.ts';
import type { TabCircle } from './tab-circle.ts';
import type { TalkingState } from './talking-state.ts';
import type { Timeline } from './timeline.ts';
import type { ReadMark } from './unread.ts';

/** What a tab that opens the conversation gets from the one that receives: all that comes out of what was received. */
export type Snapshot = Pick<TalkingState, 'lastRead' | 'clockSkewMs'> & {
	readonly timeline: Timeline;
	readonly told: Told | undefined;
	/** Where what was said before that begins. */
	readonly earlierFrom: string | undefined;
};

export type SharedReceivingPorts = {
	/** Both only while the conversation is open. */
	readonly turn: () => ReceiverTurn | undefined;
	readonly conversation: () => Conversation | undefined;
	readonly where: () => { readonly roomId: RoomId | undefined; readonly position: string | undefined };
	readonly isReachable: () => boolean;
	readonly snapshot: () => Snapshot;
	readonly restore: ( snapshot: Snapshot, position: string ) => void;
	readonly receive: ( batch: ConversationBatch ) => void;
	readonly contact: ( isReachable: boolean ) => void;
	/** Another tab receives, and this one has no conversation open. */
	readonly onStrangeNews: () => void;
	/** The newcomer has read in another tab. */
	readonly onRead: ( mark: ReadMark ) => void;
};

/** Hands what one tab receives to the others, each batch once and in order, and all at once to one that lacks some. */
export interface SharedReceiving {
	/** Asks whoever receives for what this tab lacks. */
	ask(): void;
	/** This tab has received; called before it takes it in. */
	tell( batch: ConversationBatch ): void;
	/** Whether the homeserver answers this tab; called before it takes that in. */
	tellContact( isReachable: boolean ): void;
}

export function shareReceiving( circle: Pick<TabCircle, 'send' | 'hear'>, ports: SharedReceivingPorts ): SharedReceiving {
	const ask = (): void => circle.send( 'who', ports.where().position );

	/** What the tab that receives says is for those that do not. */
	function hearAsFollower( type: string, listener: ( content: Readonly<Record<string, unknown>>, by: Conversation ) => void ): void {
		circle.hear( type, ( content ) => {
			const turn = ports.turn();
			const conversation = ports.conversation();
			if ( conversation && turn && !turn.isLeading && isRecord( content ) ) {
				turn.heard();
				listener( content, conversation );
			}
		} );
	}

	circle.hear( 'who', ( since ) => {
		if ( ports.turn()?.isLeading ) {
			const { roomId, position } = ports.where();
			const isBehind = roomId !== undefined && position !== undefined && position !== since;
			circle.send( 'here', {
				isReachable: ports.isReachable(), ...( isBehind && { roomId, position, snapshot: ports.snapshot() } )
			} );
		}
	} );
	hearAsFollower( 'here', ( content, by ) => {
		const { isReachable, roomId, position, snapshot } = content as {
			isReachable: boolean; roomId?: RoomId; position?: string; snapshot?: Snapshot;
		};
		if ( snapshot && roomId !== undefined && position !== undefined && position !== ports.where().position ) {
			by.follow( roomId );
			ports.restore( snapshot, position );
		}
		if ( isReachable !== ports.isReachable() ) {
			ports.contact( isReachable );
		}
	} );
	hearAsFollower( 'news', ( content, by ) => {
		const { room, from, batch } = content as { room: RoomId; from?: string; batch: ConversationBatch };
		const { roomId, position } = ports.where();
		if ( from === position && ( from === undefined || room === roomId ) ) {
			by.follow( room );
			ports.receive( batch );
		} else {
			ask();
		}
	} );
	circle.hear( 'news', () => {
		if ( !ports.conversation() ) {
			ports.onStrangeNews();
		}
	} );
	circle.hear( 'read', ( mark ) => {
		if ( isRecord( mark ) && isEventId( mark.id ) ) {
			ports.onRead( mark as ReadMark );
		}
	} );

	return {
		ask,
		tell( batch ) {
			const { roomId: room, position: from } = ports.where();
			circle.send( 'news', { room, from, batch } );
		},
		tellContact( isReachable ) {
			if ( isReachable !== ports.isReachable() ) {
				circle.send( 'here', { isReachable } );
			}
		}
	};
}
