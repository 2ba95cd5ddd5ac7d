import { readRedaction } from '../protocol/message.ts';
import type { RoomEvent } from '../protocol/message.ts';
import { readReceipts, readTyping } from './routing/ephemeral.ts';
import type { RoomId, UserId } from '../protocol/ids.ts';
import type { RoomBatch } from '../matrix/index.ts';

export type HelpersHereOptions = {
	/** The relay's own. */
	readonly ownAccounts: ReadonlySet<UserId>;
	/** Whether the homeserver says that somebody is online. */
	readonly isOnline: ( userId: UserId ) => Promise<boolean>;
	readonly now: () => number;
};

/** Remembers who was active in the Support rooms, in this process alone. */
export interface HelpersHere {
	/** Whether an account is the relay's. */
	isOwn( userId: UserId ): boolean;
	/** What came of a Support room. */
	took( batch: Pick<RoomBatch, 'roomId' | 'timeline' | 'ephemeral'> ): void;
	/** When members of a room were last active in it, in ms since 1970. */
	activeAtMs( roomId: RoomId ): ReadonlyMap<UserId, number>;
	/** Asks who of them is online; whoever cannot be asked for is not. */
	online( members: readonly UserId[] ): Promise<ReadonlySet<UserId>>;
}

/** How many are asked for: in a larger room it is told by what they do there alone. */
const MOST_ASKED = 50;
/** A homeserver that hangs must not keep the page from being written. */
const LONGEST_ASKING_MS = 10_000;

/** Whether somebody has done something: bots write notices, and state may be changed for others. */
function isActivity( event: RoomEvent ): boolean {
	return event.state_key === undefined && event.content.msgtype !== 'm.notice' &&
		( event.type === 'm.room.message' || event.type === 'm.reaction' || event.type === 'm.sticker' || readRedaction( event ) !== undefined );
}

export function createHelpersHere( { ownAccounts, isOnline, now }: HelpersHereOptions ): HelpersHere {
	const rooms = new Map<RoomId, Map<UserId, number>>();
	return {
		isOwn: ( userId ) => ownAccounts.has( userId ),
		took( { roomId, timeline, ephemeral = [] } ) {
			const active = rooms.get( roomId ) ?? new Map<UserId, number>();
			rooms.set( roomId, active );
			const note = ( userId: UserId, atMs: number ): void => {
				if ( !ownAccounts.has( userId ) ) {
					active.set( userId, Math.max( active.get( userId ) ?? 0, Math.min( atMs, now() ) ) );
				}
			};
			for ( const event of timeline.filter( isActivity ) ) {
				note( event.sender, event.origin_server_ts );
			}
			for ( const event of ephemeral ) {
				readReceipts( event ).forEach( ( { userId, atMs } ) => note( userId, atMs ) );
				readTyping( event )?.forEach( ( userId ) => note( userId, now() ) );
			}
		},
		activeAtMs: ( roomId ) => rooms.get( roomId ) ?? new Map<UserId, number>(),
		async online( members ) {
			const found = new Set<UserId>();
			const giveUpAtMs = now() + LONGEST_ASKING_MS;
			for ( const userId of members.slice( 0, MOST_ASKED ) ) {
				if ( now() > giveUpAtMs ) {
					break;
				}
				if ( await isOnline( userId ).catch( () => false ) ) {
					found.add( userId );
				}
			}
			return found;
		}
	};
}
