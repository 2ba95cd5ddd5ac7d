import type { RoomId, UserId } from '../protocol/ids.ts';
import type { Log } from './log.ts';
import type { Request } from './routing/model.ts';
import type { Homeserver, Store } from './routing/ports.ts';
import { presentRoom } from './routing/present-room.ts';
import type { Talk } from './routing/typing.ts';
import { OWNED_FOR_MS, talksShown } from './routing/typing.ts';

export type TypingSignsOptions = {
	readonly store: Store;
	readonly homeservers: ReadonlyMap<UserId, Pick<Homeserver, 'setTyping'>>;
	readonly now: () => number;
	/** Does something later; gives what keeps it from being done. */
	readonly after: ( delayMs: number, work: () => Promise<void> ) => () => void;
	readonly log: Log;
};

/** Shows newcomers that a helper writes to them: as well as it goes, beside everything else, and kept nowhere. */
export interface TypingSigns {
	/** A helper has answered a request, and owns it from now on. */
	answered( supportRoom: RoomId, request: Pick<Request, 'id' | 'conversationId'>, helper: UserId, saidAtMs: number ): void;
	/** A newcomer has said something. */
	said( conversationId: number, saidAtMs: number ): void;
	/** Who types in a Support room now. Resolves when newcomers have been told; nothing has to wait for that. */
	types( supportRoom: RoomId, userIds: readonly UserId[] ): Promise<void>;
	/** It is no longer known who types. */
	lost(): void;
	stop(): void;
}

/** How long a sign lasts when nothing more is heard of it, for example because the relay was killed. */
const SHOWN_FOR_MS = 30_000;
const RENEWED_AFTER_MS = 20_000;
/** Between two requests for one conversation. */
const SHORTEST_GAP_MS = 3_000;

/** What a conversation was told, and when. */
type Sign = { isShown: boolean; isBusy: boolean; toldAtMs: number; cancel: () => void };

export function createTypingSigns( { store, homeservers, now, after, log }: TypingSignsOptions ): TypingSigns {
	const talks = new Map<number, Talk>();
	const typing = new Map<RoomId, readonly UserId[]>();
	const signs = new Map<number, Sign>();
	let isStopped = false;

	function shown(): Map<number, Talk> {
		const found = [ ...typing ].flatMap( ( [ supportRoom, userIds ] ) => talksShown( talks.values(), supportRoom, userIds, now() ) );
		return new Map( found.map( ( talk ) => [ talk.conversationId, talk ] ) );
	}

	async function tell( conversationId: number, talk: Talk | undefined ): Promise<void> {
		const room = await store.transaction( async ( tx ) => {
			const last = await tx.openRequest( conversationId );
			const isOver = talk !== undefined && last?.id !== talk.requestId;
			return isOver ? undefined : presentRoom( await tx.roomsOf( conversationId ), last );
		} );
		await ( room && homeservers.get( room.receiver )?.setTyping( room.roomId, talk && SHOWN_FOR_MS ) );
	}

	/** Brings what a conversation was told in line with who types, as soon as it may be told something. */
	async function update( conversationId: number ): Promise<void> {
		const sign = signs.get( conversationId ) ?? { isShown: false, isBusy: false, toldAtMs: -Infinity, cancel: () => {} };
		signs.set( conversationId, sign );
		sign.cancel();
		if ( sign.isBusy || isStopped ) {
			return;
		}
		const talk = shown().get( conversationId );
		const isWanted = talk !== undefined;
		const waitMs = sign.toldAtMs + ( isWanted && sign.isShown ? RENEWED_AFTER_MS : SHORTEST_GAP_MS ) - now();
		if ( waitMs > 0 ) {
			sign.cancel = after( waitMs, () => update( conversationId ) );
			return;
		}
		if ( !isWanted && !sign.isShown ) {
			signs.delete( conversationId );
			return;
		}
		Object.assign( sign, { isBusy: true, isShown: isWanted, toldAtMs: now() } );
		try {
			await tell( conversationId, talk );
		} catch ( error ) {
			// Not tried again: by then it would no longer be true.
			log.debug( { conversation: conversationId, error }, 'a newcomer was not told that somebody types' );
		}
		sign.isBusy = false;
		return update( conversationId );
	}

	return {
		answered( supportRoom, { id: requestId, conversationId }, owner, saidAtMs ) {
			for ( const talk of talks.values() ) {
				if ( now() - talk.saidAtMs > OWNED_FOR_MS ) {
					talks.delete( talk.conversationId );
				}
			}
			talks.set( conversationId, { conversationId, requestId, supportRoom, owner, saidAtMs } );
		},
		said( conversationId, saidAtMs ) {
			const talk = talks.get( conversationId );
			if ( talk ) {
				talks.set( conversationId, { ...talk, saidAtMs: Math.max( saidAtMs, talk.saidAtMs ) } );
			}
		},
		async types( supportRoom, userIds ) {
			typing.set( supportRoom, userIds );
			await Promise.all( [ ...new Set( [ ...signs.keys(), ...shown().keys() ] ) ].map( update ) );
		},
		lost() {
			typing.clear();
		},
		stop() {
			isStopped = true;
			for ( const { cancel } of signs.values() ) {
				cancel();
			}
		}
	};
}
