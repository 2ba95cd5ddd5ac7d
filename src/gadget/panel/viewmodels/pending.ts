import type { EventId } from '../../../protocol/ids.ts';
import type { OutboxItem } from './outbox.ts';
import type { TalkingState } from './talking-state.ts';
import type { HelperEntry, OwnEntry } from './timeline.ts';
import { findEntry, isSameSign } from './timeline.ts';

/** What was done to one message and is on its way, or does not get there. */
export type Pending = {
	readonly edit?: OutboxItem;
	readonly deletion?: OutboxItem;
	/** Signs put under it or taken away, in order. */
	readonly signs: readonly OutboxItem[];
};

/** Sorts what is in the outbox by the message that it is about. */
export function readPending( outbox: readonly OutboxItem[] ): ReadonlyMap<string, Pending> {
	const all = new Map<string, Pending>();
	for ( const item of outbox ) {
		if ( item.target !== undefined ) {
			const before = all.get( item.target ) ?? { signs: [] };
			const isDeletion = item.kind === 'redaction' && item.removes === item.target;
			all.set( item.target, Object.assign( {}, before,
				item.kind === 'edit' ? { edit: item } : isDeletion ? { deletion: item } : { signs: [ ...before.signs, item ] } ) );
		}
	}
	return all;
}

/** What the newcomer has done with one sign under a message. */
export type OwnSign = {
	/** What was done last and is not in the conversation yet: on its way, or refused. */
	readonly last: OutboxItem | undefined;
	/** What a redaction would have to name; `undefined` where there is no such sign, or will be none. */
	readonly put: string | undefined;
};

/** Reads whether the newcomer has put a sign under a message, or wants to. */
export function readOwnSign( { entries, outbox }: Pick<TalkingState, 'entries' | 'outbox'>, id: EventId, key: string ): OwnSign {
	const last = outbox.filter( ( { kind, target, text } ) => target === id && kind !== 'edit' && isSameSign( text, key ) ).pop();
	const entry = findEntry( entries, id );
	const there = entry && 'reactions' in entry ? entry.reactions.find( ( sign ) => isSameSign( sign.key, key ) )?.mine : undefined;
	return { last, put: !last ? there : last.kind === 'reaction' ? last.eventId ?? last.id : undefined };
}

/** A sign as it is drawn. */
export type ShownSign = { readonly key: string; readonly count: number; readonly isMine: boolean };

/** The signs under a message as they will be when all that is on its way has arrived; what was refused is not. */
export function shownSigns( { reactions }: OwnEntry | HelperEntry, pending: Pending | undefined ): ShownSign[] {
	const signs = reactions.map( ( { key, mine, theirs } ) => ( { key, isMine: mine !== undefined, others: theirs ? 1 : 0 } ) );
	for ( const { kind, text, state } of pending?.signs ?? [] ) {
		const known = signs.find( ( { key } ) => isSameSign( key, text ) );
		if ( state !== 'refused' && known ) {
			known.isMine = kind === 'reaction';
		} else if ( state !== 'refused' && kind === 'reaction' ) {
			signs.push( { key: text, isMine: true, others: 0 } );
		}
	}
	return signs.map( ( { key, isMine, others } ) => ( { key, isMine, count: others + ( isMine ? 1 : 0 ) } ) )
		.filter( ( { count } ) => count > 0 );
}
