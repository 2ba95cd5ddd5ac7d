import type { RoomId, UserId } from '../../protocol/ids.ts';

/** What is known of a request that was answered: enough to tell whose typing is for it. */
export type Talk = {
	readonly conversationId: number;
	readonly requestId: number;
	readonly supportRoom: RoomId;
	/** Who was the last to answer it, and so owns it. */
	readonly owner: UserId;
	/** When something was said in it, by either side, in ms since 1970. */
	readonly saidAtMs: number;
};

/** How long a silent request is still what its owner is thought to write about. */
export const OWNED_FOR_MS = 30 * 60_000;

/**
 * The talks whose newcomers are shown that somebody writes, of those who type in a Support room: a typing sign names a
 * room and no thread, so whoever owns several of them may write for any, and is shown to nobody.
 */
export function talksShown( talks: Iterable<Talk>, supportRoom: RoomId, typing: readonly UserId[], nowMs: number ): Talk[] {
	const recent = [ ...talks ].filter( ( talk ) => talk.supportRoom === supportRoom && nowMs - talk.saidAtMs <= OWNED_FOR_MS );
	return typing.flatMap( ( userId ) => {
		const [ only, ...others ] = recent.filter( ( { owner } ) => owner === userId );
		return only && others.length === 0 ? [ only ] : [];
	} );
}
